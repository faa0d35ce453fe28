import { useLayoutEffect, useMemo } from "preact/hooks";
import { showsFilm } from "../card/problem";
import { Stage } from "../card/Stage";
import { aspectRatio, displayName, playableKind } from "../card/state";
import type { CardHosts } from "../gallery/cardHosts";
import { fill } from "../i18n";
import { useCardTraits } from "../model/hooks";
import { usePlayer } from "../player/usePlayer";
import { Button } from "../ui/Button";
import { shapeOf } from "./clips";
import type { Sync } from "./sync";

/** Of a project with several outputs the first is compared. */
const FIRST = { output: 0 };

type PaneProps = { id: string; hosts: CardHosts; soundLabel: string; sync: Sync };

/** One of those that are compared: its film or picture without controls of its own, and its name. */
export function Pane({ id, hosts, soundLabel, sync }: PaneProps) {
  const host = useMemo(() => ({ ...hosts.create(id), mayLoadFilm: () => true }), [id, hosts]);
  const state = { ...useCardTraits(host), now: 0 };
  const player = usePlayer(host, state, FIRST.output);
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
  // The clock has gained or lost a film, or its length and shape are known.
  useLayoutEffect(() => sync.onChange(), [media, player?.state]);
  const name = displayName(state);
  const ratio = (media && shapeOf(media)) || aspectRatio(state.details);
  return (
    <figure class="mh-pane" style={ratio ? `--mh-ratio:${ratio}` : undefined}>
      <Stage state={state} view={FIRST} player={player} />
      <figcaption>
        <span class="mh-name" dir="auto" title={name}>
          {name}
        </span>
        {playableKind(state, FIRST.output) !== "image" && (
          <Button
            variant="tool"
            icon={isHeard ? "sound" : "muted"}
            label={fill(soundLabel, name)}
            pressed={isHeard}
            // Once more, and none is heard.
            onClick={() => sync.set({ heard: isHeard ? "" : id })}
          />
        )}
      </figcaption>
    </figure>
  );
}
