import { render } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { Notices } from "../../src/card/Notices";
import { problemOf, describe as say } from "../../src/card/problem";
import { cardProps, fakePlayer, NOW } from "../cardProps";
import { film, words } from "../fakeCard";

type Given = Parameters<typeof cardProps>[0] & { standalone?: boolean };
const text = ({ standalone = true, ...given }: Given) => {
  const { container } = render(<Notices {...cardProps(given)} standalone={standalone} />);
  const live = container.querySelector("[aria-live]")?.textContent ?? "";
  return { live, all: container.textContent ?? "" };
};
const error = { code: "unauthorized", message: "Refused.", hint: "Check the key." };

describe("Notices", () => {
  it("count down outside of the live region", () => {
    const watch = { state: "retrying" as const, reason: "The API answered 503.", next_attempt_at: NOW / 1000 + 7.2 };
    const { live, all } = text({ watch });
    expect(all).toContain("The API answered 503. Next attempt in 8\u00a0s.");
    expect(live).toBe("");
    expect(text({ watch, connected: false }).all).not.toContain("503");
    expect(text({ watch: { ...watch, next_attempt_at: NOW / 1000 - 5 } }).all).toContain("in 0\u00a0s");
  });

  it("tell trouble where a film or no project has the stage, and leave it to the stage elsewhere", () => {
    expect(text({ status: "complete", details: film, error, player: fakePlayer("ready") }).live).toContain("Refused.");
    expect(text({ project_id: "", error }).live).toContain("Refused.");
    expect(text({ error }).live).toBe("");
    expect(text({ status: "complete", details: film, error, player: fakePlayer("failed") }).live).toBe("");
  });

  it("tell of a lost kernel in a card that stands alone", () => {
    expect(text({ connected: false }).live).toContain("not connected");
    expect(text({ connected: false, standalone: false }).live).toBe("");
  });

  it("leave what is no ID to the field", () => {
    const notice = { ...error, code: "invalid_project", tone: "error" as const };
    expect(text({ notice }).live).toBe("");
    expect(text({ notice: { ...notice, code: "disk" } }).live).toContain("Refused.");
  });
});

describe("problemOf", () => {
  const of = (given: Parameters<typeof cardProps>[0]) => problemOf(cardProps(given).state, 0)?.tone;

  it.each([
    [{ status: "draft" }, "draft"],
    [{ status: "deleted", error }, "deleted"],
    [{ status: "error", error }, "error"],
    [{ status: "rendering", error }, "alert"],
    [{ watch: { state: "paused" as const, reason: "", next_attempt_at: null } }, "pause"],
    [{ status: "complete" }, "alert"],
    [{ status: "complete", details: film }, undefined],
    [{ status: "rendering" }, undefined],
  ])("of %o has the tone %s", (given, tone) => expect(of(given)).toBe(tone));

  it("says the API's own words of a failure", () => {
    const { message, code } = problemOf(cardProps({ status: "error", error }).state, 0) ?? {};
    expect([message, code]).toEqual(["Refused.", "unauthorized"]);
  });

  it("has no words for what the table lacks", () => {
    expect(say(words.says, "unheard of")).toEqual({ tone: "unheard of", message: "", hint: "" });
  });
});
