// anywidget's model on a real widget: what its kernel sends comes over a socket, as far as the host shows it.

import { FakeLayout, FakeModel } from "/fake_model.js";

const views = {
  card: "/static/widget.js",
  project: "/static/project.js",
  gallery: "/static/gallery.js",
  "project-gallery": "/static/project_gallery.js",
};

class LiveModel extends FakeModel {
  constructor(traits, socket) {
    super(traits, (message) => socket.send(JSON.stringify(message)));
  }

  /** What a view may put together for itself. */
  set(name, value) {
    if (name !== "cards" && name !== "seen") throw new Error("the view writes no trait");
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  /** All of one message is there before anybody hears of any of it. */
  update(traits) {
    Object.assign(this.traits, traits);
    for (const name of Object.keys(traits)) this.emit(`change:${name}`);
  }
}

/** Mount the widget of this name as the page has it: with the state that opened its comm, and what comes from now on. */
export async function mount(el, name, kind) {
  const socket = new WebSocket(`ws://${location.host}/socket/${name}`);
  socket.binaryType = "arraybuffer";
  const opened = await new Promise((resolve) => {
    socket.onmessage = ({ data }) => resolve(JSON.parse(data));
  });
  const model = new LiveModel(opened, socket);
  const layout = new FakeLayout(true);
  model.traits.layout = layout;
  let header = null;
  let buffers = [];
  const arrive = () => {
    if (buffers.length < header.buffers) return;
    const { state, content } = header;
    if (state) model.update(state);
    else model.message(content, buffers);
    header = null;
    buffers = [];
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") header = JSON.parse(data);
    else buffers.push(new DataView(data));
    arrive();
  };
  const { default: widget } = await import(views[kind]);
  const undo = [widget.initialize({ model }), widget.render({ model, el })];
  return { model, layout, end: () => undo.forEach((step) => step()) };
}
