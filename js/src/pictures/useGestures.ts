import { useState } from "preact/hooks";
import type { Point } from "./useZoom";

/** A pointer that has moved less far was only held. */
const DRAG_PX = 4;
const SWIPE_PX = 40;
/** Two taps within this are one double tap. */
const DOUBLE_MS = 300;

type Gestures = {
  isZoomed: boolean;
  canSwipe: boolean;
  /** 1 for a swipe to the left, as a page is turned from left to right; -1 for the other way. */
  onSwipe(direction: 1 | -1): void;
  onTap(point: Point): void;
};
type On<E extends Event> = E & { currentTarget: HTMLElement };

const isTouch = (event: PointerEvent) => event.pointerType === "touch";
const canvasOf = ({ currentTarget }: On<Event>) => currentTarget.firstElementChild as HTMLElement;

/** Follows one pointer from where it went down. */
function createDrag() {
  let start: { x: number; y: number; left: number; top: number } | null = null;
  const drag = {
    /** Whether this pointer has ever moved: then its click is none. */
    moved: false,
    begin(event: On<PointerEvent>) {
      const { scrollLeft: left, scrollTop: top } = event.currentTarget;
      start = { x: event.clientX, y: event.clientY, left, top };
      drag.moved = false;
    },
    /** How far it has come, and where the view would be scrolled to by it; null while it is only held. */
    move({ clientX, clientY, currentTarget, pointerId }: On<PointerEvent>) {
      if (!start) return null;
      const [x, y] = [clientX - start.x, clientY - start.y];
      if (!drag.moved && Math.hypot(x, y) < DRAG_PX) return null;
      if (!drag.moved) currentTarget.setPointerCapture(pointerId);
      drag.moved = true;
      return { x, y, left: start.left - x, top: start.top - y };
    },
    end() {
      start = null;
    },
  };
  return drag;
}

/** Tells a click that counts: the first of a mouse, as a second would only undo it, and the second tap of a finger. */
function createTaps() {
  let touch = false;
  let tapped_ms = Number.NEGATIVE_INFINITY;
  return {
    begin(event: PointerEvent) {
      touch = isTouch(event);
    },
    counts({ timeStamp, detail }: MouseEvent) {
      if (!touch) return detail <= 1;
      // Some browsers count taps, and some keep back the first one after a swipe.
      const isSecond = detail === 2 || timeStamp - tapped_ms <= DOUBLE_MS;
      tapped_ms = isSecond ? Number.NEGATIVE_INFINITY : timeStamp;
      return isSecond;
    },
  };
}

/** What a pointer does on a picture: it moves a zoomed one, swipes to the next, and zooms with a click or a double tap. */
export function useGestures({ isZoomed, canSwipe, onSwipe, onTap }: Gestures) {
  const [{ drag, taps }] = useState(() => ({ drag: createDrag(), taps: createTaps() }));
  const swipes = canSwipe && !isZoomed;
  function release(event: On<PointerEvent>) {
    drag.end();
    canvasOf(event).style.translate = "";
  }
  return {
    onPointerDown(event: On<PointerEvent>) {
      if (!event.isPrimary || event.button !== 0) return;
      drag.begin(event);
      taps.begin(event);
    },
    onPointerMove(event: On<PointerEvent>) {
      const move = drag.move(event);
      if (!move) return;
      if (swipes) canvasOf(event).style.translate = `${move.x}px`;
      // Under a finger the browser itself scrolls.
      else if (isZoomed && !isTouch(event)) event.currentTarget.scrollTo(move.left, move.top);
    },
    onPointerUp(event: On<PointerEvent>) {
      const move = drag.move(event);
      release(event);
      if (swipes && move && Math.abs(move.x) > Math.max(SWIPE_PX, Math.abs(move.y))) onSwipe(move.x < 0 ? 1 : -1);
    },
    onPointerCancel: release,
    onClick(event: On<MouseEvent>) {
      if (drag.moved || !taps.counts(event)) return;
      const { left, top, width, height } = canvasOf(event).getBoundingClientRect();
      onTap({ x: (event.clientX - left) / width, y: (event.clientY - top) / height });
    },
  };
}
