// A film relayed by the kernel, put together here and handed to the browser as a file.

import type { DownloadReply, Host } from "./messages";
import type { Fault, Transfer } from "./state";

/** Long enough for the browser to have begun reading, short enough not to hold a film for the whole session. */
const REVOKE_MS = 60_000;

/** `report` hears of progress, and with null of the end, with a fault if there was one. */
export function createDownload(send: Host["send"], report: (now: Transfer | null, fault?: Fault) => void) {
  let id = "";
  let parts: Blob[] = [];

  function stop(fault?: Fault) {
    id = "";
    parts = [];
    report(null, fault);
  }

  function start(output: number) {
    // randomUUID is missing on plain http origins.
    id = crypto.getRandomValues(new Uint32Array(4)).join("-");
    parts = [];
    report({ kind: "download", received_bytes: 0, total_bytes: null });
    send({ kind: "download", output, id });
  }

  function receive(reply: DownloadReply, buffers: readonly DataView[]) {
    // Every view of the model hears every message; only the one that asked takes it.
    if (!id || reply.id !== id) return;
    if (reply.kind === "chunk") {
      // Without this one's acknowledgement the kernel stops, and says so: no film with a hole in it is ever saved.
      if (reply.index !== parts.length) return;
      // A Blob of its own for each chunk lets the browser move it out of the page's memory.
      parts.push(new Blob(buffers as DataView<ArrayBuffer>[]));
      send({ kind: "ack", id, index: reply.index });
      report({ ...reply, kind: "download" });
    } else if (reply.kind === "failed") stop(reply.error);
    else {
      const anchor = document.createElement("a");
      const href = URL.createObjectURL(new Blob(parts, { type: reply.type }));
      Object.assign(anchor, { href, download: reply.name }).click();
      setTimeout(URL.revokeObjectURL, REVOKE_MS, href);
      stop();
    }
  }

  return { start, receive, stop };
}
