// What stands in the way of a film, in words: what happened, the next step, and the code in small. Pure.

import { type Fault, playable, type State } from "./state";
import type { Words } from "./text";

/** `tone` names the mark and the colour: a status, or "alert" or "pause". */
export type Problem = Partial<Fault> & { tone: string };

/** What the table says of a status or a trouble. */
export const say = ({ says }: Pick<Words, "says">, about: string, tone = about): Problem => {
  const [message, hint] = says[about] as [string, string];
  return { tone, message, hint };
};

/** The one problem worth showing, or null while a film plays or may still come. */
export function problemOf(state: State): Problem | null {
  const { status, error, words } = state;
  if (/^(draft|canceled|deleted)$/.test(status)) return say(words, status);
  if (status === "error") return { ...say(words, status), ...error };
  if (error) return { ...error, tone: "alert" };
  if (state.watch.state === "paused") return say(words, "paused", "pause");
  return status === "complete" && !playable(state) ? say(words, status, "alert") : null;
}
