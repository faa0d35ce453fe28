import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import arabic from "../../../mh_widgets/translations/ar.json";
import { asWords } from "../fakeCard";
import { card, FakeObserver, finished, mount, running } from "../fakeGallery";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-07-01T12:00:00Z") });
  vi.stubGlobal("IntersectionObserver", FakeObserver);
  Element.prototype.scrollIntoView ??= () => {};
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const some = (number: number) =>
  Array.from({ length: number }, (_, index) => finished(`p${index}`, `Film ${index}`, { credits_charged: 1 }));
const inside = (el: Element) => el.contains(document.activeElement) && document.activeElement !== document.body;

describe("the gallery", () => {
  it("holds cards in the given order, each with its own project", () => {
    const gallery = mount([finished("b"), card("a"), running("c")]);
    expect(gallery.find(".mh-gallery")?.getAttribute("data-mh-widget")).toBe("video-gallery");
    expect(gallery.ids()).toEqual(["b", "a", "c"]);
  });

  it("shows a project that the kernel has said nothing of", () => {
    const gallery = mount([], { projects: ["new"] });
    expect(gallery.find("[data-project-id=new] [role=status]")?.textContent).toBe("looking up");
  });

  it("gives the cards what is true of all of them", () => {
    const gallery = mount([finished("a")], { allow_delete: false, save_label: "./" });
    const names = gallery.all("[data-project-id=a] button").map((node) => node.textContent || node.title);
    expect(names).toEqual(["Star", "Refresh", "Copy ID", "Download", "Save to ./"]);
  });

  it("keeps its own notice apart from those of the cards", () => {
    const notice = { tone: "info" as const, code: "saved", message: "Saved 2 videos.", hint: "" };
    const gallery = mount([finished("a")], { notice });
    expect(gallery.text().split("Saved 2 videos.")).toHaveLength(2);
  });

  it("sends what a card sends with its project", async () => {
    const gallery = mount([finished("a"), running("b")]);
    await gallery.press("Refresh", gallery.cellOf("b"));
    await gallery.press("Delete", gallery.cellOf("a"));
    await gallery.press("Delete permanently", gallery.cellOf("a"));
    expect(gallery.sent).toEqual([
      { kind: "refresh", project: "b" },
      { kind: "delete", project: "a", confirmed: true },
    ]);
  });

  it("has what is remembered checked once it is in sight, where no film asks for its link", async () => {
    const old = (each: ReturnType<typeof card>) => ({ ...each, watch: { ...each.watch, known_at: 1 } });
    const failed = (id: string) => card(id, { status: "error" });
    const cards = [
      old(failed("failed")),
      old(card("draft", { status: "draft" })),
      failed("new"),
      old(finished("film")),
    ];
    const gallery = mount([...cards, old(failed("below"))]);
    await gallery.setLive(false);
    await gallery.see(cards.map((each) => each.project_id));
    expect(gallery.sent).toEqual([]);
    await gallery.setLive(true);
    await gallery.see(["failed"], false);
    await gallery.see(["failed"]);
    const asked = gallery.sent.filter(({ kind }) => kind === "refresh");
    expect(asked).toEqual([{ kind: "refresh", project: "failed" }]);
  });

  it("speaks the language of its words, in their direction", async () => {
    const gallery = mount([finished("a")], { words: asWords(arabic) });
    const roots = gallery.all("[data-mh-widget]");
    expect(roots.map((root) => root.getAttribute("dir"))).toEqual(["rtl", "rtl"]);
    expect(gallery.find("[role=status]")?.textContent).toBe(arabic.statuses.complete);
  });

  it("helps where it is empty", async () => {
    const gallery = mount([]);
    expect(gallery.text()).toContain('gallery.add("…")');
    await gallery.change({ projects: ["a"] });
    expect(gallery.text()).not.toContain("gallery.add");
  });

  it("says what was given and is no project", () => {
    const refused = [{ project: "No. 2 (../x)", code: "invalid_project", message: "Not an ID.", hint: "Give one." }];
    expect(mount([], { refused }).text()).toContain("No. 2 (../x)\u2069: Not an ID. Give one.");
  });

  it("ends without a trace", async () => {
    const gallery = mount([finished("a"), running("b")]);
    gallery.end();
    await gallery.news(finished("b"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(gallery.el.childElementCount).toBe(0);
    expect(gallery.observer.targets.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a card that may not ask yet", () => {
  it("says why and until when, and counts down by itself", async () => {
    const next_attempt_at = Date.now() / 1000 + 42;
    const watch = { state: "retrying" as const, reason: "Waiting for its turn.", next_attempt_at };
    const gallery = mount([card("a", { watch }), finished("b")]);
    expect(gallery.cellOf("a").textContent).toContain("Waiting for its turn. Next attempt in 42\u00a0s.");
    await vi.advanceTimersByTimeAsync(2100);
    expect(gallery.cellOf("a").textContent).toContain("Next attempt in 40\u00a0s.");
    expect(gallery.cellOf("a").querySelector("[data-loading]")).toBeNull();
  });
});

describe("news", () => {
  it("of one project touch one card and the summary", async () => {
    const gallery = mount([...some(50), running("x")]);
    const touched = new Set<Element | null>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) touched.add((target as Element).closest?.("[data-project-id]") ?? null);
    });
    observer.observe(gallery.find(".mh-cards") as Element, { attributes: true, childList: true, subtree: true });
    const renders = vi.spyOn(gallery.host, "connected");
    await gallery.news(finished("x", "Done"));
    await gallery.news(finished("x", "Done again"));
    await vi.advanceTimersByTimeAsync(1);
    observer.disconnect();
    // Each time once for the gallery, and once for the card.
    expect(renders).toHaveBeenCalledTimes(4);
    expect([...touched].map((node) => node?.getAttribute("data-project-id"))).toEqual(["x"]);
    expect(gallery.find(".mh-summary")?.textContent).toBe("51\u00a0finished, 50\u00a0credits");
  });

  it("reach the summary as time goes on, and no screen reader", async () => {
    const estimate = { usual_s: 96, source: "" };
    const details = { created_at: new Date(Date.now() - 56_000).toISOString() };
    const gallery = mount([{ ...running("a"), estimate, details }]);
    expect(gallery.find(".mh-summary")?.textContent).toContain("0:40");
    await vi.advanceTimersByTimeAsync(1100);
    expect(gallery.find(".mh-summary")?.textContent).toContain("0:38");
    expect(gallery.find(".mh-summary")?.closest("[aria-live],[role=status]")).toBeNull();
    expect(gallery.sent).toEqual([]);
  });

  it("take no card away that has the focus, until the visitor chooses anew", async () => {
    const gallery = mount([running("a"), running("b"), finished("c")]);
    await gallery.press("rendering 2");
    expect(gallery.ids()).toEqual(["a", "b"]);
    gallery.cellOf("b").querySelector<HTMLElement>("[title=Refresh]")?.focus();
    await gallery.news(finished("b"));
    expect(gallery.ids()).toEqual(["a", "b"]);
    expect(inside(gallery.cellOf("b"))).toBe(true);
    await gallery.press("rendering 1");
    expect(gallery.ids()).toEqual(["a"]);
  });
});

describe("filter and order", () => {
  it("count per status, and show only those", async () => {
    const gallery = mount([finished("a"), running("b"), finished("c")]);
    const button = await gallery.press("complete 2");
    expect(gallery.ids()).toEqual(["a", "c"]);
    expect(button.getAttribute("aria-pressed")).toBe("true");
    expect(document.activeElement).toBe(button);
    await gallery.press("All 3");
    expect(gallery.ids()).toEqual(["a", "b", "c"]);
  });

  it("keep a status that was chosen, also when nothing has it any more, and the way back", async () => {
    const gallery = mount([finished("a"), running("b")]);
    await gallery.press("rendering 1");
    (document.activeElement as HTMLElement).blur();
    await gallery.news(finished("b"));
    expect(gallery.ids()).toEqual([]);
    expect(gallery.text()).toContain("rendering\u00a00");
    await gallery.press("Show all");
    expect(gallery.ids()).toEqual(["a", "b"]);
    expect(inside(gallery.el)).toBe(true);
  });

  it("take types and orders from native lists", async () => {
    const gallery = mount([
      finished("a", "Zebra", { type: "FACE_SWAP" }),
      finished("b", "Apple", { type: "LIP_SYNC" }),
      finished("c", "Mango", { type: "LIP_SYNC" }),
    ]);
    await gallery.pick("Order", "name");
    expect(gallery.ids()).toEqual(["b", "c", "a"]);
    const types = await gallery.pick("Type", "LIP_SYNC");
    expect(gallery.ids()).toEqual(["b", "c"]);
    expect(document.activeElement).toBe(types);
  });

  it("offer no choice where there is none", () => {
    expect(mount([finished("a")]).find(".mh-filter")).toBeNull();
    expect(mount([finished("a"), finished("b")]).find("select[aria-label=Type]")).toBeNull();
  });
});

describe("saving all", () => {
  it("is offered where something is finished and it is allowed", async () => {
    const gallery = mount([finished("a"), running("b")]);
    await gallery.press("Save all finished");
    expect(gallery.sent).toEqual([{ kind: "save_all" }]);
    expect(mount([running("b")]).text()).not.toContain("Save all");
    expect(mount([finished("a")], { allow_save: false }).text()).not.toContain("Save all");
  });

  it("means the finished ones among those that are shown", async () => {
    const gallery = mount([
      finished("a", "", { type: "FACE_SWAP" }),
      finished("b", "", { type: "LIP_SYNC" }),
      { ...running("c"), details: { type: "LIP_SYNC" } },
    ]);
    await gallery.pick("Type", "LIP_SYNC");
    await gallery.press("Save the 1 shown");
    expect(gallery.sent).toEqual([{ kind: "save_all", projects: ["b"] }]);
  });

  it("shows how far it is, and can be canceled", async () => {
    const gallery = mount(some(12), { transfer: { kind: "save", done: 3, failed: 0, total: 12 } });
    const bar = gallery.find(".mh-top [role=progressbar]");
    expect(bar?.getAttribute("aria-label")).toBe("Saving");
    expect(bar?.getAttribute("aria-valuenow")).toBe("25");
    expect(bar?.getAttribute("aria-valuetext")).toBe("3 of 12");
    await gallery.press("Cancel");
    expect(gallery.sent).toEqual([{ kind: "cancel_all" }]);
    await gallery.change({ transfer: { kind: "save", done: 3, failed: 1, total: 12 } });
    expect(gallery.find(".mh-top")?.textContent).toContain("4 of 12, 1\u00a0failed");
    await gallery.change({ transfer: null });
    expect(inside(gallery.el)).toBe(true);
  });
});

describe("pages", () => {
  it("hold 100 each, and keep the focus in the gallery", async () => {
    const gallery = mount(some(203));
    expect(gallery.ids()).toHaveLength(100);
    expect(gallery.text()).toContain("Page 1 of 3");
    await gallery.press("Previous page");
    expect(gallery.ids()[0]).toBe("p0");
    await gallery.press("Next page");
    await gallery.press("Next page");
    expect(gallery.text()).toContain("Page 3 of 3");
    expect(gallery.ids()).toEqual(Array.from({ length: 3 }, (_, index) => `p${200 + index}`));
    expect(document.activeElement).toBe(gallery.find(".mh-cards"));
    expect(gallery.observer.targets.size).toBe(3);
  });

  it("are none up to 100", () => expect(mount(some(100)).find(".mh-pages")).toBeNull());

  it("begin anew with another choice, and end where fewer are left", async () => {
    const gallery = mount(some(103));
    await gallery.press("Next page");
    await gallery.pick("Order", "name");
    expect(gallery.ids()[0]).toBe("p0");
    await gallery.press("Next page");
    await gallery.change({ projects: ["p1", "p2"] });
    expect(gallery.ids()).toEqual(["p1", "p2"]);
  });
});

describe("films", () => {
  const asked = (gallery: ReturnType<typeof mount>) =>
    gallery.sent.filter(({ kind }) => kind === "source").map((message) => "project" in message && message.project);

  it("load only near the viewport, 12 at most", async () => {
    const gallery = mount(some(40));
    expect(asked(gallery)).toEqual([]);
    await gallery.see(["p0", "p1"]);
    expect(asked(gallery)).toEqual(["p0", "p1"]);
    await gallery.see(some(40).map(({ project_id }) => project_id));
    expect(asked(gallery)).toHaveLength(12);
  });

  it("make room for the nearest, but for one that plays", async () => {
    const gallery = mount(some(30));
    const ids = some(30).map(({ project_id }) => project_id);
    const first = ids.slice(0, 12);
    await gallery.see(first);
    for (const id of first) await gallery.message(id, `https://films.example/${id}.mp4`);
    const film = gallery.cellOf("p3").querySelector("video") as HTMLVideoElement;
    Object.defineProperty(film, "paused", { value: false });
    for (const id of first) gallery.cellOf(id).getBoundingClientRect = () => ({ top: -9000, bottom: -9000 }) as DOMRect;
    await gallery.see(first, false);
    await gallery.see(ids.slice(12));
    expect(gallery.all("video")).toEqual([film]);
    expect(asked(gallery)).toHaveLength(12 + 11);
  });

  it("leave the stage its shape where they aren't loaded", () => {
    const gallery = mount([finished("a")]);
    expect(gallery.find(".mh-frame :is(video, b)")).toBeNull();
    expect(gallery.find("[data-project-id=a]")?.getAttribute("style")).toContain("--mh-ratio:");
  });

  it("come to whom the visitor points at, however many are nearer", async () => {
    const gallery = mount(some(20));
    for (const { project_id } of some(20))
      gallery.cellOf(project_id).getBoundingClientRect = () => ({ top: 0, bottom: 0 }) as DOMRect;
    await gallery.see(some(20).map(({ project_id }) => project_id));
    expect(asked(gallery)).not.toContain("p19");
    gallery.cellOf("p19").dispatchEvent(new Event("pointerenter"));
    await Promise.resolve();
    expect(asked(gallery)).toContain("p19");
  });

  it("that play are not moved when their neighbours go", async () => {
    const gallery = mount([finished("a"), running("b"), finished("c")]);
    await gallery.see(["a", "c"]);
    await gallery.message("c", "https://films.example/c.mp4");
    const film = gallery.find("video");
    const cell = gallery.cellOf("c");
    const moved = vi.fn();
    const observer = new MutationObserver((records) =>
      records.forEach(({ addedNodes, removedNodes }) => {
        if ([...addedNodes, ...removedNodes].includes(cell)) moved();
      }),
    );
    observer.observe(gallery.find(".mh-cards") as Element, { childList: true });
    await gallery.press("complete 2");
    await gallery.press("All 3");
    await vi.advanceTimersByTimeAsync(1);
    expect(moved).not.toHaveBeenCalled();
    expect(gallery.find("video")).toBe(film);
  });

  it("go on downloading while their card is out of sight", async () => {
    const gallery = mount(some(103));
    await gallery.press("Download", gallery.cellOf("p0"));
    const transfer = { kind: "download" as const, received_bytes: 1, total_bytes: 9 };
    await gallery.news({ ...finished("p0"), transfer });
    await gallery.press("Next page");
    expect(gallery.observer.targets.size).toBe(4);
    await gallery.news(finished("p0"));
    expect(gallery.observer.targets.size).toBe(3);
  });
});

describe("the table", () => {
  const open = async (...cards: Parameters<typeof mount>) => {
    const gallery = mount(...cards);
    await gallery.press("Table");
    const rows = () => gallery.all("tbody").map((row) => row.querySelector("th")?.textContent);
    return { ...gallery, rows };
  };

  it("has a row for each project, with what is known", async () => {
    const gallery = await open([
      finished("a", "Sunrise", { type: "FACE_SWAP", end_seconds: 15, credits_charged: 2450 }),
      running("b"),
    ]);
    const cells = gallery.all("tbody:first-of-type td").map((cell) => cell.textContent?.replaceAll("\u00a0", " "));
    expect(gallery.rows()).toEqual(["Sunrise", "b"]);
    expect(cells).toEqual(["", "complete", "Face swap", "512 × 960", "15 s", "2,450", ""]);
    expect(gallery.ids()).toEqual([]);
  });

  it("sorts by its headers: up, down, and as it was given", async () => {
    const gallery = await open([finished("a", "B"), finished("b", "A")]);
    const sorted = () => gallery.find("th[aria-sort]")?.getAttribute("aria-sort");
    await gallery.press("Name");
    expect([gallery.rows(), sorted()]).toEqual([["A", "B"], "ascending"]);
    await gallery.press("Name");
    expect([gallery.rows(), sorted()]).toEqual([["B", "A"], "descending"]);
    const button = await gallery.press("Name");
    expect([gallery.rows(), sorted()]).toEqual([["B", "A"], undefined]);
    expect(document.activeElement).toBe(button);
  });

  it("opens the card of a row, with all that it can do", async () => {
    const gallery = await open([finished("a"), running("b")]);
    const button = await gallery.press("a");
    expect(button.getAttribute("aria-expanded")).toBe("true");
    expect(document.activeElement).toBe(button);
    await gallery.press("Save to films", gallery.cellOf("a"));
    expect(gallery.sent).toEqual([{ kind: "save", project: "a" }]);
    await gallery.press("a");
    expect(gallery.ids()).toEqual([]);
  });

  it("touches only the row with news", async () => {
    const gallery = await open([...some(9), finished("a"), running("b")]);
    const touched = new Set<string | null | undefined>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        touched.add(element?.closest("tbody")?.querySelector("th")?.textContent);
      }
    });
    observer.observe(gallery.find("table") as Element, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    const worded = vi.spyOn(Number.prototype, "toLocaleString");
    await gallery.news(finished("b", "b", { credits_charged: 7 }));
    await vi.advanceTimersByTimeAsync(1);
    observer.disconnect();
    expect([...touched]).toEqual(["b"]);
    // The summary's credits, and those of one row.
    expect(worded.mock.calls.length).toBeLessThanOrEqual(3);
    worded.mockRestore();
  });
});

describe("without a kernel", () => {
  it("says so once, shows what it knows, and offers nothing that can't work", async () => {
    const gallery = mount([finished("a"), running("b")]);
    await gallery.setLive(false);
    expect(gallery.text().split("not connected")).toHaveLength(2);
    const names = gallery.all(".mh-cards button").map((node) => node.textContent || node.title);
    expect(names).toEqual(["Copy ID", "Copy ID"]);
    expect(gallery.text()).not.toContain("Save all");
    await gallery.press("complete 1");
    expect(gallery.ids()).toEqual(["a"]);
    await gallery.setLive(true);
    expect(gallery.text()).toContain("Download");
  });
});
