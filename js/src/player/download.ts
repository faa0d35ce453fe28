// A film relayed by the kernel and put together here, to be saved as a file or played. How far it has come, and what went
// wrong with it, are the kernel's traits to tell, as for every view of the card.

import type { CardHost } from "../model/host";
import { type FromKernel, randomId } from "../model/messages";
import type { ErrorInfo } from "../model/traits";

/** Long enough for the browser to have begun reading, short enough not to hold a film for the whole session. */
const REVOKE_MS = 60_000;

/** Hand a file to the browser: the only way to its disk for bytes from another origin. */
export function saveBlob(blob: Blob, name: string) {
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), REVOKE_MS);
}

/** VS Code hands a buffer to its page as a list of numbers, which takes several times as long as a text. */
const prefersText = () => "vscodeThemeKind" in document.body.dataset;

function decode(base64: string) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  // Uint8Array.from with a function takes ten times as long.
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The whole film, or else what the kernel says. */
export type DownloadResult = { film: Blob; name: string } | { error: ErrorInfo | undefined };

/** To `play` it, a film may only be as large as the kernel allows. */
export function createDownload(
  send: CardHost["send"],
  purpose: "play" | "save",
  onEnd: (result: DownloadResult) => void,
) {
  let id = "";
  let parts: Blob[] = [];

  function stop() {
    id = "";
    parts = [];
  }

  function start(output: number, zip = false) {
    stop();
    id = randomId();
    send({ kind: "download", output, id, play: purpose === "play", zip, text: prefersText() });
  }

  function take(index: number, chunk: readonly BlobPart[]) {
    // The kernel begins again where the film has changed under way.
    if (index === 0) parts = [];
    // Without this one's acknowledgement the kernel stops, and says so: no film with a hole in it is ever saved.
    // The same where a host drops the bytes of a message, as an older Colab does.
    if (index !== parts.length || !chunk?.[0]) return;
    // A Blob of its own for each chunk lets the browser move it out of the page's memory.
    parts.push(new Blob([...chunk]));
    send({ kind: "ack", id, index });
  }

  function receive(message: FromKernel, buffers: readonly DataView[]) {
    // Every view of the model hears every message; only the one that asked takes it. Other messages have no id.
    if (!("id" in message) || message.id !== id) return;
    if (message.kind === "chunk") {
      const { index, base64 } = message;
      return take(index, base64 ? [decode(base64)] : (buffers as readonly DataView<ArrayBuffer>[]));
    }
    const film = message.kind === "end" && parts.length > 0 ? new Blob(parts, { type: message.type }) : null;
    const error = message.kind === "failed" ? message.error : undefined;
    const name = message.kind === "end" ? message.name : "";
    stop();
    onEnd(film ? { film, name } : { error });
  }

  return { start, receive };
}
