// A film relayed by the kernel, put together here and handed to the browser as a file.

import { h } from "./dom";
import type { DownloadReply, Host } from "./messages";
import type { Fault, Transfer } from "./state";
import { text } from "./text";

/** Long enough for the browser to have begun reading, short enough not to hold a film's memory for the whole session. */
const REVOKE_MS = 60_000;

export function createDownload(host: Host, near: HTMLElement, changed: (now: Transfer | null, fault?: Fault) => void) {
  let id = "";
  let parts: Blob[] = [];

  function stop(fault?: Fault) {
    id = "";
    parts = [];
    changed(null, fault);
  }

  function start(output: number) {
    // randomUUID is missing on plain http origins.
    id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");
    parts = [];
    changed({ kind: "download", received_bytes: 0, total_bytes: null });
    host.send({ kind: "download", output, id });
  }

  function receive(reply: DownloadReply, buffers: readonly DataView[]) {
    // Every view of the model hears every message; only the one that asked takes it.
    if (!id || reply.id !== id) return;
    if (reply.kind === "failed") stop(reply.error);
    else if (reply.kind === "end") {
      const whole = Object.keys(parts).length === parts.length;
      if (whole) save(new Blob(parts, { type: reply.type }), reply.name, near);
      stop(whole ? undefined : { code: "incomplete", message: `${text.incomplete}.`, hint: text.incompleteHint });
    } else {
      // A Blob of its own for each chunk lets the browser move it out of the page's memory.
      parts[reply.index] = new Blob(buffers.slice(0, 1) as BlobPart[]);
      host.send({ kind: "ack", id, index: reply.index });
      changed({ kind: "download", received_bytes: reply.received_bytes, total_bytes: reply.total_bytes });
    }
  }

  return { start, receive, stop };
}

function save(blob: Blob, name: string, near: HTMLElement) {
  const href = URL.createObjectURL(blob);
  const anchor = h("a", "hear", { href, download: name });
  near.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(href), REVOKE_MS);
}
