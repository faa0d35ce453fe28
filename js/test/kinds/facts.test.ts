import { describe, expect, it } from "vitest";
import { factsOfAny } from "../../src/kinds/facts";
import type { ProjectDetails } from "../../src/model/traits";
import { cardProps, fakePlayer } from "../cardProps";
import { words } from "../fakeCard";

const plain = (text: string | undefined) => text?.replaceAll("\u00a0", " ");
const facts = (details: ProjectDetails, shown?: Parameters<typeof factsOfAny>[1]) =>
  factsOfAny(cardProps({ status: "complete", details }).state, shown);

describe("the facts of any kind", () => {
  it("count the pictures, where a film has its size", () => {
    expect(plain(facts({ kind: "image", image_count: 4 }).size)).toBe("4 images");
    expect(plain(facts({ kind: "image", image_count: 1 }).size)).toBe("1 image");
    expect(plain(facts({ kind: "image", outputs: [{ media: "image" }, { media: "image" }] }).size)).toBe("2 images");
    expect(facts({ kind: "image" }).size).toBeUndefined();
    expect(plain(facts({ width: 512, height: 960 }).size)).toBe("512 × 960");
  });

  it("tell the length of audio as soon as its player knows it", () => {
    const media = document.createElement("audio");
    const length = (duration: number) => {
      Object.defineProperty(media, "duration", { value: duration, configurable: true });
      return plain(facts({ kind: "audio" }, fakePlayer("ready", { media })).length);
    };
    expect(length(Number.NaN)).toBeUndefined();
    expect(length(Number.POSITIVE_INFINITY)).toBeUndefined();
    expect(length(83.04)).toBe("83 s");
    expect(length(2.61)).toBe("2.6 s");
    expect(facts({ kind: "audio" }, null).length).toBeUndefined();
  });

  it("name the kind in a row, which has no stage to say it", () => {
    expect(facts({ kind: "image", type: "AI_IMAGE" }).kind).toBe("Image · AI image");
    expect(facts({ kind: "image", type: "AI_IMAGE" }, null).kind).toBe("AI image");
    expect(facts({ type: "FACE_SWAP" }).kind).toBe("Video · Face swap");
    expect(facts({ kind: "audio" }).kind).toBe("Audio");
    expect(facts({ kind: "audio" }, null).kind).toBeUndefined();
  });

  it("name no kind of a project that was never found", () => {
    expect(facts({}).kind).toBeUndefined();
  });

  it("are those of a video where the words for other kinds didn't come", () => {
    const { kinds: _, ...without } = words;
    const { state } = cardProps({ words: without, details: { kind: "image", image_count: 4, type: "AI_IMAGE" } });
    expect(factsOfAny(state).size).toBeUndefined();
    expect(factsOfAny(state).kind).toBe("AI image");
  });
});
