// The only file that knows anywidget: it mounts a card, hands it the model's state, and tears it down.

import type { AnyModel, RenderProps } from "@anywidget/types";
import { mountCard } from "./card";
import type { FromKernel, Host } from "./messages";
import { TRAITS } from "./state";
import "./widget.css";

/** ipywidgets' layout, the one public model that knows whether its comm lives; a string or nothing in other hosts. */
type Layout = {
  comm_live?: boolean;
  on(name: string, callback: () => void): void;
  off(name: string, callback: () => void): void;
};

function hostOf(model: AnyModel): { host: Host; close: () => void } {
  const layout: unknown = model.get("layout");
  const live = layout && typeof layout === "object" && "on" in layout ? (layout as Layout) : null;
  const undo: (() => void)[] = [];

  const host: Host = {
    get: (name) => model.get(name),
    connected: () => live?.comm_live !== false,
    send: (message) => model.send(message),
    onChange(callback) {
      // One name a call: marimo takes a list of names without a word, and does nothing.
      for (const name of TRAITS) listen(model, `change:${name}`, () => callback(name));
      if (live) listen(live, "comm_live_update", () => callback("connection"));
    },
    onMessage(callback) {
      listen(model, "msg:custom", (message: FromKernel, buffers?: DataView[]) => callback(message, buffers ?? []));
    },
  };

  // biome-ignore lint/suspicious/noExplicitAny: the arguments of an event are the host's own
  function listen(source: { on: any; off: any }, name: string, callback: (...args: any[]) => void) {
    source.on(name, callback);
    undo.push(() => source.off(name, callback));
  }
  return { host, close: () => undo.forEach((step) => step()) };
}

function render({ model, el, signal }: RenderProps): () => void {
  const { host, close } = hostOf(model);
  const unmount = mountCard(el, host);
  const end = () => {
    close();
    unmount();
  };
  // Older anywidgets have no signal, newer ones may use both; ending twice does nothing.
  signal?.addEventListener("abort", end, { once: true });
  return end;
}

export default { render };
