// What needs the browser rather than the card: its clipboard, and the host's theme.

/** Put a text on the clipboard; the old way serves pages on plain http, where there is no clipboard object. */
export async function copyText(value: string, near: Element) {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    const held = (near.getRootNode() as Document).activeElement as HTMLElement | null;
    const field = document.createElement("textarea");
    near.append(field);
    field.value = value;
    field.select();
    document.execCommand("copy");
    field.remove();
    held?.focus();
  }
}

const MARK = /(?:^| )(?:vscode-|theme-)?(?:light|high-contrast-light|(dark|high-contrast))(?: |$)/;

/**
 * "light" or "dark" as the host says it, "" where it says nothing and the system's preference counts. In code rather
 * than in CSS, because some hosts (marimo) put a widget into a shadow root, where no selector sees the mark outside.
 */
export function schemeOf(start: Node): string {
  for (let node: Node | null = start; node; node = node.parentNode ?? (node as ShadowRoot).host) {
    const { className, dataset } = node as HTMLElement;
    const said = dataset?.["jpThemeLight"] ?? dataset?.["theme"];
    const mark = MARK.exec(said ? ({ true: "light", false: "dark" }[said] ?? said) : `${className}`);
    if (mark) return mark[1] ? "dark" : "light";
  }
  return "";
}
