import { describe, expect, it } from "vitest";
import arabicTable from "../../../mh_widgets/translations/ar.json";
import germanTable from "../../../mh_widgets/translations/de.json";
import { age, amount, bytes, clock, kind } from "../../src/card/format";
import { factsOf } from "../../src/card/knownFacts";
import { filledShare } from "../../src/card/progress";
import { isSafe } from "../../src/model/messages";
import type { ProjectDetails } from "../../src/model/traits";
import { asWords, words as english, traits } from "../fakeCard";

const german = asWords(germanTable);
const arabic = asWords(arabicTable);
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("format", () => {
  it.each([
    [0, "0:00"],
    [42.9, "0:42"],
    [96, "1:36"],
    [4500, "75:00"],
  ])("shows %d s as a clock", (seconds, words) => {
    expect(clock(seconds)).toBe(words);
  });

  it.each([
    [59, "just now"],
    [60, "1 min ago"],
    [3599, "59 min ago"],
    [7200, "2 h ago"],
    [5 * 86_400, "5 days ago"],
  ])("words an age of %d s", (seconds, words) => expect(plain(age(english, seconds))).toBe(words));

  it("counts bytes in decimal megabytes", () => expect(plain(bytes(english, 12_400_000))).toBe("12.4 MB"));

  it("writes numbers as the language does, in Latin digits", () => {
    expect(plain(bytes(german, 12_400_000))).toBe("12,4 MB");
    expect(amount(english, "credits", 2450)).toContain("2,450");
    expect(amount(arabic, "credits", 2450)).toMatch(/2.?450/);
  });

  it.each([
    ["FACE_SWAP", "Face swap"],
    ["IMAGE_TO_VIDEO", "Image to video"],
    ["AI_IMAGE", "AI image"],
    ["AIRBRUSH", "Airbrush"],
    ["NEW", "New"],
  ])("reads %s", (type, words) => expect(kind(type)).toBe(words));
});

describe("facts", () => {
  const now = Date.parse("2026-07-01T12:00:00Z");
  const facts = (details: ProjectDetails) => {
    const known = Object.values(factsOf({ ...traits({ details }), connected: true, now }));
    return plain(known.filter((fact) => fact !== undefined).join(" · "));
  };

  it("tells what is known in one line", () => {
    const details = {
      type: "FACE_SWAP",
      width: 512,
      height: 960,
      start_seconds: 0,
      end_seconds: 15,
      fps: 29.97003,
      credits_charged: 450,
      created_at: "2026-07-01T11:57:00Z",
    };
    expect(facts(details)).toBe("Face swap · 512 × 960 · 15 s · 29.97 fps · 450 credits · 3 min ago");
  });

  it("leaves out what the API doesn't know", () => {
    expect(facts({ type: "LIP_SYNC", width: -1, height: -1, fps: null, credits_charged: null })).toBe("Lip sync");
    expect(facts({})).toBe("");
  });

  it("shows a refund to nothing", () => expect(facts({ credits_charged: 0 })).toBe("0 credits"));
});

describe("the bar", () => {
  it("is at 0.8 after the usual time", () => expect(filledShare(96, 96)).toBeCloseTo(0.8));

  it("only ever grows and never reaches the end", () => {
    let last = -1;
    for (let second = 0; second < 100_000; second += 7) {
      const now = filledShare(second, 96);
      expect(now).toBeGreaterThan(last);
      last = now;
    }
    expect(last).toBeLessThan(0.96);
  });
});

describe("links", () => {
  it.each(["https://films.example/a.mp4?X-Sig=1@2", "http://localhost:8001/a.mp4", "HTTPS://a/"])("takes %s", (url) =>
    expect(isSafe(url)).toBe(true),
  );

  it.each([
    "javascript:alert(1)",
    "data:video/mp4;base64,AAAA",
    "file:///etc/passwd",
    "//films.example/a.mp4",
    " https://films.example/a.mp4",
    "",
    undefined,
  ])("refuses %s", (url) => expect(isSafe(url)).toBe(false));
});
