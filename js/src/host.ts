// anywidget's model as the host of a card or a gallery: what both of their entry files need.

import type { AnyModel } from "@anywidget/types";

/** What can be listened to: the model, and ipywidgets' layout, the public one that knows whether its comm lives. */
type Source = Pick<AnyModel, "on" | "off"> & { comm_live?: boolean };

/** Mount a view on a model, with these traits to listen to; the clean-up ends both. */
export function mountOn(model: AnyModel, traits: readonly string[], mount: (host: never) => () => void): () => void {
  const undo: (() => void)[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: what comes with an event is the host's own
  const listen = (source: Source, name: string, callback: (...values: any[]) => void) => {
    source.on(name, callback);
    undo.push(() => source.off(name, callback));
  };
  // A string or nothing in hosts other than Jupyter, which are taken for connected.
  const layout: Source | undefined = model.get("layout");

  undo.push(
    mount({
      get: (name: string) => model.get(name),
      connected: () => layout?.comm_live !== false,
      send: (message: unknown) => model.send(message),
      onChange(callback: (trait?: string) => void) {
        // One name a call: marimo takes a list of names without a word, and does nothing.
        for (const name of traits) listen(model, `change:${name}`, () => callback(name));
        if (layout?.on) listen(layout, "comm_live_update", () => callback());
      },
      onMessage: (callback: () => void) => listen(model, "msg:custom", callback),
    } as never),
  );
  // The clean-up is called by every anywidget and by marimo; the signal is of newer ones alone.
  return () => {
    for (const step of undo) step();
  };
}
