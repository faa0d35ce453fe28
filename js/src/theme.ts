// Light or dark as the host says it, else as the system prefers. In code rather than in CSS, because some hosts (marimo)
// put a widget into a shadow root, where no selector sees the mark outside.

const LIGHT =
  '[data-jp-theme-light="true"],.vscode-light,.vscode-high-contrast-light,.light,[data-theme="light"],[theme="light"]';
const DARK =
  '[data-jp-theme-light="false"],.vscode-dark,.vscode-high-contrast,.dark,[data-theme="dark"],[theme="dark"]';

/** "light", "dark", or "" where the host says nothing. */
export function schemeOf(start: Element): string {
  for (let node: Element | null = start; node; ) {
    const mark = node.closest(`${LIGHT},${DARK}`);
    if (mark) return mark.matches(LIGHT) ? "light" : "dark";
    const top = node.getRootNode();
    // A view may be rendered before it is attached; the body's mark counts for it all the same.
    node = top instanceof ShadowRoot ? top.host : node.isConnected ? null : document.body;
  }
  return "";
}

/** Follow the host's theme until the returned function is called. */
export function followTheme(root: HTMLElement): () => void {
  const apply = () => {
    root.style.colorScheme = schemeOf(root);
  };
  const observer = new MutationObserver(apply);
  for (const node of [document.documentElement, document.body]) observer.observe(node, { attributes: true });
  apply();
  requestAnimationFrame(apply);
  return () => observer.disconnect();
}
