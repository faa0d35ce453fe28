// The render's status in a word, a mark and a colour. The only live region that speaks of it.

import { h } from "./dom";
import { type Icon, icon } from "./icons";
import type { Scene } from "./state";
import { text } from "./text";

/** A word that the API may learn later has a dot and stays as it is. */
const MARKS: Record<string, Icon> = {
  queued: "ring",
  complete: "check",
  error: "cross",
  canceled: "bar",
  deleted: "hollow",
};

export function badge({ traits, connected }: Scene) {
  const { status, error, watch } = traits;
  return h(
    "div.badge",
    { "data-tone": status, "data-live": connected && watch.state === "watching" },
    icon(MARKS[status] ?? "dot"),
    // Lower case, as the API writes it; the stylesheet lifts the first letter.
    h("span.word", { role: "status" }, status || (error || !connected ? text.stopped : text.looking)),
  );
}
