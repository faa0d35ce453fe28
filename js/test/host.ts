// A kernel in a plain object: what the card's host looks like from below widget.ts.

import english from "../../mh_widgets/words/en.json";
import { mountCard } from "../src/card";
import type { FromKernel, Host, ToKernel } from "../src/messages";
import type { Traits } from "../src/state";

export const ID = "clx7uu86w0a5qp55yxz315r6r";

export const traits = (changes: Partial<Traits> = {}): Traits => ({
  project_id: ID,
  status: "",
  details: {},
  error: null,
  watch: { state: "idle", reason: "", next_attempt_at: null },
  transfer: null,
  estimate: null,
  notice: null,
  allow_delete: true,
  allow_save: true,
  editable: false,
  save_label: "films",
  words: english,
  ...changes,
});

export const watching = { state: "watching", reason: "", next_attempt_at: null } as const;
export const film = { name: "Sunrise", width: 512, height: 960, outputs: [{ media: "video" as const }] };
export const rendering = traits({ status: "rendering", details: { name: "Sunrise" }, watch: watching });
export const complete = traits({ status: "complete", details: film });

export function fakeHost(state: Traits) {
  let changed = () => {};
  let heard: (message: FromKernel, buffers: readonly DataView[]) => void = () => {};
  const sent: ToKernel[] = [];
  const host: Host & { live: boolean } = {
    live: true,
    get: (name) => state[name],
    connected: () => host.live,
    send: (message) => sent.push(message),
    onChange: (callback) => {
      changed = callback;
    },
    onMessage: (callback) => {
      heard = callback;
    },
  };
  return {
    host,
    sent,
    /** Several traits change in one message, and call back once each. */
    async change(part: Partial<Traits>) {
      Object.assign(state, part);
      for (const _ of Object.keys(part)) changed();
      await Promise.resolve();
    },
    async setLive(live: boolean) {
      host.live = live;
      changed();
      await Promise.resolve();
    },
    async message(message: FromKernel, buffers: readonly DataView[] = []) {
      heard(message, buffers);
      await Promise.resolve();
    },
  };
}

/** A card in the page, and ways to look at it as a visitor would. */
export function mount(state: Traits) {
  const kernel = fakeHost({ ...state });
  const el = document.body.appendChild(document.createElement("div"));
  const unmount = mountCard(el, kernel.host);
  const find = <E extends Element = HTMLElement>(selector: string) => el.querySelector<E>(selector);
  const names = () => [...el.querySelectorAll("button")].map((node) => node.textContent || node.title);
  return {
    ...kernel,
    el,
    unmount,
    find,
    names,
    root: () => find(".mh-widget") as HTMLElement,
    text: () => el.textContent ?? "",
    async press(name: string) {
      const node = [...el.querySelectorAll("button")].find((each) => (each.textContent || each.title) === name);
      if (!node) throw new Error(`no button "${name}" among ${names().join(", ")}`);
      node.focus();
      node.click();
      await Promise.resolve();
    },
  };
}
