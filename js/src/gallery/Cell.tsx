import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Card } from "../card/Card";
import type { GalleryCards } from "./types";

type CellProps = { id: string; cards: GalleryCards; hidden?: boolean };

/** One card of the gallery. It renders for the news of its own project only. */
export function Cell({ id, cards, hidden = false }: CellProps) {
  const cell = useRef<HTMLDivElement>(null);
  const card = useMemo(() => <Card host={cards.hosts.create(id)} viewer={cards.viewer} />, [id, cards]);
  useLayoutEffect(() => {
    const el = cell.current;
    if (!el) return;
    const { films, hosts } = cards;
    const stop = films.observe(id, el, () => hosts.notify(id));
    const point = () => films.pointAt(id);
    const events = ["pointerenter", "focusin"];
    for (const event of events) el.addEventListener(event, point);
    return () => {
      stop();
      for (const event of events) el.removeEventListener(event, point);
    };
  }, [id, cards]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: hosts give an <li> a marker and margins of their own
    <div class="mh-cell" role="listitem" data-id={id} ref={cell} hidden={hidden}>
      {card}
    </div>
  );
}
