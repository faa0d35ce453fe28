import { fireEvent } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { settled } from "../fakeCard";
import { FakeObserver, finished, mount, running } from "../fakeGallery";

const NAMES = ["Sunrise", "Moonlight", "Lanterns", "Planet", "Dawn"];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-07-01T12:00:00Z") });
  vi.stubGlobal("IntersectionObserver", FakeObserver);
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  vi.spyOn(HTMLMediaElement.prototype, "pause").mockReturnValue();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const films = (number: number, more = {}) =>
  NAMES.slice(0, number).map((name, index) => finished(`p${index}`, name, more));
const label = (node: Element) => node.getAttribute("aria-label");

type Gallery = ReturnType<typeof mount>;

const panes = ({ all }: Gallery) => all(".mh-pane").map((pane) => pane.querySelector("figcaption span")?.textContent);
const choices = ({ all }: Gallery) =>
  all(".mh-choice").map((node) => [node.title.replaceAll(/[\u2068\u2069]/g, ""), node.getAttribute("aria-pressed")]);
const comparing = (gallery: Gallery) => gallery.sent.filter(({ kind }) => kind === "compare");

/** A gallery that compares; each film has its link and its shape. */
async function open(number = 2, shapes: [number, number][] = [], more = {}) {
  const cards = films(Math.max(number, 3), more);
  const compared = cards.slice(0, number).map(({ project_id }) => project_id);
  const gallery = mount(cards, { compared });
  await settled();
  for (const [index, id] of compared.entries()) {
    await gallery.message(id, `https://films.example/${id}.mp4`);
    const media = gallery.all(".mh-pane .mh-media")[index] as HTMLVideoElement;
    const [width, height] = shapes[index] ?? [640, 360];
    for (const [name, value] of Object.entries({
      videoWidth: width,
      videoHeight: height,
      duration: 6,
      readyState: 4,
    })) {
      Object.defineProperty(media, name, { value, configurable: true });
    }
    media.dispatchEvent(new Event("loadedmetadata"));
    await settled();
  }
  const media = () => gallery.all<HTMLVideoElement>(".mh-pane .mh-media");
  const position = () => gallery.find<HTMLInputElement>('[aria-label="Position"]') as HTMLInputElement;
  return { ...gallery, media, position, compared };
}

describe("choosing", () => {
  it("begins with a press, and offers what is finished", async () => {
    const gallery = mount([...films(2), running("r")]);
    expect(choices(gallery)).toEqual([]);
    await gallery.press("Compare");
    expect(choices(gallery)).toEqual([
      ["Compare Sunrise", "false"],
      ["Compare Moonlight", "false"],
    ]);
    expect(gallery.find(".mh-choosing [role=status]")?.textContent).toBe("Choose two to four finished projects.");
  });

  it("asks the kernel once two are chosen, and not before", async () => {
    const gallery = mount(films(3));
    await gallery.press("Compare");
    await gallery.press("Compare 0");
    await gallery.press("Compare \u2068Lanterns\u2069");
    await gallery.press("Compare 1");
    expect(comparing(gallery)).toEqual([]);
    await gallery.press("Compare \u2068Sunrise\u2069");
    expect(gallery.find(".mh-choosing [role=status]")?.textContent).toBe("2 of 4 chosen");
    await gallery.press("Compare 2");
    expect(comparing(gallery)).toEqual([{ kind: "compare", projects: ["p2", "p0"] }]);
    expect(choices(gallery)).toEqual([]);
  });

  it("takes back what was chosen, and takes four at most", async () => {
    const gallery = mount(films(5));
    await gallery.press("Compare");
    for (const name of NAMES.slice(0, 4)) await gallery.press(`Compare \u2068${name}\u2069`);
    expect(gallery.all(".mh-choice[aria-disabled]").map(({ title }) => title)).toEqual(["Compare \u2068Dawn\u2069"]);
    await gallery.press("Compare \u2068Dawn\u2069");
    await gallery.press("Compare \u2068Planet\u2069");
    await gallery.press("Compare 3");
    expect(comparing(gallery)).toEqual([{ kind: "compare", projects: ["p0", "p1", "p2"] }]);
  });

  it("forgets a project that is gone", async () => {
    const gallery = mount(films(3));
    await gallery.press("Compare");
    for (const name of NAMES.slice(0, 3)) await gallery.press(`Compare \u2068${name}\u2069`);
    await gallery.change({ projects: ["p0", "p2"] });
    await gallery.press("Compare 2");
    expect(comparing(gallery)).toEqual([{ kind: "compare", projects: ["p0", "p2"] }]);
  });

  it("works in a table, and can be left", async () => {
    const gallery = mount(films(2));
    await gallery.press("Table");
    await gallery.press("Compare");
    expect(choices(gallery)).toHaveLength(2);
    await gallery.press("Cancel");
    expect(choices(gallery)).toEqual([]);
    expect(document.activeElement?.textContent).toBe("Compare");
  });

  it("isn't offered where nothing could come of it", async () => {
    const names = (gallery: Gallery) => gallery.all("button").map((node) => node.textContent);
    expect(names(mount([...films(1), running("r")]))).not.toContain("Compare");
    const gallery = mount(films(2));
    expect(names(gallery)).toContain("Compare");
    await gallery.setLive(false);
    expect(names(gallery)).not.toContain("Compare");
  });
});

describe("a comparison", () => {
  it("shows what the kernel says, in its order, in place of the cards", async () => {
    const gallery = mount(films(3));
    await gallery.change({ compared: ["p2", "p0"] });
    expect(panes(gallery)).toEqual(["Lanterns", "Sunrise"]);
    expect(gallery.find(".mh-cards")?.parentElement?.hidden).toBe(true);
    expect(gallery.find(".mh-top .mh-summary")).toBeNull();
    await gallery.change({ compared: [] });
    expect(panes(gallery)).toEqual([]);
    expect(gallery.find(".mh-cards")?.parentElement?.hidden).toBe(false);
  });

  it("has players of its own, and the cards have none meanwhile", async () => {
    const gallery = mount(films(3));
    await gallery.see(["p0", "p1", "p2"]);
    await gallery.message("p0", "https://films.example/p0.mp4");
    expect(gallery.all("video")).toHaveLength(1);
    await gallery.change({ compared: ["p0", "p1"] });
    gallery.sent.length = 0;
    await gallery.message("p0", "https://films.example/p0.mp4");
    expect(gallery.all(".mh-cards video")).toHaveLength(0);
    expect(gallery.all<HTMLVideoElement>(".mh-pane video").map(({ controls }) => controls)).toEqual([false]);
  });

  it("closes at once, and tells the kernel", async () => {
    const gallery = await open();
    await gallery.press("Close");
    expect(panes(gallery)).toEqual([]);
    expect(comparing(gallery)).toEqual([{ kind: "compare", projects: [] }]);
    expect(document.activeElement?.textContent).toBe("Compare");
    await gallery.change({ compared: [] });
    await gallery.change({ compared: ["p0", "p1"] });
    expect(panes(gallery)).toHaveLength(2);
  });

  it("gets the focus from the button that opened it, and from nowhere else", async () => {
    const gallery = mount(films(2));
    await gallery.press("Compare");
    for (const name of NAMES.slice(0, 2)) await gallery.press(`Compare \u2068${name}\u2069`);
    await gallery.press("Compare 2");
    await gallery.change({ compared: ["p0", "p1"] });
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Comparison");
    const other = mount(films(2));
    document.body.append(Object.assign(document.createElement("button"), { id: "elsewhere" }));
    document.getElementById("elsewhere")?.focus();
    await other.change({ compared: ["p0", "p1"] });
    expect(document.activeElement?.id).toBe("elsewhere");
  });

  it("stays without a kernel with what has loaded, and is closed where nothing has", async () => {
    const loaded = await open();
    await loaded.setLive(false);
    expect(panes(loaded)).toHaveLength(2);
    const empty = mount(films(2), { compared: ["p0", "p1"] });
    expect(panes(empty)).toHaveLength(2);
    await empty.setLive(false);
    expect(panes(empty)).toEqual([]);
    expect(empty.find(".mh-cards")?.parentElement?.hidden).toBe(false);
    expect(comparing(empty)).toEqual([]);
    await empty.setLive(true);
    expect(panes(empty)).toHaveLength(2);
  });

  it("stays without a kernel for pictures that have loaded", async () => {
    const gallery = mount(films(2, { outputs: [{ media: "image" }] }), { compared: ["p0", "p1"] });
    await settled();
    await gallery.message("p1", "https://films.example/p1.png");
    const [picture] = gallery.all(".mh-pane .mh-media");
    Object.defineProperties(picture, { naturalWidth: { value: 64 }, naturalHeight: { value: 64 } });
    await gallery.setLive(false);
    expect(panes(gallery)).toHaveLength(2);
  });

  it("isn't shown of a saved notebook", async () => {
    const gallery = mount(films(2));
    await gallery.setLive(false);
    await gallery.change({ compared: ["p0", "p1"] });
    expect(panes(gallery)).toEqual([]);
  });

  it("says why one of them can't be shown, and the others go on", async () => {
    const gallery = await open();
    await gallery.news({ ...finished("p1", "Moonlight"), status: "deleted" });
    expect(gallery.all(".mh-pane")[1]?.textContent).toContain("Deleted from Magic Hour.");
    await gallery.press("Play");
    expect(gallery.all("button").some(({ title }) => title === "Pause")).toBe(true);
  });
});

describe("its controls", () => {
  it("have names, and say where the films are", async () => {
    const gallery = await open();
    expect(gallery.all(".mh-compare .mh-facts button").map(({ title }) => title)).toEqual([
      "Previous frame",
      "Play",
      "Next frame",
      "Half speed",
      "Loop",
    ]);
    fireEvent.input(gallery.position(), { target: { value: "90" } });
    await settled();
    expect(gallery.position().getAttribute("aria-valuetext")).toBe("0:03 of 0:06, frame 91");
    expect(gallery.find(".mh-compare")?.getAttribute("role")).toBe("group");
    expect(label(gallery.find(".mh-compare") as Element)).toBe("Comparison");
  });

  it("play and pause all of them, and step by frames", async () => {
    const gallery = await open();
    await gallery.press("Play");
    expect(HTMLMediaElement.prototype.play).toHaveBeenCalledTimes(2);
    // A reader of the screen doesn't hear of every frame. For the eye the line stays as wide as it was.
    expect(gallery.position().getAttribute("aria-valuetext")).toBe("0:00 of 0:06");
    expect(gallery.find(".mh-compare .mh-facts span[dir]")?.textContent).toBe("0:00 of 0:06, frame \u2007\u20071");
    await gallery.press("Pause");
    await gallery.press("Next frame");
    await gallery.press("Next frame");
    await gallery.press("Previous frame");
    expect(gallery.position().value).toBe("1");
    // 30 frames a second where the API doesn't say.
    for (const { currentTime } of gallery.media()) expect(currentTime).toBeCloseTo(1.5 / 30);
  });

  it("know the frame rate that the API tells, the highest of all", async () => {
    const gallery = await open(2, [], { fps: 60 });
    await gallery.press("Next frame");
    expect(gallery.media()[0]?.currentTime).toBeCloseTo(1.5 / 60);
  });

  it("have keys", async () => {
    const gallery = await open();
    const press = async (key: string) => {
      fireEvent.keyDown(gallery.position(), { key });
      await settled();
    };
    await press(".");
    await press(".");
    await press(",");
    expect(gallery.position().value).toBe("1");
    await press("Escape");
    expect(panes(gallery)).toEqual([]);
  });

  it.each(["ctrlKey", "altKey", "metaKey"])("leave keys with %s to the browser and its host", async (modifier) => {
    const gallery = await open();
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard, { once: true });
    for (const key of [".", "Escape"]) fireEvent.keyDown(gallery.position(), { key, [modifier]: true });
    await settled();
    expect(gallery.position().value).toBe("0");
    expect(panes(gallery)).toHaveLength(2);
    expect(heard).toHaveBeenCalled();
  });

  it("let one be heard, or none", async () => {
    const gallery = await open();
    const muted = () => gallery.media().map((media) => media.muted);
    expect(muted()).toEqual([false, true]);
    await gallery.press("Sound of \u2068Moonlight\u2069");
    expect(muted()).toEqual([true, false]);
    await gallery.press("Sound of \u2068Moonlight\u2069");
    expect(muted()).toEqual([true, true]);
  });

  it("slow all of them down", async () => {
    const gallery = await open();
    await gallery.press("Half speed");
    expect(gallery.media().map(({ playbackRate }) => playbackRate)).toEqual([0.5, 0.5]);
    await gallery.press("Half speed");
    expect(gallery.media().map(({ playbackRate }) => playbackRate)).toEqual([1, 1]);
  });

  it("let no fresh link start one film alone", async () => {
    const gallery = await open();
    const [first] = gallery.media();
    vi.mocked(HTMLMediaElement.prototype.pause).mockClear();
    first?.dispatchEvent(new Event("play"));
    expect(HTMLMediaElement.prototype.pause).toHaveBeenCalledTimes(2);
  });

  it("are none for pictures", async () => {
    const pictures = films(2, { outputs: [{ media: "image" }] });
    const gallery = mount(pictures, { compared: ["p0", "p1"] });
    await settled();
    expect(panes(gallery)).toEqual(["Sunrise", "Moonlight"]);
    expect(gallery.find(".mh-compare .mh-facts")).toBeNull();
    expect(gallery.all("figcaption button")).toEqual([]);
  });
});

describe("the divider", () => {
  it("is for two of one shape", async () => {
    const names = (gallery: Gallery) => gallery.all("button").map((node) => node.textContent);
    expect(names(await open(2))).toContain("Divider");
    expect(
      names(
        await open(2, [
          [640, 360],
          [360, 640],
        ]),
      ),
    ).not.toContain("Divider");
    expect(names(await open(3))).not.toContain("Divider");
  });

  it("is a slider with the names of both", async () => {
    const gallery = await open();
    const before = gallery.media();
    await gallery.press("Divider");
    const divider = gallery.find<HTMLInputElement>(".mh-panes [type=range]") as HTMLInputElement;
    expect(label(divider)).toBe("Divider between \u2068Sunrise\u2069 and \u2068Moonlight\u2069");
    fireEvent.input(divider, { target: { value: "30" } });
    await settled();
    expect(divider.getAttribute("aria-valuetext")).toBe("30\u00a0%");
    expect(gallery.find(".mh-panes")?.getAttribute("style")).toMatch(/--mh-at: ?30%/);
    expect(gallery.media()).toEqual(before);
    await gallery.press("Divider");
    expect(gallery.find(".mh-panes [type=range]")).toBeNull();
  });
});
