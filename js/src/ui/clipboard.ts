/** Copy with the old command, which works without https too; Safari wants the new way. */
export function copyText(text: string) {
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", put);
  if (!document.execCommand("copy")) navigator.clipboard?.writeText(text);
  document.removeEventListener("copy", put);
}
