// The gallery's model in a plain page, as fake_model.js has the card's.

import gallery from "/static/gallery.js";
import { FakeLayout, FakeModel, timed } from "/fake_model.js";

class GalleryModel extends FakeModel {
  /** The view may put the cards together, and write nothing else. */
  set(name, value) {
    if (name !== "cards") return super.set(name, value);
    this.traits.cards = value;
    this.emit("change:cards");
  }

  /** The kernel's news of some cards: parts of them, by ID. */
  news(parts) {
    const cards = Object.entries(parts).map(([id, part]) => [id, { ...this.traits.cards[id], ...timed(part) }]);
    this.change({ changed: Object.fromEntries(cards) });
  }
}

/**
 * Mount one gallery; `films` maps a project to the address of its film, or to those of its outputs; "*" is that of all
 * others.
 */
export function mount(el, traits, { connected = true, films = {}, view = gallery } = {}) {
  const cards = Object.fromEntries(Object.entries(traits.cards).map(([id, card]) => [id, timed(card)]));
  const model = new GalleryModel({ ...traits, cards }, (message) => {
    const known = films[message.project] ?? films["*"];
    const url = Array.isArray(known) ? known[message.output] : known;
    if (message.kind !== "source" || !url) return;
    const { project, output } = message;
    const reply = { kind: "source", project, output, url: new URL(url, location.href).href, expires_at: null, media: "video" };
    queueMicrotask(() => model.message(reply));
  });
  const layout = new FakeLayout(connected);
  model.traits.layout = layout;
  const undo = [view.initialize({ model }), view.render({ model, el })];
  return { model, layout, end: () => undo.forEach((step) => step()) };
}
