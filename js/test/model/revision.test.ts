import type { AnyModel } from "@anywidget/types";
import { describe, expect, it } from "vitest";
import { nextSeen, seenOf, trackRevision } from "../../src/model/revision";
import type { Revision } from "../../src/model/traits";
import { FakeModel } from "../fakeModel";

function tracked(first: Revision, isKept = true) {
  const model = new FakeModel({ revision: first });
  const stop = trackRevision(model as unknown as AnyModel, isKept);
  return { model, stop, seen: () => seenOf(model as unknown as AnyModel) };
}

describe("nextSeen", () => {
  it.each([
    [3, { now: 4, whole: 0 }, 4],
    [3, { now: 5, whole: 0 }, 3],
    [3, { now: 9, whole: 9 }, 9],
    [3, { now: 3, whole: 0 }, 3],
  ])("after %i and %o nothing is missing up to %i", (seen, revision, expected) => {
    expect(nextSeen(seen, revision)).toBe(expected);
  });
});

describe("trackRevision", () => {
  it("stays before a gap until all of the state comes", () => {
    const { model, seen } = tracked({ now: 2, whole: 0 });
    model.change({ revision: { now: 3, whole: 0 } });
    expect(seen()).toBe(3);
    model.change({ revision: { now: 5, whole: 0 } });
    model.change({ revision: { now: 6, whole: 0 } });
    expect(seen()).toBe(3);
    model.change({ revision: { now: 6, whole: 6 } });
    expect(seen()).toBe(6);
  });

  it("takes what came before it for whole where each trait keeps its last value", () => {
    expect(tracked({ now: 7, whole: 0 }).seen()).toBe(7);
  });

  it("knows that a gallery's news before it have overwritten one another", () => {
    expect(tracked({ now: 7, whole: 0 }, false).seen()).toBe(0);
    expect(tracked({ now: 1, whole: 0 }, false).seen()).toBe(1);
    expect(tracked({ now: 7, whole: 7 }, false).seen()).toBe(7);
  });

  it("trusts nothing that came before it where messages get lost", () => {
    expect(tracked({ now: 7, whole: 2, pull: true }).seen()).toBe(2);
  });

  it("knows nothing of a model without a revision", () => {
    const model = new FakeModel({});
    trackRevision(model as unknown as AnyModel, true);
    expect(seenOf(model as unknown as AnyModel)).toBeUndefined();
  });

  it("leaves nothing behind", () => {
    const { model, stop } = tracked({ now: 0, whole: 0 });
    stop();
    expect(model.listeners).toEqual([]);
  });
});
