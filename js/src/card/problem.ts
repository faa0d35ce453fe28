// What stands in the way of a film, in words: what happened, the next step, and the code in small. Pure.

import type { Problem } from "../ui/Message";
import { type CardState, playableKind } from "./state";
import type { Shown } from "./viewer";

/** What the table says of a status or a trouble. */
export function describe(says: Record<string, string[]>, topic: string, tone = topic): Problem {
  const [message = "", hint = ""] = says[topic] ?? [];
  return { tone, message, hint };
}

/** After these nothing plays, and nothing more comes. */
const WITHOUT_FILM = new Set(["draft", "canceled", "deleted"]);

/** The one problem worth showing, or null while a film plays or may still come. */
export function problemOf(state: CardState, output: number): Problem | null {
  const { status, error, watch } = state;
  const { says } = state.words;
  if (WITHOUT_FILM.has(status)) return describe(says, status);
  if (status === "error") return { ...describe(says, status), ...error };
  if (error) return { ...error, tone: "alert" };
  if (watch.state === "paused") return describe(says, "paused", "pause");
  if (status === "complete" && !playableKind(state, output)) return describe(says, status, "alert");
  return null;
}

/** Whether the player has the stage: then words about trouble go beneath it. */
export const showsFilm = <S extends Shown>(player: S | null): player is S =>
  player !== null && player.state !== "failed";
