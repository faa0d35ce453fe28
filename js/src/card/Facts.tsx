import { fill } from "../i18n";
import { Button } from "../ui/Button";
import { age, amount, kind } from "./format";
import { aspectRatio, elapsedSeconds, outputsOf, type ProjectState } from "./state";
import type { CardProps } from "./types";

const FACTS = ["kind", "size", "length", "fps", "credits", "age", "known"] as const;

/** What is known of the film, as people read it; undefined for what isn't. */
export function factsOf({ details, words, now, watch }: ProjectState) {
  const { type, width, height, start_seconds, end_seconds, fps, credits_charged } = details;
  const elapsed_s = elapsedSeconds(details, now);
  return {
    kind: type ? kind(type) : undefined,
    size: aspectRatio(details) ? fill(words.size, width ?? 0, height ?? 0) : undefined,
    length: end_seconds ? amount(words, "seconds", end_seconds - (start_seconds ?? 0)) : undefined,
    fps: fps ? amount(words, "fps", fps) : undefined,
    credits: credits_charged != null ? amount(words, "credits", credits_charged) : undefined,
    age: elapsed_s >= 0 ? age(words, elapsed_s) : undefined,
    // What another kernel saw some time ago, until a fresh answer is there.
    known: watch.known_at ? age(words, now / 1000 - watch.known_at) : undefined,
  };
}

/** What is known: one quiet line, or a short table beside a portrait film; and the choice between the outputs. */
export function Facts({ state, view, actions }: CardProps) {
  const { words } = state;
  const facts = factsOf(state);
  const known = FACTS.filter((name) => facts[name] !== undefined);
  const outputs = outputsOf(state);
  if (known.length === 0) return null;
  return (
    <div class="mh-facts">
      <dl>
        {known.map((name) => (
          <div key={name}>
            <dt>{words.facts[name]}</dt>
            <dd>{facts[name]}</dd>
          </div>
        ))}
      </dl>
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
