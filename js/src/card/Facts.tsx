import { fill } from "../i18n";
import { Button } from "../ui/Button";
import { age, amount, kind } from "./format";
import { aspectRatio, elapsedSeconds, outputsOf, type ProjectState } from "./state";
import type { CardProps } from "./types";

/** What is known of the film, as people read it; undefined for what isn't. */
export function factsOf({ details, words, now }: ProjectState) {
  const { type, width, height, start_seconds, end_seconds, fps, credits_charged } = details;
  const elapsed_s = elapsedSeconds(details, now);
  return {
    kind: type ? kind(type) : undefined,
    size: aspectRatio(details) ? fill(words.size, width ?? 0, height ?? 0) : undefined,
    length: end_seconds ? amount(words, "seconds", end_seconds - (start_seconds ?? 0)) : undefined,
    fps: fps ? amount(words, "fps", fps) : undefined,
    credits: credits_charged != null ? amount(words, "credits", credits_charged) : undefined,
    age: elapsed_s >= 0 ? age(words, elapsed_s) : undefined,
  };
}

/** One quiet line of what is known, and the choice between the outputs. */
export function Facts({ state, view, actions }: CardProps) {
  const { words } = state;
  const known = Object.values(factsOf(state)).filter((fact) => fact !== undefined);
  const outputs = outputsOf(state);
  if (known.length === 0) return null;
  return (
    <div class="mh-facts">
      <span>{known.join(words.dot)}</span>
      {outputs.length > 1 &&
        outputs.map((_, output) => (
          <Button
            key={output}
            variant="option"
            label={fill(words.output, output + 1)}
            pressed={output === view.output}
            onClick={() => actions.selectOutput(output)}
          />
        ))}
    </div>
  );
}
