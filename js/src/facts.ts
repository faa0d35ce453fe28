// One quiet line of what is known of the film, and the choice between its outputs.

import type { Context } from "./card";
import { attr, h, put, show } from "./dom";
import { age, kind, length, number } from "./format";
import { type Details, elapsedOf, hasFilm, outputsOf, type Scene } from "./state";
import { text } from "./text";

/** "Face swap · 512 × 960 · 15 s · 30 fps · 450 credits · 3 min ago"; what isn't known is left out. */
export function factsOf(details: Details, now: number): string {
  const { type, width, height, start_seconds, end_seconds, fps, credits_charged } = details;
  const seconds = (end_seconds ?? 0) - (start_seconds ?? 0);
  const since = elapsedOf(details, now);
  const parts = [
    type && kind(type),
    width && height && width > 0 && height > 0 && `${width} × ${height}`,
    seconds > 0 && length(seconds),
    fps && fps > 0 && text.fps(number(fps)),
    typeof credits_charged === "number" && credits_charged >= 0 && text.credits(number(credits_charged)),
    since !== null && age(since),
  ];
  // Lines break between facts only, and never before a dot.
  return parts
    .filter(Boolean)
    .map((part) => String(part).replaceAll(" ", "\u00a0"))
    .join("\u00a0· ");
}

export function createFacts({ view, schedule }: Context) {
  const line = h("div", "line", { dir: "auto" });
  const choice = h("div", "choice", { role: "group", "aria-label": text.outputs });
  const el = h("div", "facts", {}, line, choice);

  function update(scene: Scene) {
    const { details } = scene.traits;
    put(line, factsOf(details, scene.now));
    const made = new Date(details.created_at ?? "");
    attr(line, "title", Number.isNaN(made.getTime()) ? "" : made.toLocaleString());
    const count = hasFilm(scene.traits) ? outputsOf(scene.traits).length : 0;
    if (view.output >= count) view.output = 0;
    choose(count);
    show(choice, count > 1);
    show(el, count > 1 || line.textContent !== "");
  }

  function choose(count: number) {
    while (choice.children.length > count) choice.lastElementChild?.remove();
    while (choice.children.length < count) choice.append(option(choice.children.length));
    [...choice.children].forEach((node, index) => {
      attr(node, "aria-label", text.output(index + 1, count));
      attr(node, "aria-pressed", String(index === view.output));
    });
  }

  function option(index: number) {
    const node = h("button", "option", { type: "button" }, String(index + 1));
    node.addEventListener("click", () => {
      view.output = index;
      schedule();
    });
    return node;
  }

  return { el, update };
}
