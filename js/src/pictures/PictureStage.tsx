import { useRef, useState } from "preact/hooks";
import { outputsOf } from "../card/state";
import type { CardProps } from "../card/types";
import { useFocusRequest } from "../ui/focus";
import { Grid } from "./Grid";
import { Large } from "./Large";
import type { PicturesProps } from "./types";
import type { Pictures } from "./usePictures";
import type { KindWords } from "./words";

/** Pictures that a card of a gallery shows at once. */
const MOST_IN_GALLERY = 4;

/** The pictures of a project that is finished: all of them as a grid, or the one that was chosen. */
export function PictureStage({
  state,
  view,
  actions,
  player,
  standalone,
  kinds,
}: CardProps<Pictures> & { kinds: KindWords }) {
  const root = useRef<HTMLDivElement>(null);
  const requestFocus = useFocusRequest(root);
  const [isLarge, setLarge] = useState(false);
  const count = outputsOf(state).length;
  const props: PicturesProps = { state, view, kinds, pictures: player, count };
  const shown = standalone ? count : Math.min(count, MOST_IN_GALLERY);
  function choose(output: number) {
    actions.selectOutput(output);
    setLarge(true);
    requestFocus(".mh-view");
  }
  function goBack() {
    setLarge(false);
    requestFocus(`[data-output="${Math.min(view.output, shown - 1)}"] button`);
  }
  return (
    <div class="mh-stage" ref={root}>
      {isLarge || count === 1 ? (
        <Large {...props} onSelect={actions.selectOutput} onBack={goBack} />
      ) : (
        <Grid {...props} shown={shown} onChoose={choose} />
      )}
    </div>
  );
}
