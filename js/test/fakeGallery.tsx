// A kernel with a gallery in a plain object, and a page whose scrolling the test decides.

import { render } from "preact";
import { filmViewer } from "../src/card/viewer";
import { Gallery } from "../src/gallery/Gallery";
import type { GalleryHost } from "../src/model/host";
import type { FromGalleryKernel, Presence, ToGalleryKernel } from "../src/model/messages";
import type { GalleryTraits, ProjectTraits } from "../src/model/traits";
import { Callbacks, complete, rendering, settled, sorter, traits, words } from "./fakeCard";

/** Who watches what comes into view, as the browser would tell. */
export class FakeObserver {
  static all: FakeObserver[] = [];
  targets = new Set<Element>();
  constructor(readonly callback: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
    FakeObserver.all.push(this);
  }
  observe(target: Element) {
    this.targets.add(target);
  }
  unobserve(target: Element) {
    this.targets.delete(target);
  }
  disconnect() {
    this.targets.clear();
  }
}

export function card(project_id: string, changes: Partial<ProjectTraits> = {}): ProjectTraits {
  const { status, details, error, watch, transfer, estimate, notice } = traits();
  return { project_id, status, details, error, watch, transfer, estimate, notice, ...changes };
}

const part = ({ status, details, watch }: typeof complete) => ({ status, details, watch });
export const finished = (id: string, name = id, more: object = {}) =>
  card(id, { ...part(complete), details: { ...complete.details, name, ...more } });
export const running = (id: string, name = id) => card(id, { ...part(rendering), details: { name } });

export const galleryTraits = (cards: ProjectTraits[], changes: Partial<GalleryTraits> = {}): GalleryTraits => ({
  projects: cards.map(({ project_id }) => project_id),
  cards: Object.fromEntries(cards.map((each) => [each.project_id, each])),
  changed: {},
  refused: [],
  transfer: null,
  notice: null,
  allow_delete: true,
  allow_save: true,
  editable: false,
  save_label: "films",
  columns: "auto",
  compared: [],
  starred: [],
  words,
  revision: { now: 0, whole: 0 },
  ...changes,
});

export function mount(cards: ProjectTraits[], given: Partial<GalleryTraits> = {}) {
  const state = galleryTraits(cards, given);
  const sent: ToGalleryKernel[] = [];
  const presence: Presence[] = [];
  const changes = new Callbacks<[name?: keyof GalleryTraits]>();
  const messages = new Callbacks<[FromGalleryKernel, readonly DataView[]]>();
  const host: GalleryHost & { live: boolean } = {
    live: true,
    traits: () => ({ ...state }),
    connected: () => host.live,
    send: sorter(sent, presence),
    onChange: changes.add,
    onMessage: messages.add,
  };
  const el = document.body.appendChild(document.createElement("div"));
  render(<Gallery host={host} viewer={{ ...filmViewer, name: "video-gallery" }} />, el);
  const observer = FakeObserver.all.at(-1) as FakeObserver;
  const all = <E extends Element = HTMLElement>(selector: string) => [...el.querySelectorAll<E>(selector)];
  const cellOf = (id: string) => el.querySelector(`[data-project-id="${id}"]`)?.parentElement as HTMLElement;
  return {
    el,
    host,
    sent,
    presence,
    end: () => render(null, el),
    subscriptions: () => changes.all.size + messages.all.size,
    all,
    cellOf,
    observer,
    find: <E extends Element = HTMLElement>(selector: string) => el.querySelector<E>(selector),
    text: () => el.textContent ?? "",
    ids: () => all("[data-mh-widget=video-project]").map((node) => node.getAttribute("data-project-id")),
    async change(part: Partial<GalleryTraits>) {
      Object.assign(state, part);
      for (const name of Object.keys(part) as (keyof GalleryTraits)[]) changes.call(name);
      await settled();
    },
    /** As widget and kernel do it together: the news are merged, and the views hear of the cards. */
    async news(...cards: ProjectTraits[]) {
      state.cards = { ...state.cards, ...Object.fromEntries(cards.map((each) => [each.project_id, each])) };
      changes.call("changed");
      changes.call("cards");
      await settled();
    },
    async setLive(live: boolean) {
      host.live = live;
      changes.call();
      await settled();
    },
    async message(project: string, url: string) {
      messages.call({ kind: "source", project, output: 0, url, expires_at: null, media: "video" }, []);
      await settled();
    },
    async see(ids: string[], isIntersecting = true) {
      observer.callback(ids.map((id) => ({ target: cellOf(id), isIntersecting })));
      await settled();
    },
    async press(name: string, inside: ParentNode = el) {
      const node = [...inside.querySelectorAll("button")].find(
        (each) => (each.textContent || each.title).replaceAll("\u00a0", " ") === name,
      );
      if (!node) throw new Error(`no button "${name}"`);
      node.focus();
      node.click();
      await settled();
      return node;
    },
    async pick(label: string, value: string) {
      const node = el.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`) as HTMLSelectElement;
      node.focus();
      node.value = value;
      node.dispatchEvent(new Event("change"));
      await settled();
      return node;
    },
  };
}
