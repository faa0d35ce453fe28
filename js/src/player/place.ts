/** Where a film was when trouble came: it goes on there, playing if it was. An image has no time to keep. */
export function createPlace(media: HTMLElement) {
  const clip = media instanceof HTMLMediaElement ? media : null;
  let left: Pick<HTMLMediaElement, "currentTime" | "playbackRate" | "paused"> | null = null;
  return {
    leave() {
      if (!clip) return;
      const { currentTime, playbackRate, paused } = clip;
      left = { currentTime, playbackRate, paused };
    },
    goOn() {
      if (!clip || !left) return;
      clip.currentTime = left.currentTime;
      clip.playbackRate = left.playbackRate;
      // Refused where the page has had no gesture yet; the film then stands at its place.
      if (!left.paused) clip.play().catch(() => {});
    },
    /** Whether it has come past the trouble. */
    isPast: () => !clip || !left || clip.currentTime > left.currentTime,
  };
}
