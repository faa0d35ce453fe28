// Second, smaller lines: trouble with the connection, trouble while a film has the stage, and what the last action did.

import type { Scene } from "./card";
import { h } from "./dom";
import { words } from "./parts";
import { blame, problemOf, say } from "./problem";
import { text } from "./text";

export function lines(scene: Scene) {
  const { state, reason, next_attempt_at } = scene.watch;
  const problem = scene.film && problemOf(scene);
  const notice = scene.notice ?? scene.view.notice;
  const seconds = Math.ceil((next_attempt_at ?? 0) - scene.now / 1000);
  const again = text.reconnecting + (seconds > 0 ? text.inSeconds(seconds) : "");
  return h(
    "div.lines",
    {},
    scene.connected && state === "retrying" && words("note", say("plug", `${again}: ${reason}`, "", "warn")),
    problem && words("note", problem),
    // A live region has to be there before its words are. The countdown is in none, as it changes every second.
    h(
      "div",
      { "aria-live": "polite" },
      notice &&
        words(
          "note",
          notice.tone === "info" ? say("check", notice.message, notice.hint, "good") : blame("alert", notice, "bad"),
        ),
    ),
  );
}
