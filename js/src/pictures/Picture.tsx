import { describe } from "../card/problem";
import { WaysOn } from "../card/Stage";
import { type CardState, outputsOf } from "../card/state";
import { Media } from "../player/Media";
import type { Player } from "../player/player";
import { Message, type Problem } from "../ui/Message";
import type { KindWords } from "./words";

/** Why a picture can't be shown; null while it is on show or may still come. */
export function problemOfPicture(
  state: CardState,
  { says }: KindWords,
  output: number,
  player: Player | undefined,
): Problem | null {
  if (outputsOf(state)[output]?.media !== "image") return describe(says, "none", "alert");
  return player?.state === "failed" ? { ...describe(says, "image", "alert"), hint: player.reason } : null;
}

/** One picture once it has a link; a broken one leaves its place to the words. */
export function Picture({ player, alt }: { player: Player | undefined; alt: string }) {
  if (!player?.media.src || player.state === "failed") return null;
  if (player.media.getAttribute("alt") !== alt) player.media.setAttribute("alt", alt);
  return <Media element={player.media} />;
}

type BrokenPictureProps = { state: CardState; problem: Problem | null; player: Player | undefined };

/** The words in the place of a picture that can't be shown, with ways on. Heard as it happens. */
export const BrokenPicture = ({ state: { connected, words }, problem, player }: BrokenPictureProps) => (
  <div aria-live="polite">
    {problem && (
      <Message variant="message" problem={problem}>
        {connected && player && <WaysOn again={words.again} open={words.open} player={player} />}
      </Message>
    )}
  </div>
);
