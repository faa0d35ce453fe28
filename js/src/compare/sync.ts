// Several films on one clock. It knows media elements and no page: who shows it calls `tick` for each frame of the screen.

import { isOver, isReady, nudge, place, SEEK_S } from "./clips";

/** A wait is said once it is one: each seek takes a moment. */
const WAIT_MS = 500;
/** Not sooner all wait once more for one that is far off: it may be one that can't be sought. */
const PEACE_MS = 1000;

export class Sync {
  /** What can be shown now, by project; pictures are none of the clock's business. */
  readonly media = new Map<string, HTMLElement>();
  playing = false;
  /** All wait for the slowest one, for some time already. */
  waiting = false;
  loop = false;
  rate = 1;
  /** Seconds on the clock. */
  time = 0;
  /** Called when anything of the above has changed. */
  onChange = () => {};
  /** Nothing moves before all of them can go on. */
  #held = false;
  /** Whether each has been brought to the clock since it was held. */
  #aligned = false;
  #since_ms = 0;

  /** `heard` is whose sound is heard: it leads, as a change of its speed could be heard, too. "" is none. */
  constructor(
    readonly frame_s: number,
    public heard = "",
  ) {}

  /** The longest of them gives the length; those that end sooner hold their last frame. */
  get duration() {
    return Math.max(0, ...this.#all().map(({ duration }) => duration || 0));
  }

  get frames() {
    return Math.max(1, Math.ceil(this.duration / this.frame_s - 0.01));
  }

  /** The frame that is on show, from 0. */
  get frame() {
    return Math.min(Math.floor(this.time / this.frame_s + 0.01), this.frames - 1);
  }

  /** In its middle a frame is itself, however its host rounds. */
  seek(frame: number) {
    this.time = (Math.max(0, Math.min(frame, this.frames - 1)) + 0.5) * this.frame_s;
    for (const clip of this.#all()) place(clip, this);
    this.#hold();
    this.onChange();
  }

  step(frames: number) {
    if (this.playing) this.pause();
    this.seek(this.frame + frames);
  }

  /** Also stops: then all stand on the same frame. */
  pause() {
    this.playing = false;
    for (const clip of this.#all()) clip.pause();
    this.seek(this.frame);
  }

  toggle() {
    if (this.playing) return this.pause();
    if (this.frame === this.frames - 1) this.seek(0);
    this.playing = true;
    this.#hold();
    // At once, while the visitor's press still counts for the browser.
    this.tick();
  }

  set(part: Partial<Pick<Sync, "rate" | "loop" | "heard">>) {
    Object.assign(this, part);
    for (const clip of this.#all()) clip.playbackRate = this.rate;
    this.onChange();
  }

  /** Look at all of them, and bring them together. */
  tick() {
    if (!this.playing) return;
    if (!this.#all().every((clip) => isReady(clip, this))) this.#wait();
    else if (this.#held) this.#resume();
    else this.#follow();
    this.onChange();
  }

  #all = () => [...this.media.values()].filter((media) => media instanceof HTMLMediaElement);
  #running = () => this.#all().filter((clip) => !isOver(clip, this));

  #hold() {
    this.#held = true;
    this.#aligned = this.waiting = false;
    this.#since_ms = Date.now();
  }

  #wait() {
    if (!this.#held) this.#hold();
    this.waiting = Date.now() - this.#since_ms > WAIT_MS;
    // The one that waits is left alone: its player renews its link only while it would go on.
    for (const clip of this.#all()) if (isReady(clip, this)) clip.pause();
  }

  #resume() {
    const running = this.#running();
    if (!this.#aligned) {
      // Once: one that can't be brought there plays on as it is.
      this.#aligned = true;
      const off = running.filter(({ currentTime }) => Math.abs(currentTime - this.time) > this.frame_s / 2);
      for (const clip of running) clip.pause();
      for (const clip of off) place(clip, this);
      if (off.length > 0) return;
    }
    this.#held = this.waiting = false;
    for (const clip of running) {
      clip.playbackRate = this.rate;
      // Refused where the page has had no gesture yet; `#follow` sees that.
      clip.play().catch(() => {});
    }
  }

  #follow() {
    const running = this.#running().sort((a, b) => b.duration - a.duration);
    const leader = running.find((clip) => clip === this.media.get(this.heard)) ?? running[0];
    if (!leader) return this.#end();
    // By the browser, or by the keys of a keyboard or a headset.
    if (running.some(({ paused }) => paused)) return this.pause();
    this.time = leader.currentTime;
    const isFar = running.some(({ currentTime }) => Math.abs(currentTime - this.time) > SEEK_S);
    if (isFar && Date.now() - this.#since_ms > PEACE_MS) return this.#hold();
    for (const clip of running) nudge(clip, this, this.rate);
  }

  #end() {
    if (this.loop && this.duration > 0) return this.seek(0);
    this.time = this.duration;
    this.pause();
  }
}
