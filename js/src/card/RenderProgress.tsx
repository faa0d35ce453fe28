import { fill } from "../i18n";
import { ProgressBar } from "../ui/ProgressBar";
import { clock } from "./format";
import { filledShare } from "./progress";
import { type CardState, elapsedSeconds } from "./state";

/** How far a render should be by now; one that was halted keeps it, too. */
export function RenderBar({ state, text = "" }: { state: CardState; text?: string }) {
  const usual_s = state.estimate?.usual_s;
  const elapsed_s = elapsedSeconds(state.details, state.now);
  const value = usual_s ? filledShare(elapsed_s, usual_s) || 0 : undefined;
  return <ProgressBar label={state.words.progress} value={value} text={text} />;
}

/** What stands on the stage while there is no film yet. */
export function RenderProgress({ state }: { state: CardState }) {
  const { estimate, words, details, now } = state;
  const elapsed_s = elapsedSeconds(details, now);
  const usual_s = estimate?.usual_s;
  const time = elapsed_s >= 0 ? clock(elapsed_s) : "";
  const rest = usual_s ? ` · ${elapsed_s > usual_s ? words.longer : fill(words.usually, clock(usual_s))}` : "";
  return (
    <div class="mh-wait">
      <div title={estimate?.source}>
        <b>{time}</b>
        {rest}
      </div>
      <RenderBar state={state} text={time + rest} />
    </div>
  );
}
