// What shows the outputs of projects. The entry points hand it in: no bundle carries what its projects never have.

import type { ComponentChild } from "preact";
import type { CardHost } from "../model/host";
import type { Player } from "../player/player";
import { usePlayer } from "../player/usePlayer";
import { factsOf, type KnownFacts } from "./knownFacts";
import { Stage } from "./Stage";
import type { CardState, ProjectState } from "./state";
import type { CardProps } from "./types";

/** What the stage shows; the card itself asks only whether there is something, or whether that failed. */
export type Shown = Pick<Player, "state">;

/** The same object for as long as a card is on the page, as one of its parts is a hook. */
export type Viewer<S extends Shown = Shown> = {
  usePlayer(host: CardHost, state: CardState, output: number): S | null;
  Stage(props: CardProps<S>): ComponentChild;
  /** `player` is that of a card: a row of a table has none. */
  factsOf(state: ProjectState, player?: S | null): KnownFacts;
};

/** For projects that are videos, or whose outputs play one at a time. */
export const filmViewer: Viewer<Player> = { usePlayer, Stage, factsOf };
