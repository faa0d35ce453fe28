// The two small things that every part is made of: a button, and words about what happened.

import { type Child, h } from "./dom";
import { type Icon, icon } from "./icons";
import type { Problem } from "./problem";

/** A button of ours. While busy it keeps its place, label and focus, and does nothing. */
export const button = (
  kind: "primary" | "plain" | "quiet" | "danger",
  label: string,
  act: () => void,
  image?: Icon,
  busy = false,
) =>
  h(
    `button.${kind}`,
    { type: "button", "aria-disabled": busy && "true", onclick: busy ? null : act },
    image && icon(image),
    h("span", {}, label),
  );

/** A small button with a picture for a name. */
export const tool = (label: string, image: Icon, act: () => void, busy = false) =>
  h(
    "button.tool",
    { type: "button", "aria-label": label, title: label, "aria-disabled": busy && "true", onclick: busy ? null : act },
    icon(image),
  );

/** Words on the stage ("message") or on a line of its own ("note"). */
export const words = (kind: "message" | "note", { icon: mark, tone, title, hint, code }: Problem, ...more: Child[]) =>
  h(
    `div.${kind}`,
    { "data-tone": tone },
    icon(mark),
    h("b", { dir: "auto", title }, title),
    h("span", { dir: "auto", title: hint }, hint),
    h("code", {}, code),
    ...more,
  );
