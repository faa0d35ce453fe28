// A host for each card on the gallery's own model, so that a card in a gallery is the one that stands alone.

import type { CardHost, GalleryHost } from "../model/host";
import type { FromGalleryKernel } from "../model/messages";
import { createStar } from "./stars";
import { cardOf } from "./state";

type MessageListener = Parameters<CardHost["onMessage"]>[0];

/** The listeners of each project's cards. */
class Listeners<Listener> {
  readonly #byProject = new Map<string, Set<Listener>>();

  add(id: string, listener: Listener): () => void {
    const listeners = this.#byProject.get(id) ?? new Set();
    this.#byProject.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#byProject.delete(id);
    };
  }

  of = (id: string): Listener[] => [...(this.#byProject.get(id) ?? [])];
  projects = (): string[] => [...this.#byProject.keys()];
}

export type CardHosts = {
  create(id: string): CardHost;
  /** Render the cards of one project again. */
  notify(id: string): void;
  /** Begin to pass on what the kernel says; the function ends it. */
  connect(): () => void;
};

export function createCardHosts(gallery: GalleryHost, mayLoadFilm: (id: string) => boolean): CardHosts {
  const changed = new Listeners<() => void>();
  const heard = new Listeners<MessageListener>();
  let known = gallery.traits().cards;

  function notify(id: string) {
    for (const callback of changed.of(id)) callback();
  }

  /** News of cards concern those cards; anything else, as the words or the connection, concerns all of them. */
  function pass(trait?: string) {
    const { cards } = gallery.traits();
    const all = trait !== "cards" && trait !== "changed" && trait !== "revision";
    for (const id of changed.projects()) if (all || cards[id] !== known[id]) notify(id);
    known = cards;
  }

  function receive(message: FromGalleryKernel, buffers: readonly DataView[]) {
    for (const callback of heard.of(message.project)) callback(message, buffers);
  }

  return {
    notify,
    create: (id) => ({
      traits() {
        const shared = gallery.traits();
        // The kernel leaves out what a card doesn't have, and the gallery's own must not stand in for it.
        const card = cardOf(shared.cards, id);
        return { ...shared, ...card, transfer: card.transfer ?? null, notice: card.notice ?? null };
      },
      connected: () => gallery.connected(),
      send: (message) =>
        gallery.send(
          message.kind === "set_project"
            ? { kind: message.kind, project: id, to: message.project }
            : { ...message, project: id },
        ),
      onChange: (callback) => changed.add(id, callback),
      onMessage: (callback) => heard.add(id, callback),
      mayLoadFilm: () => mayLoadFilm(id),
      star: createStar(id, gallery),
    }),
    connect() {
      const stops = [gallery.onChange(pass), gallery.onMessage(receive)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
