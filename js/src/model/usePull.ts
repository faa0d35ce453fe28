import { useLayoutEffect } from "preact/hooks";
import { growFrame } from "./colab";
import type { Pull } from "./host";
import type { SaveAll, Transfer, WatchInfo } from "./traits";

/** How often it is asked: after somebody did something and while a film is moved, and while the kernel watches. */
const SOON_MS = 1000;
const WATCH_MS = 4500;
/** How long after somebody did something an answer may still come. */
const AFTER_PRESS_MS = 10_000;

type Waiting = { transfer: Transfer | null; watch: WatchInfo };

/**
 * Where the host shows only what the kernel sends in answer to a message: ask for it, as long as something may come and
 * somebody looks. Everywhere: ask once where something is seen to be missing.
 */
export function usePull(pull: Pull | undefined, projects: Waiting[], saveAll: SaveAll | null = null) {
  const isMoving = saveAll !== null || projects.some(({ transfer }) => transfer);
  const isWatching = projects.some(({ watch }) => watch.state === "watching" || watch.state === "retrying");
  useLayoutEffect(() => {
    if (!pull?.pulls()) return pull?.onGap(pull.poll);
    growFrame();
    const timer = setInterval(() => {
      const now = Date.now();
      const { pressed_ms, sent_ms } = pull.times();
      const isSoon = isMoving || now - pressed_ms < AFTER_PRESS_MS;
      if (!document.hidden && (isSoon || (isWatching && now - sent_ms >= WATCH_MS))) pull.poll();
    }, SOON_MS);
    return () => clearInterval(timer);
  }, [pull, isMoving, isWatching]);
}
