// One quiet line of what is known of the film, and the choice between its outputs.

import type { Scene } from "./card";
import { h } from "./dom";
import { age, kind, length, number } from "./format";
import { elapsedOf, outputsOf, ratioOf, type State } from "./state";
import { text } from "./text";

/** Face swap, 512 × 960, 15 s, 30 fps, 450 credits, 3 minutes ago; what isn't known is left out. */
export function factsOf(state: State): string[] {
  const { type, width, height, start_seconds, end_seconds, fps, credits_charged } = state.details;
  const seconds = (end_seconds ?? 0) - (start_seconds ?? 0);
  const since = elapsedOf(state);
  return [
    type && kind(type),
    ratioOf(state) && `${width} × ${height}`,
    seconds > 0 && length(seconds),
    fps && text.fps(number(fps)),
    credits_charged != null && text.credits(number(credits_charged)),
    since >= 0 && age(since),
  ].filter((fact) => typeof fact === "string" && fact !== "") as string[];
}

export function facts(scene: Scene) {
  const known = factsOf(scene);
  const outputs = outputsOf(scene);
  return (
    known[0] &&
    h(
      "div.facts",
      {},
      h("div.line", {}, ...known.map((fact) => h("span", {}, fact))),
      outputs[1] &&
        h(
          "div.choice",
          {},
          ...outputs.map((_, index) =>
            h(
              "button.option",
              {
                type: "button",
                "aria-label": text.output(index + 1, outputs.length),
                "aria-pressed": `${index === scene.view.output}`,
                onclick: () => scene.choose(index),
              },
              index + 1,
            ),
          ),
        ),
    )
  );
}
