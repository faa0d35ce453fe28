// The film itself, played by the browser straight from its presigned link: asks for the link, notices when it has ended,
// goes on with a fresh one at the same place, then with the bytes from the kernel, and gives up in words. It lives outside
// the tree, as no render may touch a film that plays.

import type { CardHost } from "../model/host";
import { type FromKernel, isSafe } from "../model/messages";
import type { ErrorInfo, MediaKind } from "../model/traits";
import { createDownload, type DownloadResult } from "./download";
import { watchStalls } from "./stalls";

/** After so many links in a row that didn't help, the kernel sends the film itself. */
const MAX_RENEWALS = 3;
/** The first renewal comes at once, the next ones with more and more of these between. */
const RENEWAL_PAUSE_MS = 1000;

/** Where to go on after trouble. */
type Place = { currentTime: number; playbackRate: number; playing: boolean };

export class Player {
  readonly media: HTMLVideoElement | HTMLAudioElement | HTMLImageElement;
  state: "asking" | "relaying" | "loading" | "ready" | "failed" = "asking";
  /** Why it failed, where the kernel said so. */
  reason = "";
  /** The last link that the kernel gave, for another tab to try. */
  link = "";

  /** The same element, if it has a time to keep: an image has none. */
  readonly #clip: HTMLMediaElement | null;
  readonly #relay: ReturnType<typeof createDownload>;
  readonly #end = new AbortController();
  #expiresAt_ms = Number.POSITIVE_INFINITY;
  #renewals = 0;
  #place: Place | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #blobUrl = "";

  constructor(
    readonly host: CardHost,
    readonly output: number,
    kind: Exclude<MediaKind, "file">,
    name: string,
    readonly onChange: () => void,
  ) {
    const { signal } = this.#end;
    this.media = document.createElement(kind === "image" ? "img" : kind);
    // What an image hasn't got does nothing there.
    const played = { controls: true, preload: "metadata", playsInline: true };
    Object.assign(this.media, { className: "mh-media", alt: name, ...played });
    this.#clip = this.media instanceof HTMLMediaElement ? this.media : null;
    if (this.#clip) watchStalls(this.#clip, () => this.#expiresAt_ms, this.#renew, signal);
    this.#relay = createDownload(host.send, "play", this.#playRelayed);
    this.media.addEventListener(this.#clip ? "loadedmetadata" : "load", this.#goOn, { signal });
    this.media.addEventListener("error", this.#renew, { signal });
    this.media.addEventListener("timeupdate", this.#forgive, { signal });
    this.start();
  }

  /** Ask for a link; also the way on after giving up. */
  start(renew = false) {
    this.#renewals = 0;
    this.#move("asking");
    this.#ask(renew);
  }

  receive(message: FromKernel, buffers: readonly DataView[]) {
    this.#relay.receive(message, buffers);
    // What another view asked for must not touch a film that plays, or is about to.
    if (message.kind !== "source" || this.state !== "asking" || message.output !== this.output) return;
    const { error, url, expires_at } = message;
    if (error || !isSafe(url)) return this.#fail(error);
    this.link = url;
    this.#load(url, (expires_at ?? Number.POSITIVE_INFINITY) * 1000);
  }

  /** Out of the page it falls silent by itself; here what is under way for it comes to nothing. */
  dispose() {
    this.#end.abort();
    this.state = "failed";
    clearTimeout(this.#timer);
    URL.revokeObjectURL(this.#blobUrl);
  }

  #move(state: Player["state"], reason = "") {
    clearTimeout(this.#timer);
    this.state = state;
    this.reason = reason;
    this.onChange();
  }

  #fail(error?: ErrorInfo) {
    this.#move("failed", error && `${error.message} ${error.hint}`);
  }

  #ask(renew: boolean) {
    this.host.send({ kind: "source", output: this.output, renew });
  }

  #load(url: string, expiresAt_ms: number) {
    this.#expiresAt_ms = expiresAt_ms;
    this.media.src = url;
    this.#move("loading");
  }

  #playRelayed = (result: DownloadResult) => {
    if (this.state !== "relaying") return;
    if ("error" in result) return this.#fail(result.error);
    URL.revokeObjectURL(this.#blobUrl);
    this.#blobUrl = URL.createObjectURL(result.film);
    this.#load(this.#blobUrl, Number.POSITIVE_INFINITY);
  };

  /** It is loaded: on at the place that was left, playing if it was. */
  #goOn = () => {
    this.#move("ready");
    const [clip, place] = [this.#clip, this.#place];
    if (!clip || !place) return;
    clip.currentTime = place.currentTime;
    clip.playbackRate = place.playbackRate;
    // Refused where the page has had no gesture yet; the film then stands at its place.
    if (place.playing) clip.play().catch(() => {});
  };

  #renew = () => {
    if (this.state !== "ready" && this.state !== "loading") return;
    // While a fresh link is still loading, the place is the one that was left.
    if (this.state === "ready" && this.#clip) {
      const { currentTime, playbackRate, paused } = this.#clip;
      this.#place = { currentTime, playbackRate, playing: !paused };
    }
    const before = this.#renewals++;
    if (before > MAX_RENEWALS) return this.#fail();
    if (before === MAX_RENEWALS) {
      // The kernel reaches what the page may not: it sends the film itself.
      this.#move("relaying");
      return this.#relay.start(this.output);
    }
    this.#move("asking");
    this.#timer = setTimeout(() => this.#ask(true), RENEWAL_PAUSE_MS * before);
  };

  /** It has come past the trouble: the next one counts from the beginning. */
  #forgive = () => {
    if (!this.#place || (this.#clip && this.#clip.currentTime > this.#place.currentTime)) this.#renewals = 0;
  };
}
