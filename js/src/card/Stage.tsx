import { Media } from "../player/Media";
import type { Player } from "../player/player";
import { Button } from "../ui/Button";
import { Message } from "../ui/Message";
import { describe, problemOf, showsFilm } from "./problem";
import { RenderBar, RenderProgress } from "./RenderProgress";
import { displayName, isInProgress } from "./state";
import type { CardProps } from "./types";

type StageProps = Pick<CardProps, "state" | "player"> & { view: Pick<CardProps["view"], "output"> };

/** The box in the film's own shape: the wait, then the film, or the words for why there is none. */
export function Stage({ state, view, player }: StageProps) {
  const { connected, words, status } = state;
  const film = showsFilm(player) ? player : null;
  const failed = film ? null : player;
  const inProgress = isInProgress(status);
  let problem = film ? null : problemOf(state, view.output);
  if (failed) problem = { ...describe(words.says, "broken", "alert"), hint: failed.reason };
  // The kernel gives it to a finished project only.
  const poster = !problem && !view.output && state.poster_url;
  // Nothing to show, and nothing that may still come.
  if (!film?.media.src && !problem && !poster && !connected) return null;
  // A card that waits before it may ask again says so in a line of its own, and nothing moves.
  const isAsking = connected && state.watch.state === "watching";
  const loading = film ? connected && film.state !== "ready" : !problem && !inProgress && isAsking;
  return (
    <div class="mh-stage" data-loading={loading || undefined}>
      <div class="mh-frame">
        {/* The film fades in over it. Then it has nothing more to say. */}
        {poster && <img class="mh-poster" src={poster} alt={film ? "" : displayName(state)} />}
        {/* Not before it has a link: who finds a player may press play, and a link that comes after would stop it. */}
        {film?.media.src && <Media element={film.media} />}
        {!problem && inProgress && <RenderProgress state={state} />}
        {/* Heard as it happens, and apart from the clock. */}
        <div aria-live="polite">
          {problem && (
            <Message variant="message" problem={problem}>
              {inProgress && <RenderBar state={state} />}
              {connected && failed && <WaysOn again={words.again} open={words.open} player={failed} />}
            </Message>
          )}
        </div>
      </div>
    </div>
  );
}

/** After the player gave up: the same again, or its last link in a tab of its own. */
export const WaysOn = ({ again, open, player }: { again: string; open: string; player: Player }) => (
  <div class="mh-row">
    <Button variant="plain" label={again} onClick={() => player.start(true)} />
    {player.link && (
      <a class="mh-plain" href={player.link} target="_blank" rel="noreferrer noopener">
        {open}
      </a>
    )}
  </div>
);
