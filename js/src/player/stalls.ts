// Notices when a player waits for bytes that won't come.

/** A player that waits this long past the end of its link is stuck; Chromium itself would try some 30 times. */
const STUCK_MS = 1000;

// The names that HTMLMediaElement has for its readyState.
const HAVE_NOTHING = 0;
const HAVE_CURRENT_DATA = 2;

/** Whether it would go on if it had the bytes: it has nothing beyond this moment, and isn't just paused. */
function isHeldUp({ readyState, paused, seeking }: HTMLMediaElement): boolean {
  const hasNext = readyState > HAVE_CURRENT_DATA;
  const isIdle = paused && !seeking && readyState > HAVE_NOTHING;
  return !hasNext && !isIdle;
}

/**
 * Calls `onStuck` when the element waits past the end of its link. Before that the network is slow, and the browser knows
 * best. `signal` ends the watch.
 */
export function watchStalls(
  media: HTMLMediaElement,
  expiresAt_ms: () => number,
  onStuck: () => void,
  signal: AbortSignal,
) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function watch() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!isHeldUp(media)) return;
      if (Date.now() < expiresAt_ms()) watch();
      else onStuck();
    }, STUCK_MS);
  }
  for (const event of ["waiting", "stalled", "seeking"]) media.addEventListener(event, watch, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
}
