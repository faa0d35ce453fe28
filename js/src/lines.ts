// Second, smaller lines: trouble with the connection, trouble while a film has the stage, and what the last action did.

import { h } from "./dom";
import { icon } from "./icons";
import { type Problem, problemOf, say } from "./problem";
import type { Scene } from "./state";
import { text } from "./text";

export function lines(scene: Scene, film: boolean) {
  const { traits, view, connected, now } = scene;
  const { watch } = traits;
  const notice = traits.notice ?? view.notice;
  const bad = notice?.tone === "error";
  const again = text.reconnecting(Math.ceil((watch.next_attempt_at ?? 0) - now / 1000));
  return h(
    "div.lines",
    {},
    connected && watch.state === "retrying" && line(say("plug", `${again}: ${watch.reason}`, "", "warn")),
    film && line(problemOf(scene)),
    // A live region has to be there before its words are. The countdown is none, as it changes every second.
    h(
      "div",
      { "aria-live": "polite" },
      notice &&
        line({
          ...say(bad ? "alert" : "check", notice.message, notice.hint, bad ? "bad" : "good"),
          code: bad ? notice.code : "",
        }),
    ),
  );
}

const line = (said: Problem | null) =>
  said &&
  h(
    "div.note",
    { "data-tone": said.tone },
    icon(said.icon),
    h("span", { dir: "auto" }, `${said.title} ${said.hint}`),
    h("code", {}, said.code),
  );
