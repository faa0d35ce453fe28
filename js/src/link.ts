// Keeps one film's presigned link good: asks for it, notices when it has ended, asks for a fresh one, gives up in words.
// It knows no element; the player tells it what happened and is told what to load.

import { type SourceReply, safeUrl } from "./messages";
import { text } from "./text";

const GIVE_UP_AFTER = 3;
/** The first renewal at once, the next ones with air between: within the five seconds that the contract allows. */
const WAIT_MS = [0, 1000, 2000];

export type LinkState = "none" | "asking" | "loading" | "fine" | "failed";

export type LinkEvents = {
  ask: (renew: boolean) => void;
  load: (url: string) => void;
  changed: () => void;
  connected: () => boolean;
};

export function createLink({ ask, load, changed, connected }: LinkEvents) {
  let state: LinkState = "none";
  let url = "";
  let expires: number | null = null;
  let failures = 0;
  let reason = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function move(next: LinkState) {
    state = next;
    changed();
  }

  function fail(why: string) {
    reason = why;
    move("failed");
  }

  /** Ask for the link; also the way on after giving up. */
  function start(renew = false) {
    if (!connected()) return;
    failures = 0;
    move("asking");
    ask(renew);
  }

  function receive(reply: SourceReply) {
    // A reply that another view asked for must not touch a film that plays, or is about to.
    if (state !== "asking") return;
    if (reply.error) return fail([reply.error.message, reply.error.hint].filter(Boolean).join(" "));
    const safe = safeUrl(reply.url);
    if (!safe) return fail(text.badLink);
    url = safe;
    expires = reply.expires_at;
    state = "loading";
    load(url);
  }

  /** The player can't go on with this link. True when a fresh one has been asked for. */
  function trouble(): boolean {
    if (state !== "fine" && state !== "loading") return false;
    if (failures >= GIVE_UP_AFTER || !connected()) {
      fail("");
      return false;
    }
    const wait = WAIT_MS[failures++] ?? 0;
    move("asking");
    clearTimeout(timer);
    timer = setTimeout(() => ask(true), wait);
    return true;
  }

  function fine() {
    if (state === "loading") move("fine");
  }

  return {
    start,
    receive,
    trouble,
    fine,
    /** It has played past the trouble: the next one counts from the beginning. */
    healed: () => {
      failures = 0;
    },
    /** Milliseconds until the link ends, or null where it has no end. */
    endsIn: () => (expires === null ? null : expires * 1000 - Date.now()),
    close: () => clearTimeout(timer),
    get state() {
      return state;
    },
    get url() {
      return url;
    },
    get reason() {
      return reason;
    },
  };
}
