import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** A place in a picture, from 0 to 1 each way. */
export type Point = { x: number; y: number };

/** A picture that is hardly larger than the stage shows more only beyond its own pixels. */
const LEAST_GAIN = 1.25;
const BEYOND = 2;
const MIDDLE: Point = { x: 0.5, y: 0.5 };

/** How wide a picture is when it is zoomed: one of its pixels for one of the page's, or else its pixels in large. */
export const zoomedWidth = (natural: number, fitted: number) =>
  natural >= fitted * LEAST_GAIN ? natural : Math.round(fitted * BEYOND);

/** The whole picture, or its pixels; another picture is whole again. `view` scrolls what is too large for it. */
export function useZoom(view: RefObject<HTMLElement | null>, media: HTMLImageElement) {
  const [zoomed, zoom] = useState<{ media: HTMLImageElement; width: number; point: Point } | null>(null);
  const isZoomed = zoomed?.media === media;

  useLayoutEffect(() => {
    const el = view.current;
    if (!el || !isZoomed || !zoomed) return;
    // What was under the pointer comes to the middle.
    const { x, y } = zoomed.point;
    el.scrollTo(el.scrollWidth * x - el.clientWidth / 2, el.scrollHeight * y - el.clientHeight / 2);
  }, [zoomed]);

  const zoomOut = () => zoom(null);
  function zoomIn(point = MIDDLE) {
    if (media.naturalWidth) zoom({ media, width: zoomedWidth(media.naturalWidth, media.clientWidth), point });
  }
  return {
    /** In the page's pixels; undefined while it is fitted. */
    width: isZoomed ? zoomed?.width : undefined,
    zoomIn,
    zoomOut,
    toggle: (point?: Point) => (isZoomed ? zoomOut() : zoomIn(point)),
    pan: (x: number, y: number) => view.current?.scrollBy(x, y),
  };
}

export type Zoom = ReturnType<typeof useZoom>;
