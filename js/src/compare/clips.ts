// What one film of several is asked and told. It knows media elements and no page.

/** What an offset of this many seconds needs is a seek; a smaller one is made up by speed. */
export const SEEK_S = 0.25;
/** By which share of the speed an offset of a second would be made up, and the most: more of it could be seen. */
const GAIN = 4;
const MOST = 0.25;

// The names that HTMLMediaElement has for its readyState.
const HAVE_NOTHING = 0;
const HAVE_CURRENT_DATA = 2;

/** Width over height of a film or a picture; 0 until it has one. */
export function shapeOf(media: Partial<HTMLVideoElement & HTMLImageElement>): number {
  const width = media.videoWidth || media.naturalWidth;
  const height = media.videoHeight || media.naturalHeight;
  return width && height ? width / height : 0;
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

/** Let it run a little faster or slower until it is there; in steps, as a new speed is some work for the browser. */
export function nudge(clip: HTMLMediaElement, { time, frame_s }: Moment, rate: number) {
  const late_s = time - clip.currentTime;
  const change = Math.abs(late_s) < frame_s / 4 ? 0 : Math.max(-MOST, Math.min(late_s * GAIN, MOST));
  clip.playbackRate = rate * (1 + Math.round(change * 50) / 50);
}
