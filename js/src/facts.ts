// One quiet line of what is known of the film, and the choice between its outputs.

import type { Scene } from "./card";
import type { Child } from "./dom";
import { age, kind, rounded } from "./format";
import { button } from "./parts";
import { elapsedOf, outputsOf, ratioOf, type State } from "./state";
import { fill, text } from "./text";

/** "Face swap · 512 × 960 · 15 s · 30 fps · 450 credits · 3 min ago"; what isn't known is left out. */
export function factsOf(state: State): string {
  const { type, width, height, start_seconds, end_seconds, fps, credits_charged } = state.details;
  const since = elapsedOf(state);
  return [
    type && kind(type),
    ratioOf(state) && `${width}\u00a0×\u00a0${height}`,
    end_seconds && fill(text.seconds, rounded(end_seconds - (start_seconds ?? 0))),
    fps && fill(text.fps, rounded(fps)),
    credits_charged != null && fill(text.credits, credits_charged.toLocaleString()),
    since >= 0 && age(since),
  ]
    .filter(Boolean)
    .join("\u00a0· ");
}

export function facts(scene: Scene): Child {
  const known = factsOf(scene);
  const outputs = outputsOf(scene);
  return (
    known && [
      "div.facts",
      {},
      ["span", {}, known],
      ...(outputs[1] ? outputs : []).map((_, output) =>
        button(
          "option",
          fill(text.output, output + 1),
          () => scene.change({ output }),
          false,
          "",
          `${output === scene.view.output}`,
        ),
      ),
    ]
  );
}
