import { useRef } from "preact/hooks";
import { fill } from "../i18n";
import { BrokenPicture, Picture, problemOfPicture } from "./Picture";
import { GAP_PX, type Place } from "./rows";
import type { PicturesProps } from "./types";
import { useInView } from "./useInView";
import { altOf } from "./words";

type TileProps = PicturesProps & {
  output: number;
  place: Place;
  /** How many pictures stand behind this one, as a gallery shows only the first. */
  more: number;
  /** What Download takes, or one that stands for it. */
  isChosen: boolean;
  tabIndex: number;
  onFocus: () => void;
  onChoose: () => void;
};

const styleOf = ({ x, y, width, height }: Place) =>
  `inset-inline-start:${x + GAP_PX}px;top:${y + GAP_PX}px;width:${width}px;height:${height}px`;

/** One picture of a grid, which leads to it in large. */
export function Tile({
  state,
  kinds,
  pictures,
  count,
  output,
  place,
  more,
  isChosen,
  tabIndex,
  onFocus,
  onChoose,
}: TileProps) {
  const root = useRef<HTMLDivElement>(null);
  const player = pictures?.of(output);
  const problem = problemOfPicture(state, kinds, output, player);
  useInView(root, () => state.connected && !problem && pictures?.load(output), [pictures, state.connected]);
  const alt = altOf(kinds, state, output, count);
  return (
    <div
      class="mh-tile"
      ref={root}
      data-output={output}
      style={styleOf(place)}
      data-loading={(state.connected && !problem && player?.state !== "ready") || undefined}
    >
      {!problem && (
        <button
          type="button"
          aria-label={more ? `${alt}, ${fill(kinds.more, more)}` : alt}
          aria-current={isChosen || undefined}
          tabIndex={tabIndex}
          onFocus={onFocus}
          onClick={onChoose}
        >
          <Picture player={player} alt={alt} />
          {more > 0 && (
            <span class="mh-more" dir="ltr">
              +{more}
            </span>
          )}
        </button>
      )}
      <BrokenPicture state={state} problem={problem} player={player} />
    </div>
  );
}
