// What shows projects of any kind: films as ever, pictures on a stage of their own, audio in a lower box.

import { problemOf } from "../card/problem";
import { Stage } from "../card/Stage";
import { type CardState, kindOf, outputsOf } from "../card/state";
import type { CardProps } from "../card/types";
import type { Viewer } from "../card/viewer";
import type { CardHost } from "../model/host";
import { PictureStage } from "../pictures/PictureStage";
import { type Pictures, usePictures } from "../pictures/usePictures";
import type { Player } from "../player/player";
import { usePlayer } from "../player/usePlayer";
import { factsOfAny } from "./facts";

/** No output: pictures have their own players. */
const NONE = -1;

const isPictures = (shown: Player | Pictures | null): shown is Pictures => shown !== null && "load" in shown;

function useAny(host: CardHost, state: CardState, output: number): Player | Pictures | null {
  const pictures = usePictures(host, state);
  const player = usePlayer(host, state, kindOf(state) === "image" ? NONE : output);
  return pictures ?? player;
}

/** The words of a stage speak of what the project makes. */
function inWordsOf(kind: "image" | "audio", state: CardState): CardState {
  const { words } = state;
  const { kinds, says } = words;
  return kinds
    ? { ...state, words: { ...words, says: { ...says, broken: kinds.says[kind], complete: kinds.says.none } } }
    : state;
}

/** A number in the style sheet's terms: how high a box such pictures need. */
function countOf({ details, ...traits }: CardState) {
  return details.image_count ?? outputsOf({ details, ...traits }).length;
}

function AnyStage(props: CardProps<Player | Pictures>) {
  const { state, view, player } = props;
  const kind = kindOf(state);
  const { kinds } = state.words;
  const film = isPictures(player) ? null : player;
  if (kind === "video" || !kinds) return <Stage {...props} player={film} />;
  const hasPictures = kind === "image" && outputsOf(state).length > 0;
  // In a gallery that has no room for them now, their places are kept.
  const showsPictures = hasPictures && (isPictures(player) || (state.connected && !problemOf(state, view.output)));
  return (
    <div class="mh-any" data-kind={kind} data-many={countOf(state) > 2 || undefined}>
      {showsPictures ? (
        <PictureStage {...props} player={isPictures(player) ? player : null} kinds={kinds} key={state.project_id} />
      ) : (
        <Stage {...props} state={inWordsOf(kind, state)} player={film} />
      )}
    </div>
  );
}

export const anyViewer: Viewer<Player | Pictures> = { usePlayer: useAny, Stage: AnyStage, factsOf: factsOfAny };
