// A kernel in a plain object, and a card mounted on it, with ways to look at it as a visitor would.

import { render } from "preact";
import english from "../../mh_widgets/translations/en.json";
import { Card } from "../src/card/Card";
import { filmViewer, type Shown, type Viewer } from "../src/card/viewer";
import type { GalleryWords } from "../src/i18n";
import type { CardHost } from "../src/model/host";
import type { FromKernel, Presence, ToKernel } from "../src/model/messages";
import type { CardTraits } from "../src/model/traits";
import type { Player } from "../src/player/player";

export const ID = "clx7uu86w0a5qp55yxz315r6r";
/** A table of words as the kernel sends it: JSON says of its direction only that it is a text. */
export const asWords = (table: typeof english & Pick<GalleryWords, "statuses">): GalleryWords => ({
  ...table,
  dir: table.dir === "rtl" ? "rtl" : "ltr",
});
export const words = asWords(english);

export const traits = (changes: Partial<CardTraits> = {}): CardTraits => ({
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
  words,
  revision: { now: 0, whole: 0 },
  ...changes,
});

export const watching = { state: "watching", reason: "", next_attempt_at: null } as const;
export const film = { name: "Sunrise", width: 512, height: 960, outputs: [{ media: "video" as const }] };
export const rendering = traits({ status: "rendering", details: { name: "Sunrise" }, watch: watching });
export const complete = traits({ status: "complete", details: film });

/** Preact renders in a microtask, and what its effects asked for in the next. */
export const settled = async () => {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
};

/** What a host calls back; each subscription ends by its function. */
export class Callbacks<Values extends unknown[]> {
  readonly all = new Set<(...values: Values) => void>();
  readonly add = (callback: (...values: Values) => void) => {
    this.all.add(callback);
    return () => {
      this.all.delete(callback);
    };
  };
  call(...values: Values) {
    for (const callback of [...this.all]) callback(...values);
  }
}

const isPresence = (message: { kind: string }): message is Presence =>
  message.kind === "shown" || message.kind === "hidden";

/** A kernel's ear: what a view says of itself apart from what it asks for. */
export const sorter =
  <Message extends { kind: string }>(sent: Message[], presence: Presence[]) =>
  (message: Message) => {
    if (isPresence(message)) presence.push(message);
    else sent.push(message);
  };

export function fakeHost(state: CardTraits) {
  const changes = new Callbacks<[name?: keyof CardTraits]>();
  const messages = new Callbacks<[FromKernel, readonly DataView[]]>();
  const sent: ToKernel[] = [];
  const presence: Presence[] = [];
  const host: CardHost & { live: boolean } = {
    live: true,
    traits: () => ({ ...state }),
    connected: () => host.live,
    send: sorter(sent, presence),
    onChange: changes.add,
    onMessage: messages.add,
  };
  return {
    host,
    sent,
    presence,
    subscriptions: () => changes.all.size + messages.all.size,
    /** Several traits change in one message, and call back once each. */
    async change(part: Partial<CardTraits>) {
      Object.assign(state, part);
      for (const _ of Object.keys(part)) changes.call();
      await settled();
    },
    async setLive(live: boolean) {
      host.live = live;
      changes.call();
      await settled();
    },
    async message(message: FromKernel, buffers: readonly DataView[] = []) {
      messages.call(message, buffers);
      await settled();
    },
  };
}

/** A card in the page. */
export function mount<S extends Shown = Player>(state: CardTraits, viewer: Viewer<S> | Viewer<Player> = filmViewer) {
  const kernel = fakeHost({ ...state });
  const el = document.body.appendChild(document.createElement("div"));
  render(<Card host={kernel.host} viewer={viewer as Viewer<S>} standalone />, el);
  const find = <E extends Element = HTMLElement>(selector: string) => el.querySelector<E>(selector);
  const buttons = () => [...el.querySelectorAll("button")];
  const nameOf = (button: HTMLButtonElement) => button.textContent || button.title;
  return {
    ...kernel,
    el,
    unmount: () => render(null, el),
    find,
    names: () => buttons().map(nameOf),
    root: () => find(".mh-widget") as HTMLElement,
    text: () => el.textContent ?? "",
    async press(name: string) {
      const button = buttons().find((each) => nameOf(each) === name);
      if (!button) throw new Error(`no button "${name}" among ${buttons().map(nameOf).join(", ")}`);
      button.focus();
      button.click();
      await settled();
    },
    async key(key: string) {
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      await settled();
    },
  };
}
