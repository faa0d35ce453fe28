// What the keys do on a picture in large. Pure.

import type { Zoom } from "./useZoom";

/** How far an arrow key moves a zoomed picture. */
const PAN_PX = 48;

export type Turning = {
  count: number;
  /** 1, or -1 where pages are turned from right to left. */
  forward: 1 | -1;
  go(step: number): void;
  select(output: number): void;
  back(): void;
};

type Keys = Record<string, () => void>;

/** By the name of each key; any other is the page's. */
export function keysOf({ count, forward, go, select, back }: Turning, zoom: Zoom): Keys {
  if (zoom.width !== undefined) {
    return {
      ArrowLeft: () => zoom.pan(-PAN_PX, 0),
      ArrowRight: () => zoom.pan(PAN_PX, 0),
      ArrowUp: () => zoom.pan(0, -PAN_PX),
      ArrowDown: () => zoom.pan(0, PAN_PX),
      "-": zoom.zoomOut,
      Escape: zoom.zoomOut,
    };
  }
  const several: Keys = {
    ArrowLeft: () => go(-forward),
    ArrowRight: () => go(forward),
    Home: () => select(0),
    End: () => select(count - 1),
    Escape: back,
  };
  return { "+": () => zoom.zoomIn(), "=": () => zoom.zoomIn(), ...(count > 1 ? several : {}) };
}
