import type { AnyModel } from "@anywidget/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CardHost, createHost } from "../../src/model/host";
import { CARD_TRAITS } from "../../src/model/traits";
import { rendering } from "../fakeCard";
import { FakeModel } from "../fakeModel";

type Colab = { kernel: { accessAllowed: boolean } };
const inColab = (colab: Colab | undefined) => Object.assign(globalThis, { google: colab && { colab } });

function hostOf(more: object = {}) {
  const model = new FakeModel({ ...rendering, seen: 4, revision: { now: 4, whole: 0 }, ...more });
  const host: CardHost = createHost(model as unknown as AnyModel, CARD_TRAITS);
  const calls: unknown[] = [];
  const heard: unknown[] = [];
  host.onChange((name) => calls.push(name));
  host.onMessage((message) => heard.push(message));
  return { model, host, calls, heard };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  inColab(undefined);
  vi.useRealTimers();
});

describe("what is sent", () => {
  it("says in shown alone which state the view has", () => {
    const { model, host } = hostOf();
    host.send({ kind: "shown", id: "v" });
    host.send({ kind: "refresh" });
    expect(model.sent).toEqual([{ kind: "shown", id: "v", seen: 4 }, { kind: "refresh" }]);
  });

  it("says in every message what the view has where the page is Colab's, or the kernel says so", () => {
    inColab({ kernel: { accessAllowed: true } });
    const page = hostOf();
    page.host.send({ kind: "refresh" });
    inColab(undefined);
    const kernel = hostOf({ revision: { now: 4, whole: 0, pull: true } });
    kernel.host.send({ kind: "refresh" });
    for (const { model } of [page, kernel]) expect(model.sent).toEqual([{ kind: "refresh", seen: 4, heard: 0 }]);
  });
});

describe("numbered messages", () => {
  const link = (number: number, oldest: number) => ({ kind: "source", output: number, number, oldest });

  it("are taken once and in their order, and one that is lost for good is passed over", () => {
    const { model, host, heard } = hostOf({ revision: { now: 4, whole: 0, pull: true } });
    for (const [number, oldest] of [
      [1, 1],
      [1, 1],
      [3, 1],
      [2, 2],
      [3, 2],
      [9, 8],
      [8, 8],
    ] as const)
      model.emit("msg:custom", link(number, oldest), []);
    expect(heard).toMatchObject([{ output: 1 }, { output: 2 }, { output: 3 }, { output: 8 }]);
    host.send({ kind: "refresh" });
    expect(model.sent).toMatchObject([{ heard: 8 }]);
  });

  it("are one message for all who listen", () => {
    const { model, host, heard } = hostOf();
    const other = vi.fn();
    const stop = host.onMessage(other);
    model.emit("msg:custom", link(1, 1), []);
    expect([heard.length, other.mock.calls.length]).toEqual([1, 1]);
    stop();
    model.emit("msg:custom", link(2, 1), []);
    expect([heard.length, other.mock.calls.length]).toEqual([2, 1]);
  });
});

describe("a gone kernel", () => {
  it("is noticed within 10 s of what somebody does, and is back when it speaks", () => {
    const { model, host, calls } = hostOf();
    host.send({ kind: "save" });
    vi.advanceTimersByTime(9500);
    expect(model.sent).toMatchObject([{ kind: "save" }, { kind: "poll", id: expect.any(String) }]);
    expect(host.connected()).toBe(false);
    expect(calls).toEqual([undefined]);
    model.change({ status: "complete" });
    expect(host.connected()).toBe(true);
  });

  it("is one whose answer doesn't come, and not one that answers the question", () => {
    const { model, host } = hostOf();
    model.onSend = ({ kind, id }) => kind === "poll" && model.emit("msg:custom", { kind: "polled", id }, []);
    host.send({ kind: "save" });
    vi.advanceTimersByTime(60_000);
    expect(host.connected()).toBe(true);
    expect(model.sent).toHaveLength(2);
  });

  it("is asked nothing where it has answered by itself, nor while nobody does anything", () => {
    const { model, host } = hostOf();
    host.send({ kind: "shown", id: "v" });
    vi.advanceTimersByTime(60_000);
    host.send({ kind: "save" });
    model.change({ transfer: { kind: "save", received_bytes: 0, total_bytes: 1 } });
    vi.advanceTimersByTime(60_000);
    expect(model.sent.map(({ kind }) => kind)).toEqual(["shown", "save"]);
  });

  it("is no matter of silence where the host tells", () => {
    const layout = Object.assign(new FakeModel({}), { comm_live: true });
    const { model, host } = hostOf({ layout });
    host.send({ kind: "save" });
    vi.advanceTimersByTime(60_000);
    expect(host.connected()).toBe(true);
    expect(model.sent).toHaveLength(1);
  });

  it("is noticed at once where the host can't send", async () => {
    const layout = Object.assign(new FakeModel({}), { comm_live: true });
    const throwing = hostOf({ layout });
    throwing.model.onSend = () => {
      throw new Error("Cannot send");
    };
    const rejecting = hostOf();
    rejecting.model.onSend = () => Promise.reject(new Error("no server"));
    for (const { host, calls } of [throwing, rejecting]) {
      host.send({ kind: "save" });
      await vi.advanceTimersByTimeAsync(0);
      expect(host.connected()).toBe(false);
      expect(calls).toEqual([undefined]);
    }
  });

  it("is what Colab says, and never its silence", () => {
    const colab = { kernel: { accessAllowed: true } };
    inColab(colab);
    const { host } = hostOf();
    host.send({ kind: "save" });
    vi.advanceTimersByTime(60_000);
    expect(host.connected()).toBe(true);
    colab.kernel.accessAllowed = false;
    expect(host.connected()).toBe(false);
  });
});
