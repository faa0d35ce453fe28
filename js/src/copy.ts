/** Put a text on the clipboard; the old way serves pages on plain http, where there is no clipboard object. */
export async function copyText(value: string, near: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const held = (near.getRootNode() as Document).activeElement as HTMLElement | null;
    const field = document.createElement("textarea");
    field.className = "mh-hear";
    field.value = value;
    near.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    held?.focus();
    return done;
  }
}
