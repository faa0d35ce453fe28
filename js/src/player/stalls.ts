// Notices when a player waits for bytes that won't come.

/** How often a player that waits is looked at. */
const LOOK_MS = 1000;
/**
 * Past the end of its link, a player that got no byte for so long gets none any more; Chromium itself would try some 30
 * times. A fresh link is promised within 5 s of the trouble: one is left for the kernel's answer.
 */
const SILENCE_MS = 4000;

// The names that HTMLMediaElement has for its readyState.
const HAVE_NOTHING = 0;
const HAVE_CURRENT_DATA = 2;

/** Whether it would go on if it had the bytes: it has nothing beyond this moment, and isn't just paused. */
function isHeldUp(media: HTMLElement): boolean {
  if (!(media instanceof HTMLMediaElement)) return false;
  const { readyState, paused, seeking } = media;
  const hasNext = readyState > HAVE_CURRENT_DATA;
  const isIdle = paused && !seeking && readyState > HAVE_NOTHING;
  return !hasNext && !isIdle;
}

/**
 * Calls `onStuck` when the element waits past the end of its link, and nothing comes any more. As long as bytes come the
 * line is slow: a fresh link would only lose what is under way. `signal` ends the watch.
 */
export function watchStalls(media: HTMLElement, expiresAt_ms: () => number, onStuck: () => void, signal: AbortSignal) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heardAt_ms = Date.now();
  function watch() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!isHeldUp(media)) return;
      if (Date.now() < Math.max(expiresAt_ms(), heardAt_ms + SILENCE_MS)) watch();
      else onStuck();
    }, LOOK_MS);
  }
  function hear() {
    heardAt_ms = Date.now();
  }
  media.addEventListener("progress", hear, { signal });
  for (const event of ["waiting", "stalled", "seeking"]) media.addEventListener(event, watch, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
}
