// Second, smaller lines: trouble with the connection, trouble where no stage can tell it, and what the last action did.

import type { Scene } from "./card";
import type { Child, Tree } from "./dom";
import { words } from "./parts";
import { problemOf, say } from "./problem";
import type { State } from "./state";
import { fill } from "./text";

/** What the last action did. A live region has to be there before its words are. */
export const told = (notice: State["notice"], ...before: Child[]): Tree => [
  "div",
  { "aria-live": "polite" },
  ...before,
  notice && words("note", { ...notice, tone: notice.tone === "info" ? "complete" : "error" }),
];

export function lines(scene: Scene): Tree {
  const { state, reason, next_attempt_at } = scene.watch;
  const problem = (scene.film || !scene.project_id) && problemOf(scene);
  const { notice, words: text } = scene;
  const again = fill(text.reconnecting, Math.max(0, Math.ceil((next_attempt_at as number) - scene.now / 1000)));
  return [
    "div",
    {},
    scene.connected && state === "retrying" && words("note", { tone: "alert", message: `${again}: ${reason}` }),
    // The countdown is in no live region, as it changes every second.
    told(
      notice,
      // A gallery says for all of its cards what is true of all of them.
      !GALLERY && !scene.connected && words("note", say(text, "offline", "alert")),
      problem && words("note", problem),
    ),
  ];
}
