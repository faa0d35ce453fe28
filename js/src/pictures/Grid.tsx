import { useRef, useState } from "preact/hooks";
import type { Player } from "../player/player";
import { problemOfPicture } from "./Picture";
import { GAP_PX, layoutRows, neighbour, placeRows, type Size } from "./rows";
import { Tile } from "./Tile";
import type { PicturesProps } from "./types";
import { useRoom } from "./useRoom";

/** The shape of pictures while none has come. */
const DEFAULT_RATIO = 1;

function ratioOf(player: Player | undefined) {
  if (!(player?.media instanceof HTMLImageElement)) return 0;
  const { naturalWidth, naturalHeight } = player.media;
  return naturalHeight && naturalWidth / naturalHeight;
}

/** The shape of each picture; one that hasn't come has that of the first that has, as those of a project are mostly alike. */
function ratiosOf({ pictures }: PicturesProps, count: number) {
  const known = Array.from({ length: count }, (_, output) => ratioOf(pictures?.of(output)));
  const usual = known.find((ratio) => ratio > 0) ?? DEFAULT_RATIO;
  return known.map((ratio) => ratio || usual);
}

type GridProps = PicturesProps & {
  /** How many are there to be seen; the last stands for those behind it. */
  shown: number;
  onChoose: (output: number) => void;
};

/** The arrows lead from one picture to the others. */
function moveFocus(
  event: KeyboardEvent & { currentTarget: HTMLElement },
  rows: Size[][],
  from: number,
  isRtl: boolean,
) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const to = neighbour(rows, from, event.key, isRtl ? -1 : 1);
  const button = event.currentTarget.querySelector<HTMLElement>(`[data-output="${to}"] button`);
  if (!button) return;
  event.preventDefault();
  button.focus();
}

/** Pictures of a project as a grid, each in its own shape: one stop for the Tab key. */
export function Grid({ shown, onChoose, ...props }: GridProps) {
  const { state, view, kinds, pictures, count } = props;
  const root = useRef<HTMLDivElement>(null);
  const room = useRoom(root);
  const [focused, setFocused] = useState(view.output);
  const box = { width: room.width - 2 * GAP_PX, height: room.height - 2 * GAP_PX };
  const rows = layoutRows(ratiosOf(props, shown), box);
  const canFocus = (output: number) => output < shown && !problemOfPicture(state, kinds, output, pictures?.of(output));
  const stop = canFocus(focused) ? focused : rows.flat().findIndex((_, output) => canFocus(output));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <fieldset> has a border and a minimum width of its own
    <div
      class="mh-grid"
      role="group"
      aria-label={kinds.grid}
      ref={root}
      onKeyDown={(event) => moveFocus(event, rows, stop, state.words.dir === "rtl")}
    >
      {placeRows(rows, box).map((place, output) => (
        <Tile
          key={`${output}`}
          {...props}
          output={output}
          place={place}
          more={output === shown - 1 ? count - shown : 0}
          isChosen={output === Math.min(view.output, shown - 1)}
          tabIndex={output === stop ? 0 : -1}
          onFocus={() => setFocused(output)}
          onChoose={() => onChoose(output)}
        />
      ))}
    </div>
  );
}
