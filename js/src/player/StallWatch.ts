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

export class StallWatch {
  /** Waiting is only trouble once the link has ended; before that the network is slow, and the browser knows best. */
  expiresAt_ms = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly media: HTMLMediaElement,
    readonly onStuck: () => void,
    signal: AbortSignal,
  ) {
    for (const event of ["waiting", "stalled", "seeking"]) media.addEventListener(event, this.#watch, { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  #watch = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!isHeldUp(this.media)) return;
      if (Date.now() < this.expiresAt_ms) this.#watch();
      else this.onStuck();
    }, STUCK_MS);
  };
}
