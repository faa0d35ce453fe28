import { describe, expect, it } from "vitest";
import { anyViewer } from "../../src/kinds/anyViewer";
import type { ProjectDetails } from "../../src/model/traits";
import { mount, settled, traits, watching, words } from "../fakeCard";
import { FakeObserver } from "../fakeGallery";
import { arrive, asked, card, choose, image, named, picture, see, withoutView } from "../fakePictures";

withoutView();

describe("an image project", () => {
  it("keeps its stage's shape from the first state", () => {
    const stage = (details: ProjectDetails, status = "rendering") =>
      mount(traits({ status, details, watch: watching }), anyViewer).find(".mh-any");
    expect(stage({ kind: "image" }, "")?.dataset).toMatchObject({ kind: "image" });
    expect(stage({ kind: "image", image_count: 4 })?.dataset).toMatchObject({ kind: "image", many: "true" });
    expect(stage(image(4), "complete")?.dataset).toMatchObject({ kind: "image", many: "true" });
    expect(stage({ kind: "image", image_count: 2 })?.getAttribute("data-many")).toBeNull();
  });

  it("says its kind on its root, as audio and videos do", () => {
    const kind = (details: ProjectDetails) =>
      mount(traits({ details }), anyViewer).root().getAttribute("data-mh-widget");
    expect([kind(image(1)), kind({ kind: "audio" }), kind({})]).toEqual([
      "image-project",
      "audio-project",
      "video-project",
    ]);
  });

  it("asks for the link of each picture that comes into view, once", async () => {
    const page = card(image(3));
    await settled();
    expect(asked(page)).toEqual([]);
    const first = FakeObserver.all.find(({ targets }) => targets.size > 0);
    first?.callback([...first.targets].map((target) => ({ target, isIntersecting: false })));
    await settled();
    expect(asked(page)).toEqual([]);
    first?.callback([...first.targets].map((target) => ({ target, isIntersecting: true })));
    await settled();
    expect(asked(page)).toHaveLength(1);
    await arrive(page, 0, 1, 2);
    await page.change({ watch: { ...watching, reason: "again" } });
    expect(asked(page).sort()).toEqual([0, 1, 2]);
  });

  it("names each picture in words", async () => {
    const page = card(image(3));
    await arrive(page, 0, 1, 2);
    expect([...page.el.querySelectorAll("img")].map(({ alt }) => alt)).toEqual([1, 2, 3].map((n) => picture(n)));
  });

  it("shows one picture at once in large, by the project's name", async () => {
    const page = card(image(1));
    await arrive(page, 0);
    expect(page.find(".mh-grid")).toBeNull();
    expect(page.find("img")?.getAttribute("alt")).toBe("Bay");
    expect(page.names()).not.toContain(words.kinds?.next);
  });

  it("moves the picture itself into the large view, and the focus with it", async () => {
    const page = card(image(3));
    await arrive(page, 0, 1, 2);
    const second = page.el.querySelectorAll("img")[1];
    await choose(page, 2);
    await see();
    expect(page.find(".mh-view img")).toBe(second);
    expect(document.activeElement).toBe(page.find(".mh-view"));
    await page.key("Escape");
    expect(document.activeElement).toBe(named(page, picture(2)));
    expect(page.find(".mh-tile:nth-child(2) img")).toBe(second);
    expect(asked(page)).toHaveLength(3);
  });

  it("downloads the picture that was chosen, and marks it", async () => {
    const page = card(image(3));
    await arrive(page, 0, 1, 2);
    await choose(page, 3);
    await page.key("Escape");
    expect(named(page, picture(3))?.getAttribute("aria-current")).toBe("true");
    await page.press("Download");
    expect(page.sent.at(-1)).toMatchObject({ kind: "download", output: 2 });
  });

  it("goes on with the arrows, to the ends with Home and End, and around", async () => {
    const page = card(image(3));
    await arrive(page, 0, 1, 2);
    await choose(page, 1);
    const shown = () => page.find(".mh-nav [role=status]")?.textContent;
    const texts = [];
    for (const key of ["ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"]) {
      await page.key(key);
      texts.push(shown());
    }
    expect(texts).toEqual([2, 3, 1, 3, 1].map((n) => `Image ${n} of 3`));
    await page.press("Next image");
    expect(shown()).toBe("Image 2 of 3");
  });

  it("is one stop for the Tab key, from which the arrows lead on", async () => {
    const page = card(image(3));
    await arrive(page, 0, 1, 2);
    const stops = () => [...page.el.querySelectorAll(".mh-tile button")].map((tile) => (tile as HTMLElement).tabIndex);
    expect(stops()).toEqual([0, -1, -1]);
    named(page, picture(1))?.focus();
    await page.key("End");
    expect(document.activeElement).toBe(named(page, picture(3)));
    expect(stops()).toEqual([-1, -1, 0]);
  });

  it("says in its place that a picture can't be shown, and asks again", async () => {
    const page = card(image(3));
    await see();
    const error = { code: "gone", message: "The file host refused.", hint: "Try later." };
    await page.message({ kind: "source", output: 1, error });
    const tile = page.find(".mh-tile:nth-child(2)");
    expect(tile?.textContent).toContain("The image can't be shown. The file host refused. Try later.");
    await page.press("Try again");
    expect(page.sent.at(-1)).toEqual({ kind: "source", output: 1, renew: true });
    expect(tile?.textContent).toBe("");
  });

  it("asks for no link of what is no picture", async () => {
    const page = card({ ...image(2), outputs: [{ media: "image" }, { media: "file" }] });
    await see();
    expect(asked(page)).toEqual([0]);
    expect(page.find(".mh-tile:nth-child(2)")?.textContent).toContain("Nothing to show.");
  });

  it("begins anew with another project, and lets go of the pictures that were there", async () => {
    const page = card(image(3));
    await arrive(page, 0, 1, 2);
    await choose(page, 2);
    await page.change({ project_id: "other", details: image(2) });
    expect(page.find(".mh-large")).toBeNull();
    expect(page.find("img")).toBeNull();
    page.unmount();
    expect(page.subscriptions()).toBe(0);
  });

  it("keeps trouble of the watch beneath the pictures", async () => {
    const page = card(image(2));
    await arrive(page, 0);
    await page.change({ error: { code: "unauthorized", message: "No key.", hint: "" } });
    expect(page.find(".mh-note")?.textContent).toContain("No key.");
    expect(page.find(".mh-grid")).not.toBeNull();
  });

  it("shows nothing without a kernel that never answered, and what is there stays", async () => {
    const page = card(image(2));
    await page.setLive(false);
    await arrive(page);
    expect(asked(page)).toEqual([]);
    await page.setLive(true);
    await arrive(page, 0);
    await page.setLive(false);
    expect(page.find("img")).not.toBeNull();
  });
});
