// What stands between a view and whatever carries its state: anywidget in a notebook, a plain object in a test.

import type { AnyModel } from "@anywidget/types";
import type { FromGalleryKernel, FromKernel, ToGalleryKernel, ToKernel } from "./messages";
import type { CardTraits, GalleryTraits } from "./traits";

export interface Host<Traits, Sent, Received> {
  /** The synced traits as they are now. */
  traits(): Traits;
  /** Whether a kernel is listening. */
  connected(): boolean;
  send(message: Sent): void;
  /** Call back after each change of a trait, or without a name of the connection; one message may bring several. */
  onChange(callback: (trait?: keyof Traits) => void): () => void;
  onMessage(callback: (message: Received, buffers: readonly DataView[]) => void): () => void;
}

export interface CardHost extends Host<CardTraits, ToKernel, FromKernel> {
  /** In a gallery: whether the film may load now. A card that stands alone always may. */
  mayLoadFilm?(): boolean;
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
export function createHost<Traits extends object, Sent, Received>(
  model: AnyModel,
  names: readonly (keyof Traits & string)[],
): Host<Traits, Sent, Received> {
  const given: unknown = model.get("layout");
  const layout = isLayout(given) ? given : null;
  const listeners = new Set<() => void>();
  /** Whether a message couldn't be sent: after a restart VS Code throws, and its comm still counts as open. */
  let isCutOff = false;

  function cutOff(value: boolean) {
    isCutOff = value;
    for (const callback of [...listeners]) callback();
  }

  return {
    traits() {
      const traits = {} as Traits;
      for (const name of names) traits[name] = model.get(name);
      return traits;
    },
    connected: () => !isCutOff && layout?.comm_live !== false,
    send(message) {
      try {
        model.send(message);
      } catch {
        cutOff(true);
      }
    },
    onChange(callback) {
      // One name a call: marimo takes a list of names without a word, and does nothing.
      const stops: (() => void)[] = names.map((name) => listen(model, `change:${name}`, () => callback(name)));
      // What the host says of the connection is news, and newer than our own failure.
      if (layout) stops.push(listen(layout, "comm_live_update", () => cutOff(false)));
      const announce = () => callback();
      listeners.add(announce);
      stops.push(() => listeners.delete(announce));
      return () => {
        for (const stop of stops) stop();
      };
    },
    onMessage: (callback) => listen(model, "msg:custom", callback),
  };
}
