// A film relayed by the kernel and put together here, to be saved as a file or played. How far it has come, and what went
// wrong with it, are the kernel's traits to tell, as for every view of the card.

import type { DownloadReply, FromKernel, Host } from "./messages";
import type { Fault } from "./state";

/** Long enough for the browser to have begun reading, short enough not to hold a film for the whole session. */
const REVOKE_MS = 60_000;

/** Hand a file to the browser: the only way to its disk for bytes from another origin. */
export function saveAs(blob?: Blob, name?: string) {
  if (!blob) return; // the kernel's notice says why
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(URL.revokeObjectURL, REVOKE_MS, href);
}

/** `done` gets the whole film, or else what the kernel says. To `play` it, it may only be as large as the kernel allows. */
export function createDownload(
  send: Host["send"],
  play: boolean,
  done: (film?: Blob, name?: string, fault?: Fault) => void,
) {
  let id = "";
  let parts: Blob[] = [];

  function stop() {
    id = "";
    parts = [];
  }

  function start(output: number) {
    stop();
    // To tell this view's downloads from another's; randomUUID is missing on plain http origins.
    id = `${Math.random()}`;
    send({ kind: "download", output, id, play });
  }

  function receive(message: FromKernel, buffers: readonly DataView[]) {
    const reply = message as DownloadReply; // a link has no ID, and so is no answer to this
    // Every view of the model hears every message; only the one that asked takes it.
    if (reply.id !== id) return;
    if (reply.kind === "chunk") {
      // The kernel begins again where the film has changed under way.
      if (!reply.index) parts = [];
      // Without this one's acknowledgement the kernel stops, and says so: no film with a hole in it is ever saved.
      // The same where a host drops the bytes of a message, as an older Colab does.
      if (reply.index !== parts.length || !buffers?.[0]) return;
      // A Blob of its own for each chunk lets the browser move it out of the page's memory.
      parts.push(new Blob(buffers as DataView<ArrayBuffer>[]));
      send({ kind: "ack", id, index: reply.index });
      return;
    }
    if (reply.kind === "end") done(parts[0] && new Blob(parts, { type: reply.type }), reply.name);
    else done(undefined, "", reply.error);
    stop();
  }

  return { start, receive };
}
