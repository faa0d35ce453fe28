// The children of a list in a new order, moved as little as can be.

/**
 * Bring `nodes`, and nothing else, into `parent`. `still` is never moved, as a film that is moved stops and a focus that is
 * moved is lost; the others are moved around it.
 */
export function arrange(parent: Element, nodes: Element[], still?: Element | null) {
  const wanted = new Set<Node>(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  const rests = still?.parentNode === parent && still;
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index] as Element;
    const after = nodes[index + 1] ?? null;
    if (node !== rests && (node.parentNode !== parent || node.nextSibling !== after)) parent.insertBefore(node, after);
  }
}
