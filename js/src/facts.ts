// One quiet line of what is known of the film, and the choice between its outputs.

import type { Scene } from "./card";
import type { Child } from "./dom";
import { age, amount, kind } from "./format";
import { button } from "./parts";
import { elapsedOf, outputsOf, ratioOf, type State } from "./state";
import { fill } from "./text";

/** "Face swap", "512 × 960", "15 s", "30 fps", "450 credits", "3 min ago"; nothing or a zero for what isn't known. */
export function factsOf(state: State) {
  const { words: text } = state;
  const { type, width, height, start_seconds, end_seconds, fps, credits_charged } = state.details;
  const since = elapsedOf(state);
  return [
    type && kind(type),
    ratioOf(state) && fill(text.size, width as number, height as number),
    end_seconds && amount(text, "seconds", end_seconds - (start_seconds ?? 0)),
    fps && amount(text, "fps", fps),
    credits_charged != null && amount(text, "credits", credits_charged),
    since >= 0 && age(text, since),
  ];
}

export function facts(scene: Scene): Child {
  const known = factsOf(scene).filter(Boolean).join(scene.words.dot);
  const outputs = outputsOf(scene);
  return (
    known && [
      "div.facts",
      {},
      ["span", {}, known],
      ...(outputs[1] ? outputs : []).map((_, output) =>
        button(
          "option",
          fill(scene.words.output, output + 1),
          () => scene.change({ output }),
          false,
          "",
          `${output === scene.view.output}`,
        ),
      ),
    ]
  );
}
