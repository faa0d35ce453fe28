// The few ways in which the card touches the DOM. Each writes only what differs, so that nothing is announced, restarted
// or blurred by a render that changed nothing.

import { type IconName, icon } from "./icons";

type Attributes = Record<string, string | boolean>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name = "",
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (name) node.className = `mh-${name.replaceAll(" ", " mh-")}`;
  for (const [key, value] of Object.entries(attributes)) attr(node, key, value);
  node.append(...children);
  return node;
}

export function put(node: Element, value: string) {
  if (node.textContent !== value) node.textContent = value;
}

/** Text that may be cut off: the whole of it is the tooltip. */
export function clip(node: HTMLElement, value: string, tip = value) {
  put(node, value);
  attr(node, "title", tip);
}

/** A string is the value, true the bare attribute, and false or "" takes it away. */
export function attr(node: Element, name: string, value: string | boolean) {
  if (!value) node.removeAttribute(name);
  else if (node.getAttribute(name) !== (value === true ? "" : value))
    node.setAttribute(name, value === true ? "" : value);
}

export function show(node: HTMLElement, on: boolean) {
  if (node.hidden === on) node.hidden = !on;
}

type ButtonKind = "primary" | "plain" | "quiet" | "danger" | "tool";

/** A button of ours. While busy it keeps its place, label and focus, and ignores clicks. */
export function button(label: string, kind: ButtonKind, onClick: () => void, image?: IconName): HTMLButtonElement {
  const node = h("button", `button ${kind}`, { type: "button" });
  if (image) node.append(icon(image));
  if (kind === "tool") {
    attr(node, "aria-label", label);
    attr(node, "title", label);
  } else node.append(h("span", "", {}, label));
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-disabled") !== "true") onClick();
  });
  return node;
}

export function setLabel(node: HTMLButtonElement, label: string) {
  const span = node.lastElementChild as HTMLElement;
  clip(span, label);
}

export function setBusy(node: HTMLButtonElement, on: boolean) {
  attr(node, "aria-disabled", on ? "true" : "");
  attr(node, "data-busy", on);
}
