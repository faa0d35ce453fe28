import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { Button } from "../ui/Button";
import type { Moves } from "./moves";
import { Row } from "./Row";
import { COLUMNS, type Column, type Selection } from "./state";
import type { GalleryProps } from "./types";

/** Up, down, and as it was given. */
function nextOrder(column: Column, { sortBy, descending }: Selection): Partial<Selection> {
  if (column !== sortBy) return { sortBy: column, descending: false };
  return descending ? { sortBy: "given", descending: false } : { sortBy, descending: true };
}

function HeaderRow({ state: { words }, selection, select }: GalleryProps) {
  return (
    <tr>
      {/* The stars need no name above them: each has its own. */}
      <td />
      {COLUMNS.map((column) => (
        <th
          key={column}
          class={`mh-${column}`}
          scope="col"
          aria-sort={column === selection.sortBy ? (selection.descending ? "descending" : "ascending") : undefined}
        >
          <Button
            variant="quiet"
            label={words.gallery.columns[column]}
            onClick={() => select(nextOrder(column, selection))}
          />
        </th>
      ))}
    </tr>
  );
}

type TableProps = GalleryProps & { listRef: RefObject<HTMLTableElement | null>; open: OpenRows };

/** The same projects as rows: what is known of each at a glance, and its card beneath it when it is opened. */
export function Table({ listRef, open, ...props }: TableProps) {
  const { state, page, cards, comparison } = props;
  return (
    <table class="mh-table" tabIndex={-1} ref={listRef}>
      <thead>
        <HeaderRow {...props} />
      </thead>
      {page.map((card) => (
        <MemoRow
          key={card.project_id}
          card={card}
          state={state}
          open={open.has(card.project_id)}
          onToggle={open.toggle}
          cards={cards}
          comparison={comparison}
        />
      ))}
    </table>
  );
}

/** Renders a row for its own news only, and once a minute for the age. */
function MemoRow(props: Parameters<typeof Row>[0]) {
  const { card, open, state, comparison } = props;
  const minute = Math.floor(state.now / 60_000);
  return useMemo(
    () => <Row {...props} />,
    [card, open, minute, state.connected, state.words, state.starred, comparison.chosen],
  );
}

export type OpenRows = ReturnType<typeof useOpenRows>;

/** The rows whose cards are open, also while the gallery shows cards; that of a moved card stays open. */
export function useOpenRows(moves: Moves) {
  const [stored, setIds] = useState<ReadonlySet<string>>(new Set());
  const ids = moves.size ? new Set([...stored].map((id) => moves.get(id) ?? id)) : stored;
  useLayoutEffect(() => setIds(ids), [ids]);
  return {
    has: (id: string) => ids.has(id),
    toggle(id: string) {
      setIds((open) => {
        const next = new Set(open);
        if (!next.delete(id)) next.add(id);
        return next;
      });
    },
  };
}
