import { useLayoutEffect, useMemo } from "preact/hooks";
import { showsFilm } from "../card/problem";
import { Stage } from "../card/Stage";
import { aspectRatio, displayName, playableKind } from "../card/state";
import { fill, type GalleryWords } from "../i18n";
import { useCardTraits } from "../model/hooks";
import type { CardHost } from "../model/host";
import { usePlayer } from "../player/usePlayer";
import { Button } from "../ui/Button";
import { shapeOf } from "./clips";
import type { Sync } from "./sync";

const FIRST = { output: 0 };

type PaneProps = {
  host: CardHost;
  words: GalleryWords;
  sync: Sync;
  /** Tells that the clock has gained or lost a player, or knows more of it. */
  onChange: () => void;
};

/** One of those that are compared: its film or picture without controls of its own, and its name. */
export function Pane({ host, words, sync, onChange }: PaneProps) {
  const state = { ...useCardTraits(host), now: 0 };
  const id = state.project_id;
  const always = useMemo(() => ({ ...host, mayLoadFilm: () => true }), [host]);
  const player = usePlayer(always, state, FIRST.output);
  const media = showsFilm(player) ? player.media : null;
  const isHeard = sync.heard === id;
  useLayoutEffect(() => {
    if (!media) return;
    // With a fresh link it goes on as it was before: together with the others, or not at all.
    const onplay = () => {
      if (!sync.playing) sync.pause();
    };
    sync.media.set(id, Object.assign(media, { controls: false, preload: "auto", muted: !isHeard, onplay }));
    return () => {
      sync.media.delete(id);
    };
  }, [media, isHeard]);
  useLayoutEffect(onChange, [media, player?.state]);
  const ratio = (media && shapeOf(media)) || aspectRatio(state.details);
  return (
    <figure class="mh-pane" style={ratio ? `--mh-ratio:${ratio}` : undefined}>
      <Stage state={state} view={FIRST} player={player} />
      <figcaption>
        <span class="mh-name" dir="auto" title={displayName(state)}>
          {displayName(state)}
        </span>
        {playableKind(state, FIRST.output) !== "image" && (
          <Button
            variant="tool"
            icon={isHeard ? "sound" : "muted"}
            label={fill(words.gallery.compare.sound, displayName(state))}
            pressed={isHeard}
            onClick={() => {
              // Once more, and none is heard.
              sync.heard = isHeard ? "" : id;
              onChange();
            }}
          />
        )}
      </figcaption>
    </figure>
  );
}
