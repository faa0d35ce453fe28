import { useLayoutEffect, useRef } from "preact/hooks";

/** Puts an element that outlives every render into the page: a playing film must never be made anew. */
export function Media({ element }: { element: HTMLElement }) {
  const slot = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => slot.current?.replaceChildren(element), [element]);
  return <div class="mh-slot" ref={slot} />;
}
