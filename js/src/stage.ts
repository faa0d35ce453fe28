// The box in the film's own shape: the wait, then the film, or the words for why there is none.

import type { Scene } from "./card";
import { h } from "./dom";
import { button, words } from "./parts";
import { problemOf, say } from "./problem";
import { wait } from "./progress";
import { isWaiting, outputsOf, ratioOf } from "./state";
import { text } from "./text";

export function stage(scene: Scene) {
  const { player, film, connected, view } = scene;
  const file = connected && outputsOf(scene)[view.output]?.media === "file";
  const problem = film
    ? null
    : player
      ? say("alert", text.cannotPlay, player.reason, "warn")
      : file
        ? say("down", text.file, text.fileHint)
        : problemOf(scene);
  return h(
    "div.stage",
    {
      "data-free": problem && !ratioOf(scene),
      "data-loading": connected && (film ? player?.state !== "fine" : !problem && scene.status !== "queued"),
    },
    h(
      "div.frame",
      {},
      film && player?.media,
      !problem && isWaiting(scene) && wait(scene),
      problem &&
        words(
          "message",
          problem,
          player &&
            connected &&
            h(
              "div.row",
              {},
              button("plain", text.again, () => player.start(true)),
              player.media.src &&
                h("a.plain", { href: player.media.src, target: "_blank", rel: "noreferrer noopener" }, text.open),
            ),
        ),
    ),
  );
}
