// What one film of several is asked and told. It knows media elements and no page.

/**
 * What an offset of this many seconds needs is a seek, for which all wait some 0.1 s; a smaller one is made up by speed, which
 * takes up to 1 s.
 */
export const SEEK_S = 0.12;
/** Offsets in frames: what is made up, and what is left. */
const FAR = 0.75;
const NEAR = 0.25;
/**
 * By which share of the speed an offset is made up. With one change and one back: Chromium 156 follows some 0.1 s later, and
 * loses 0.02 s when it leaves the usual speed, so that finer ones would swing around the clock.
 */
const CHANGE = 0.15;

// The names that HTMLMediaElement has for its readyState.
const HAVE_NOTHING = 0;
const HAVE_CURRENT_DATA = 2;

/** Width over height of a film or a picture; 0 until it has one. */
export function shapeOf(media: Partial<HTMLVideoElement & HTMLImageElement>): number {
  const { videoWidth = 0, videoHeight = 0, naturalWidth = videoWidth, naturalHeight = videoHeight } = media;
  return naturalWidth / naturalHeight || 0;
}

/** A moment, and how long a frame lasts, both in seconds. */
export type Moment = { time: number; frame_s: number };

/** Whether it has nothing but its last frame for this moment. */
export const isOver = (clip: HTMLMediaElement, { time, frame_s }: Moment) =>
  clip.ended || clip.duration <= time + frame_s;

/** Whether it could go on from this moment at once. */
export const isReady = (clip: HTMLMediaElement, at: Moment) =>
  !clip.seeking && clip.readyState > (isOver(clip, at) ? HAVE_NOTHING : HAVE_CURRENT_DATA);

/** Bring it to this moment, or to its last frame. */
export function place(clip: HTMLMediaElement, { time, frame_s }: Moment) {
  clip.currentTime = Math.min(time, (clip.duration || Number.POSITIVE_INFINITY) - frame_s / 2);
}

/** Let it run a little faster or slower until it is there. */
export function nudge(clip: HTMLMediaElement, { time, frame_s }: Moment, rate: number) {
  const late = (time - clip.currentTime) / frame_s;
  const change = clip.playbackRate - rate;
  if (change === 0 && Math.abs(late) > FAR) clip.playbackRate = rate * (1 + Math.sign(late) * CHANGE);
  else if (late * Math.sign(change) < NEAR) clip.playbackRate = rate;
}
