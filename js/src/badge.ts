// The render's status in a word, a mark and a colour. The only live region that speaks of it.

import { attr, h, put, show } from "./dom";
import { type IconName, icon, setIcon } from "./icons";
import type { Scene } from "./state";
import { text } from "./text";

/** A word the API may learn later has a dot and stays as it is. */
const MARKS: Record<string, IconName> = {
  draft: "dot",
  queued: "ring",
  rendering: "pulse",
  complete: "check",
  error: "cross",
  canceled: "bar",
  deleted: "hollow",
};

export function createBadge() {
  const mark = icon("dot");
  // Lower case, as the API writes it; the stylesheet lifts the first letter.
  const word = h("span", "word", { role: "status" });
  const el = h("span", "badge", {}, mark, word);

  function update({ traits, connected }: Scene) {
    const { status, project_id, error } = traits;
    setIcon(mark, MARKS[status] ?? "dot");
    attr(el, "data-tone", status || "none");
    attr(el, "data-live", connected && traits.watch.state === "watching");
    put(word, project_id && (status || (error || !connected ? text.stopped : text.looking)));
    show(el, project_id !== "");
  }

  return { el, update };
}
