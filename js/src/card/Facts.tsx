import { fill } from "../i18n";
import { Button } from "../ui/Button";
import { FACTS, type KnownFacts } from "./knownFacts";
import { outputsOf } from "./state";
import type { CardProps } from "./types";
import type { Shown } from "./viewer";

/** What is known: one quiet line, or a short table beside a portrait film; and the choice between the outputs. */
export function Facts({ state, view, actions, facts }: CardProps<Shown> & { facts: KnownFacts }) {
  const { words } = state;
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
