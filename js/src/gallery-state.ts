// What the kernel tells a gallery, what its visitor has chosen, and what follows from the two. Pure: no DOM here.

import { amount, clock, kind } from "./format";
import type { ToKernel } from "./messages";
import { elapsedOf, type Fault, isWaiting, type Notice, nameOf, outputsOf, type State, type Traits } from "./state";
import { fill, type GalleryWords } from "./text";

/** What the kernel knows of one project, under the names that the traits of a card have. */
export type Card = Omit<Traits, "allow_delete" | "allow_save" | "editable" | "save_label" | "words">;

/** The synced traits, from the kernel to the view only; a Python test holds these names against the gallery's. */
export type GalleryTraits = {
  projects: string[];
  cards: Record<string, Card>;
  changed: Record<string, Card>;
  refused: (Fault & { project: string })[];
  transfer: { kind: "save"; done: number; failed: number; total: number } | null;
  notice: Notice | null;
  allow_delete: boolean;
  allow_save: boolean;
  save_label: string;
  columns: "auto" | number;
  words: GalleryWords;
};

export const GALLERY_TRAITS = [
  "projects",
  "cards",
  "changed",
  "refused",
  "transfer",
  "notice",
  "allow_delete",
  "allow_save",
  "save_label",
  "columns",
  "words",
] as const satisfies (keyof GalleryTraits)[];

export type ToGallery =
  | (ToKernel & { project: string })
  | { kind: "save_all"; projects?: string[] }
  | { kind: "cancel_all" };

/** A project of which the kernel has said nothing yet. */
export const idle = (project_id: string) =>
  ({ project_id, status: "", details: {}, watch: { state: "watching" } }) as unknown as Card;

export type Column = "name" | "status" | "kind" | "size" | "length" | "credits" | "age";
/** What the visitor has chosen. It never travels. */
export type Choice = {
  /** null is all of them, as "" is a status, too. */
  status: string | null;
  type: string;
  order: Column | "given";
  down: boolean;
  page: number;
  table: boolean;
};
export const FIRST: Choice = { status: null, type: "", order: "given", down: false, page: 0, table: false };

export const PAGE_SIZE = 100;

/** What moves comes first, what needs nobody any more last; a word that the API may learn later stands between. */
const STATUSES = ["rendering", "queued", "", "?", "complete", "error", "canceled", "draft", "deleted"];
const rank = (status: string) => (STATUSES.indexOf(status) + 1 || STATUSES.indexOf("?") + 1) - 1;

/** The status to count and to choose by: what could not be looked up has none, and isn't being looked up any more. */
const standing = ({ status, error }: Card) => status || (error ? "stopped" : "");

/** How many have which status, in their order. */
export function countsOf(cards: Card[]): [status: string, count: number][] {
  const counts = new Map<string, number>();
  for (const status of cards.map(standing)) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The kinds there are, as people read them. */
export const typesOf = (cards: Card[]): Record<string, string> =>
  Object.fromEntries(cards.flatMap(({ details: { type } }) => (type ? [[type, kind(type)]] : [])));

export const isShown = (card: Card, choice: Choice) =>
  (choice.status === null || choice.status === standing(card)) && (!choice.type || choice.type === card.details.type);

const asTraits = (card: Card) => card as Traits;

/** What a column is sorted by; undefined where it isn't known. */
const VALUES: Record<Column, (card: Card) => string | number | undefined> = {
  name: (card) => nameOf(asTraits(card)),
  status: (card) => rank(standing(card)),
  kind: ({ details: { type } }) => (type ? kind(type) : undefined),
  size: ({ details: { width, height } }) => (width && height && width > 0 ? width * height : undefined),
  length: ({ details: { start_seconds, end_seconds } }) =>
    end_seconds ? end_seconds - (start_seconds ?? 0) : undefined,
  credits: ({ details }) => details.credits_charged ?? undefined,
  // The youngest first.
  age: ({ details }) => -Date.parse(details.created_at ?? "") || undefined,
};

/** In the order chosen; equals keep the given one, and what isn't known comes last either way. */
export function ordered(cards: Card[], { order, down }: Choice, lang: string): Card[] {
  if (order === "given") return cards;
  const { compare } = new Intl.Collator(lang, { numeric: true });
  const value = VALUES[order];
  return [...cards].sort((left, right) => {
    const [a, b] = [value(left), value(right)];
    if (a === undefined || b === undefined) return +(a === undefined) - +(b === undefined);
    const difference = typeof a === "string" ? compare(a, b as string) : a - (b as number);
    return down ? -difference : difference;
  });
}

/** Seconds until the first of those that render is usually finished; undefined where none says so. */
export function nextOf(cards: Card[], now: number): number | undefined {
  const left = cards
    .filter((card) => isWaiting(asTraits(card)) && card.estimate)
    .map((card) => (card.estimate?.usual_s ?? 0) - elapsedOf({ ...card, now } as State))
    .filter((seconds) => seconds > 0);
  return left.length ? Math.min(...left) : undefined;
}

/** "12 finished, 3 rendering (next in about 0:40), 1 failed, 2,450 credits" */
export function summaryOf(cards: Card[], words: GalleryWords, now: number): string {
  const { counts, next, comma } = words.gallery;
  const soon = nextOf(cards, now);
  const credits = cards.reduce((sum, { details }) => sum + (details.credits_charged ?? 0), 0);
  const finished = ([status]: [string, number]) => +(status !== "complete");
  let told = soon === undefined;
  const parts = countsOf(cards)
    .sort((a, b) => finished(a) - finished(b))
    .map(([status, count]) => {
      const part = fill((counts as Record<string, string>)[status] ?? `# ${status}`, count);
      // Said once, of the first that may be the next.
      if (told || !isWaiting({ status } as Traits)) return part;
      told = true;
      return part + fill(next, clock(soon as number));
    });
  return [...parts, ...(credits ? [amount(words, "credits", credits)] : [])].join(comma);
}

/** Films that have something to load. */
export const hasFilm = (card: Card) => /video|image|audio/.test(outputsOf(asTraits(card))[0]?.media ?? "");

export type Place = { id: string; playing: boolean; eligible: boolean; distance: number };

/** The few that may hold their films: what plays now first, then the nearest. */
export const nearest = (places: Place[], most: number): Set<string> =>
  new Set(
    places
      .filter(({ playing, eligible }) => playing || eligible)
      .sort((a, b) => +b.playing - +a.playing || a.distance - b.distance)
      .slice(0, most)
      .map(({ id }) => id),
  );
