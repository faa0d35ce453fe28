// What the visitor of a gallery has chosen, and what follows from that and the projects. Pure: no DOM here.

import { amount, clock, kind } from "../card/format";
import { displayName, elapsedSeconds, isInProgress, knownKind } from "../card/state";
import { fill, type GalleryWords } from "../i18n";
import type { GalleryTraits, ProjectTraits } from "../model/traits";
import { own } from "../own";

/** What the kernel says of one project; of one that it has said nothing of yet, that it is being looked up. */
export const cardOf = (cards: GalleryTraits["cards"], project_id: string): ProjectTraits =>
  own(cards, project_id, null) ?? {
    project_id,
    status: "",
    details: {},
    error: null,
    watch: { state: "watching", reason: "", next_attempt_at: null },
    transfer: null,
    estimate: null,
    notice: null,
  };

export const COLUMNS = ["name", "status", "kind", "size", "length", "credits", "age"] as const;
export type Column = (typeof COLUMNS)[number];

/** What the visitor has chosen. It never travels. */
export type Selection = {
  /** null is all of them, as "" is a status, too. */
  status: string | null;
  kind: string;
  type: string;
  sortBy: Column | "given" | "starred";
  descending: boolean;
  page: number;
  view: "cards" | "table";
  starred: boolean;
};

export const INITIAL_SELECTION: Selection = {
  status: null,
  kind: "",
  type: "",
  sortBy: "given",
  descending: false,
  page: 0,
  view: "cards",
  starred: false,
};

export const PAGE_SIZE = 100;

/** What moves comes first, what needs nobody any more last; a word that the API may learn later stands at "?". */
const STATUS_ORDER = ["rendering", "queued", "", "?", "complete", "error", "canceled", "draft", "deleted"];

function statusRank(status: string): number {
  const rank = STATUS_ORDER.indexOf(status);
  return rank === -1 ? STATUS_ORDER.indexOf("?") : rank;
}

/** The status to count and to filter by: what could not be looked up has none, and isn't being looked up any more. */
const effectiveStatus = ({ status, error }: ProjectTraits) => status || (error ? "stopped" : "");

/** How many have which status, in their order. */
export function countByStatus(cards: ProjectTraits[]): [status: string, count: number][] {
  const counts = new Map<string, number>();
  for (const status of cards.map(effectiveStatus)) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => statusRank(a) - statusRank(b) || (a < b ? -1 : 1));
}

/** The kinds there are, as people read them. */
export const typeLabels = (cards: ProjectTraits[]): Record<string, string> =>
  Object.fromEntries(cards.flatMap(({ details: { type } }) => (type ? [[type, kind(type)]] : [])));

export const matches = (card: ProjectTraits, { status, kind, type, starred }: Selection, stars: ReadonlySet<string>) =>
  (!starred || stars.has(card.project_id)) &&
  (status === null || status === effectiveStatus(card)) &&
  (!kind || kind === knownKind(card)) &&
  (!type || type === card.details.type);

/** What a column is sorted by; undefined where it isn't known. */
const SORT_VALUES: Record<Column, (card: ProjectTraits) => string | number | undefined> = {
  name: displayName,
  status: (card) => statusRank(effectiveStatus(card)),
  kind: ({ details: { type } }) => (type ? kind(type) : undefined),
  size: ({ details: { width, height } }) => (width && height && width > 0 ? width * height : undefined),
  length: ({ details: { start_seconds, end_seconds } }) =>
    end_seconds ? end_seconds - (start_seconds ?? 0) : undefined,
  credits: ({ details }) => details.credits_charged ?? undefined,
  // The youngest first.
  age: ({ details }) => -Date.parse(details.created_at ?? "") || undefined,
};

/** In the order chosen; equals keep the given one, and what isn't known comes last either way. */
export function sortCards(
  cards: ProjectTraits[],
  { sortBy, descending }: Selection,
  stars: ReadonlySet<string>,
  lang: string,
): ProjectTraits[] {
  if (sortBy === "given") return cards;
  if (sortBy === "starred") {
    return [...cards].sort((a, b) => Number(stars.has(b.project_id)) - Number(stars.has(a.project_id)));
  }
  const { compare } = new Intl.Collator(lang, { numeric: true });
  const value = SORT_VALUES[sortBy];
  return [...cards].sort((left, right) => {
    const [a, b] = [value(left), value(right)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    const difference = typeof a === "number" && typeof b === "number" ? a - b : compare(`${a}`, `${b}`);
    return descending ? -difference : difference;
  });
}

/** Seconds until the first of those that render is usually finished; undefined where none says so. */
export function nextFinish(cards: ProjectTraits[], now: number): number | undefined {
  const left = cards
    .filter(({ status, estimate }) => isInProgress(status) && estimate)
    .map(({ estimate, details }) => (estimate?.usual_s ?? 0) - elapsedSeconds(details, now))
    .filter((seconds) => seconds > 0);
  return left.length ? Math.min(...left) : undefined;
}

/** "12 finished, 3 rendering (next in about 0:40), 1 failed, 2,450 credits" */
export function summaryOf(cards: ProjectTraits[], words: GalleryWords, now: number): string {
  const { next, comma, counts } = words.gallery;
  const next_s = nextFinish(cards, now);
  const credits = cards.reduce((sum, { details }) => sum + (details.credits_charged ?? 0), 0);
  const finishedFirst = countByStatus(cards).sort(([a], [b]) => Number(b === "complete") - Number(a === "complete"));
  // Said once, of the first that may be the next.
  const nextStatus = finishedFirst.find(([status]) => isInProgress(status))?.[0];
  const parts = finishedFirst.map(([status, count]) => {
    const part = fill(own(counts, status, `# ${status}`), count);
    return status === nextStatus && next_s !== undefined ? part + fill(next, clock(next_s)) : part;
  });
  if (credits) parts.push(amount(words, "credits", credits));
  return parts.join(comma);
}
