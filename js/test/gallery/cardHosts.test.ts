import { describe, expect, it, vi } from "vitest";
import { createCardHosts } from "../../src/gallery/cardHosts";
import type { GalleryHost } from "../../src/model/host";
import type { FromGalleryKernel } from "../../src/model/messages";
import type { GalleryTraits } from "../../src/model/traits";
import { Callbacks } from "../fakeCard";
import { finished, galleryTraits, running } from "../fakeGallery";

function hosts() {
  const state = galleryTraits([finished("a"), running("b")], { save_label: "./" });
  const changes = new Callbacks<[name?: keyof GalleryTraits]>();
  const messages = new Callbacks<[FromGalleryKernel, readonly DataView[]]>();
  const send = vi.fn();
  const gallery: GalleryHost = {
    traits: () => ({ ...state }),
    connected: () => true,
    send,
    onChange: changes.add,
    onMessage: messages.add,
  };
  const cards = createCardHosts(gallery, (id) => id === "a");
  return { state, changes, messages, send, cards };
}

describe("the hosts of a gallery's cards", () => {
  it("give each card its own project, and what all share", () => {
    const { cards, state } = hosts();
    state.notice = { tone: "info", code: "saved", message: "Saved 2 videos.", hint: "" };
    state.transfer = { kind: "save", done: 1, failed: 0, total: 2 };
    expect(cards.create("a").traits()).toMatchObject({ notice: null, transfer: null });
    expect(cards.create("a").traits()).toMatchObject({ project_id: "a", status: "complete", save_label: "./" });
    // The kernel leaves out what a card doesn't have.
    const { notice: _notice, transfer: _transfer, ...told } = running("b");
    state.cards = { ...state.cards, b: told as ReturnType<typeof running> };
    expect(cards.create("b").traits()).toMatchObject({ notice: null, transfer: null });
    expect(cards.create("new").traits()).toMatchObject({ project_id: "new", status: "", editable: false });
    state.editable = true;
    expect(cards.create("a").traits().editable).toBe(true);
    expect([cards.create("a").mayLoadFilm?.(), cards.create("b").mayLoadFilm?.()]).toEqual([true, false]);
  });

  it("send with the card's project", () => {
    const { cards, send } = hosts();
    cards.create("b").send({ kind: "refresh" });
    expect(send).toHaveBeenCalledWith({ kind: "refresh", project: "b" });
    cards.create("b").send({ kind: "set_project", project: "other" });
    expect(send).toHaveBeenCalledWith({ kind: "set_project", project: "b", to: "other" });
  });

  it("tell a card of its own news, and all of them of what all share", () => {
    const { state, changes, cards } = hosts();
    const [a, b] = [vi.fn(), vi.fn()];
    cards.create("a").onChange(a);
    cards.create("b").onChange(b);
    const disconnect = cards.connect();
    state.cards = { ...state.cards, b: finished("b") };
    changes.call("changed");
    changes.call("cards");
    expect([a.mock.calls.length, b.mock.calls.length]).toEqual([0, 1]);
    changes.call("words");
    changes.call();
    expect([a.mock.calls.length, b.mock.calls.length]).toEqual([2, 3]);
    disconnect();
    changes.call();
    expect(a).toHaveBeenCalledTimes(2);
  });

  it("hand a message to the card that it is for, as long as that listens", () => {
    const { messages, cards } = hosts();
    const [a, b] = [vi.fn(), vi.fn()];
    const stop = cards.create("a").onMessage(a);
    cards.create("b").onMessage(b);
    cards.connect();
    const message = { kind: "source", project: "a", output: 0, url: "https://films.example/a.mp4" } as const;
    messages.call(message, []);
    stop();
    messages.call(message, []);
    expect(a).toHaveBeenCalledOnce();
    expect(b).not.toHaveBeenCalled();
  });
});
