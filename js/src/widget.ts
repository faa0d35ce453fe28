// The only file that knows anywidget: it mounts a card, hands it the model's state, and tears it down.

import type { AnyModel, RenderProps } from "@anywidget/types";
import { mountCard } from "./card";
import { TRAITS } from "./state";
import "./widget.css";

/** What can be listened to: the model, and ipywidgets' layout, the public one that knows whether its comm lives. */
type Source = Pick<AnyModel, "on" | "off"> & { comm_live?: boolean };

function render({ model, el }: RenderProps): () => void {
  const undo: (() => void)[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: what comes with an event is the host's own
  const listen = (source: Source, name: string, callback: (...values: any[]) => void) => {
    source.on(name, callback);
    undo.push(() => source.off(name, callback));
  };
  // A string or nothing in hosts other than Jupyter, which are taken for connected.
  const layout: Source | undefined = model.get("layout");

  undo.push(
    mountCard(el, {
      get: (name) => model.get(name),
      connected: () => layout?.comm_live !== false,
      send: (message) => model.send(message),
      onChange(callback) {
        // One name a call: marimo takes a list of names without a word, and does nothing.
        for (const name of TRAITS) listen(model, `change:${name}`, callback);
        if (layout?.on) listen(layout, "comm_live_update", callback);
      },
      onMessage: (callback) => listen(model, "msg:custom", callback),
    }),
  );
  // The clean-up is called by every anywidget and by marimo; the signal is of newer ones alone.
  return () => {
    for (const step of undo) step();
  };
}

export default { render };
