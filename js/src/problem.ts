// What stands in the way of a film, in words: a title, the next step, and the code in small. Pure.

import type { Icon } from "./icons";
import { type Fault, isHalted, isWaiting, outputsOf, type State } from "./state";
import { text } from "./text";

export type Tone = "" | "bad" | "warn" | "good";
export type Problem = { icon: Icon; tone: Tone; title: string; hint: string; code: string | undefined };

export const say = (icon: Icon, title: string, hint: string, tone: Tone = "", code?: string): Problem => ({
  icon,
  title,
  hint,
  tone,
  code,
});

export const blame = (icon: Icon, fault: Partial<Fault> | null | undefined, tone: Tone) =>
  say(icon, fault?.message || text.failed, fault?.hint || "", tone, fault?.code);

/** The one problem worth showing, or null while a film plays or may still come. */
export function problemOf(state: State): Problem | null {
  const { status, error } = state;
  if (status === "deleted") return say("hollow", text.deleted, text.deletedHint);
  if (status === "canceled") return say("bar", text.canceled, text.canceledHint, "warn");
  if (status === "error") return blame("cross", error ?? state.details.error, "bad");
  if (!state.connected) return say("plug", text.offline, text.offlineHint);
  // A wait that was halted keeps its bar, and says so there.
  if (isWaiting(state) && isHalted(state)) return null;
  if (error) return blame("alert", error, "warn");
  if (isHalted(state)) return say("pause", text.paused, "");
  if (!status || isWaiting(state) || outputsOf(state)[0]) return null;
  if (status === "draft") return say("ring", text.draft, text.draftHint);
  return status === "complete"
    ? say("alert", text.noFilm, text.noFilmHint, "warn")
    : say("dot", text.unknown, text.unknownHint);
}
