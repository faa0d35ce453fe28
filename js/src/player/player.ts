// The film itself, played by the browser straight from its presigned link: asks for the link, notices when it has ended,
// goes on with a fresh one at the same place, then with the bytes from the kernel, and gives up in words. It lives outside
// the tree, as no render may touch a film that plays.

import type { CardHost } from "../model/host";
import { type FromKernel, isSafe } from "../model/messages";
import type { ErrorInfo, MediaKind } from "../model/traits";
import { createDownload, type DownloadResult } from "./download";
import { createPlace } from "./place";
import { watchStalls } from "./stalls";

/** After so many links in a row that didn't help, the kernel sends the film itself. */
const MAX_RENEWALS = 3;
/** The first renewal comes at once, the next ones with more and more of these between. */
const RENEWAL_PAUSE_MS = 1000;

export type Player = {
  readonly media: HTMLVideoElement | HTMLAudioElement | HTMLImageElement;
  state: "asking" | "relaying" | "loading" | "ready" | "failed";
  /** Why it failed, where the kernel said so. */
  reason: string;
  /** The last link that the kernel gave, for another tab to try. */
  link: string;
  /** Ask for a link; also the way on after giving up. */
  start(renew?: boolean): void;
  receive(message: FromKernel, buffers: readonly DataView[]): void;
  /** Out of the page a film falls silent by itself; here what is under way for it comes to nothing. */
  dispose(): void;
};

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one state machine, whose short steps share what they keep
export function createPlayer(
  host: CardHost,
  output: number,
  kind: Exclude<MediaKind, "file">,
  name: string,
  onChange: () => void,
): Player {
  const media = document.createElement(kind === "image" ? "img" : kind);
  const place = createPlace(media);
  const relay = createDownload(host.send, "play", playRelayed);
  const player: Player = { media, state: "asking", reason: "", link: "", start, receive, dispose };
  const end = new AbortController();
  let expiresAt_ms = 0;
  let renewals = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let blobUrl = "";

  function move(state: Player["state"], reason = "") {
    clearTimeout(timer);
    Object.assign(player, { state, reason });
    onChange();
  }

  function fail(error?: ErrorInfo) {
    move("failed", error && `${error.message} ${error.hint}`);
  }

  function ask(renew: boolean) {
    host.send({ kind: "source", output, renew });
  }

  function start(renew = false) {
    renewals = 0;
    move("asking");
    ask(renew);
  }

  function load(url: string, ends_s?: number | null) {
    expiresAt_ms = (ends_s ?? Number.POSITIVE_INFINITY) * 1000;
    media.src = url;
    move("loading");
  }

  function receive(message: FromKernel, buffers: readonly DataView[]) {
    relay.receive(message, buffers);
    // What another view asked for must not touch a film that plays, or is about to.
    if (message.kind !== "source" || player.state !== "asking" || message.output !== output) return;
    const { error, url, expires_at } = message;
    if (error || !isSafe(url)) return fail(error);
    player.link = url;
    load(url, expires_at);
  }

  function playRelayed(result: DownloadResult) {
    if (player.state !== "relaying") return;
    if ("error" in result) return fail(result.error);
    URL.revokeObjectURL(blobUrl);
    blobUrl = URL.createObjectURL(result.film);
    load(blobUrl);
  }

  function goOn() {
    move("ready");
    place.goOn();
  }

  function renew() {
    // While a fresh link is still loading, the place is the one that was left.
    if (player.state === "ready") place.leave();
    else if (player.state !== "loading") return;
    const before = renewals++;
    if (before > MAX_RENEWALS) return fail();
    if (before === MAX_RENEWALS) {
      // The kernel reaches what the page may not: it sends the film itself.
      move("relaying");
      return relay.start(output);
    }
    move("asking");
    timer = setTimeout(() => ask(true), RENEWAL_PAUSE_MS * before);
  }

  /** Once it has come past the trouble, the next one counts from the beginning. */
  function forgive() {
    if (place.isPast()) renewals = 0;
  }

  function dispose() {
    end.abort();
    player.state = "failed";
    clearTimeout(timer);
    URL.revokeObjectURL(blobUrl);
  }

  // What an image hasn't got does nothing there.
  Object.assign(media, { className: "mh-media", alt: name, controls: true, preload: "metadata", playsInline: true });
  const listeners = { load: goOn, loadedmetadata: goOn, error: renew, timeupdate: forgive };
  for (const [event, listener] of Object.entries(listeners)) {
    media.addEventListener(event, listener, { signal: end.signal });
  }
  watchStalls(media, () => expiresAt_ms, renew, end.signal);
  start();
  return player;
}
