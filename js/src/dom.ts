// A view is a tree of plain values; patch() brings the DOM into its shape and touches only what differs. A conditional
// child leaves an empty text in its place, so that its neighbours keep theirs: a playing film is never moved, a focused
// button never made anew, and a live region never speaks of what it said already.

type Value = string | number | boolean | null | undefined | ((event: never) => void);
type Attributes = Record<string, Value>;
type Tree = { name: string; attributes: Attributes; children: Child[] };
export type Child = Tree | Node | string | number | false | null | undefined;

const made = new WeakMap<Node, string>();

/** `name` is "tag" or "tag.class"; our classes carry a prefix, as a page may have its own .badge or .card. */
export const h = (name: string, attributes: Attributes = {}, ...children: Child[]): Tree => ({
  name,
  attributes,
  children,
});

export function patch(parent: Element, children: Child[]) {
  const nodes = parent.childNodes;
  children.forEach((child, index) => {
    const before = nodes[index];
    const node = build(child, before);
    if (!before) parent.append(node);
    else if (node !== before) before.replaceWith(node);
  });
  while (nodes.length > children.length) parent.lastChild?.remove();
}

function build(child: Child, before: Node | undefined): Node {
  if (child instanceof Node) return child;
  if (!child || typeof child !== "object") {
    const text = before instanceof Text ? before : new Text();
    const value = `${child || ""}`;
    if (text.data !== value) text.data = value;
    return text;
  }
  const node = before && made.get(before) === child.name ? (before as Element) : create(child.name);
  set(node, child.attributes);
  patch(node, child.children);
  return node;
}

function create(name: string): Element {
  const [tag = "", kind] = name.split(".");
  const node = /svg|path/.test(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  if (kind) node.setAttribute("class", `mh-${kind}`);
  made.set(node, name);
  return node;
}

/** False and null take an attribute away, true is the bare attribute, and a function is a listener. */
export function set(node: Element, attributes: Attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) Object.assign(node, { [key]: value });
    else if (value === false || value == null) node.removeAttribute(key);
    else {
      const words = value === true ? "" : `${value}`;
      if (node.getAttribute(key) !== words) node.setAttribute(key, words);
    }
  }
}
