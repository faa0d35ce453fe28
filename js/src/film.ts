// Which film is on show: one player for one output of one project, kept as long as that is what the stage shows.

import { set } from "./dom";
import type { Host, SourceReply } from "./messages";
import { createPlayer, type Player } from "./player";
import { nameOf, outputsOf, type Scene } from "./state";

export function createFilm(host: Host, changed: () => void) {
  let player: Player | null = null;
  let shown = "";
  let output = 0;

  function close() {
    player?.close();
    player = null;
  }

  function update({ traits, view, connected }: Scene): Player | null {
    const media = outputsOf(traits)[view.output]?.media;
    const wanted = media && media !== "file" ? [traits.project_id, view.output, media].join() : "";
    if (wanted !== shown) close();
    shown = wanted;
    if (wanted && media && !player && connected) {
      output = view.output;
      const asked = output;
      player = createPlayer(media, {
        ask: (renew) => host.send({ kind: "source", output: asked, renew }),
        changed,
        connected: host.connected,
      });
      player.start();
    }
    if (player) set(player.media, media === "image" ? "alt" : "aria-label", nameOf(traits));
    return player;
  }

  return {
    update,
    close,
    receive: (reply: SourceReply) => {
      if (reply.output === output) player?.receive(reply);
    },
  };
}
