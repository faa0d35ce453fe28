import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { complete, film, mount, settled, traits } from "../fakeCard";

const URL_1 = "https://films.example/1.mp4?sig=1";
const URL_2 = "https://films.example/2.mp4?sig=2";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const source = (url: string, expires_at: number | null = null, output = 0) =>
  ({ kind: "source", output, url, expires_at, media: "video" }) as const;

/** A card whose film is loaded, and its element as the browser would drive it. */
async function playing(expires_at: number | null = null) {
  const card = mount(complete);
  await card.message(source(URL_1, expires_at));
  const video = card.find<HTMLVideoElement>("video");
  if (!video) throw new Error("no film");
  const state = { currentTime: 0, paused: true, readyState: 4, seeking: false, playbackRate: 1 };
  for (const name of Object.keys(state) as (keyof typeof state)[]) {
    Object.defineProperty(video, name, {
      get: () => state[name],
      set: (value) => Object.assign(state, { [name]: value }),
      configurable: true,
    });
  }
  const happen = async (name: string) => {
    video.dispatchEvent(new Event(name));
    await settled();
  };
  await happen("loadedmetadata");
  return { card, video, state, happen };
}

describe("a film", () => {
  it("asks for its link when it is first shown, once", async () => {
    const card = mount(complete);
    await card.change({ allow_save: false });
    expect(card.sent).toEqual([{ kind: "source", output: 0, renew: false }]);
  });

  it("plays with the browser's own controls and sends no referrer", async () => {
    const { video } = await playing();
    expect(video.getAttribute("src")).toBe(URL_1);
    expect(video.controls).toBe(true);
    expect(video.preload).toBe("metadata");
  });

  it("is there only once it has its link: a link that came later would stop whoever pressed play", async () => {
    const card = mount(complete);
    expect(card.find("video")).toBeNull();
    await card.message(source(URL_1));
    expect(card.find("video")?.getAttribute("src")).toBe(URL_1);
  });

  it("is one element for as long as it is the same film", async () => {
    const { card, video } = await playing();
    await card.change({ details: { ...film, name: "Other" }, notice: null });
    await card.setLive(false);
    expect(card.find("video")).toBe(video);
    expect(video.getAttribute("src")).toBe(URL_1);
  });

  // documented: films: another page gets a new link
  it("is not disturbed by a reply that another view asked for", async () => {
    const { card, video } = await playing();
    await card.message(source(URL_2));
    expect(video.getAttribute("src")).toBe(URL_1);
  });

  it("goes on with a fresh link at the same place, playing, at the same rate", async () => {
    const { card, video, state, happen } = await playing();
    Object.assign(state, { currentTime: 3.5, paused: false, playbackRate: 1.5 });
    await happen("error");
    await vi.advanceTimersByTimeAsync(0);
    expect(card.sent.at(-1)).toEqual({ kind: "source", output: 0, renew: true });
    Object.assign(state, { currentTime: 0, paused: true, playbackRate: 1 });
    await card.message(source(URL_2));
    await happen("loadedmetadata");
    expect(video.getAttribute("src")).toBe(URL_2);
    expect(state).toMatchObject({ currentTime: 3.5, playbackRate: 1.5 });
    expect(video.play).toHaveBeenCalledOnce();
  });

  it("takes waiting for trouble only past the end of its link", async () => {
    const { card, state, happen } = await playing(1_800_000_010);
    Object.assign(state, { paused: false, readyState: 2 });
    await happen("waiting");
    await vi.advanceTimersByTimeAsync(8000);
    expect(card.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(card.sent.at(-1)).toEqual({ kind: "source", output: 0, renew: true });
  });

  it("lets a slow line take its time past the end of the link, as long as bytes come", async () => {
    const { card, state, happen } = await playing(1_799_999_999);
    Object.assign(state, { paused: false, readyState: 2 });
    await happen("waiting");
    for (let second = 0; second < 30; second += 3) {
      await vi.advanceTimersByTimeAsync(3000);
      await happen("progress");
    }
    expect(card.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3900);
    expect(card.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(card.sent.at(-1)).toEqual({ kind: "source", output: 0, renew: true });
  });

  it("takes an error for trouble at once, also while bytes come", async () => {
    const { card, happen } = await playing(1_799_999_999);
    await happen("progress");
    await happen("error");
    await vi.advanceTimersByTimeAsync(0);
    expect(card.sent.at(-1)).toEqual({ kind: "source", output: 0, renew: true });
  });

  it("comes to nothing with its card", async () => {
    const { card, state, happen } = await playing(1_799_999_999);
    Object.assign(state, { paused: false, readyState: 2 });
    await happen("waiting");
    await happen("error");
    await card.message(source(URL_2));
    await happen("error");
    card.unmount();
    const before = card.sent.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(card.sent).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  // documented: films: the link has ended, but the player has enough bytes
  it("lets a paused film be, however old its link is", async () => {
    const { card, state, happen } = await playing(1_799_999_999);
    state.readyState = 2;
    await happen("stalled");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(card.sent).toHaveLength(1);
  });

  async function unplayable() {
    const { card, happen } = await playing();
    for (let n = 0; n < 4; n++) {
      await happen("error");
      await vi.advanceTimersByTimeAsync(3000);
      await card.message(source(URL_2));
    }
    expect(card.sent.filter((message) => message.kind === "source" && message.renew)).toHaveLength(3);
    const asked = card.sent.at(-1) as { id: string };
    expect(asked).toMatchObject({ kind: "download", output: 0, play: true });
    return { card, happen, id: asked.id };
  }

  it("plays the kernel's bytes after three renewals in a row", async () => {
    const { card, id } = await unplayable();
    await card.message({ kind: "chunk", id, index: 0, received_bytes: 3, total_bytes: 3 }, [
      new DataView(new ArrayBuffer(3)),
    ]);
    expect(card.sent.at(-1)).toEqual({ kind: "ack", id, index: 0 });
    await card.message({ kind: "end", id, name: "a.mp4", type: "video/mp4" });
    expect(card.find<HTMLVideoElement>("video")?.src).toMatch(/^blob:/);
  });

  // documented: films: the kernel's bytes don't help either
  it("gives up in words where the kernel's bytes don't come either, with ways on", async () => {
    const { card, id } = await unplayable();
    const error = { code: "too_large", message: "Too large to play here.", hint: "Download it." };
    await card.message({ kind: "failed", id, error });
    expect(card.text()).toContain("Too large to play here. Download it.");
    expect(card.text()).toContain("can't be played");
    const open = card.find<HTMLAnchorElement>("a");
    expect(open?.getAttribute("href")).toBe(URL_2);
    expect(open?.rel).toBe("noreferrer noopener");
    await card.press("Try again");
    expect(card.sent.at(-1)).toEqual({ kind: "source", output: 0, renew: true });
  });

  it("counts from the beginning once it has played on", async () => {
    const { card, state, happen } = await playing();
    for (let n = 1; n < 6; n++) {
      await happen("error");
      await vi.advanceTimersByTimeAsync(3000);
      await card.message(source(URL_2));
      await happen("loadedmetadata");
      state.currentTime += 1;
      await happen("timeupdate");
    }
    expect(card.text()).not.toContain("can't be played");
  });

  it.each(["javascript:alert(1)", "data:text/html,x"])("never loads or links %s", async (url) => {
    const card = mount(complete);
    await card.message(source(url));
    expect(card.find("[src], [href]")).toBeNull();
    expect(card.text()).toContain("can't be played");
  });

  it("says what the kernel says when there is no link", async () => {
    const card = mount(complete);
    const error = { code: "network", message: "The host can't be reached.", hint: "Try again." };
    await card.message({ kind: "source", output: 0, error });
    expect(card.text()).toContain("The host can't be reached.");
  });
});

describe("several outputs", () => {
  const outputs = [{ media: "video" as const }, { media: "image" as const }];
  const two = { ...complete, details: { ...film, outputs } };

  it("are all within reach, and Download takes the one on show", async () => {
    const card = mount(two);
    await card.press("Output 2");
    expect(card.find(".mh-option[aria-pressed=true]")?.textContent).toBe("Output 2");
    expect(card.sent.at(-1)).toEqual({ kind: "source", output: 1, renew: false });
    await card.message(source("https://films.example/2.png", null, 1));
    expect(card.find("img, video")?.tagName).toBe("IMG");
    await card.press("Download");
    expect(card.sent.at(-1)).toMatchObject({ kind: "download", output: 1, zip: false });
  });

  it("come in one file where all are asked for", async () => {
    const card = mount(two);
    await card.press("All as zip");
    expect(card.sent.at(-1)).toMatchObject({ kind: "download", play: false, zip: true });
  });

  it("don't take each other's links", async () => {
    const card = mount(two);
    await card.message(source(URL_2, null, 1));
    expect(card.find("video")).toBeNull();
  });
});

describe("a download", () => {
  const chunk = (id: string, index: number, text: string) => {
    const data = new TextEncoder().encode(text);
    return [
      { kind: "chunk", id, index, received_bytes: 3, total_bytes: 6 } as const,
      [new DataView(data.buffer)],
    ] as const;
  };

  async function started() {
    const saved: { blob: Blob; name: string }[] = [];
    let last: Blob;
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      last = blob as Blob;
      return "blob:x";
    });
    vi.spyOn(HTMLElement.prototype, "click").mockImplementation(function (this: HTMLElement) {
      if (this instanceof HTMLAnchorElement) saved.push({ blob: last, name: this.download });
      else this.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    });
    const card = mount(complete);
    await card.press("Download");
    const message = card.sent.at(-1);
    if (message?.kind !== "download") throw new Error("not asked for");
    return { card, id: message.id, saved };
  }

  it("acknowledges each chunk and ends in the whole file", async () => {
    const revoke = vi.spyOn(URL, "revokeObjectURL");
    const { card, id, saved } = await started();
    await card.message(...chunk(id, 0, "abc"));
    await card.message(...chunk(id, 1, "def"));
    expect(card.sent.slice(-2)).toEqual([
      { kind: "ack", id, index: 0 },
      { kind: "ack", id, index: 1 },
    ]);
    await card.message({ kind: "end", id, name: "x.mp4", type: "video/mp4" });
    expect(saved[0]?.name).toBe("x.mp4");
    expect(await saved[0]?.blob.text()).toBe("abcdef");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(revoke).toHaveBeenCalledWith("blob:x");
  });

  // documented: hosts: VS Code
  it("asks for text where the page is VS Code's, and makes the same file of it", async () => {
    document.body.setAttribute("data-vscode-theme-kind", "vscode-dark");
    const { card, id, saved } = await started();
    document.body.removeAttribute("data-vscode-theme-kind");
    expect(card.sent.at(-1)).toMatchObject({ kind: "download", text: true });
    const told = { kind: "chunk", id, received_bytes: 3, total_bytes: 6 } as const;
    await card.message({ ...told, index: 0, base64: btoa("abc") });
    await card.message({ ...told, index: 1, base64: btoa("d\xff\0") });
    expect(card.sent.at(-1)).toEqual({ kind: "ack", id, index: 1 });
    await card.message({ kind: "end", id, name: "film.mp4", type: "video/mp4" });
    const bytes = await saved[0]?.blob.arrayBuffer();
    expect([...new Uint8Array(bytes ?? [])]).toEqual([97, 98, 99, 100, 255, 0]);
  });

  it("begins again where the kernel does", async () => {
    const { card, id, saved } = await started();
    await card.message(...chunk(id, 0, "abc"));
    await card.message(...chunk(id, 1, "def"));
    await card.message(...chunk(id, 0, "ghi"));
    await card.message(...chunk(id, 1, "jkl"));
    await card.message({ kind: "end", id, name: "x.zip", type: "application/zip" });
    expect(await saved[0]?.blob.text()).toBe("ghijkl");
  });

  it("leaves other views' chunks alone", async () => {
    const { card, saved } = await started();
    const before = card.sent.length;
    await card.message(...chunk("other", 0, "abc"));
    await card.message({ kind: "end", id: "other", name: "x.mp4", type: "video/mp4" });
    expect(card.sent).toHaveLength(before);
    expect(saved).toEqual([]);
  });

  // documented: films: a chunk is missing in the browser
  it("never saves a film with a hole in it", async () => {
    const { card, id } = await started();
    const before = card.sent.length;
    await card.message(...chunk(id, 1, "def"));
    expect(card.sent).toHaveLength(before);
  });

  it("is over where another project takes its place", async () => {
    const { card, id, saved } = await started();
    await card.message(...chunk(id, 0, "abc"));
    await card.change({ project_id: "clx2" });
    const before = card.sent.length;
    await card.message(...chunk(id, 1, "def"));
    await card.message({ kind: "end", id, name: "x.mp4", type: "video/mp4" });
    expect(card.sent).toHaveLength(before);
    expect(saved).toEqual([]);
    await card.press("Download");
    const next = card.sent.at(-1);
    if (next?.kind !== "download") throw new Error("not asked for");
    await card.message(...chunk(next.id, 0, "ghi"));
    await card.message({ kind: "end", id: next.id, name: "y.mp4", type: "video/mp4" });
    expect(saved.map(({ name }) => name)).toEqual(["y.mp4"]);
  });

  it("saves nothing after it has failed", async () => {
    const { card, id, saved } = await started();
    await card.message(...chunk(id, 0, "abc"));
    await card.message({ kind: "failed", id, error: { code: "x", message: "", hint: "" } });
    await card.message({ kind: "end", id, name: "x.mp4", type: "video/mp4" });
    expect(saved).toEqual([]);
  });
});

describe("what is no film", () => {
  it("says so, and can be downloaded", () => {
    const card = mount({ ...complete, details: { ...film, outputs: [{ media: "file" }] } });
    expect(card.text()).toContain("Nothing to play");
    expect(card.names()).toContain("Download");
    expect(card.sent).toEqual([]);
  });

  it("keeps the deleted film off the stage", async () => {
    const { card } = await playing();
    await card.change(traits({ status: "deleted" }));
    expect(card.find("video")).toBeNull();
  });
});
