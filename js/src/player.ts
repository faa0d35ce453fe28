// The film itself, played by the browser straight from its presigned link. One element per output, never rebuilt.

import { attr, h } from "./dom";
import { createLink } from "./link";
import type { SourceReply } from "./messages";
import type { MediaKind } from "./state";

/** A player that waits this long past the end of its link is stuck; Chromium itself would try some 30 times. */
const STUCK_MS = 1000;
/** setTimeout takes no more than 31 bits. */
const LONGEST_MS = 2 ** 31 - 1;
const DECODE_ERROR = 3;

type Media = HTMLVideoElement | HTMLAudioElement | HTMLImageElement;

export type PlayerEvents = {
  ask: (output: number, renew: boolean) => void;
  changed: () => void;
  connected: () => boolean;
};

export function createPlayer(output: number, kind: MediaKind, events: PlayerEvents) {
  const media: Media = kind === "image" ? h("img") : h(kind === "audio" ? "audio" : "video");
  const timed = media instanceof HTMLImageElement ? null : media;
  const link = createLink({ ...events, ask: (renew) => events.ask(output, renew), load });
  let place = { time: 0, playing: false, rate: 1 };
  let restoring = false;
  let stuck: ReturnType<typeof setTimeout> | undefined;

  media.className = "mh-media";
  media.setAttribute("referrerpolicy", "no-referrer");
  if (timed) {
    timed.controls = true;
    timed.preload = "metadata";
    timed.setAttribute("playsinline", "");
  }

  function load(url: string) {
    media.src = url;
  }

  function arrived() {
    attr(media, "data-here", true);
    link.fine();
    if (!timed || !restoring) return;
    if (place.time) timed.currentTime = place.time;
    timed.playbackRate = place.rate;
    // Refused where the page has no gesture yet; the film then stands at the right place.
    if (place.playing) timed.play().catch(() => {});
  }

  function trouble() {
    // A second failure on the way back must not overwrite the place that the first one saved.
    if (timed && !restoring && link.state === "fine") {
      place = {
        time: timed.currentTime || place.time,
        playing: !timed.paused && !timed.ended,
        rate: timed.playbackRate,
      };
    }
    restoring = true;
    link.trouble();
  }

  const isStuck = () => timed && timed.readyState < 3 && (!timed.paused || timed.seeking || timed.readyState === 0);

  /** Waiting is only trouble once the link has ended; before that the network is slow, and the browser knows best. */
  function watchStuck() {
    const ends = link.endsIn();
    clearTimeout(stuck);
    if (ends === null) return;
    stuck = setTimeout(() => isStuck() && trouble(), Math.min(Math.max(STUCK_MS, ends), LONGEST_MS));
  }

  function onward() {
    if (!timed || timed.seeking || link.state !== "fine") return;
    restoring = false;
    if (timed.error?.code !== DECODE_ERROR) link.healed();
  }

  media.addEventListener(timed ? "loadedmetadata" : "load", arrived);
  media.addEventListener("error", trouble);
  for (const name of ["waiting", "stalled", "seeking"]) media.addEventListener(name, watchStuck);
  for (const name of ["canplay", "seeked"]) media.addEventListener(name, onward);
  media.addEventListener("timeupdate", () => {
    if (timed && !restoring) place.time = timed.currentTime;
  });

  return {
    el: media,
    output,
    kind,
    link,
    receive: (reply: SourceReply) => reply.output === output && link.receive(reply),
    close() {
      link.close();
      clearTimeout(stuck);
      media.removeAttribute("src");
      timed?.load();
      media.remove();
    },
  };
}

export type Player = ReturnType<typeof createPlayer>;
