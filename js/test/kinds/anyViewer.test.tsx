import { describe, expect, it } from "vitest";
import { anyViewer } from "../../src/kinds/anyViewer";
import type { ProjectDetails } from "../../src/model/traits";
import { mount, settled } from "../fakeCard";
import { asked, card, finished, withoutView } from "../fakePictures";

withoutView();

describe("audio", () => {
  const sound = (more: ProjectDetails = {}) =>
    card({ kind: "audio", name: "Bells", type: "MUSIC_GENERATOR", outputs: [{ media: "audio" }], ...more });

  it("plays in a box of its own, with its length among the facts", async () => {
    const page = sound();
    await settled();
    await page.message({ kind: "source", output: 0, url: "https://films.example/0.mp3", expires_at: null });
    const audio = page.find<HTMLAudioElement>(".mh-any[data-kind=audio] audio");
    Object.defineProperty(audio, "duration", { value: 12.34 });
    audio?.dispatchEvent(new Event("loadedmetadata"));
    await settled();
    expect(page.find("dl")?.textContent?.replaceAll("\u00a0", " ")).toContain("12.3 s");
  });

  it("says that it can't be played, and not that a video can't", async () => {
    const page = sound();
    await settled();
    await page.message({ kind: "source", output: 0, error: { code: "x", message: "Refused.", hint: "" } });
    expect(page.text()).toContain("The audio can't be played.");
    expect(page.text()).not.toContain("video");
  });

  it("offers each of several, as videos are offered", async () => {
    const page = sound({ outputs: [{ media: "audio" }, { media: "audio" }] });
    await page.press("Output 2");
    expect(asked(page)).toEqual([0, 1]);
  });

  it("has nothing to show of a file", () =>
    expect(sound({ outputs: [{ media: "file" }] }).text()).toContain("Nothing to show."));
});

describe("a video", () => {
  it("is shown as ever", async () => {
    const page = mount(finished({ name: "Film", width: 16, height: 9, outputs: [{ media: "video" }] }), anyViewer);
    await settled();
    await page.message({ kind: "source", output: 0, url: "https://films.example/0.mp4", expires_at: null });
    expect(page.find(".mh-card > .mh-stage video")).not.toBeNull();
    expect(asked(page)).toEqual([0]);
  });
});
