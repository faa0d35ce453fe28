// Films that run on the test's own time, as elements that the browser would drive.

import { vi } from "vitest";
import { Sync } from "../../src/compare/sync";

export const FRAME_S = 1 / 24;
const TICK_S = 0.016;

type Film = { duration: number; readyState: number; currentTime: number; paused: boolean; playbackRate: number };

export class FakeFilm {
  readonly element = document.createElement("video");
  /** Ticks that a seek takes. */
  seekTicks = 0;
  /** Where it can't be sought. */
  isStuck = false;
  #left = 0;
  readonly state: Film = { duration: 6, readyState: 4, currentTime: 0, paused: true, playbackRate: 1 };

  constructor(changes: Partial<Film> = {}) {
    Object.assign(this.state, changes);
    const own = (name: string, get: () => unknown, set = (_: never) => {}) =>
      Object.defineProperty(this.element, name, { get, set, configurable: true });
    for (const name of ["duration", "readyState", "paused"] as const) own(name, () => this.state[name]);
    own(
      "playbackRate",
      () => this.state.playbackRate,
      (rate) => Object.assign(this.state, { playbackRate: rate }),
    );
    own(
      "currentTime",
      () => this.state.currentTime,
      (time) => this.#seek(time),
    );
    own("seeking", () => this.#left > 0);
    own("ended", () => this.isEnded);
    this.element.play = async () => this.#start(false);
    this.element.pause = () => this.#start(true);
  }

  get isEnded() {
    return this.state.currentTime >= this.state.duration;
  }

  /** Time goes on. */
  run(seconds: number) {
    if (this.#left > 0) this.#left -= 1;
    const { state } = this;
    if (state.paused || this.#left > 0 || state.readyState < 3) return;
    state.currentTime = Math.min(state.duration, state.currentTime + seconds * state.playbackRate);
    if (this.isEnded) state.paused = true;
  }

  #start(paused: boolean) {
    this.state.paused = paused;
  }

  #seek(time: number) {
    if (this.isStuck) return;
    this.state.currentTime = Math.min(time, this.state.duration || Number.POSITIVE_INFINITY);
    this.#left = this.seekTicks;
  }
}

/** A clock on these films, and a screen that is painted 60 times a second. */
export function onOneClock(...films: FakeFilm[]) {
  const sync = new Sync(FRAME_S, "0");
  for (const [index, film] of films.entries()) sync.media.set(`${index}`, film.element);
  return {
    sync,
    times: () => films.map(({ state }) => state.currentTime),
    offset: () => Math.abs((films[0]?.state.currentTime ?? 0) - (films[1]?.state.currentTime ?? 0)),
    paused: () => films.map(({ state }) => state.paused),
    rates: () => films.map(({ state }) => state.playbackRate),
    /** Let this many seconds go by, with a look at each frame of the screen. */
    go(seconds: number) {
      for (let ticks = Math.round(seconds / TICK_S); ticks > 0; ticks--) {
        vi.advanceTimersByTime(TICK_S * 1000);
        for (const film of films) film.run(TICK_S);
        sync.tick();
      }
    },
  };
}
