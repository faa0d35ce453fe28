import { describe, expect, it } from "vitest";
import { GAP_PX, layoutRows, neighbour, placeRows } from "../../src/pictures/rows";

const alike = (count: number, ratio = 1) => Array.from({ length: count }, () => ratio);
const counts = (rows: readonly unknown[][]) => rows.map((row) => row.length);
const box = { width: 672, height: 371 };

describe("rows of pictures", () => {
  it("are those that show the most", () => {
    expect(counts(layoutRows(alike(2), box))).toEqual([2]);
    expect(counts(layoutRows(alike(4), box))).toEqual([2, 2]);
    expect(counts(layoutRows(alike(6), box))).toEqual([3, 3]);
    expect(counts(layoutRows(alike(3, 16 / 9), { width: 280, height: 600 }))).toEqual([1, 1, 1]);
  });

  it("keep each picture's own shape, all of a row equally high", () => {
    const [row] = layoutRows([1, 16 / 9, 9 / 16], { width: 800, height: 200 });
    expect(row?.map(({ height }) => height)).toEqual([200, 200, 200]);
    expect(row?.map(({ width, height }) => Math.round((width / height) * 100))).toEqual([100, 178, 56]);
  });

  it("stay in the box", () => {
    for (const ratios of [alike(1), alike(5), [0.3, 3, 1, 1.5], alike(9, 0.56)]) {
      for (const place of placeRows(layoutRows(ratios, box), box)) {
        expect(place.x).toBeGreaterThanOrEqual(0);
        expect(place.y).toBeGreaterThanOrEqual(0);
        expect(place.x + place.width).toBeLessThanOrEqual(box.width);
        expect(place.y + place.height).toBeLessThanOrEqual(box.height);
      }
    }
  });

  it("are of one height and leave the box where they would be too low in it", () => {
    for (const width of [258, 672]) {
      const rows = layoutRows(alike(40), { width, height: 260 });
      const heights = new Set(rows.flat().map(({ height }) => height));
      expect(rows.flat()).toHaveLength(40);
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(72);
      expect(new Set(counts(rows).slice(0, -1)).size).toBe(1);
      expect((rows.length - 1) * GAP_PX + rows.length * Math.max(...heights)).toBeGreaterThan(260);
    }
  });

  it("shrink with the box where they are few", () => {
    const places = placeRows(layoutRows(alike(4), { width: 260, height: 130 }), { width: 260, height: 130 });
    expect(Math.max(...places.map(({ y, height }) => y + height))).toBeLessThanOrEqual(130);
    expect(places[0]?.height).toBe(61);
  });

  it("need no room that isn't measured yet", () => {
    const sizes = layoutRows(alike(3), { width: -16, height: -16 }).flat();
    expect(sizes.every(({ width, height }) => width === 0 && height === 0)).toBe(true);
  });

  it("stand in the middle, with a gap between each two", () => {
    const [first, second] = placeRows(layoutRows(alike(2), box), box);
    expect(second?.x).toBe((first?.x ?? 0) + (first?.width ?? 0) + GAP_PX);
    expect(first?.y).toBe(Math.floor((box.height - (first?.height ?? 0)) / 2));
  });
});

describe("a key", () => {
  const rows = [[1, 2, 3], [4, 5], [6]];
  const to = (index: number, key: string, forward: 1 | -1 = 1) => neighbour(rows, index, key, forward);

  it("leads to the next picture and back, and no further than to the ends", () => {
    expect([to(0, "ArrowRight"), to(3, "ArrowLeft"), to(0, "ArrowLeft"), to(5, "ArrowRight")]).toEqual([1, 2, 0, 5]);
    expect([to(2, "Home"), to(2, "End")]).toEqual([0, 5]);
  });

  it("follows the direction of the language", () =>
    expect([to(1, "ArrowRight", -1), to(1, "ArrowLeft", -1)]).toEqual([0, 2]));

  it("leads to the picture above and beneath", () => {
    expect([to(2, "ArrowDown"), to(0, "ArrowDown"), to(4, "ArrowUp"), to(5, "ArrowUp")]).toEqual([4, 3, 2, 4]);
    expect([to(1, "ArrowUp"), to(5, "ArrowDown")]).toEqual([1, 5]);
  });

  it("of another name is the page's", () => expect(to(0, "a")).toBeUndefined());
});
