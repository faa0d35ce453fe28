// The small things that every part is made of.

import type { Child, Tree } from "./dom";
import { icon } from "./icons";
import type { Problem } from "./problem";

/** A button of ours. While busy it keeps its place, label and focus, and does nothing. A tool shows an icon instead. */
export const button = (
  kind: "primary" | "plain" | "quiet" | "danger" | "tool" | "option",
  label: string,
  act: () => void,
  busy?: boolean,
  image?: string,
  pressed?: string,
): Tree => [
  `button.${kind}`,
  {
    type: "button",
    // A tooltip for a label that was cut off; of a tool, also its name.
    title: label,
    "aria-disabled": busy,
    "aria-pressed": pressed,
    onclick: () => busy || act(),
  },
  image ? icon(image) : ["span", {}, label],
];

/** Words on the stage ("message") or on a line of their own ("note"). */
export const words = (kind: "message" | "note", { tone, message, hint, code }: Problem, ...more: Child[]): Tree => [
  `div.${kind}`,
  { "data-tone": tone },
  icon(tone),
  ["b", { dir: "auto" }, message],
  " ",
  ["span", { dir: "auto" }, hint],
  " ",
  ["code", {}, tone !== "complete" && code],
  ...more,
];
