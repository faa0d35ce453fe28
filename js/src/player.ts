// The film itself, played by the browser straight from its presigned link: asks for the link, notices when it has ended,
// goes on with a fresh one at the same place, and gives up in words.

import { type SourceReply, safeUrl } from "./messages";
import type { MediaKind } from "./state";
import { text } from "./text";

const GIVE_UP_AFTER = 3;
/** A player that waits this long past the end of its link is stuck; Chromium itself would try some 30 times. */
const STUCK_MS = 1000;
/** setTimeout takes no more than 31 bits. */
const LONGEST_MS = 2 ** 31 - 1;
const DECODE_ERROR = 3;

export type PlayerEvents = {
  ask: (renew: boolean) => void;
  changed: () => void;
  connected: () => boolean;
};

export function createPlayer(kind: MediaKind, { ask, changed, connected }: PlayerEvents) {
  // An image has no time and no errors of playing; what it lacks reads as undefined, and does nothing.
  const media = document.createElement(kind === "image" ? "img" : kind) as HTMLVideoElement;
  const player = {
    media,
    state: "asking" as "asking" | "loading" | "fine" | "failed",
    url: "",
    reason: "",
    start,
    receive,
    close,
  };
  let endsAt = 0;
  let failures = 0;
  let restoring = false;
  let place = { time: 0, rate: 1, playing: false };
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let stuck: ReturnType<typeof setTimeout> | undefined;

  function move(state: typeof player.state, reason = "") {
    Object.assign(player, { state, reason });
    changed();
  }

  /** Ask for a link; also the way on after giving up. */
  function start(renew = false) {
    failures = 0;
    move("asking");
    ask(renew);
  }

  function receive(reply: SourceReply) {
    // What another view asked for must not touch a film that plays, or is about to.
    if (player.state !== "asking") return;
    const { error } = reply;
    const url = error ? "" : safeUrl(reply.url);
    if (error || !url) return move("failed", error ? `${error.message} ${error.hint}` : text.badLink);
    endsAt = (reply.expires_at ?? Number.POSITIVE_INFINITY) * 1000;
    player.state = "loading";
    player.url = media.src = url;
  }

  function arrived() {
    if (player.state !== "loading") return;
    media.setAttribute("data-here", "");
    move("fine");
    if (!restoring) return;
    media.currentTime = place.time;
    media.playbackRate = place.rate;
    // Refused where the page has had no gesture yet; the film then stands at its place.
    if (place.playing) media.play().catch(() => {});
  }

  function trouble() {
    if (player.state === "asking" || player.state === "failed") return;
    // A second failure on the way back must not overwrite the place that the first one kept.
    if (!restoring && player.state === "fine") {
      place = {
        time: media.currentTime || place.time,
        rate: media.playbackRate,
        playing: !media.paused && !media.ended,
      };
      restoring = true;
    }
    if (failures >= GIVE_UP_AFTER || !connected()) return move("failed");
    move("asking");
    // The first renewal at once, the next ones with some air between.
    renewal = setTimeout(ask, STUCK_MS * failures++, true);
  }

  /** Waiting is only trouble once the link has ended; before that the network is slow, and the browser knows best. */
  function watchStuck() {
    clearTimeout(stuck);
    stuck = setTimeout(
      () => {
        const { readyState, paused, seeking } = media;
        if (readyState < 3 && (!paused || seeking || !readyState)) trouble();
      },
      Math.min(Math.max(STUCK_MS, endsAt - Date.now()), LONGEST_MS),
    );
  }

  /** It plays, or could: the next trouble counts from the beginning. */
  function healed() {
    if (player.state !== "fine" || media.seeking) return;
    restoring = false;
    if (media.error?.code !== DECODE_ERROR) failures = 0;
  }

  function close() {
    clearTimeout(renewal);
    clearTimeout(stuck);
    media.removeAttribute("src");
    media.load?.();
  }

  const on = (names: string, listener: () => void) => {
    for (const name of names.split(" ")) media.addEventListener(name, listener);
  };
  media.className = "mh-media";
  media.controls = true;
  media.preload = "metadata";
  media.setAttribute("playsinline", "");
  media.setAttribute("referrerpolicy", "no-referrer");
  on("loadedmetadata load", arrived);
  on("error", trouble);
  on("waiting stalled seeking", watchStuck);
  on("canplay seeked", healed);
  on("timeupdate", () => {
    if (!restoring) place.time = media.currentTime;
  });
  return player;
}

export type Player = ReturnType<typeof createPlayer>;
