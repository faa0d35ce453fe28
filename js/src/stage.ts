// The box in the film's own shape: the wait, then the film, or the words for why there is none.

import type { Scene } from "./card";
import type { Tree } from "./dom";
import { button, words } from "./parts";
import { problemOf, say } from "./problem";
import { renderBar, wait } from "./progress";
import { isWaiting, offersPause } from "./state";

/** Null where there is nothing to show, and nothing that may still come: without a kernel. */
export function stage(scene: Scene): Tree | null {
  const { player, film, connected, words: text } = scene;
  const problem = film ? null : player ? { ...say(text, "broken", "alert"), hint: player.reason } : problemOf(scene);
  const waiting = isWaiting(scene);
  if (!film && !problem && !connected) return null;
  return [
    "div.stage",
    { "data-loading": film ? film.state !== "fine" : !problem && !waiting && offersPause(scene) },
    [
      "div.frame",
      {},
      // Not before it has its link: who finds a player may press play, and a link that comes after would stop it.
      film?.media.src && film.media,
      !problem && waiting && wait(scene),
      // Heard as it happens, and apart from the clock.
      [
        "div",
        { "aria-live": "polite" },
        problem &&
          words(
            "message",
            problem,
            // A wait that was halted keeps its bar.
            waiting && renderBar(scene),
            connected &&
              player && [
                "div.row",
                {},
                button("plain", text.again, () => player.start(true)),
                player.link && [
                  "a.plain",
                  { href: player.link, target: "_blank", rel: "noreferrer noopener" },
                  text.open,
                ],
              ],
          ),
      ],
    ],
  ];
}
