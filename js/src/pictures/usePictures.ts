import { useLayoutEffect, useState } from "preact/hooks";
import { type CardState, kindOf, outputsOf } from "../card/state";
import { useRerender } from "../model/hooks";
import type { CardHost } from "../model/host";
import { createPlayer, type Player } from "../player/player";

/** The pictures of one project, each with its own link, which is asked for once the picture is to be seen. */
export type Pictures = {
  /** The stage is theirs, also where some can't be shown: each says so in its place. */
  readonly state: "ready";
  of(output: number): Player | undefined;
  load(output: number): void;
};

function createPictures(host: CardHost, onChange: () => void) {
  const players = new Map<number, Player>();
  const stop = host.onMessage((message, buffers) => {
    for (const player of players.values()) player.receive(message, buffers);
  });
  const pictures: Pictures = {
    state: "ready",
    of: (output) => players.get(output),
    load(output) {
      if (players.has(output)) return;
      // Its words come with the render, which knows how many there are.
      const player = createPlayer(host, output, "image", "", onChange);
      players.set(output, player);
      // A picture that is dragged is moved under the glass, and not out of the page.
      player.media.draggable = false;
      onChange();
    },
  };
  function dispose() {
    stop();
    for (const player of players.values()) player.dispose();
  }
  return { pictures, dispose };
}

/** The pictures of the project on show; null while there are none, or while a gallery has no room for them. */
export function usePictures(host: CardHost, state: CardState): Pictures | null {
  const rerender = useRerender();
  const [held, hold] = useState<{ id: string; pictures: Pictures } | null>(null);
  const mayLoad = host.mayLoadFilm?.() ?? true;
  const exist = kindOf(state) === "image" && outputsOf(state).length > 0;
  // As with a film: without a kernel nobody would answer a new one; those that are there stay.
  const id = exist && mayLoad && (state.connected || held) ? state.project_id : "";

  useLayoutEffect(() => {
    if (!id) return;
    const { pictures, dispose } = createPictures(host, rerender);
    hold({ id, pictures });
    return () => {
      dispose();
      hold(null);
    };
  }, [host, id]);

  return held?.id === id ? held.pictures : null;
}
