// What stands in the way of a film, in words: a title, the next step, and the code in small. Pure.

import type { Icon } from "./icons";
import { type Fault, isHalted, isWaiting, outputsOf, type Scene } from "./state";
import { text } from "./text";

export type Tone = "" | "bad" | "warn" | "good";
export type Problem = { icon: Icon; tone: Tone; title: string; hint: string; code?: string };

export const say = (icon: Icon, title: string, hint: string, tone: Tone = ""): Problem => ({ icon, tone, title, hint });

const blame = (icon: Icon, tone: Tone, fault: Partial<Fault> | null | undefined): Problem => ({
  ...say(icon, fault?.message || text.failed, fault?.hint ?? "", tone),
  code: fault?.code ?? "",
});

/** The one problem worth showing, or null while a film plays or may still come. */
export function problemOf({ traits, connected }: Scene): Problem | null {
  const { status, error, details } = traits;
  if (status === "deleted") return say("hollow", text.deleted, text.deletedHint);
  if (status === "canceled") return say("bar", text.canceled, text.canceledHint, "warn");
  if (status === "error") return blame("cross", "bad", error ?? details.error);
  if (!connected) return say("plug", text.offline, text.offlineHint);
  // A wait that was halted keeps its bar, and says so there.
  const halted = isHalted(traits);
  if (isWaiting(traits) && halted) return null;
  if (error) return blame("alert", "warn", error);
  if (halted) return say("pause", text.paused, "");
  if (!status || isWaiting(traits) || outputsOf(traits).length) return null;
  if (status === "draft") return say("ring", text.draft, text.draftHint);
  return status === "complete"
    ? say("alert", text.noFilm, text.noFilmHint, "warn")
    : say("dot", text.unknown, text.unknownHint);
}
