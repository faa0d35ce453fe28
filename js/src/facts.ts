// One quiet line of what is known of the film, and the choice between its outputs.

import { h } from "./dom";
import { age, kind, length, number } from "./format";
import { type Details, elapsedOf, outputsOf, ratioOf, type Scene } from "./state";
import { text } from "./text";

/** "Face swap · 512 × 960 · 15 s · 30 fps · 450 credits · 3 min ago"; what isn't known is left out. */
export function factsOf(details: Details, now: number): string {
  const { type, width, height, start_seconds, end_seconds, fps, credits_charged } = details;
  const seconds = (end_seconds ?? 0) - (start_seconds ?? 0);
  const since = elapsedOf(details, now);
  return (
    [
      type && kind(type),
      ratioOf(details) && `${width} × ${height}`,
      seconds > 0 && length(seconds),
      fps && text.fps(number(fps)),
      credits_charged != null && text.credits(number(credits_charged)),
      since >= 0 && age(since),
    ]
      .filter(Boolean)
      // Lines break between facts only, and never before a dot.
      .map((part) => `${part}`.replaceAll(" ", "\u00a0"))
      .join("\u00a0· ")
  );
}

export function facts({ traits, view, now }: Scene, choose: (output: number) => void) {
  const outputs = outputsOf(traits);
  const line = factsOf(traits.details, now);
  return (
    line &&
    h(
      "div.facts",
      {},
      h("div.line", { dir: "auto" }, line),
      outputs.length > 1 &&
        h(
          "div.choice",
          { role: "group", "aria-label": text.outputs },
          ...outputs.map((_, index) =>
            h(
              "button.option",
              {
                type: "button",
                "aria-label": text.output(index + 1, outputs.length),
                "aria-pressed": `${index === view.output}`,
                onclick: () => choose(index),
              },
              index + 1,
            ),
          ),
        ),
    )
  );
}
