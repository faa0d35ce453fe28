import { describe, expect, it, vi } from "vitest";
import { settled } from "../fakeCard";
import { arrive, card, choose, image, withoutView } from "../fakePictures";

withoutView();

describe("zoom", () => {
  async function large(count = 3) {
    const page = card(image(count));
    await arrive(page, ...Array.from({ length: count }, (_, output) => output));
    if (count > 1) await choose(page, 1);
    page.find(".mh-view")?.focus();
    const isZoomed = () => page.find(".mh-view")?.getAttribute("data-zoomed") === "pixels";
    return { ...page, isZoomed, canvas: () => page.find(".mh-canvas") };
  }

  it.each([
    ["Enter", "Enter"],
    ["+", "-"],
    ["=", "Escape"],
  ])("goes to the pixels with %s, and back with %s", async (on, off) => {
    const page = await large();
    await page.key(on);
    expect(page.isZoomed()).toBe(true);
    expect(page.canvas()?.style.width).toBe("1024px");
    await page.key(off);
    expect(page.isZoomed()).toBe(false);
    expect(page.find(".mh-large")).not.toBeNull();
  });

  it("goes to the pixels with a click, and of a double click only the first counts", async () => {
    const page = await large(1);
    page.canvas()?.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
    await settled();
    page.canvas()?.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 2 }));
    await settled();
    expect(page.isZoomed()).toBe(true);
    await page.press("Zoom out");
    expect(page.isZoomed()).toBe(false);
  });

  it("pans with the arrows, and turns no page", async () => {
    const page = await large();
    await page.key("+");
    const scrollBy = vi.spyOn(page.find(".mh-view") as HTMLElement, "scrollBy");
    await page.key("ArrowRight");
    await page.key("ArrowUp");
    expect(scrollBy.mock.calls).toEqual([
      [48, 0],
      [0, -48],
    ]);
    expect(page.text()).toContain("Image 1 of 3");
  });

  it("is over with another picture", async () => {
    const page = await large();
    await page.key("+");
    await page.press("Next image");
    expect(page.isZoomed()).toBe(false);
  });

  it("leaves keys of the browser alone", async () => {
    const page = await large();
    const event = new KeyboardEvent("keydown", { key: "+", ctrlKey: true, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
    expect(page.isZoomed()).toBe(false);
  });
});
