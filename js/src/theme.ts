// Light or dark as the host says it, else as the system prefers. In code rather than in CSS, because some hosts (marimo)
// put a widget into a shadow root, where no selector sees the mark outside.

const MARKED = "[data-jp-theme-light],[data-theme],[theme],.vscode-body,.dark,.light";

/** "light", "dark", or "" where the host says nothing. */
export function schemeOf(start: Element): string {
  const top = start.getRootNode();
  const mark = start.closest(MARKED) ?? document.body.closest(MARKED);
  if (top instanceof ShadowRoot && !start.closest(MARKED)) return schemeOf(top.host);
  if (!mark) return "";
  const { jpThemeLight, theme } = (mark as HTMLElement).dataset;
  const said = jpThemeLight ?? theme ?? mark.getAttribute("theme") ?? mark.className;
  return /false|dark|contrast(?!-light)/.test(said) ? "dark" : /true|light/.test(said) ? "light" : "";
}

/** Follow the host's theme until the returned function is called. */
export function followTheme(root: HTMLElement): () => void {
  const apply = () => {
    root.style.colorScheme = schemeOf(root);
  };
  const observer = new MutationObserver(apply);
  observer.observe(document.documentElement, { attributes: true });
  observer.observe(document.body, { attributes: true });
  // Once more when the view, rendered before it is attached, has found its place.
  requestAnimationFrame(apply);
  apply();
  return () => observer.disconnect();
}
