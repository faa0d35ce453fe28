import { render } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useNow } from "../../src/model/hooks";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function Clock({ interval_ms }: { interval_ms: number }) {
  return <p>{(useNow(interval_ms) - 1_800_000_000_000) / 1000}</p>;
}

describe("useNow", () => {
  it("renders again after each interval", async () => {
    const { container } = render(<Clock interval_ms={1000} />);
    await vi.advanceTimersByTimeAsync(3100);
    expect(Number(container.textContent)).toBeGreaterThanOrEqual(3);
  });

  it("follows another interval at once", async () => {
    const { container, rerender } = render(<Clock interval_ms={60_000} />);
    rerender(<Clock interval_ms={1000} />);
    await vi.advanceTimersByTimeAsync(1100);
    expect(Number(container.textContent)).toBeGreaterThanOrEqual(1);
  });

  it("waits for a frame, which a hidden page doesn't paint", async () => {
    const frame = vi.fn(() => 7);
    const cancel = vi.fn();
    vi.stubGlobal("requestAnimationFrame", frame);
    vi.stubGlobal("cancelAnimationFrame", cancel);
    const { container, unmount } = render(<Clock interval_ms={1000} />);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(container.textContent).toBe("0");
    expect(frame).toHaveBeenCalledOnce();
    unmount();
    expect(cancel).toHaveBeenCalledWith(7);
    vi.unstubAllGlobals();
  });
});
