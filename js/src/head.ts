// Badge, name, and the small tools that are always in reach.

import { badge } from "./badge";
import { button } from "./button";
import type { Context } from "./card";
import { h } from "./dom";
import { nameOf, type Offers, type Scene } from "./state";
import { text } from "./text";

export function head(scene: Scene, offers: Offers, { act, copy, copied }: Context) {
  const { project_id, details } = scene.traits;
  return h(
    "div.head",
    {},
    badge(scene),
    h(
      "span.name",
      { dir: "auto", title: `${nameOf(scene.traits)}\n${project_id}`, "data-id": !details.name },
      nameOf(scene.traits),
    ),
    h(
      "div.tools",
      {},
      offers.pause && button("tool", text.pause, () => act({ kind: "pause" }), "pause"),
      offers.refresh &&
        button("tool", text.refresh, () => act({ kind: "refresh" }), "refresh", scene.view.busy === "refresh"),
      button("tool", text.copy, copy, copied() ? "check" : "copy"),
      h("span.hear", { "aria-live": "polite" }, copied() && text.copied),
    ),
  );
}
