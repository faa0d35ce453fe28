import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Card } from "../card/Card";
import type { CardHosts } from "./cardHosts";
import type { FilmBudget } from "./filmBudget";

type CellProps = { id: string; hosts: CardHosts; films: FilmBudget; hidden?: boolean; children?: ComponentChildren };

/** One card of the gallery. It renders for the news of its own project only. */
export function Cell({ id, hosts, films, hidden = false, children }: CellProps) {
  const cell = useRef<HTMLDivElement>(null);
  const card = useMemo(() => <Card host={hosts.create(id)} />, [id, hosts]);
  useLayoutEffect(() => {
    const el = cell.current;
    if (!el) return;
    const stop = films.observe(id, el, () => hosts.notify(id));
    const point = () => films.pointAt(id);
    const events = ["pointerenter", "focusin"];
    for (const event of events) el.addEventListener(event, point);
    return () => {
      stop();
      for (const event of events) el.removeEventListener(event, point);
    };
  }, [id, hosts, films]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: hosts give an <li> a marker and margins of their own
    <div class="mh-cell" role="listitem" data-id={id} ref={cell} hidden={hidden}>
      {children}
      {card}
    </div>
  );
}
