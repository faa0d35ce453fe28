import { act, cleanup, renderHook } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useBell } from "../../src/bell/useBell";
import type { ProjectTraits } from "../../src/model/traits";
import { words } from "../fakeCard";
import { card, finished, running } from "../fakeGallery";

type Shown = { title: string; body: string; onclick?: () => void; close: () => void };
const shown: Shown[] = [];

/** A browser whose visitor answers, and that shows what it is given. */
function stubBrowser(permission: NotificationPermission, answer: NotificationPermission = permission) {
  class FakeNotification {
    static permission = permission;
    static requestPermission = vi.fn(async () => {
      FakeNotification.permission = answer;
      return answer;
    });
    close = vi.fn();
    constructor(title: string, { body }: { body: string }) {
      shown.push(Object.assign(this, { title, body }));
    }
  }
  vi.stubGlobal("Notification", FakeNotification);
}

function listen(projects: ProjectTraits[], connected = true) {
  const root = { current: document.body };
  const hook = renderHook(({ all, live }) => useBell(root, all, { connected: live, words }), {
    initialProps: { all: projects, live: connected },
  });
  return {
    bell: () => hook.result.current,
    news: (all: ProjectTraits[], live = true) => hook.rerender({ all, live }),
    press: () => act(async () => hook.result.current?.toggle()),
  };
}

const failed = (id: string, name = id) => card(id, { status: "error", details: { name } });
const told = () => shown.map(({ title, body }) => [title, body]);

beforeEach(() => {
  vi.useFakeTimers();
  shown.length = 0;
  document.title = "Notebook";
  Reflect.deleteProperty(globalThis, Symbol.for("mh_widgets.bell"));
  vi.spyOn(document, "hasFocus").mockReturnValue(false);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  document.body.removeAttribute("data-vscode-theme-kind");
});

describe("the bell", () => {
  it("rings once, with the name and how it ended", async () => {
    stubBrowser("granted");
    const { bell, news, press } = listen([running("a", "Sunrise")]);
    await press();
    expect(bell()?.isOn).toBe(true);
    news([failed("a", "Sunrise")]);
    news([failed("a", "Sunrise")]);
    vi.runAllTimers();
    expect(told()).toEqual([["Sunrise", "error"]]);
    expect(bell()).toBeUndefined();
  });

  it("asks the visitor, and goes when they say no", async () => {
    stubBrowser("default", "denied");
    const { bell, news, press } = listen([running("a")]);
    expect(bell()?.isOn).toBe(false);
    await press();
    expect(Notification.requestPermission).toHaveBeenCalledOnce();
    expect(bell()).toBeUndefined();
    news([finished("a")]);
    vi.runAllTimers();
    expect(shown).toEqual([]);
  });

  it("tells of many that end together in one notification", async () => {
    stubBrowser("granted");
    const all = ["a", "b", "c", "d", "e", "f"].map((id) => running(id));
    const { news, press } = listen(all);
    await press();
    news([finished("a"), failed("b"), ...all.slice(2)]);
    news([finished("a"), failed("b"), ...all.slice(2).map(({ project_id }) => finished(project_id))]);
    vi.runAllTimers();
    expect(told()).toEqual([["6 projects have ended", "a: complete\nb: error\nc: complete\nd: complete\n…"]]);
  });

  it("is silent without a press, after a second one, and about what was deleted", async () => {
    stubBrowser("granted");
    const { news, press } = listen([running("a"), running("b"), running("c"), running("d")]);
    news([finished("a"), running("b"), running("c"), running("d")]);
    await press();
    news([finished("a"), card("b", { status: "deleted" }), running("c"), running("d")]);
    await press();
    news([finished("a"), card("b", { status: "deleted" }), finished("c"), running("d")]);
    vi.runAllTimers();
    expect(shown).toEqual([]);
  });

  it("is over when the kernel goes", async () => {
    stubBrowser("granted");
    const { bell, news, press } = listen([running("a")]);
    await press();
    news([running("a")], false);
    expect(bell()).toBeUndefined();
    news([running("a")]);
    expect(bell()?.isOn).toBe(false);
    news([finished("a")]);
    vi.runAllTimers();
    expect(shown).toEqual([]);
  });

  it("is not offered where nothing is waited for, and where the page may not", () => {
    stubBrowser("granted");
    expect(listen([finished("a"), card("b", { status: "draft" })]).bell()).toBeUndefined();
    expect(listen([running("a")], false).bell()).toBeUndefined();
    document.body.setAttribute("data-vscode-theme-kind", "vscode-dark");
    expect(listen([running("a")]).bell()).toBeUndefined();
    document.body.removeAttribute("data-vscode-theme-kind");
    vi.stubGlobal("google", { colab: {} });
    expect(listen([running("a")]).bell()).toBeUndefined();
    vi.stubGlobal("google", undefined);
    stubBrowser("denied");
    expect(listen([running("a")]).bell()).toBeUndefined();
    vi.stubGlobal("Notification", undefined);
    Reflect.deleteProperty(globalThis, "Notification");
    expect(listen([running("a")]).bell()).toBeUndefined();
  });

  it("counts in the title until somebody looks, beside the page's own title", async () => {
    stubBrowser("granted");
    const { news, press } = listen([running("a"), running("b"), running("c")]);
    await press();
    news([finished("a"), running("b"), running("c")]);
    vi.runAllTimers();
    expect(document.title).toBe("(1) Notebook");
    news([finished("a"), finished("b"), running("c")]);
    vi.runAllTimers();
    expect(document.title).toBe("(2) Notebook");
    vi.mocked(document.hasFocus).mockReturnValue(true);
    dispatchEvent(new Event("focus"));
    expect(document.title).toBe("Notebook");
    news([finished("a"), finished("b"), finished("c")]);
    vi.runAllTimers();
    expect(document.title).toBe("Notebook");
    expect(shown).toHaveLength(3);
  });

  it("leads back to the card with a click", async () => {
    stubBrowser("granted");
    const scroll = vi.spyOn(document.body, "scrollIntoView").mockReturnValue();
    const { news, press } = listen([running("a")]);
    await press();
    news([finished("a")]);
    vi.runAllTimers();
    shown[0]?.onclick?.();
    expect(scroll).toHaveBeenCalledOnce();
    expect(shown[0]?.close).toHaveBeenCalledOnce();
  });
});
