// A word of the API may be the name of something that every object has. It is then shown as any other word not known yet.

import { render } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { statusLabel } from "../src/card/state";
import { Filters } from "../src/gallery/Filters";
import { cardOf, summaryOf } from "../src/gallery/state";
import { Icon } from "../src/ui/Icon";
import { cardProps } from "./cardProps";
import { words } from "./fakeCard";
import { card } from "./fakeGallery";
import { galleryProps } from "./galleryProps";

const path = (name: string) => render(<Icon name={name} />).container.innerHTML;

describe.each(["constructor", "toString", "__proto__"])("the word %s", (word) => {
  it("is a status with its own name and the ring", () => {
    expect(statusLabel(cardProps({ status: word }).state)).toBe(word);
    expect(path(word)).toBe(path("polishing"));
  });

  it("is counted in a gallery, and can be chosen", () => {
    const cards = [card("a", { status: word })];
    expect(summaryOf(cards, words, 0)).toBe(`1 ${word}`);
    expect(render(<Filters {...galleryProps(cards)} />).container.textContent).toContain(`${word}\u00a01`);
  });

  it("is a project that nothing is known of yet", () => {
    expect(cardOf({}, word)).toEqual(card(word, { watch: { state: "watching", reason: "", next_attempt_at: null } }));
  });
});
