// Time elapsed against the time such renders usually take: no percentage is known, and none is claimed.

import type { Tree } from "./dom";
import { bytes, clock } from "./format";
import { elapsedOf, type State, type Transfer } from "./state";
import { fill } from "./text";

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

/** How far a render should be by now; one that was halted keeps it, too. */
export const renderBar = (state: State, words = "") => {
  const usual = state.estimate?.usual_s;
  return bar(state.words.progress, !!usual && (filled(elapsedOf(state), usual) || 0), words);
};

/** What stands on the stage while there is no film yet. */
export function wait(state: State): Tree {
  const { estimate, words: text } = state;
  const elapsed = elapsedOf(state);
  const usual = estimate?.usual_s;
  const time = elapsed >= 0 ? clock(elapsed) : "";
  const rest = usual ? ` · ${elapsed > usual ? text.longer : fill(text.usually, clock(usual))}` : "";
  return ["div.wait", {}, ["div", { title: estimate?.source }, ["b", {}, time], rest], renderBar(state, time + rest)];
}

/** A download or a save under way: its bytes, how fast they come, and for how long still. */
export function moving({ view, now, words: text }: State, { kind, received_bytes, total_bytes }: Transfer): Tree {
  const title = text.moving[kind];
  view.begun ||= { now, received_bytes };
  const speed = ((received_bytes - view.begun.received_bytes) / (now - view.begun.now)) * 1000;
  const part = bytes(text, received_bytes);
  const left = clock(((total_bytes as number) - received_bytes) / speed);
  const words = total_bytes
    ? fill(speed > 0 ? text.pace : text.of, part, bytes(text, total_bytes), bytes(text, speed), left)
    : part;
  return [
    "div.moving",
    {},
    ["div", {}, ["b", {}, title], words],
    bar(title, !!total_bytes && received_bytes / total_bytes, words),
  ];
}
