// Badge, name, and the small tools that are always in reach.

import type { Scene } from "./card";
import type { Tree } from "./dom";
import { icon } from "./icons";
import { button } from "./parts";
import { nameOf, offersPause, type State, statusOf } from "./state";

/** The render's status in a word, a mark and a colour. The only live region that speaks of it. */
export const badge = (scene: State, live = true): Tree => [
  "div.badge",
  { "data-tone": scene.status, "data-live": offersPause(scene) },
  icon(scene.status),
  // Lower case, as the API writes it; the stylesheet lifts the first letter.
  ["span", { role: live && "status" }, statusOf(scene)],
];

const tool = ({ words, view, act }: Scene, name: "pause" | "refresh") =>
  button("tool", words[name], () => act(name), view.busy === name, name);

export const head = (scene: Scene): Tree => [
  "div.head",
  {},
  badge(scene),
  ["div.name", { dir: "auto", title: `${nameOf(scene)}\n${scene.project_id}` }, nameOf(scene)],
  [
    "div.tools",
    {},
    offersPause(scene) && tool(scene, "pause"),
    scene.connected && tool(scene, "refresh"),
    button("tool", scene.words.copy, scene.copy, false, scene.view.busy === "copy" ? "complete" : "copy"),
  ],
];
