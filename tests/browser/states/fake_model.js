// anywidget's model as far as a view can see it, in a plain page: enough to mount the built bundle in every state.

import widget from "/static/widget.js";

/** One model with the given traits; `sent` keeps what the view sends, `answer` may reply to it. */
export class FakeModel {
  constructor(traits, answer = () => {}) {
    this.traits = traits;
    this.answer = answer;
    this.sent = [];
    this.listeners = new Map();
  }

  get(name) {
    return this.traits[name];
  }

  /** What the view has seen is its own, and never travels. */
  set(name, value) {
    if (name !== "seen") throw new Error("the view writes no trait");
    this.traits.seen = value;
  }

  save_changes() {
    throw new Error("the view writes no trait");
  }

  on(name, callback) {
    if (name.includes(" ")) throw new Error(`one name a call, not "${name}": marimo takes no list`);
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), callback]);
  }

  off(name, callback) {
    this.listeners.set(name, (this.listeners.get(name) ?? []).filter((known) => known !== callback));
  }

  emit(name, ...values) {
    for (const callback of this.listeners.get(name) ?? []) callback(...values);
  }

  send(message, _callbacks, _buffers) {
    this.sent.push(message);
    this.answer(message, this);
  }

  /** The kernel changes some traits in one message, as hold_sync does. */
  change(traits) {
    Object.assign(this.traits, timed(traits));
    for (const name of Object.keys(traits)) this.emit(`change:${name}`);
  }

  /** The kernel sends a custom message. */
  message(content, buffers = []) {
    this.emit("msg:custom", content, buffers);
  }

  listening() {
    return [...this.listeners.values()].reduce((sum, callbacks) => sum + callbacks.length, 0);
  }
}

/** ipywidgets' layout, which knows whether the comm lives. */
export class FakeLayout extends FakeModel {
  constructor(live) {
    super({});
    this.comm_live = live;
  }

  setLive(live) {
    this.comm_live = live;
    this.emit("comm_live_update");
  }
}

/** Times in the table are relative, so that a state looks the same on any day. */
export function timed(traits) {
  const now = Date.now() / 1000;
  const { details, watch } = traits;
  const result = { ...traits };
  if (details && "made_s_ago" in details) {
    const { made_s_ago, ...rest } = details;
    result.details = { ...rest, created_at: new Date((now - made_s_ago) * 1000).toISOString() };
  }
  if (watch && "next_attempt_in_s" in watch) {
    result.watch = { state: watch.state, reason: watch.reason, next_attempt_at: now + watch.next_attempt_in_s };
  }
  return result;
}

/**
 * Mount one card. `links` maps an output's number to the reply of the kernel: a URL, or a whole message, or a list of
 * them, used in turn (the last one for good).
 */
export function mount(el, traits, { connected = true, links = {}, view = widget } = {}) {
  const model = new FakeModel(timed(traits), (message) => {
    const known = links[message.output];
    if (message.kind !== "source" || !known) return;
    const reply = Array.isArray(known) ? (known.length > 1 ? known.shift() : known[0]) : known;
    const { url, ...rest } = typeof reply === "string" ? { url: reply } : reply;
    queueMicrotask(() =>
      model.message({ kind: "source", output: message.output, expires_at: null, media: "video", url: url && new URL(url, location.href).href, ...rest }),
    );
  });
  const layout = new FakeLayout(connected);
  model.traits.layout = layout;
  const undo = [view.initialize({ model }), view.render({ model, el })];
  return { model, layout, end: () => undo.forEach((step) => step()) };
}
