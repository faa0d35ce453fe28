import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { fill } from "../i18n";
import type { Player } from "../player/player";
import { Button } from "../ui/Button";
import type { Problem } from "../ui/Message";
import { keysOf, type Turning } from "./keys";
import { BrokenPicture, Picture, problemOfPicture } from "./Picture";
import type { PicturesProps } from "./types";
import { useGestures } from "./useGestures";
import { useInView } from "./useInView";
import { useZoom, type Zoom } from "./useZoom";
import { altOf } from "./words";
import "./icons";

type LargeProps = PicturesProps & { onSelect: (output: number) => void; onBack: () => void };

/** Stands for a picture that isn't there yet. */
const NONE = document.createElement("img");

/** One picture in large, with ways to the others and to its pixels. */
export function Large(props: LargeProps) {
  const { state, view, kinds, pictures, count, onSelect } = props;
  const el = useRef<HTMLDivElement>(null);
  const player = pictures?.of(view.output);
  const media = player?.media instanceof HTMLImageElement ? player.media : NONE;
  const zoom = useZoom(el, media);
  const turning: Turning = {
    count,
    forward: state.words.dir === "rtl" ? -1 : 1,
    go: (step) => onSelect((view.output + step + count) % count),
    select: onSelect,
    back: props.onBack,
  };
  const keys = keysOf(turning, zoom);
  const problem = problemOfPicture(state, kinds, view.output, player);
  const isReady = player?.state === "ready";

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = event.key === "Enter" && event.target === el.current ? zoom.toggle : keys[event.key];
    if (!act) return;
    // VS Code would take the focus away with Escape, and the page would scroll with the arrows.
    event.preventDefault();
    event.stopPropagation();
    act();
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys count wherever the focus is inside; buttons do the same
    <div
      class="mh-large"
      data-single={count === 1 || undefined}
      data-loading={(state.connected && !problem && !isReady) || undefined}
      onKeyDown={onKeyDown}
    >
      <View {...props} viewRef={el} {...{ media, player, problem, zoom, turning }} />
      <div class="mh-nav">
        {count > 1 && <Turn {...props} turning={turning} />}
        {isReady && <ZoomButton {...props} zoom={zoom} />}
      </div>
    </div>
  );
}

type ViewProps = PicturesProps & {
  viewRef: RefObject<HTMLDivElement | null>;
  media: HTMLImageElement;
  player: Player | undefined;
  problem: Problem | null;
  zoom: Zoom;
  turning: Turning;
};

/** The picture itself, under the pointer. */
function View({ state, view, kinds, pictures, count, viewRef, media, player, problem, zoom, turning }: ViewProps) {
  const gestures = useGestures({
    isZoomed: zoom.width !== undefined,
    canSwipe: count > 1,
    onSwipe: (direction) => turning.go(direction * turning.forward),
    onTap: zoom.toggle,
  });
  const reasons = [pictures, state.connected, view.output];
  useInView(viewRef, () => state.connected && !problem && pictures?.load(view.output), reasons);
  const alt = altOf(kinds, state, view.output, count);
  const shape = media.naturalWidth / media.naturalHeight || 1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <fieldset> has a border and a minimum width of its own
    <div
      class="mh-view"
      ref={viewRef}
      dir="ltr"
      role="group"
      aria-label={alt}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
      data-zoomed={zoom.width === undefined ? undefined : zoom.width > media.naturalWidth ? "beyond" : "pixels"}
      {...gestures}
    >
      <div class="mh-canvas" style={`--mh-picture:${shape};${zoom.width ? `width:${zoom.width}px` : ""}`}>
        <Picture player={player} alt={alt} />
      </div>
      <BrokenPicture state={state} problem={problem} player={player} />
    </div>
  );
}

/** From one picture to the others. */
const Turn = ({ view, kinds, count, turning }: PicturesProps & { turning: Turning }) => (
  <>
    <Button variant="tool" icon="grid" label={kinds.back} onClick={turning.back} />
    <Button variant="tool" icon="previousPicture" label={kinds.previous} onClick={() => turning.go(-1)} />
    <span role="status">{fill(kinds.place, view.output + 1, count)}</span>
    <Button variant="tool" icon="nextPicture" label={kinds.next} onClick={() => turning.go(1)} />
  </>
);

function ZoomButton({ kinds, zoom }: PicturesProps & { zoom: Zoom }) {
  const isZoomed = zoom.width !== undefined;
  return (
    <Button
      variant="tool"
      icon={isZoomed ? "zoomOut" : "zoomIn"}
      label={isZoomed ? kinds.fit : kinds.zoom}
      onClick={() => zoom.toggle()}
    />
  );
}
