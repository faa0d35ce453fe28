import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeFilm, FRAME_S, onOneClock } from "./fakeFilm";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const middle = (frame: number) => (frame + 0.5) * FRAME_S;

describe("films on one clock", () => {
  it("start at once, in the press that asked for it", () => {
    const { sync, paused } = onOneClock(new FakeFilm(), new FakeFilm());
    sync.toggle();
    expect(paused()).toEqual([false, false]);
  });

  it("follow the one that is heard", () => {
    const { sync, go } = onOneClock(new FakeFilm(), new FakeFilm());
    sync.toggle();
    go(1);
    expect(sync.time).toBeCloseTo(1, 1);
    expect(sync.frame).toBe(Math.floor(sync.time / FRAME_S));
  });

  it("stand on the same frame when they are paused", () => {
    const late = new FakeFilm();
    const { sync, go, times, paused } = onOneClock(new FakeFilm(), late);
    sync.toggle();
    go(1);
    late.state.currentTime -= 0.02;
    sync.toggle();
    expect(paused()).toEqual([true, true]);
    expect(times()).toEqual([middle(sync.frame), middle(sync.frame)]);
  });

  it.each([
    ["late", -0.1, 1.15],
    ["early", 0.1, 0.85],
  ])("bring one that is %s back by its speed alone", (_name, offset_s, rate) => {
    const other = new FakeFilm();
    const { sync, go, offset, rates, times } = onOneClock(new FakeFilm(), other);
    sync.toggle();
    go(0.5);
    other.state.currentTime += offset_s;
    const seeks = vi.spyOn(other.element, "currentTime", "set");
    sync.tick();
    expect(rates()).toEqual([1, rate]);
    go(1.5);
    expect(offset()).toBeLessThan(FRAME_S / 2);
    expect(rates()).toEqual([1, 1]);
    expect(seeks).not.toHaveBeenCalled();
    expect(times()[0]).toBeCloseTo(2, 1);
  });

  it("leave alone what nobody could see", () => {
    const other = new FakeFilm();
    const { sync, go, rates } = onOneClock(new FakeFilm(), other);
    sync.toggle();
    go(0.5);
    other.state.currentTime += FRAME_S / 2;
    sync.tick();
    expect(rates()).toEqual([1, 1]);
  });

  it("all wait for a seek where one is far off", () => {
    const other = new FakeFilm();
    other.seekTicks = 5;
    const { sync, go, offset, paused } = onOneClock(new FakeFilm(), other);
    sync.toggle();
    go(1.1);
    other.state.currentTime += 0.6;
    go(0.05);
    expect(paused()).toEqual([true, true]);
    go(0.2);
    expect(paused()).toEqual([false, false]);
    expect(offset()).toBeLessThan(FRAME_S);
  });

  it("make the one lead that is heard, whichever it is", () => {
    const other = new FakeFilm();
    const { sync, go, rates } = onOneClock(new FakeFilm(), other);
    sync.heard = "1";
    sync.toggle();
    go(0.5);
    other.state.currentTime += 0.1;
    sync.tick();
    expect(rates()).toEqual([1.15, 1]);
  });

  it("take no notice of pictures", () => {
    const { sync, go } = onOneClock(new FakeFilm());
    sync.media.set("picture", document.createElement("img"));
    sync.toggle();
    go(1);
    expect(sync.time).toBeCloseTo(1, 1);
  });
});

describe("one that stalls", () => {
  it("is waited for by all, who go on from where it stood", () => {
    const slow = new FakeFilm();
    const { sync, go, offset, paused, times } = onOneClock(new FakeFilm(), slow);
    sync.toggle();
    go(1);
    slow.state.readyState = 2;
    slow.state.currentTime -= 0.05;
    go(0.2);
    const [, stood] = times();
    // It goes on by itself: only then its player would renew its link.
    expect(paused()).toEqual([true, false]);
    go(2);
    slow.state.readyState = 4;
    go(0.1);
    expect(paused()).toEqual([false, false]);
    expect(offset()).toBeLessThan(FRAME_S);
    expect(times()[0]).toBeLessThan((stood ?? 0) + 0.15);
  });

  it("is named as what is waited for once it takes long", () => {
    const slow = new FakeFilm();
    const { sync, go } = onOneClock(new FakeFilm(), slow);
    sync.toggle();
    slow.state.readyState = 2;
    go(0.1);
    expect(sync.waiting).toBe(false);
    vi.advanceTimersByTime(501);
    go(0.1);
    expect(sync.waiting).toBe(true);
    slow.state.readyState = 4;
    go(0.1);
    expect(sync.waiting).toBe(false);
  });

  it("that loads anew with a fresh link throws nobody back to the beginning", () => {
    const anew = new FakeFilm();
    const { sync, go, times } = onOneClock(new FakeFilm(), anew);
    sync.toggle();
    go(2);
    Object.assign(anew.state, { readyState: 0, currentTime: 0, paused: true, duration: Number.NaN });
    go(0.2);
    Object.assign(anew.state, { readyState: 4, duration: 6 });
    go(0.2);
    for (const time of times()) expect(time).toBeGreaterThan(1.9);
  });

  it("plays as it is where it can't be brought to the others", () => {
    const stuck = new FakeFilm();
    const { sync, go, paused } = onOneClock(new FakeFilm(), stuck);
    sync.seek(24);
    stuck.isStuck = true;
    stuck.state.currentTime = 0.9;
    sync.toggle();
    // Looked at as often as the screen is painted: nobody waits for it again and again.
    let waits = 0;
    for (let looks = 0; looks < 60; looks++) {
      go(0.016);
      if (paused().includes(true)) waits++;
    }
    expect(waits).toBeLessThan(5);
  });
});

describe("a place in time", () => {
  it("is the middle of a frame, the same for all", () => {
    const { sync, times } = onOneClock(new FakeFilm(), new FakeFilm());
    sync.seek(60);
    expect(times()).toEqual([middle(60), middle(60)]);
    expect(sync.frame).toBe(60);
  });

  it("is reached by all before any of them goes on", () => {
    const slow = new FakeFilm();
    slow.seekTicks = 10;
    const { sync, go, offset, paused } = onOneClock(new FakeFilm(), slow);
    sync.toggle();
    go(0.2);
    sync.seek(60);
    go(0.1);
    expect(paused()).toEqual([true, false]);
    go(0.5);
    expect(paused()).toEqual([false, false]);
    expect(offset()).toBeLessThan(FRAME_S);
  });

  it("moves by single frames, which stop the films", () => {
    const { sync, go, paused, times } = onOneClock(new FakeFilm(), new FakeFilm());
    sync.toggle();
    go(1);
    const { frame } = sync;
    sync.step(1);
    expect(sync.frame).toBe(frame + 1);
    expect(paused()).toEqual([true, true]);
    sync.step(-1);
    sync.step(-1);
    expect(times()).toEqual([middle(frame - 1), middle(frame - 1)]);
  });

  it("stays within the films", () => {
    const { sync } = onOneClock(new FakeFilm(), new FakeFilm());
    sync.seek(-5);
    expect(sync.frame).toBe(0);
    sync.seek(9999);
    expect([sync.frame, sync.frames]).toEqual([143, 144]);
  });
});

describe("films of different lengths", () => {
  const uneven = () => onOneClock(new FakeFilm({ duration: 2 }), new FakeFilm({ duration: 4 }));

  it("last as long as the longest; the other holds its last frame", () => {
    const { sync, go, times } = uneven();
    expect(sync.duration).toBe(4);
    sync.toggle();
    go(3);
    expect(sync.time).toBeCloseTo(3, 1);
    expect(times()[0]).toBeCloseTo(2, 1);
    sync.seek(84);
    expect(times()).toEqual([2 - FRAME_S / 2, middle(84)]);
  });

  it("go on behind the end of one, which has nothing more to load", () => {
    const short = new FakeFilm({ duration: 2 });
    const { sync, go, paused } = onOneClock(short, new FakeFilm({ duration: 4 }));
    sync.seek(60);
    short.state.readyState = 2;
    sync.toggle();
    go(0.5);
    expect(paused()).toEqual([true, false]);
    expect(sync.time).toBeCloseTo(middle(60) + 0.5, 1);
  });

  it("stop at the end, and begin again from there", () => {
    const { sync, go, paused } = uneven();
    sync.toggle();
    go(4.2);
    expect([sync.playing, sync.frame, ...paused()]).toEqual([false, 95, true, true]);
    sync.toggle();
    go(0.5);
    expect(sync.time).toBeCloseTo(0.5, 1);
  });

  it("begin again by themselves in a loop", () => {
    const { sync, go, offset } = uneven();
    sync.set({ loop: true });
    sync.toggle();
    go(4.5);
    expect(sync.playing).toBe(true);
    expect(sync.time).toBeLessThan(1);
    expect(offset()).toBeLessThan(FRAME_S);
  });
});

describe("all together", () => {
  it("run at half the speed, also those that make something up", () => {
    const other = new FakeFilm();
    const { sync, go, rates } = onOneClock(new FakeFilm(), other);
    sync.set({ rate: 0.5 });
    sync.toggle();
    go(1);
    expect(sync.time).toBeCloseTo(0.5, 1);
    other.state.currentTime -= 0.1;
    sync.tick();
    expect(rates()).toEqual([0.5, 0.575]);
  });

  it("stand still when the browser stops one, or lets none begin", () => {
    const other = new FakeFilm();
    const { sync, go, paused } = onOneClock(new FakeFilm(), other);
    sync.toggle();
    go(1);
    other.state.paused = true;
    go(0.1);
    expect([sync.playing, ...paused()]).toEqual([false, true, true]);
  });

  it("begin once they have loaded, where play was pressed before", () => {
    const late = new FakeFilm({ readyState: 0, duration: Number.NaN });
    const { sync, go, paused } = onOneClock(new FakeFilm(), late);
    sync.toggle();
    go(0.3);
    expect(paused()).toEqual([true, true]);
    Object.assign(late.state, { readyState: 4, duration: 6 });
    go(0.3);
    expect(paused()).toEqual([false, false]);
  });
});
