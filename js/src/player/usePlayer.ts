import { useLayoutEffect, useState } from "preact/hooks";
import { type CardState, displayName, playableKind } from "../card/state";
import { useRerender } from "../model/hooks";
import type { CardHost } from "../model/host";
import { createPlayer, type Player } from "./player";

/** One player for one output of one project, kept as long as that is what the stage shows. */
export function usePlayer(host: CardHost, state: CardState, output: number): Player | null {
  const rerender = useRerender();
  const [player, setPlayer] = useState<Player | null>(null);
  const mayLoad = host.mayLoadFilm?.() ?? true;
  const kind = mayLoad ? playableKind(state, output) : undefined;
  // Without a kernel nobody would answer a new one; one that is there stays.
  const film = kind && (state.connected || player) ? `${state.project_id} ${output} ${kind}` : "";

  useLayoutEffect(() => {
    if (!film || !kind) return;
    const created = createPlayer(host, output, kind, displayName(state), rerender);
    const stop = host.onMessage(created.receive);
    setPlayer(created);
    return () => {
      stop();
      created.dispose();
      setPlayer(null);
    };
  }, [host, film]);

  return player;
}
