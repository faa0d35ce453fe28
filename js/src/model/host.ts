// What stands between a view and whatever carries its state: anywidget in a notebook, a plain object in a test.

import type { AnyModel } from "@anywidget/types";
import { createLink, type Link } from "./link";
import type { FromGalleryKernel, FromKernel, ToGalleryKernel, ToKernel } from "./messages";
import type { CardTraits, GalleryTraits } from "./traits";

/** How to ask for what a host doesn't bring by itself. */
export type Pull = Pick<Link, "pulls" | "times"> & {
  poll(): void;
  /** Call back when news show that others before them are missing. */
  onGap(callback: () => void): () => void;
};

export interface Host<Traits, Sent, Received> {
  /** The synced traits as they are now. */
  traits(): Traits;
  /** Whether a kernel is listening. */
  connected(): boolean;
  send(message: Sent): void;
  /** Call back after each change of a trait, or without a name of the connection; one message may bring several. */
  onChange(callback: (trait?: keyof Traits) => void): () => void;
  onMessage(callback: (message: Received, buffers: readonly DataView[]) => void): () => void;
  /** A plain object in a test has none, and nor has a card in a gallery. */
  pull?: Pull;
}

export type Star = { label(): string; isOn(): boolean; toggle(): void };

export interface CardHost extends Host<CardTraits, ToKernel, FromKernel> {
  /** In a gallery: whether the film may load now. A card that stands alone always may. */
  mayLoadFilm?(): boolean;
  /** In a gallery: the star of the project. */
  star?: Star;
}

export type GalleryHost = Host<GalleryTraits, ToGalleryKernel, FromGalleryKernel>;

type Emitter = Pick<AnyModel, "on" | "off">;
/** ipywidgets' public layout model, which knows whether its comm is open. Other hosts have a string or nothing. */
type Layout = Emitter & { comm_live?: boolean };

const isLayout = (value: unknown): value is Layout => typeof value === "object" && value !== null && "on" in value;

// biome-ignore lint/suspicious/noExplicitAny: what comes with an event is the host's own
function listen(source: Emitter, event: string, callback: (...payload: any[]) => void): () => void {
  source.on(event, callback);
  return () => source.off(event, callback);
}

/** anywidget's model as the host of a view that reads these traits. */
export function createHost<Traits extends object, Sent extends { kind: string }, Received extends { kind: string }>(
  model: AnyModel,
  names: readonly (keyof Traits & string)[],
): Host<Traits, Sent, Received> {
  const given: unknown = model.get("layout");
  const layout = isLayout(given) ? given : null;
  const changed = new Set<() => void>();
  const received = new Set<(message: Received, buffers: readonly DataView[]) => void>();
  const link = createLink(model, layout?.comm_live !== undefined, () => {
    for (const callback of [...changed]) callback();
  });
  /** Each message once, however many listen: it is new only the first time. */
  const receive = (message: Received, buffers: readonly DataView[]) => {
    link.heard();
    if (link.accept(message)) for (const callback of [...received]) callback(message, buffers);
  };
  return {
    traits() {
      const traits = {} as Traits;
      for (const name of names) traits[name] = model.get(name);
      return traits;
    },
    connected: () => layout?.comm_live !== false && !link.isGone(),
    send: link.send,
    onChange(callback) {
      const onName = (name: keyof Traits) => {
        link.heard();
        callback(name);
      };
      const onLink = () => callback();
      // One name a call: marimo takes a list of names without a word, and does nothing.
      const stops = names.map((name) => listen(model, `change:${name}`, () => onName(name)));
      // What the host says of the connection is newer than a message of ours that failed.
      if (layout) stops.push(...[link.heard, onLink].map((news) => listen(layout, "comm_live_update", news)));
      changed.add(onLink);
      return () => {
        changed.delete(onLink);
        for (const stop of stops) stop();
      };
    },
    onMessage(callback) {
      if (received.size === 0) model.on("msg:custom", receive);
      received.add(callback);
      return () => {
        received.delete(callback);
        if (received.size === 0) model.off("msg:custom", receive);
      };
    },
    pull: {
      ...link,
      poll: () => link.send({ kind: "poll" }),
      onGap: (callback) => listen(model, "change:revision", () => link.isBehind() && callback()),
    },
  };
}
