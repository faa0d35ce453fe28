import type { CardState } from "../card/state";
import type { CardView } from "../card/useCardView";
import type { Pictures } from "./usePictures";
import type { KindWords } from "./words";

/** What grid and large view have in common. */
export type PicturesProps = {
  state: CardState;
  view: CardView;
  kinds: KindWords;
  /** null while a gallery has no room for them. */
  pictures: Pictures | null;
  count: number;
};
