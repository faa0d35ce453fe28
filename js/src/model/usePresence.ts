import { useLayoutEffect, useState } from "preact/hooks";
import { type Presence, randomId } from "./messages";

type PresenceHost = { connected(): boolean; send(message: Presence): void };

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
    // A page that is left may be kept by the browser as it is, and come back when the visitor goes back.
    const onPageHide = () => tell("hidden");
    const onPageShow = ({ persisted }: PageTransitionEvent) => {
      if (persisted) tell("shown");
    };
    tell("shown");
    addEventListener("pagehide", onPageHide);
    addEventListener("pageshow", onPageShow);
    return () => {
      removeEventListener("pagehide", onPageHide);
      removeEventListener("pageshow", onPageShow);
      tell("hidden");
    };
  }, [host, isShown]);
}
