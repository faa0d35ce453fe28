// The row of buttons, what takes its place during a transfer, and the question before a deletion.

import type { Scene } from "./card";
import type { Tree } from "./dom";
import { button } from "./parts";
import { moving } from "./progress";
import { nameOf, offersDelete, offersFilm, offersResume, offersRetry } from "./state";
import { fill } from "./text";

export function actions(scene: Scene): Tree {
  const { view, act, words: text } = scene;
  const transfer = scene.connected && scene.transfer;
  const verb = (look: "primary" | "plain", name: "resume" | "cancel" | "save") =>
    button(look, fill(text[name], scene.save_label), () => act(name));
  return [
    "div.row",
    {},
    offersResume(scene) && verb("primary", "resume"),
    offersRetry(scene) && button(offersResume(scene) ? "plain" : "primary", text.retry, () => act("resume")),
    ...(transfer
      ? [moving(scene, transfer), verb("plain", "cancel")]
      : [
          offersFilm(scene) && button("primary", text.download, scene.download, view.busy === "download"),
          offersFilm(scene) && scene.allow_save && verb("plain", "save"),
        ]),
    offersDelete(scene) && button("quiet", text.delete, () => scene.ask(true)),
  ];
}

export function question(scene: Scene): Tree {
  const { words: text } = scene;
  const busy = scene.view.busy === "delete";
  return [
    "div.row",
    {},
    ["p", { tabindex: -1, dir: "auto" }, fill(text.sure, nameOf(scene))],
    button("danger", text.forGood, () => scene.act("delete", { confirmed: true }), busy),
    // Cancel stands where Delete stood: a double click on Delete must not delete.
    !busy && button("plain", text.cancel, () => scene.ask(false)),
  ];
}
