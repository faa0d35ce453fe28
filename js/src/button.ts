import { h } from "./dom";
import { type Icon, icon } from "./icons";

export type ButtonKind = "primary" | "plain" | "quiet" | "danger" | "tool";

/** A button of ours. While busy it keeps its place, label and focus, and does nothing. */
export function button(kind: ButtonKind, label: string, act: () => void, image?: Icon | false, busy = false) {
  const tool = kind === "tool" && label;
  return h(
    `button.${kind}`,
    {
      type: "button",
      title: tool,
      "aria-label": tool,
      "aria-disabled": busy && "true",
      onclick: busy ? null : act,
    },
    image && icon(image),
    !tool && h("span", {}, label),
  );
}
