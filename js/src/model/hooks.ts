// How components read the kernel and the clock.

import { useLayoutEffect, useReducer } from "preact/hooks";
import type { CardHost } from "./host";
import type { CardTraits } from "./traits";

/** A function that renders the component again. */
export function useRerender(): () => void {
  const [, rerender] = useReducer<number, void>((count) => count + 1, 0);
  return rerender;
}

/** The traits of a card, and whether a kernel is listening. Several changes of one message are one render. */
export function useCardTraits(host: CardHost): CardTraits & { connected: boolean } {
  const rerender = useRerender();
  // Not useEffect: that one runs after the page is painted, and what the kernel says before is lost.
  useLayoutEffect(() => host.onChange(rerender), [host]);
  return { ...host.traits(), connected: host.connected() };
}

/** The time of this render, in milliseconds; the next render comes after `interval_ms` at the latest. */
export function useNow(interval_ms: number): number {
  const rerender = useRerender();
  useLayoutEffect(() => {
    let frame = 0;
    const timer = setTimeout(() => {
      // A hidden page paints no frame, and so its clocks stand still.
      frame = requestAnimationFrame(rerender);
    }, interval_ms);
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  });
  return Date.now();
}
