import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { movesBetween } from "../../src/gallery/moves";
import { card, FakeObserver, finished, mount, running } from "../fakeGallery";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  vi.stubGlobal("IntersectionObserver", FakeObserver);
});

afterEach(() => {
  document.body.replaceChildren();
  FakeObserver.all.length = 0;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("moves between two lists of projects", () => {
  const list = (text: string) => text.split("");
  it.each([
    ["abc", "abc", {}],
    ["abc", "axc", { b: "x" }],
    ["abc", "xbz", { a: "x", c: "z" }],
    ["abc", "abcd", {}],
    ["abc", "ac", {}],
    ["abc", "bcd", {}],
    ["abc", "cba", {}],
    ["", "", {}],
  ])("%s to %s", (before, now, moves) => {
    expect(Object.fromEntries(movesBetween(list(before), list(now)))).toEqual(moves);
  });
});

describe("a card of a gallery that may be changed", () => {
  const cards = [finished("one", "First"), running("two", "Second"), finished("three", "Third")];

  async function changing(id: string, given: object = {}) {
    const gallery = mount(cards, { editable: true, ...given });
    const button = () => gallery.cellOf(id)?.querySelector<HTMLElement>("[title='Change project']");
    const field = () => gallery.find<HTMLInputElement>("input");
    return {
      ...gallery,
      button,
      field,
      async enter(text: string) {
        await gallery.press("Change project", gallery.cellOf(id));
        const input = field() as HTMLInputElement;
        const before = input.value;
        input.value = text;
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        return before;
      },
      /** As the kernel says it: the list has the new project, and of that nothing is known yet. */
      moved: (from: string, to: string) =>
        gallery.change({ projects: cards.map((each) => (each.project_id === from ? to : each.project_id)) }),
    };
  }

  it("has no button for it where the gallery is not editable", () => {
    const gallery = mount(cards);
    expect(gallery.all("[title='Change project']")).toHaveLength(0);
  });

  it("sends the text of its field, which was its ID, and keeps its place and the focus", async () => {
    const gallery = await changing("two");
    expect(gallery.all("[title='Change project']")).toHaveLength(3);
    expect(await gallery.enter("new")).toBe("two");
    expect(gallery.sent).toEqual([{ kind: "set_project", project: "two", to: "new" }]);
    await gallery.moved("two", "new");
    expect(gallery.ids()).toEqual(["one", "new", "three"]);
    expect(gallery.field()).toBeNull();
    expect(document.activeElement).toBe(gallery.cellOf("new").querySelector("[title='Change project']"));
  });

  it("keeps its text beside what the kernel refuses", async () => {
    const gallery = await changing("two");
    await gallery.enter("one");
    const notice = { tone: "error" as const, code: "duplicate_project", message: "Is here.", hint: "" };
    await gallery.news(card("two", { ...cards[1], notice }));
    expect(gallery.field()?.value).toBe("one");
    expect(gallery.field()?.getAttribute("aria-invalid")).toBe("true");
    expect(gallery.cellOf("two").querySelector(".mh-form")?.textContent).toContain("Is here.");
    expect(gallery.cellOf("one").textContent).not.toContain("Is here.");
  });

  it("stays on the page although the filter doesn't know the new project yet", async () => {
    const gallery = await changing("one");
    await gallery.press("complete 2");
    await gallery.enter("new");
    await gallery.moved("one", "new");
    expect(gallery.ids()).toEqual(["new", "three"]);
  });

  it("stays open in the table", async () => {
    const gallery = await changing("one");
    await gallery.press("Table");
    await gallery.press("First");
    await gallery.enter("new");
    await gallery.moved("one", "new");
    expect(gallery.ids()).toEqual(["new"]);
    expect(document.activeElement).toBe(gallery.cellOf("new").querySelector("[title='Change project']"));
    await gallery.press("new");
    expect(gallery.ids()).toEqual([]);
  });

  it("takes no focus that is elsewhere", async () => {
    const gallery = await changing("one");
    const other = await gallery.press("Refresh", gallery.cellOf("three"));
    await gallery.moved("one", "new");
    expect(document.activeElement).toBe(other);
  });
});
