// Time elapsed against the time such renders usually take: no percentage is known, and none is claimed.

import type { Tree } from "./dom";
import { bytes, clock } from "./format";
import { elapsedOf, type State, type Transfer } from "./state";
import { text } from "./text";

/**
 * How much of the bar is filled after `elapsed_s` where `usual_s` is usual: straight to 0.8 at the usual time, then ever
 * slower towards 0.96, so that it never reaches the end before the film does.
 */
export function filled(elapsed_s: number, usual_s: number): number {
  const x = elapsed_s / usual_s;
  return x < 1 ? 0.8 * x : 0.96 - 0.16 / (5 * x - 4);
}

/** `part` from 0 to 1, or false where the end is unknown. */
export const bar = (label: string, part: number | false, words: string): Tree => [
  "div.bar",
  {
    role: "progressbar",
    "aria-label": label,
    "aria-valuenow": part && Math.round(part * 100),
    "aria-valuetext": words,
  },
  ["div.fill", { style: part && `transform:scaleX(${part})` }],
];

/** What stands on the stage while there is no film yet. */
export function wait(state: State): Tree {
  const { estimate, view } = state;
  const elapsed = elapsedOf(state);
  const usual = estimate?.usual_s;
  const time = elapsed >= 0 ? clock(elapsed) : "";
  const rest = usual ? ` · ${elapsed > usual ? text.longer : text.usually(clock(usual))}` : "";
  // A better estimate may be a longer one; the bar then waits for the time to catch up rather than going back.
  if (usual) view.furthest = Math.max(view.furthest, filled(elapsed, usual) || 0);
  return [
    "div.wait",
    {},
    ["div", { title: estimate?.source }, ["b", {}, time], rest],
    bar(text.progress, !!usual && view.furthest, time + rest),
  ];
}

/** A download or a save under way, with its bytes in words. */
export function moving({ kind, received_bytes, total_bytes }: Transfer): Tree {
  const title = kind === "save" ? text.saving : text.downloading;
  const part = bytes(received_bytes);
  const words = total_bytes ? text.of(part, bytes(total_bytes)) : part;
  return [
    "div.moving",
    {},
    ["div", {}, ["b", {}, title], words],
    bar(title, !!total_bytes && received_bytes / total_bytes, words),
  ];
}
