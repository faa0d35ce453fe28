import { describe, expect, it } from "vitest";
import germanTable from "../../../mh_widgets/translations/de.json";
import { costOf, nearestFilms } from "../../src/gallery/films";
import {
  countByStatus,
  INITIAL_SELECTION,
  matches,
  nextFinish,
  sortCards,
  summaryOf,
  typeLabels,
} from "../../src/gallery/state";
import { asWords, words as english } from "../fakeCard";
import { card, finished, running } from "../fakeGallery";

const german = asWords(germanTable);
const now = Date.parse("2026-07-01T12:00:00Z");
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const estimate = { usual_s: 96, source: "" };
const begun = (id: string, seconds_ago: number, credits_charged = 0) => ({
  ...running(id),
  estimate,
  details: { created_at: new Date(now - seconds_ago * 1000).toISOString(), credits_charged },
});
const NO_STARS = new Set<string>();
const ids = (cards: { project_id: string }[]) => cards.map(({ project_id }) => project_id).join("");

describe("the summary", () => {
  it("says what is finished, what comes next, what failed, and what it cost", () => {
    const cards = [
      ...Array.from({ length: 12 }, (_, index) => finished(`f${index}`, "", { credits_charged: 200 })),
      begun("a", 10),
      begun("b", 56, 50),
      begun("c", 300),
      card("d", { status: "error" }),
    ];
    expect(plain(summaryOf(cards, english, now))).toBe(
      "12 finished, 3 rendering (next in about 0:40), 1 failed, 2,450 credits",
    );
    expect(plain(summaryOf(cards, german, now))).toContain("2.450 Credits");
  });

  it("promises nothing where all take longer than usual, or nobody knows", () => {
    expect(nextFinish([begun("a", 97), running("b")], now)).toBeUndefined();
    expect(plain(summaryOf([begun("a", 97)], english, now))).toBe("1 rendering");
  });

  it("says once when the next one comes, with the first that is waited for", () => {
    const queued = { ...begun("q", 6), status: "queued" };
    expect(plain(summaryOf([queued, begun("a", 200)], english, now))).toBe(
      "1 rendering (next in about 1:30), 1 queued",
    );
  });

  it("counts statuses that the API may learn later, and those that it has not said yet", () => {
    expect(plain(summaryOf([card("a", { status: "polishing" }), card("b")], english, now))).toBe(
      "1 looking up, 1 polishing",
    );
  });
});

describe("what could not be looked up", () => {
  const error = { code: "http_404", message: "The API answered 404: Not Found.", hint: "" };
  const cards = [card("a", { error }), card("b"), { ...running("c"), error }];

  it("is stopped, in the summary, in the counts and in the filter", () => {
    expect(plain(summaryOf(cards, english, now))).toBe("1 rendering, 1 looking up, 1 stopped");
    expect(plain(summaryOf(cards, german, now))).toContain("1 angehalten");
    expect(countByStatus(cards)).toContainEqual(["stopped", 1]);
    expect(ids(cards.filter((each) => matches(each, { ...INITIAL_SELECTION, status: "stopped" }, NO_STARS)))).toBe("a");
    expect(ids(cards.filter((each) => matches(each, { ...INITIAL_SELECTION, status: "" }, NO_STARS)))).toBe("b");
  });
});

describe("counts", () => {
  it("have an order of their own: what moves comes first", () => {
    const cards = ["deleted", "complete", "new", "", "rendering", "complete"].map((status) => card("x", { status }));
    expect(countByStatus(cards)).toEqual([
      ["rendering", 1],
      ["", 1],
      ["new", 1],
      ["complete", 2],
      ["deleted", 1],
    ]);
  });
});

describe("the filter", () => {
  const cards = [finished("a", "", { type: "FACE_SWAP" }), running("b"), card("c")];

  it("takes a status, a kind, or both", () => {
    expect(ids(cards.filter((each) => matches(each, INITIAL_SELECTION, NO_STARS)))).toBe("abc");
    expect(ids(cards.filter((each) => matches(each, { ...INITIAL_SELECTION, status: "" }, NO_STARS)))).toBe("c");
    expect(ids(cards.filter((each) => matches(each, { ...INITIAL_SELECTION, type: "FACE_SWAP" }, NO_STARS)))).toBe("a");
    expect(
      ids(
        cards.filter((each) =>
          matches(each, { ...INITIAL_SELECTION, status: "rendering", type: "FACE_SWAP" }, NO_STARS),
        ),
      ),
    ).toBe("");
  });

  it("knows the kinds there are", () => expect(typeLabels(cards)).toEqual({ FACE_SWAP: "Face swap" }));
});

describe("the order", () => {
  const cards = [
    finished("a", "Film 10", { created_at: "2026-07-01T10:00:00Z", credits_charged: 5 }),
    running("b", "film 9"),
    finished("c", "Ärger", { created_at: "2026-07-01T11:00:00Z", credits_charged: 50 }),
  ];
  const order = (name: (typeof INITIAL_SELECTION)["sortBy"], descending = false) =>
    ids(sortCards(cards, { ...INITIAL_SELECTION, sortBy: name, descending }, NO_STARS, "de"));

  it.each([
    ["given", false, "abc"],
    ["name", false, "cba"],
    ["name", true, "abc"],
    ["status", false, "bac"],
    ["age", false, "cab"],
    ["age", true, "acb"],
    ["credits", true, "cab"],
  ] as const)("by %s, descending: %s", (name, descending, expected) => expect(order(name, descending)).toBe(expected));

  it("changes nothing of what it was given", () => {
    order("name");
    expect(ids(cards)).toBe("abc");
  });
});

describe("the films that load", () => {
  const place = (id: string, distance: number, more = {}) => ({
    id,
    distance,
    playing: false,
    eligible: true,
    cost: 1,
    ...more,
  });

  it("are the nearestFilms", () => {
    const places = [place("far", 900), place("near", 1), place("mid", 50)];
    expect([...nearestFilms(places, 2)]).toEqual(["near", "mid"]);
  });

  it("leave room for more of those that cost less", () => {
    const pictures = finished("pictures", "", { kind: "image" });
    expect([costOf(pictures), costOf(finished("film")), costOf(finished("b", "", { kind: "audio" }))]).toEqual([
      0.25, 1, 1,
    ]);
    const places = ["a", "b", "c"].map((id, distance) => place(id, distance, { cost: 0.25 }));
    expect([...nearestFilms([...places, place("film", 4), place("more", 5)], 2)]).toEqual(["a", "b", "c", "film"]);
  });

  it("are none that nobody is near to", () =>
    expect(nearestFilms([place("a", 1, { eligible: false })], 2).size).toBe(0));

  it("are first of all the one that plays", () => {
    const places = [place("near", 1), place("plays", 9000, { playing: true, eligible: false })];
    expect([...nearestFilms(places, 1)]).toEqual(["plays"]);
  });
});

describe("stars", () => {
  const cards = [finished("a"), running("b"), card("c")];
  const stars = new Set(["c", "b"]);

  it("let through what has one, of those that the other filters let through", () => {
    const starred = { ...INITIAL_SELECTION, starred: true };
    expect(ids(cards.filter((each) => matches(each, starred, stars)))).toBe("bc");
    expect(ids(cards.filter((each) => matches(each, { ...starred, status: "complete" }, stars)))).toBe("");
  });

  it("come first where they are sorted by, each part in the given order", () => {
    expect(ids(sortCards(cards, { ...INITIAL_SELECTION, sortBy: "starred" }, stars, "en"))).toBe("bca");
  });
});
