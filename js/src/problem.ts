// What stands in the way of a film, in words: what happened, the next step, and the code in small. Pure.

import { type Fault, playable, type State } from "./state";
import { ends, text } from "./text";

/** `tone` names the mark and the colour: a status, or "alert" or "pause". */
export type Problem = Partial<Fault> & { tone: string };

export const say = (tone: string, message: string, hint = ""): Problem => ({ tone, message, hint });

/** The one problem worth showing, or null while a film plays or may still come. */
export function problemOf(state: State): Problem | null {
  const { status, error } = state;
  const known = ends[status];
  if (known) return say(status, ...known);
  if (status === "error") return { ...say(status, text.failed), ...error };
  if (error) return { ...error, tone: "alert" };
  if (state.watch.state === "paused") return say("pause", text.paused, text.pausedHint);
  return status === "complete" && !playable(state) ? say("alert", text.nothing) : null;
}
