// Cards that were moved to other projects: each keeps its place among the others, and the focus, and stays open.

import type { RefObject } from "preact";
import { INVOKER } from "../card/useCardView";
import { activeElement, useFocusRequest } from "../ui/focus";

/** From each project that went to the one that has taken its place. */
export type Moves = ReadonlyMap<string, string>;

/** What happened between two lists of a gallery's projects. */
export function movesBetween(before: string[], now: string[]): Moves {
  const moves = new Map<string, string>();
  if (before !== now && before.length === now.length) {
    for (const [place, id] of now.entries()) {
      const left = before[place] ?? id;
      if (!before.includes(id) && !now.includes(left)) moves.set(left, id);
    }
  }
  return moves;
}

/** The focus stays on a card that was moved: on the button that led to its field. */
export function useFocusOnMoved(root: RefObject<HTMLElement | null>, moves: Moves) {
  const requestFocus = useFocusRequest(root);
  // Read before the page changes, as in `useFocusRescue`.
  const cell = root.current && activeElement(root.current)?.closest("[data-id]");
  const moved = moves.get(cell?.getAttribute("data-id") ?? "");
  if (moved) requestFocus(`[data-id="${moved}"] ${INVOKER.project}`);
}
