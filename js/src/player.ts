// The film itself, played by the browser straight from its presigned link: asks for the link, notices when it has ended,
// goes on with a fresh one at the same place, and gives up in words.

import { type Host, type SourceReply, safeUrl } from "./messages";
import type { MediaKind } from "./state";

const GIVE_UP_AFTER = 3;
/** A player that waits this long past the end of its link is stuck; Chromium itself would try some 30 times. */
const STUCK_MS = 1000;
/** setTimeout takes no more than 31 bits. */
const LONGEST_MS = 2 ** 31 - 1;
const DECODE_ERROR = 3;

export function createPlayer(host: Host, output: number, kind: MediaKind, name: string, changed: () => void) {
  // An image has no time to keep; what it lacks reads as undefined, and does nothing.
  const media = document.createElement(kind === "image" ? "img" : kind) as HTMLVideoElement;
  const player = {
    media,
    output,
    state: "" as "asking" | "loading" | "fine" | "failed",
    reason: "",
    start,
    receive,
    close,
  };
  let endsAt = 0;
  let failures = 0;
  /** Where to go on, and whether playing; null unless on the way back from trouble. */
  let place: { currentTime: number; playbackRate: number } | null = null;
  let playing = false;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let stuck: ReturnType<typeof setTimeout> | undefined;

  function move(state: typeof player.state, reason = "") {
    Object.assign(player, { state, reason });
    changed();
  }

  const ask = (renew: boolean) => host.send({ kind: "source", output, renew });

  /** Ask for a link; also the way on after giving up. */
  function start(renew = false) {
    failures = 0;
    move("asking");
    ask(renew);
  }

  function receive({ error, url, expires_at }: SourceReply) {
    // What another view asked for must not touch a film that plays, or is about to.
    if (player.state !== "asking") return;
    const safe = safeUrl(url);
    if (error || !safe) return move("failed", error ? `${error.message} ${error.hint}` : "");
    endsAt = (expires_at ?? Number.POSITIVE_INFINITY) * 1000;
    media.src = safe;
    move("loading");
  }

  function arrived() {
    move("fine");
    if (place) Object.assign(media, place);
    // Refused where the page has had no gesture yet; the film then stands at its place.
    if (place && playing) media.play().catch(() => {});
  }

  function trouble() {
    // A second failure on the way back must not overwrite the place that the first one kept.
    if (player.state === "fine" && !place) {
      place = { currentTime: media.currentTime, playbackRate: media.playbackRate };
      playing = !media.paused;
    }
    if (/asking|failed/.test(player.state)) return;
    if (failures >= GIVE_UP_AFTER || !host.connected()) return move("failed");
    move("asking");
    // The first renewal at once, the next ones with some air between.
    renewal = setTimeout(ask, STUCK_MS * failures++, true);
  }

  /** Waiting is only trouble once the link has ended; before that the network is slow, and the browser knows best. */
  function watchStuck() {
    clearTimeout(stuck);
    stuck = setTimeout(
      () => {
        if (media.readyState < 3 && (!media.paused || media.seeking || !media.readyState)) trouble();
      },
      Math.min(Math.max(STUCK_MS, endsAt - Date.now()), LONGEST_MS),
    );
  }

  /** It plays, or could: the next trouble counts from the beginning. */
  function healed() {
    if (player.state !== "fine" || media.seeking) return;
    place = null;
    if (media.error?.code !== DECODE_ERROR) failures = 0;
  }

  function close() {
    clearTimeout(renewal);
    clearTimeout(stuck);
    media.removeAttribute("src");
    media.load?.();
  }

  const on = (names: string, listener: () => void) => {
    for (const each of names.split(" ")) media.addEventListener(each, listener);
  };
  Object.assign(media, {
    className: "mh-media",
    controls: true,
    preload: "metadata",
    playsInline: true,
    referrerPolicy: "no-referrer",
    ariaLabel: name,
    alt: name,
  });
  on("loadedmetadata load", arrived);
  on("error", trouble);
  on("waiting stalled seeking", watchStuck);
  on("canplay seeked", healed);
  return player;
}

export type Player = ReturnType<typeof createPlayer>;
