// Badge, name, and the small tools that are always in reach.

import type { Scene } from "./card";
import { h } from "./dom";
import { type Icon, icon } from "./icons";
import { tool } from "./parts";
import { nameOf } from "./state";
import { text } from "./text";

/** A word that the API may learn later has a dot and stays as it is. */
const MARKS: Record<string, Icon> = {
  queued: "ring",
  complete: "check",
  error: "cross",
  canceled: "bar",
  deleted: "hollow",
};

/** The render's status in a word, a mark and a colour. The only live region that speaks of it. */
const badge = ({ status, error, connected, watch }: Scene) =>
  h(
    "div.badge",
    { "data-tone": status, "data-live": connected && watch.state === "watching" },
    icon(MARKS[status] ?? "dot"),
    // Lower case, as the API writes it; the stylesheet lifts the first letter.
    h("span", { role: "status" }, status || (error || !connected ? text.stopped : text.looking)),
  );

export const head = (scene: Scene) =>
  h(
    "div.head",
    {},
    badge(scene),
    h("div.name", { dir: "auto", title: `${nameOf(scene)}\n${scene.project_id}` }, nameOf(scene)),
    h(
      "div.tools",
      {},
      scene.offers.pause && tool(text.pause, "pause", () => scene.act("pause")),
      scene.offers.refresh && tool(text.refresh, "refresh", () => scene.act("refresh"), scene.view.busy === "refresh"),
      tool(text.copy, scene.view.copied ? "check" : "copy", scene.copy),
      h("span.hear", { "aria-live": "polite" }, scene.view.copied && text.copied),
    ),
  );
