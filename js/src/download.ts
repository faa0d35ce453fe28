// A film relayed by the kernel, put together here and handed to the browser as a file. How far it has come, and what went
// wrong with it, are the kernel's traits to tell, as for every view of the card.

import type { DownloadReply, Host } from "./messages";

/** Long enough for the browser to have begun reading, short enough not to hold a film for the whole session. */
const REVOKE_MS = 60_000;

export function createDownload(send: Host["send"]) {
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
    send({ kind: "download", output, id });
  }

  function receive(reply: DownloadReply, buffers: readonly DataView[]) {
    // Every view of the model hears every message; only the one that asked takes it.
    if (reply.id !== id) return;
    if (reply.kind === "chunk") {
      // Without this one's acknowledgement the kernel stops, and says so: no film with a hole in it is ever saved.
      if (reply.index !== parts.length) return;
      // A Blob of its own for each chunk lets the browser move it out of the page's memory.
      parts.push(new Blob(buffers as DataView<ArrayBuffer>[]));
      send({ kind: "ack", id, index: reply.index });
      return;
    }
    if (reply.kind === "end") {
      const href = URL.createObjectURL(new Blob(parts, { type: reply.type }));
      Object.assign(document.createElement("a"), { href, download: reply.name }).click();
      setTimeout(URL.revokeObjectURL, REVOKE_MS, href);
    }
    stop();
  }

  return { start, receive };
}
