// The box in the film's own shape: the wait, then the film, or the words for why there is none.

import { button } from "./button";
import { h } from "./dom";
import { icon } from "./icons";
import type { Player } from "./player";
import { type Problem, problemOf, say } from "./problem";
import { wait } from "./progress";
import { isWaiting, outputsOf, ratioOf, type Scene } from "./state";
import { text } from "./text";

/** Whether the film has the stage, so that words about trouble go beneath it. */
export const filmOn = (player: Player | null): player is Player => !!player && player.state !== "failed";

export function stage(scene: Scene, player: Player | null) {
  const { traits, view, connected } = scene;
  const problem = filmOn(player) ? null : problemHere(scene, player);
  const loading = filmOn(player) ? player.state !== "fine" : !problem && traits.status !== "queued";
  return h(
    "div.stage",
    { "data-free": !!problem && !ratioOf(traits.details), "data-loading": loading && connected },
    h(
      "div.frame",
      {},
      filmOn(player) && player.media,
      !problem && isWaiting(traits) && wait(scene),
      problem && message(problem, connected ? player : null),
    ),
  );
}

function problemHere(scene: Scene, player: Player | null): Problem | null {
  if (player) return say("alert", text.cannotPlay, player.reason || text.otherWay, "warn");
  const file = scene.connected && outputsOf(scene.traits)[scene.view.output]?.media === "file";
  return file ? say("down", text.file, text.fileHint) : problemOf(scene);
}

const message = ({ icon: mark, tone, title, hint, code }: Problem, player: Player | null) =>
  h(
    "div.message",
    { "data-tone": tone },
    icon(mark),
    h("div.title", { dir: "auto", title }, title),
    h("div.sub", { dir: "auto", title: hint }, hint),
    h("code", {}, code),
    player &&
      h(
        "div.ways",
        {},
        button("plain", text.again, () => player.start(true)),
        player.url && h("a.plain", { href: player.url, target: "_blank", rel: "noreferrer noopener" }, text.open),
      ),
  );
