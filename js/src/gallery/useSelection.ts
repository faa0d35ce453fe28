import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { GalleryTraits, ProjectTraits } from "../model/traits";
import { hasFocus } from "../ui/focus";
import { isPlaying } from "./filmBudget";
import { type Moves, movesBetween } from "./moves";
import { cardOf, INITIAL_SELECTION, matches, PAGE_SIZE, type Selection, sortCards } from "./state";

/** What the visitor has chosen, and the projects that follow from it. */
export function useSelection(root: RefObject<HTMLElement | null>, traits: GalleryTraits) {
  const { cards, projects, starred, words } = traits;
  const stars = new Set(starred);
  const [selected, setSelected] = useState(INITIAL_SELECTION);
  const [turns, setTurns] = useState(0);
  const shown = useRef<string[]>([]);
  const known = useRef(projects);
  const moves = movesBetween(known.current, projects);

  const all = [...new Set(projects)].map((id) => cardOf(cards, id));
  const matching = sortCards(
    all.filter((card) => matches(card, selected, stars)),
    selected,
    stars,
    words.lang,
  );
  const pages = Math.ceil(matching.length / PAGE_SIZE) || 1;
  const selection = { ...selected, page: Math.min(selected.page, pages - 1) };
  const start = selection.page * PAGE_SIZE;
  const page = keepBusy(root.current, matching.slice(start, start + PAGE_SIZE), shown.current, all, moves);
  useLayoutEffect(() => {
    shown.current = page.map((card) => card.project_id);
    known.current = projects;
  });

  function select(part: Partial<Selection>) {
    // What was held on the page by a film or the focus is let go: this is what the visitor wants to see now.
    shown.current = [];
    if (part.page !== undefined) setTurns(turns + 1);
    setSelected({ ...selection, page: 0, ...part });
  }

  return { all, matching, page, pages, selection, select, turns, moves };
}

/** News alone takes no card away that plays or has the focus, also where it shows another project by now. */
function keepBusy(
  root: HTMLElement | null,
  page: ProjectTraits[],
  shown: string[],
  all: ProjectTraits[],
  moves: Moves,
) {
  const kept = [...page];
  for (const [index, id] of shown.entries()) {
    const card = all.find((each) => each.project_id === (moves.get(id) ?? id));
    if (!card || page.includes(card)) continue;
    const el = root?.querySelector(`[data-id="${id}"]`);
    if (el && (isPlaying(el) || hasFocus(el))) kept.splice(index, 0, card);
  }
  return kept;
}
