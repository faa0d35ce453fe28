import { fireEvent, render, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { Stage } from "../../src/card/Stage";
import { cardProps, fakePlayer } from "../cardProps";
import { film, watching } from "../fakeCard";

type Given = Parameters<typeof cardProps>[0];
const stage = (given: Given) => {
  const { container } = render(<Stage {...cardProps(given)} />);
  return { container, el: container.querySelector<HTMLElement>(".mh-stage") };
};
const complete = { status: "complete", details: film };

describe("Stage", () => {
  it("shows the player's own element, and moves on another of it", () => {
    const player = fakePlayer("ready");
    const { container } = stage({ ...complete, player });
    expect(container.querySelector("video")).toBe(player.media);
    expect(container.querySelector("[data-loading]")).toBeNull();
  });

  it("keeps a player off that has no link yet, and breathes", () => {
    const player = fakePlayer("asking", { media: document.createElement("video") });
    const { container, el } = stage({ ...complete, player });
    expect(container.querySelector("video")).toBeNull();
    expect(el?.hasAttribute("data-loading")).toBe(true);
  });

  it("waits for nothing without a kernel: not for a link, and not in pulses", () => {
    const asking = fakePlayer("asking", { media: document.createElement("video") });
    expect(stage({ ...complete, player: asking, connected: false }).el).toBeNull();
    const { container, el } = stage({ ...complete, player: fakePlayer("loading"), connected: false });
    expect(container.querySelector("video")).not.toBeNull();
    expect(el?.hasAttribute("data-loading")).toBe(false);
  });

  it("says why a player gave up, with ways on", () => {
    const player = fakePlayer("failed", { reason: "Too large.", link: "https://films.example/1.mp4" });
    const { container } = stage({ ...complete, player });
    expect(container.querySelector("video")).toBeNull();
    expect(container.textContent).toContain("Too large.");
    expect(screen.getByRole("link").getAttribute("href")).toBe(player.link);
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(player.start).toHaveBeenCalledWith(true);
  });

  it("offers no way on without a kernel, nor a link that never came", () => {
    stage({ ...complete, player: fakePlayer("failed", { link: "https://films.example/1.mp4" }), connected: false });
    expect(screen.queryByRole("button")).toBeNull();
    stage({ ...complete, player: fakePlayer("failed") });
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("keeps the bar of a render that was halted", () => {
    stage({ status: "rendering", watch: { ...watching, state: "paused" } });
    expect(screen.getByText("Paused.")).toBeTruthy();
    expect(screen.getByRole("progressbar")).toBeTruthy();
  });

  it("is not there where nothing can come", () => {
    expect(stage({ status: "rendering", connected: false }).el).toBeNull();
    expect(stage({ status: "canceled", connected: false }).el).not.toBeNull();
  });

  it("shows the poster of the first output where no kernel is, by its name", () => {
    const given = { ...complete, poster_url: "data:image/jpeg;base64,AA==", connected: false };
    const { el } = stage(given);
    expect(el?.querySelector("img")?.getAttribute("src")).toBe(given.poster_url);
    expect(screen.getByRole("img").getAttribute("alt")).toBe(film.name);
    expect(stage({ ...given, status: "deleted" }).container.querySelector("img")).toBeNull();
  });

  it("has its live region from the beginning, apart from the clock", () => {
    const { container } = stage({ status: "rendering", watch: watching });
    const region = container.querySelector("[aria-live]");
    expect(region?.textContent).toBe("");
    expect(region?.contains(screen.getByRole("progressbar"))).toBe(false);
  });
});
