// Time elapsed against the time such renders usually take: no percentage is known, and none is claimed.

import { h } from "./dom";
import { bytes, clock } from "./format";
import { elapsedOf, isHalted, type State, type Transfer } from "./state";
import { text } from "./text";

/**
 * How much of the bar is filled after `elapsed_s` where `usual_s` is usual: straight to 0.8 at the usual time, then ever
 * slower towards 0.96, so that it never reaches the end before the film does.
 */
export function filled(elapsed_s: number, usual_s: number): number {
  const x = elapsed_s / usual_s;
  return x < 1 ? 0.8 * x : 0.96 - 0.16 / (5 * x - 4);
}

/** `part` from 0 to 1, or null where the end is unknown. */
const bar = (label: string, part: number | null, words: string) =>
  h(
    "div.bar",
    {
      role: "progressbar",
      "aria-label": label,
      "aria-valuenow": part !== null && Math.round(part * 100),
      "aria-valuetext": words,
    },
    h("div.fill", { style: part !== null && `transform:scaleX(${part})` }),
  );

/** What stands on the stage while there is no film yet. */
export function wait(state: State) {
  const { estimate, error, view } = state;
  const halted = isHalted(state);
  const elapsed = elapsedOf(state);
  const usual = estimate?.usual_s;
  // A better estimate may be a longer one; the bar then waits for the time to catch up rather than going back.
  if (usual && elapsed >= 0) view.furthest = Math.max(view.furthest, filled(elapsed, usual));
  const known = usual || halted;

  const time = !halted && elapsed >= 0 ? clock(elapsed) : "";
  const said = halted
    ? (error?.message ?? text.paused)
    : usual && (elapsed > usual ? text.longer : text.usually(clock(usual)));
  const rest = said ? (time && " · ") + said : "";
  return h(
    "div.wait",
    { "data-halted": halted },
    h("div", { title: estimate?.source }, h("b", {}, time), rest),
    bar(text.progress, known ? view.furthest : null, time + rest),
    halted && h("span", {}, error?.hint ?? text.goesOn),
  );
}

/** A download or a save under way, with its bytes in words. */
export function moving({ kind, received_bytes, total_bytes }: Transfer) {
  const title = kind === "save" ? text.saving : text.downloading;
  const part = bytes(received_bytes);
  const words = total_bytes ? text.of(part, bytes(total_bytes)) : part;
  return h(
    "div.moving",
    {},
    h("div", {}, h("span", {}, title), h("span", {}, words)),
    bar(title, total_bytes ? received_bytes / total_bytes : null, words),
  );
}
