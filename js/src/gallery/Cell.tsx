import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Card } from "../card/Card";
import type { GalleryCards } from "./types";

type CellProps = { id: string; cards: GalleryCards; hidden?: boolean; children?: ComponentChildren };

/** One card of the gallery. It renders for the news of its own project only. */
export function Cell({ id, cards, hidden = false, children }: CellProps) {
  const cell = useRef<HTMLDivElement>(null);
  const card = useMemo(() => <Card host={cards.hosts.create(id)} viewer={cards.viewer} />, [id, cards]);
  useLayoutEffect(() => {
    const el = cell.current;
    if (!el) return;
    const { films, hosts } = cards;
    return films.observe(id, el, () => hosts.notify(id));
  }, [id, cards]);
  const point = () => cards.films.pointAt(id);
  return (
    // biome-ignore lint/a11y/useSemanticElements: hosts give an <li> a marker and margins of their own
    <div
      class="mh-cell"
      role="listitem"
      data-id={id}
      ref={cell}
      hidden={hidden}
      onPointerEnter={point}
      onFocusIn={point}
    >
      {children}
      {card}
    </div>
  );
}
