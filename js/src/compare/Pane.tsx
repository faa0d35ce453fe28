import { useLayoutEffect, useMemo } from "preact/hooks";
import { describe, problemOf } from "../card/problem";
import { aspectRatio, displayName, playableKind } from "../card/state";
import { fill, type GalleryWords } from "../i18n";
import { useCardTraits } from "../model/hooks";
import type { CardHost } from "../model/host";
import type { ProjectTraits } from "../model/traits";
import { Media } from "../player/Media";
import type { Player } from "../player/player";
import { usePlayer } from "../player/usePlayer";
import { Button } from "../ui/Button";
import { Message } from "../ui/Message";
import type { Sync } from "./sync";

type PaneProps = {
  host: CardHost;
  words: GalleryWords;
  sync: Sync;
  /** Width over height of each project, as far as they are known. */
  shapes: Map<string, number>;
  /** Tells that the clock has gained or lost a film, or that a shape is known. */
  onChange: () => void;
};

/** As the browser found it, or else as the API says; 0 while neither is known. */
function shapeOf(card: ProjectTraits, media: Partial<HTMLVideoElement & HTMLImageElement>): number {
  const width = media.videoWidth || media.naturalWidth;
  const height = media.videoHeight || media.naturalHeight;
  return width && height ? width / height : aspectRatio(card.details);
}

/** The player hands its film to the clock while it can play, and leaves all else to it. */
function useClip(player: Player | null, id: string, { sync, onChange }: PaneProps) {
  const media = player?.state === "failed" ? null : player?.media;
  const isHeard = sync.heard === id;
  useLayoutEffect(() => {
    if (!(media instanceof HTMLMediaElement)) return;
    sync.clips.set(id, media);
    Object.assign(media, { controls: false, preload: "auto" });
    // With a fresh link it goes on as it was before: together with the others, or not at all.
    media.onplay = () => {
      if (!sync.playing) sync.pause();
    };
    onChange();
    return () => {
      sync.clips.delete(id);
    };
  }, [media]);
  useLayoutEffect(() => {
    if (media) Object.assign(media, { muted: !isHeard });
  }, [media, isHeard]);
  return media;
}

/** One of those that are compared: its film or picture without controls of its own, and its name. */
export function Pane(props: PaneProps) {
  const { host, words, sync, shapes, onChange } = props;
  const state = { ...useCardTraits(host), now: 0 };
  const id = state.project_id;
  const always = useMemo(() => ({ ...host, mayLoadFilm: () => true }), [host]);
  const player = usePlayer(always, state, 0);
  const media = useClip(player, id, props);
  const shape = shapeOf(state, media ?? {});
  shapes.set(id, shape);
  useLayoutEffect(onChange, [shape]);
  let problem = problemOf(state, 0);
  if (player && !media) problem ??= { ...describe(words.says, "broken", "alert"), hint: player.reason };
  const name = displayName(state);
  return (
    <figure class="mh-pane" style={shape ? `--mh-ratio:${shape}` : undefined}>
      <div class="mh-frame" data-loading={(!problem && player?.state !== "ready") || undefined}>
        {media && !problem && <Media element={media} />}
        <div aria-live="polite">{problem && <Message variant="message" problem={problem} />}</div>
      </div>
      <figcaption>
        <span class="mh-name" dir="auto" title={name}>
          {name}
        </span>
        {playableKind(state, 0) !== "image" && (
          <Button
            variant="tool"
            icon="sound"
            label={fill(words.gallery.compare.sound, name)}
            pressed={sync.heard === id}
            onClick={() => {
              // Once more, and none is heard.
              sync.heard = sync.heard === id ? "" : id;
              onChange();
            }}
          />
        )}
      </figcaption>
    </figure>
  );
}
