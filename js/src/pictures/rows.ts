// Where pictures stand in a box: in rows and in order, each in its own shape, as large as the box allows. Pure.

export type Size = { width: number; height: number };
/** From the corner where lines begin. */
export type Place = Size & { x: number; y: number };

export const GAP_PX = 8;
/** A row that is lower than this shows too little: the box scrolls then, with rows of about the other height. */
const LOWEST_PX = 72;
const SCROLLING_PX = 112;
/** So few are always there as a whole, however small. */
const FEW = 4;
/** A thin scroll bar, which takes this from the width. */
const SCROLL_BAR_PX = 12;

/** Shapes row by row, and how high each row is. */
type Rows = { rows: number[][]; heights: number[] };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The shapes (width over height) in so many rows, in order, each about as wide as the others. */
function split(ratios: readonly number[], count: number): number[][] {
  const total = sum(ratios);
  const rows: number[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const ratio of ratios) {
    const row = Math.floor(((before + ratio / 2) / total) * count);
    rows[Math.min(row, count - 1)]?.push(ratio);
    before += ratio;
  }
  return rows.filter((row) => row.length > 0);
}

/** The height at which a row fills a width. */
const heightOf = (row: readonly number[], width: number) => Math.max(0, width - GAP_PX * (row.length - 1)) / sum(row);

/** All rows within the box: those that are too high together shrink by the same share. */
function shrink(rows: readonly number[][], { width, height }: Size): number[] {
  const heights = rows.map((row) => heightOf(row, width));
  const room = height - GAP_PX * (rows.length - 1);
  const share = Math.max(0, Math.min(1, room / sum(heights) || 0));
  return heights.map((each) => each * share);
}

/** More rows than the box has room for, each as full as the height of such rows allows. */
function overflow(ratios: readonly number[], box: Size): Rows {
  const width = box.width - SCROLL_BAR_PX;
  const rows: number[][] = [];
  let row: number[] = [];
  for (const ratio of ratios) {
    row.push(ratio);
    if (heightOf(row, width) > SCROLLING_PX) continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  // The last row need not be full.
  return { rows, heights: rows.map((each) => Math.min(heightOf(each, width), SCROLLING_PX)) };
}

const areaOf = ({ rows, heights }: Rows) => sum(rows.map((row, index) => sum(row) * (heights[index] ?? 0) ** 2));

/** The size of each picture, row by row. */
export function layoutRows(ratios: readonly number[], box: Size): Size[][] {
  let best: Rows = { rows: [], heights: [] };
  // With more rows than this they would all be too low.
  const most = Math.min(ratios.length, Math.max(FEW, Math.ceil(box.height / LOWEST_PX)));
  for (let count = 1; count <= most; count++) {
    const rows = split(ratios, count);
    const tried = { rows, heights: shrink(rows, box) };
    if (count === 1 || areaOf(tried) > areaOf(best)) best = tried;
  }
  if (ratios.length > FEW && Math.min(...best.heights) < LOWEST_PX) best = overflow(ratios, box);
  return best.rows.map((row, index) => {
    const height = best.heights[index] ?? 0;
    // Whole pixels, as a browser would round them up to more than the row has.
    return row.map((ratio) => ({ width: Math.floor(ratio * height), height: Math.floor(height) }));
  });
}

/** Where each stands, with its row in the middle of the box, and the whole, too, where it is lower than the box. */
export function placeRows(rows: readonly Size[][], box: Size): Place[] {
  const high = sum(rows.map(([first]) => first?.height ?? 0)) + GAP_PX * (rows.length - 1);
  let y = Math.max(0, Math.floor((box.height - high) / 2));
  return rows.flatMap((row) => {
    const wide = sum(row.map(({ width }) => width)) + GAP_PX * (row.length - 1);
    let x = Math.max(0, Math.floor((box.width - wide) / 2));
    const places = row.map((size) => {
      const place = { ...size, x, y };
      x += size.width + GAP_PX;
      return place;
    });
    y += (row[0]?.height ?? 0) + GAP_PX;
    return places;
  });
}

/** The picture that a key of the keyboard leads to; undefined for other keys. `forward` is 1, or -1 from right to left. */
export function neighbour(rows: readonly unknown[][], index: number, key: string, forward: 1 | -1): number | undefined {
  const starts = rows.map((_, row) => sum(rows.slice(0, row).map((each) => each.length)));
  const last = sum(rows.map((row) => row.length)) - 1;
  const row = starts.filter((start) => start <= index).length - 1;
  const within = (index - (starts[row] ?? 0) + 0.5) / (rows[row]?.length ?? 1);
  const inRow = (other: number) => {
    const start = starts[other];
    return start === undefined ? index : start + Math.floor(within * (rows[other]?.length ?? 1));
  };
  const targets: Record<string, number> = {
    ArrowLeft: index - forward,
    ArrowRight: index + forward,
    ArrowUp: inRow(row - 1),
    ArrowDown: inRow(row + 1),
    Home: 0,
    End: last,
  };
  const target = targets[key];
  return target === undefined ? undefined : Math.max(0, Math.min(last, target));
}
