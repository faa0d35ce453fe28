// What is known of a project of any kind, as people read it. Pure.

import { amount } from "../card/format";
import { factsOf, type KnownFacts } from "../card/knownFacts";
import { kindOf, knownKind, outputsOf, type ProjectState } from "../card/state";
import type { Shown } from "../card/viewer";
import { fill } from "../i18n";

/** Pictures are counted, where a film has its size; the length of audio is known once its player knows it. */
export function factsOfAny(state: ProjectState, shown?: (Shown & { media?: HTMLElement }) | null): KnownFacts {
  const facts = factsOf(state);
  const { words, details } = state;
  const { kinds } = words;
  if (!kinds) return facts;
  const kind = kindOf(state);
  const count = details.image_count ?? outputsOf(state).length;
  const media = shown?.media;
  const length_s = media instanceof HTMLAudioElement ? Math.round(media.duration * 10) / 10 : 0;
  return {
    ...facts,
    // A row of a table has no stage that would say it. Before the first answer it is known of pictures and audio only.
    kind:
      shown === undefined && knownKind(state) ? [kinds.one[kind], facts.kind].filter(Boolean).join(" · ") : facts.kind,
    size: kind === "image" && count ? (count > 1 ? fill(kinds.pictures, count) : kinds.picture) : facts.size,
    length:
      kind === "audio" && Number.isFinite(length_s) && length_s ? amount(words, "seconds", length_s) : facts.length,
  };
}
