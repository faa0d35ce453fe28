// What stands in the way of a film, in words: one title, the next step, and the code in small. Pure.

import type { IconName } from "./icons";
import { deadlinePassed, hasFilm, isWaiting, type Scene } from "./state";
import { text } from "./text";

export type Tone = "quiet" | "bad" | "warn";
export type Problem = { icon: IconName; tone: Tone; title: string; hint: string; code: string };

const quiet = (icon: IconName, title: string, hint: string): Problem => ({
  icon,
  tone: "quiet",
  title,
  hint,
  code: "",
});

/** The one problem worth showing, or null while a film plays or may still come. */
export function problemOf({ traits, connected }: Scene): Problem | null {
  const { status, error, watch, details } = traits;
  if (status === "deleted") return quiet("hollow", text.deleted, text.deletedHint);
  if (status === "canceled") return { ...quiet("bar", text.canceled, text.canceledHint), tone: "warn" };
  if (status === "error") {
    const own = error ?? details.error;
    return {
      icon: "cross",
      tone: "bad",
      title: own?.message || text.failed,
      hint: own?.hint ?? "",
      code: own?.code ?? "",
    };
  }
  if (!connected) return quiet("plug", text.offline, text.offlineHint);
  // A wait that has been halted keeps its bar and says so there.
  const halted = watch.state === "paused" || deadlinePassed(traits);
  if (isWaiting(status) && halted) return null;
  if (error) {
    return { icon: halted ? "clock" : "alert", tone: "warn", title: error.message, hint: error.hint, code: error.code };
  }
  if (halted) return quiet("pause", text.pausedTitle, text.pausedHint);
  if (status === "" || isWaiting(status) || hasFilm(traits)) return null;
  if (status === "draft") return quiet("file", text.draft, text.draftHint);
  if (status === "complete") return { ...quiet("alert", text.noFilm, text.noFilmHint), tone: "warn" };
  return quiet("dot", text.unknown, text.unknownHint);
}
