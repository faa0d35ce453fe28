// Second, smaller lines: trouble with the connection, trouble where no stage can tell it, and what the last action did.

import type { Scene } from "./card";
import type { Tree } from "./dom";
import { words } from "./parts";
import { problemOf, say } from "./problem";
import { fill, text } from "./text";

export function lines(scene: Scene): Tree {
  const { state, reason, next_attempt_at } = scene.watch;
  const problem = (scene.film || !scene.project_id) && problemOf(scene);
  const notice = scene.notice;
  const again = fill(text.reconnecting, Math.max(0, Math.ceil((next_attempt_at ?? 0) - scene.now / 1000)));
  return [
    "div",
    {},
    !scene.connected && words("note", say("alert", text.offline, text.offlineHint)),
    scene.connected && state === "retrying" && words("note", { tone: "alert", message: `${again}: ${reason}` }),
    // A live region has to be there before its words are. The countdown is in none, as it changes every second.
    [
      "div",
      { "aria-live": "polite" },
      problem && words("note", problem),
      notice && words("note", { ...notice, tone: notice.tone === "info" ? "complete" : "error" }),
    ],
  ];
}
