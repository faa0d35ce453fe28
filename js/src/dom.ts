// A view is a tree of plain values, ["tag.class", attributes, ...children]; patch() brings the DOM into its shape and
// touches only what differs. A conditional child leaves an empty text in its place, so that its neighbours keep theirs: a
// playing film is never moved, a focused button never made anew, and a live region never repeats itself.

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;
export type Tree = [name: string, attributes: Attributes, ...children: Child[]];
export type Child = Tree | Node | string | number | false | null | undefined;

/** An element of ours remembers its name, so that only one of the same kind takes its place over. */
type Made = Element & { mh?: string };

export function patch(parent: Element, children: Child[]) {
  const nodes = parent.childNodes;
  children.forEach((child, index) => {
    const before = nodes[index];
    const node = child instanceof Node ? child : Array.isArray(child) ? element(child, before) : words(child, before);
    if (!before) parent.append(node);
    else if (node !== before) before.replaceWith(node);
  });
  while (nodes.length > children.length) parent.lastChild?.remove();
}

function words(child: Exclude<Child, Tree | Node>, before?: Node) {
  const node = before instanceof Text ? before : new Text();
  const data = `${child || ""}`;
  if (node.data !== data) node.data = data;
  return node;
}

function element([name, attributes, ...children]: Tree, before?: Node) {
  let node = before as Made;
  if (node?.mh !== name) {
    const [tag = "", kind] = name.split(".");
    node = /svg|path/.test(tag)
      ? document.createElementNS("http://www.w3.org/2000/svg", tag)
      : document.createElement(tag);
    node.mh = name;
    // Our classes carry a prefix, as a page may have its own .badge or .card.
    if (kind) set(node, { class: `mh-${kind}` });
  }
  set(node, attributes);
  patch(node, children);
  return node;
}

/** False and null take an attribute away, and a function is a listener. */
export function set(node: Element, attributes: Attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") Object.assign(node, { [key]: value });
    else if (value === false || value == null) node.removeAttribute(key);
    else if (node.getAttribute(key) !== `${value}`) node.setAttribute(key, `${value}`);
  }
}
