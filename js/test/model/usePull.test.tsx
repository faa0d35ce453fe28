import type { AnyModel } from "@anywidget/types";
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Card } from "../../src/card/Card";
import { filmViewer } from "../../src/card/viewer";
import { type CardHost, createHost } from "../../src/model/host";
import { trackRevision } from "../../src/model/revision";
import { CARD_TRAITS } from "../../src/model/traits";
import { complete, rendering } from "../fakeCard";
import { FakeModel } from "../fakeModel";

const setIframeHeight = vi.fn();
const enterColab = () =>
  Object.assign(globalThis, { google: { colab: { kernel: { accessAllowed: true }, output: { setIframeHeight } } } });
const hide = (hidden: boolean) => Object.defineProperty(document, "hidden", { value: hidden, configurable: true });

function mount(traits: object) {
  const model = new FakeModel({ ...traits, revision: { now: 0, whole: 0 } });
  trackRevision(model as unknown as AnyModel, true);
  const host: CardHost = createHost(model as unknown as AnyModel, CARD_TRAITS);
  const el = document.body.appendChild(document.createElement("div"));
  render(<Card host={host} viewer={filmViewer} standalone />, el);
  const polls = () => model.sent.filter(({ kind }) => kind === "poll").length;
  const pollsIn = async (ms: number) => {
    const before = polls();
    await vi.advanceTimersByTimeAsync(ms);
    return polls() - before;
  };
  return { model, host, pollsIn, end: () => render(null, el) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  Object.assign(globalThis, { google: undefined });
  hide(false);
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("usePull", () => {
  it("asks nothing in a host that brings everything by itself", async () => {
    expect(await mount(rendering).pollsIn(60_000)).toBe(0);
  });

  it("asks each second at first, and then every five while the kernel watches", async () => {
    enterColab();
    const { pollsIn, end } = mount(rendering);
    expect(await pollsIn(9000)).toBe(9);
    await pollsIn(5000);
    expect(await pollsIn(50_000)).toBe(10);
    end();
    expect(await pollsIn(60_000)).toBe(0);
  });

  it("asks no more where there is nothing to hear, and again after a press", async () => {
    enterColab();
    const { host, pollsIn } = mount(complete);
    await pollsIn(20_000);
    expect(await pollsIn(60_000)).toBe(0);
    host.send({ kind: "save" });
    expect(await pollsIn(9000)).toBe(9);
  });

  it("asks each second as long as a film is moved", async () => {
    enterColab();
    const transfer = { kind: "download", received_bytes: 1, total_bytes: 9 };
    const { pollsIn } = mount({ ...complete, transfer });
    await pollsIn(20_000);
    expect(await pollsIn(20_000)).toBe(20);
  });

  it("asks nothing while the page is hidden", async () => {
    enterColab();
    hide(true);
    expect(await mount(rendering).pollsIn(60_000)).toBe(0);
  });

  it("lets the frame grow where Colab would cut it", () => {
    enterColab();
    mount(rendering);
    expect(setIframeHeight).toHaveBeenCalledWith(0, true, { maxHeight: expect.any(Number) });
  });

  it("asks once for what is missing in any host", async () => {
    const { model, pollsIn } = mount(rendering);
    model.change({ revision: { now: 1, whole: 0 } });
    expect(await pollsIn(10_000)).toBe(0);
    model.change({ revision: { now: 3, whole: 0 } });
    expect(model.sent.at(-1)).toEqual({ kind: "poll", seen: 1 });
    expect(await pollsIn(60_000)).toBe(0);
  });
});
