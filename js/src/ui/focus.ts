// Where the focus goes when the control that has it moves or goes away.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

type Root = RefObject<HTMLElement | null>;

/** The focused element, also inside a shadow root; null outside the page. */
export function activeElement(el: Element): HTMLElement | null {
  const root: Node & Partial<DocumentOrShadowRoot> = el.getRootNode();
  return (root.activeElement ?? null) as HTMLElement | null;
}

export const hasFocus = (el: Element) => el.contains(activeElement(el));

const focus = (el: HTMLElement) => el.focus({ preventScroll: true });

/** Focus the first match, or else the element itself; a field's text is selected, to be typed over. */
export function focusWithin(el: HTMLElement, selector: string): HTMLElement {
  const found = el.querySelector<HTMLElement>(selector) ?? el;
  focus(found);
  if (found instanceof HTMLInputElement) found.select();
  return found;
}

/**
 * Keeps the focus inside `root`: a control that was moved gets it back, and for one that went away `fallback` gets it, as
 * the render that showed the control had named it. A focus that is elsewhere in the page stays there.
 */
export function useFocusRescue(root: Root, fallback: string) {
  const named = useRef(fallback);
  // Read before the page changes; the effect comes after.
  const held = root.current && hasFocus(root.current) ? activeElement(root.current) : null;
  useLayoutEffect(() => {
    const el = root.current;
    if (el && held && !hasFocus(el)) {
      if (held.isConnected) focus(held);
      else focusWithin(el, named.current);
    }
    named.current = fallback;
  });
}

/** A function that moves the focus to the first match within `root`, once the next render is in the page. */
export function useFocusRequest(root: Root): (selector: string) => void {
  const asked = useRef("");
  useLayoutEffect(() => {
    if (asked.current && root.current) {
      // A question is in sight with its answers.
      focusWithin(root.current, asked.current).closest(".mh-row")?.scrollIntoView({ block: "nearest" });
    }
    asked.current = "";
  });
  return (selector) => {
    asked.current = selector;
  };
}
