import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeObserver, finished, mount, running } from "../fakeGallery";

const isOn = (button: Element | null | undefined) => button?.getAttribute("aria-pressed");

beforeEach(() => {
  document.body.replaceChildren();
  vi.stubGlobal("IntersectionObserver", FakeObserver);
});

describe("a star", () => {
  it("is asked for on the card, and shown when the kernel has given it", async () => {
    const gallery = mount([finished("a"), running("b")]);
    const star = () => gallery.cellOf("b").querySelector('[title="Star"]');
    expect(isOn(star())).toBe("false");
    await gallery.press("Star", gallery.cellOf("b"));
    expect(gallery.sent).toEqual([{ kind: "star", project: "b", starred: true }]);
    await gallery.change({ starred: ["b"] });
    expect(isOn(star())).toBe("true");
    expect(isOn(gallery.cellOf("a").querySelector('[title="Star"]'))).toBe("false");
    await gallery.press("Star", gallery.cellOf("b"));
    expect(gallery.sent.at(-1)).toEqual({ kind: "star", project: "b", starred: false });
  });

  it("is in the rows of the table, too", async () => {
    const gallery = mount([finished("a"), running("b")], { starred: ["b"] });
    await gallery.press("Table");
    const stars = gallery.all('.mh-table [title="Star"]');
    expect(stars.map(isOn)).toEqual(["false", "true"]);
    stars[0]?.click();
    expect(gallery.sent).toEqual([{ kind: "star", project: "a", starred: true }]);
  });

  it("is not offered where no kernel listens", async () => {
    const gallery = mount([finished("a")], { starred: ["a"] });
    await gallery.setLive(false);
    expect(gallery.all('[title="Star"]')).toEqual([]);
  });

  it("is a filter as soon as there is one, and stays one while it is chosen", async () => {
    const gallery = mount([finished("a"), running("b")]);
    expect(gallery.text()).not.toContain("Starred\u00a0");
    await gallery.change({ starred: ["b"] });
    await gallery.press("Starred 1");
    expect(gallery.ids()).toEqual(["b"]);
    await gallery.change({ starred: [] });
    expect(gallery.ids()).toEqual([]);
    await gallery.press("Starred 0");
    expect(gallery.ids()).toEqual(["a", "b"]);
  });

  it("is a filter apart from the statuses, each of which it narrows", async () => {
    const gallery = mount([finished("a"), running("b"), finished("c")], { starred: ["b", "c"] });
    const chosen = await gallery.press("Starred 2");
    expect(chosen.closest("[role=group]")).toBeNull();
    const pressed = gallery.all(".mh-filter [role=group] [aria-pressed=true]");
    expect(pressed.map((chip) => chip.textContent)).toEqual(["All\u00a03"]);
    expect(document.activeElement).toBe(chosen);
    await gallery.press("complete 2");
    expect(gallery.ids()).toEqual(["c"]);
  });

  it("is what saving can be limited to, of those that are finished", async () => {
    const gallery = mount([finished("a"), finished("b"), running("c")]);
    expect(gallery.text()).not.toContain("Save starred");
    await gallery.change({ starred: ["c"] });
    expect(gallery.text()).not.toContain("Save starred");
    await gallery.change({ starred: ["c", "b"] });
    await gallery.press("Save starred");
    expect(gallery.sent).toEqual([{ kind: "save_all", projects: ["b"] }]);
  });
});
