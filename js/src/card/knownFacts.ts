// What is known of a project, as people read it. Pure.

import { fill } from "../i18n";
import { age, amount, kind } from "./format";
import { aspectRatio, elapsedSeconds, type ProjectState } from "./state";

export const FACTS = ["kind", "size", "length", "fps", "credits", "age", "known"] as const;

/** Undefined is what isn't known. */
export type KnownFacts = { [name in (typeof FACTS)[number]]: string | undefined };

export function factsOf({ details, words, now, watch }: ProjectState): KnownFacts {
  const { type, width, height, start_seconds, end_seconds, fps, credits_charged } = details;
  const elapsed_s = elapsedSeconds(details, now);
  return {
    kind: type ? kind(type) : undefined,
    size: aspectRatio(details) ? fill(words.size, width ?? 0, height ?? 0) : undefined,
    length: end_seconds ? amount(words, "seconds", end_seconds - (start_seconds ?? 0)) : undefined,
    fps: fps ? amount(words, "fps", fps) : undefined,
    credits: credits_charged != null ? amount(words, "credits", credits_charged) : undefined,
    age: elapsed_s >= 0 ? age(words, elapsed_s) : undefined,
    // What another kernel saw some time ago, until a fresh answer is there.
    known: watch.known_at ? age(words, now / 1000 - watch.known_at) : undefined,
  };
}
