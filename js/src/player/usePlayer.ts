import { useLayoutEffect, useState } from "preact/hooks";
import { type CardState, displayName, playableKind } from "../card/state";
import { useRerender } from "../model/hooks";
import type { CardHost } from "../model/host";
import { createPlayer, type Player } from "./player";

/** One player for one output of one project, kept as long as that is what the stage shows. */
export function usePlayer(host: CardHost, state: CardState, output: number): Player | null {
  const rerender = useRerender();
  const [held, hold] = useState<{ film: string; player: Player } | null>(null);
  const mayLoad = host.mayLoadFilm?.() ?? true;
  const kind = mayLoad ? playableKind(state, output) : undefined;
  // Without a kernel nobody would answer a new one; one that is there stays.
  const film = kind && (state.connected || held) ? `${state.project_id} ${output} ${kind}` : "";

  useLayoutEffect(() => {
    if (!film || !kind) return;
    const player = createPlayer(host, output, kind, displayName(state), rerender);
    const stop = host.onMessage(player.receive);
    hold({ film, player });
    return () => {
      stop();
      player.dispose();
      hold(null);
    };
  }, [host, film]);

  // That of another film has left the stage by this render, not only after it: its words are heard once.
  return held?.film === film ? held.player : null;
}
