// How far films that are compared are from each other: on their clocks, and in the frames that were really on the screen.

const FRAME_S = 1 / 24;
const films = () => [...document.querySelectorAll(".mh-pane video")];
const seen = new WeakMap();

/** Keep the time of the last frame that each film has put on the screen. */
function watch(film) {
  film.requestVideoFrameCallback((_now, { mediaTime }) => {
    seen.set(film, mediaTime);
    watch(film);
  });
}

/** The largest difference between any two of some values. */
const spread = (values) => Math.max(...values) - Math.min(...values);
const offset = () => spread(films().map(({ currentTime }) => currentTime)) / FRAME_S;

window.comparing = {
  watch: () => films().forEach(watch),
  /** In frames, on the films' clocks. */
  offset,
  /** In frames, of what was last put on the screen. */
  shown: () => spread(films().map((film) => seen.get(film) ?? Number.NaN)) / FRAME_S,
  ready: (number) => films().length === number && films().every(({ readyState }) => readyState > 2),
  plays: () => films().length > 0 && films().every(({ paused, readyState }) => !paused && readyState > 2),
  /** Resolves once they have played for so many frames of the screen without being further apart than `limit` frames. */
  inStep: (limit, frames) =>
    new Promise((resolve) => {
      let good = 0;
      const look = () => {
        good = window.comparing.plays() && offset() <= limit ? good + 1 : 0;
        if (good === frames) resolve();
        else requestAnimationFrame(look);
      };
      look();
    }),
  /** The offsets of the next so many frames of the screen, in frames of the films. */
  measure: (frames) =>
    new Promise((resolve) => {
      const offsets = [];
      const look = () => {
        if (window.comparing.plays()) offsets.push(offset());
        if (offsets.length === frames) resolve(offsets);
        else requestAnimationFrame(look);
      };
      look();
    }),
};
