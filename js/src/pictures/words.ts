import { displayName } from "../card/state";
import { fill, type Words } from "../i18n";
import type { ProjectTraits } from "../model/traits";

export type KindWords = NonNullable<Words["kinds"]>;

/** What stands for a picture where it can't be seen: its place among the others, and the project's name. */
export const altOf = (words: KindWords, traits: ProjectTraits, output: number, count: number) =>
  count > 1 ? fill(words.alt, output + 1, count, displayName(traits)) : displayName(traits);
