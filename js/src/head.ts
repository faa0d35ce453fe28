// Badge, name, and the small tools that are always in reach.

import type { Scene } from "./card";
import type { Tree } from "./dom";
import { icon } from "./icons";
import { button } from "./parts";
import { nameOf, offersPause } from "./state";
import { text } from "./text";

/** The render's status in a word, a mark and a colour. The only live region that speaks of it. */
const badge = (scene: Scene): Tree => [
  "div.badge",
  { "data-tone": scene.status, "data-live": offersPause(scene) },
  icon(scene.status),
  // Lower case, as the API writes it; the stylesheet lifts the first letter.
  ["span", { role: "status" }, scene.status || (offersPause(scene) ? text.looking : text.stopped)],
];

export const head = (scene: Scene): Tree => [
  "div.head",
  {},
  badge(scene),
  ["div.name", { dir: "auto", title: `${nameOf(scene)}\n${scene.project_id}` }, nameOf(scene)],
  [
    "div.tools",
    {},
    offersPause(scene) && button("tool", text.pause, () => scene.act("pause"), false, "pause"),
    scene.connected &&
      button("tool", text.refresh, () => scene.act("refresh"), scene.view.busy === "refresh", "refresh"),
    button("tool", text.copy, scene.copy, false, scene.view.busy === "copy" ? "complete" : "copy"),
  ],
];
