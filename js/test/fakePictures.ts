// A card of any kind of project, whose pictures come into view and arrive when the test says so.

import { afterEach, beforeEach, vi } from "vitest";
import { anyViewer } from "../src/kinds/anyViewer";
import type { ProjectDetails } from "../src/model/traits";
import { mount, settled, traits, watching } from "./fakeCard";
import { FakeObserver } from "./fakeGallery";

export const image = (count: number): ProjectDetails => ({
  kind: "image",
  name: "Bay",
  image_count: count,
  outputs: Array.from({ length: count }, () => ({ media: "image" as const })),
});
export const finished = (details: ProjectDetails) => traits({ status: "complete", details, watch: watching });
export const card = (details: ProjectDetails) => mount(finished(details), anyViewer);
export type Card = ReturnType<typeof card>;

/** What is asked for comes into view. */
export async function see() {
  await settled();
  for (const { callback, targets } of FakeObserver.all) {
    callback([...targets].map((target) => ({ target, isIntersecting: true })));
  }
  await settled();
}

export async function arrive(page: Card, ...outputs: number[]) {
  await see();
  for (const output of outputs) {
    await page.message({ kind: "source", output, url: `https://films.example/${output}.png`, expires_at: null });
    const media = page.el.querySelector(`img[src$="/${output}.png"]`);
    for (const side of ["naturalWidth", "naturalHeight"]) Object.defineProperty(media, side, { value: 1024 });
    media?.dispatchEvent(new Event("load"));
    await settled();
  }
}

export const asked = ({ sent }: Card) => sent.flatMap((message) => (message.kind === "source" ? [message.output] : []));
export const named = (page: Card, name: string) => page.find<HTMLElement>(`[aria-label="${name}"]`);
export const picture = (n: number, count = 3) => `Image ${n} of ${count}, \u2068Bay\u2069`;
export const choose = async (page: Card, n: number) => {
  named(page, picture(n))?.click();
  await settled();
};

/** In every test of a file: nothing is in view by itself. */
export function withoutView() {
  beforeEach(() => {
    FakeObserver.all = [];
    vi.stubGlobal("IntersectionObserver", FakeObserver);
  });
  afterEach(() => {
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });
}
