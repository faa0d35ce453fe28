import { useLayoutEffect, useState } from "preact/hooks";
import { type Presence, randomId } from "./messages";

type PresenceHost = { connected(): boolean; send(message: Presence): void };

/** A page that is left may be kept by the browser as it is, and come back when the visitor goes back. */
const PAGE_EVENTS = ["pagehide", "pageshow"] as const;

/**
 * Tells the kernel that this view is on a page, and that it goes: a card that no page shows any more may ask less often.
 * A view of a gallery speaks for its cards. Where no kernel listens, nothing is sent.
 */
export function usePresence(host: PresenceHost, isShown: boolean) {
  const [id] = useState(randomId);
  useLayoutEffect(() => {
    if (!isShown) return;
    const tell = (kind: Presence["kind"]) => {
      if (host.connected()) host.send({ kind, id });
    };
    const onPage = ({ type, persisted }: PageTransitionEvent) => {
      if (type === "pagehide") tell("hidden");
      else if (persisted) tell("shown");
    };
    tell("shown");
    for (const event of PAGE_EVENTS) addEventListener(event, onPage);
    return () => {
      for (const event of PAGE_EVENTS) removeEventListener(event, onPage);
      tell("hidden");
    };
  }, [host, isShown]);
}
