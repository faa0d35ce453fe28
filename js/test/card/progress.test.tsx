import { render, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { RenderBar, RenderProgress } from "../../src/card/RenderProgress";
import { TransferProgress } from "../../src/card/TransferProgress";
import { cardProps, NOW, secondsAgo } from "../cardProps";
import { words } from "../fakeCard";

const estimate = { usual_s: 96, source: "documented median" };
const state = (seconds: number, more: object = {}) =>
  cardProps({ status: "rendering", estimate, details: { created_at: secondsAgo(seconds) }, ...more }).state;
const plain = (text: string | null | undefined) => text?.replaceAll("\u00a0", " ");
const bar = () => screen.getByRole("progressbar");

describe("RenderProgress", () => {
  it.each([
    [42, "0:42 · usually about 1:36"],
    [187, "3:07 · longer than usual"],
  ])("after %d s says %s, in sight and for the ear", (seconds, text) => {
    const { container } = render(<RenderProgress state={state(seconds)} />);
    expect(container.textContent).toBe(text);
    expect(bar().getAttribute("aria-valuetext")).toBe(text);
  });

  it("says the time alone where nobody knows how long it takes, and nothing where it isn't known either", () => {
    expect(render(<RenderProgress state={state(42, { estimate: null })} />).container.textContent).toBe("0:42");
    expect(render(<RenderProgress state={state(0, { estimate: null, details: {} })} />).container.textContent).toBe("");
  });
});

describe("RenderBar", () => {
  it("is at 80 % at the usual time, and has no value without an estimate", () => {
    render(<RenderBar state={state(96)} />);
    expect(bar().getAttribute("aria-valuenow")).toBe("80");
  });

  it("has no value without an estimate", () => {
    render(<RenderBar state={state(96, { estimate: null })} />);
    expect(bar().hasAttribute("aria-valuenow")).toBe(false);
    expect(bar().querySelector("[style]")).toBeNull();
  });
});

describe("TransferProgress", () => {
  const moved = (received_bytes: number, total_bytes: number | null = 20e6) =>
    ({ kind: "save", received_bytes, total_bytes }) as const;
  const at = (seconds: number, transfer = moved(0)) => (
    <TransferProgress words={words} transfer={transfer} now={NOW + seconds * 1000} />
  );

  it("says bytes and their sum first, then how fast and for how long still", () => {
    const { rerender } = render(at(0, moved(10e6)));
    expect(plain(bar().getAttribute("aria-valuetext"))).toBe("10.0 MB of 20.0 MB");
    rerender(at(2, moved(14e6)));
    expect(plain(bar().getAttribute("aria-valuetext"))).toBe("14.0 MB of 20.0 MB · 2.0 MB/s · 0:03 left");
    expect(bar().getAttribute("aria-valuenow")).toBe("70");
  });

  it("counts the next output of one save from its own beginning, where nothing was heard of an end", () => {
    const { rerender } = render(at(0));
    rerender(at(10, moved(20e6)));
    rerender(at(10, moved(0)));
    rerender(at(12, moved(2e6)));
    expect(plain(bar().getAttribute("aria-valuetext"))).toBe("2.0 MB of 20.0 MB · 1.0 MB/s · 0:18 left");
    rerender(at(14, moved(4e6)));
    expect(plain(bar().getAttribute("aria-valuetext"))).toBe("4.0 MB of 20.0 MB · 1.0 MB/s · 0:16 left");
  });

  it("says only what came where the sum is unknown, on a bar without a value", () => {
    render(at(2, moved(3.2e6, null)));
    expect(plain(bar().getAttribute("aria-valuetext"))).toBe("3.2 MB");
    expect(bar().hasAttribute("aria-valuenow")).toBe(false);
  });

  it("promises no time while nothing comes", () => {
    const { rerender } = render(at(0, moved(1e6)));
    rerender(at(9, moved(1e6)));
    expect(bar().getAttribute("aria-valuetext")).not.toContain("left");
  });
});
