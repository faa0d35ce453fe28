// The film itself, played by the browser straight from its presigned link: asks for the link, notices when it has ended,
// goes on with a fresh one at the same place, then with the bytes from the kernel, and gives up in words.

import { createDownload } from "./download";
import { type FromKernel, type Host, isSafe } from "./messages";
import type { Fault, MediaKind } from "./state";

const GIVE_UP_AFTER = 3;
/** A player that waits this long past the end of its link is stuck; Chromium itself would try some 30 times. */
const STUCK_MS = 1000;

export type Player = {
  media: HTMLVideoElement;
  state: "asking" | "relaying" | "loading" | "fine" | "failed";
  /** Why it failed, where the kernel said so. */
  reason: string;
  /** Ask for a link; also the way on after giving up. */
  start(renew?: boolean): void;
  receive(message: FromKernel, buffers: readonly DataView[]): void;
  /** The last link that the kernel gave, for another tab to try. */
  link: string;
};

export function createPlayer(host: Host, output: number, kind: MediaKind, name: string, changed: () => void): Player {
  // An image has no time to keep; what it lacks reads as undefined, and does nothing.
  const media = document.createElement(kind === "image" ? "img" : kind) as HTMLVideoElement;
  const relay = createDownload(host.send, true, (film, _, fault) => {
    if (!film || player.state !== "relaying") return fail(fault);
    media.src = URL.createObjectURL(film);
    move("loading");
  });
  const player = { media, start, receive } as Player;
  let endsAt = 0;
  let failures = 0;
  /** Where to go on after trouble. */
  let place: { currentTime: number; playbackRate: number; playing: boolean } | null = null;
  let stuck: ReturnType<typeof setTimeout> | undefined;

  function move(state: Player["state"], reason = "") {
    Object.assign(player, { state, reason });
    changed();
  }

  const fail = (fault?: Fault) => move("failed", fault && `${fault.message} ${fault.hint}`);
  const ask = (renew: boolean) => host.send({ kind: "source", output, renew });

  function start(renew = false) {
    failures = 0;
    move("asking");
    ask(renew);
  }

  function receive(message: FromKernel, buffers: readonly DataView[]) {
    relay.receive(message, buffers);
    // What another view asked for must not touch a film that plays, or is about to.
    if (message.kind !== "source" || player.state !== "asking" || message.output !== output) return;
    const { error, url, expires_at } = message;
    if (error || !isSafe(url)) return fail(error);
    endsAt = (expires_at ?? Number.POSITIVE_INFINITY) * 1000;
    media.src = player.link = url;
    move("loading");
  }

  function arrived() {
    move("fine");
    Object.assign(media, place);
    // Refused where the page has had no gesture yet; the film then stands at its place.
    if (place?.playing) media.play().catch(() => {});
  }

  function trouble() {
    // While a fresh link is still loading, the place is the one that was left.
    if (player.state === "fine") {
      place = { currentTime: media.currentTime, playbackRate: media.playbackRate, playing: !media.paused };
    }
    if (/ask|relay|failed/.test(player.state)) return;
    const before = failures++;
    if (before > GIVE_UP_AFTER) return fail();
    if (before === GIVE_UP_AFTER) {
      // The kernel reaches what the page may not: it sends the film itself.
      move("relaying");
      return relay.start(output);
    }
    move("asking");
    // The first renewal at once, the next ones with some air between.
    setTimeout(ask, STUCK_MS * before, true);
  }

  /** Waiting is only trouble once the link has ended; before that the network is slow, and the browser knows best. */
  function watchStuck() {
    clearTimeout(stuck);
    stuck = setTimeout(() => {
      if (media.readyState > 2 || (media.paused && !media.seeking && media.readyState)) return;
      if (Date.now() < endsAt) watchStuck();
      else trouble();
    }, STUCK_MS);
  }

  /** It has come past the trouble: the next one counts from the beginning. */
  function healed() {
    if (!place || media.currentTime > place.currentTime) failures = 0;
  }

  Object.assign(media, {
    className: "mh-media",
    controls: true,
    preload: "metadata",
    playsInline: true,
    alt: name,
    onload: arrived,
    onloadedmetadata: arrived,
    onerror: trouble,
    onwaiting: watchStuck,
    onstalled: watchStuck,
    onseeking: watchStuck,
    ontimeupdate: healed,
  });
  start();
  return player;
}
