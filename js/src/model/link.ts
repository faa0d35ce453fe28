// The line to the kernel: what goes over it, what came, and whether the kernel is still at its other end.

import type { AnyModel } from "@anywidget/types";
import { colab } from "./colab";
import { createLiveness } from "./liveness";
import { randomId } from "./messages";
import { seenOf } from "./revision";
import type { Revision } from "./traits";

/** What tells only of the view itself, or belongs to what is under way. */
const QUIET = new Set(["shown", "hidden", "poll", "ack"]);

/** How custom messages are numbered where some may be lost; `oldest` is the first that the kernel can send again. */
type Numbered = { kind: string; number?: number; oldest?: number };

export type Link = ReturnType<typeof createLink>;

/**
 * `hostTells` says that the host knows by itself when the kernel has gone; `onChange` hears that it went, or is back.
 */
export function createLink(model: AnyModel, hostTells: boolean, onChange: () => void) {
  const liveness = createLiveness(() => post({ kind: "poll", id: randomId() }), onChange);
  let heard = 0;
  let pressed_ms = Date.now();
  let sent_ms = 0;

  /** Whether the host shows only what the kernel sends while it handles a message of the view. */
  const pulls = () => Boolean(colab() || (model.get("revision") as Revision | undefined)?.pull);

  function post(message: object) {
    sent_ms = Date.now();
    try {
      // marimo's answers with a promise, which fails where its server has gone.
      Promise.resolve<unknown>(model.send(message)).catch(liveness.failed);
    } catch {
      // VS Code's says "Cannot send" after a restart, while its comm still counts as open.
      liveness.failed();
    }
  }

  return {
    pulls,
    isGone: () => liveness.isGone() || colab()?.kernel?.accessAllowed === false,
    /** When somebody last did something, and when anything was sent, in milliseconds. */
    times: () => ({ pressed_ms, sent_ms }),
    isBehind: () => (seenOf(model) ?? 0) < ((model.get("revision") as Revision | undefined)?.now ?? 0),
    heard: liveness.heard,
    send(message: { kind: string }) {
      const { kind } = message;
      const seen = seenOf(model);
      if (!QUIET.has(kind)) {
        pressed_ms = Date.now();
        if (!hostTells && !pulls()) liveness.expect();
      }
      post({
        ...message,
        ...(seen !== undefined && (pulls() || kind === "shown" || kind === "poll") && { seen }),
        ...(pulls() && { heard }),
      });
    },
    /** Whether a message is new here; in the order of their numbers, as one that was lost comes again. */
    accept({ kind, number, oldest }: Numbered) {
      if (kind === "polled") return false;
      if (number === undefined) return true;
      if (number <= heard || (number !== heard + 1 && number !== oldest)) return false;
      heard = number;
      return true;
    },
  };
}
