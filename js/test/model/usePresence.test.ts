import { afterEach, describe, expect, it } from "vitest";
import { complete, mount, rendering } from "../fakeCard";
import { finished, mount as mountGallery, running } from "../fakeGallery";

afterEach(() => document.body.replaceChildren());

const page = (name: "pagehide" | "pageshow", persisted: boolean) =>
  window.dispatchEvent(Object.assign(new Event(name), { persisted }));
const kinds = ({ presence }: { presence: { kind: string }[] }) => presence.map(({ kind }) => kind);

describe("presence", () => {
  it("says shown once when the view is mounted, and hidden when it goes, under one name", async () => {
    const card = mount(rendering);
    await card.change({ status: "complete" });
    expect(kinds(card)).toEqual(["shown"]);
    card.unmount();
    expect(kinds(card)).toEqual(["shown", "hidden"]);
    expect(new Set(card.presence.map(({ id }) => id)).size).toBe(1);
  });

  it("gives each view a name of its own", () => {
    expect(mount(complete).presence[0]?.id).not.toBe(mount(complete).presence[0]?.id);
  });

  it("says hidden when the page is left, and shown when the browser brings it back", () => {
    const card = mount(rendering);
    page("pagehide", true);
    page("pageshow", true);
    expect(kinds(card)).toEqual(["shown", "hidden", "shown"]);
    card.unmount();
    page("pagehide", true);
    expect(kinds(card)).toEqual(["shown", "hidden", "shown", "hidden"]);
  });

  it("says nothing when a page is shown for the first time", () => {
    const card = mount(rendering);
    page("pageshow", false);
    expect(kinds(card)).toEqual(["shown"]);
  });

  it("says nothing while no kernel listens, and shown once one does", async () => {
    const card = mount(rendering);
    await card.setLive(false);
    page("pagehide", true);
    expect(kinds(card)).toEqual(["shown"]);
    await card.setLive(true);
    expect(kinds(card)).toEqual(["shown", "shown"]);
    await card.setLive(false);
    card.unmount();
    expect(kinds(card)).toEqual(["shown", "shown"]);
  });

  it("is one for a gallery and none for its cards", () => {
    const gallery = mountGallery([finished("a"), running("b")]);
    gallery.end();
    expect(kinds(gallery)).toEqual(["shown", "hidden"]);
    expect(gallery.presence.every((message) => !("project" in message))).toBe(true);
  });
});
