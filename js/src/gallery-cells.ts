// The cards that are mounted: each with a host of its own on the gallery's model, and with its film while that is near.

import { mountCard } from "./card";
import { type Card, type GalleryTraits, hasFilm, idle, nearest, type ToGallery } from "./gallery-state";
import type { FromKernel, Host } from "./messages";
import type { Traits } from "./state";

/** Players at most: each holds a connection and a decoder. */
const MOST_FILMS = 12;
/** How far beyond the viewport a film is loaded, so that it is there when it is scrolled to. */
const MARGIN = "50%";

/** What stands between the gallery and whatever carries its state. */
export interface GalleryHost {
  get<Name extends keyof GalleryTraits>(name: Name): GalleryTraits[Name];
  connected(): boolean;
  send(message: ToGallery): void;
  /** Called with the name of the trait, or without one for the connection. */
  onChange(callback: (trait?: string) => void): void;
  onMessage(callback: (message: FromKernel & { project: string }, buffers: readonly DataView[]) => void): void;
}

type Cell = {
  el: HTMLElement;
  shown: Card | undefined;
  changed(): void;
  receive: Parameters<Host["onMessage"]>[0];
  end(): void;
};

export const isPlaying = (el: Element) => {
  const media = el.querySelector<HTMLMediaElement>("video,audio");
  return !!media && !media.paused;
};

export function createCells(host: GalleryHost) {
  const cells = new Map<string, Cell>();
  const visible = new Set<Element>();
  let loaded = new Set<string>();
  let favourite = "";

  const cardOf = (id: string) => host.get("cards")[id] ?? idle(id);

  // In JupyterLab the notebook scrolls, not the window: only scrollMargin reaches beyond it.
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) visible[isIntersecting ? "add" : "delete"](target);
      settle();
    },
    { rootMargin: MARGIN, scrollMargin: MARGIN } as IntersectionObserverInit,
  );

  /** Give the films to those that are nearest to the middle of the page, or that the visitor points at. */
  function settle() {
    const places = [...cells]
      .filter(([id, { el }]) => el.isConnected && hasFilm(cardOf(id)))
      .map(([id, { el }]) => {
        const { top, bottom } = el.getBoundingClientRect();
        return {
          id,
          playing: isPlaying(el),
          eligible: visible.has(el) || loaded.has(id),
          distance: id === favourite ? -1 : Math.abs(top + bottom - innerHeight),
        };
      });
    const before = loaded;
    loaded = nearest(places, MOST_FILMS);
    for (const [id, cell] of cells) if (before.has(id) !== loaded.has(id)) cell.changed();
  }

  function mount(id: string): Cell {
    const el = document.createElement("div");
    Object.assign(el, { className: "mh-cell", role: "listitem" });
    for (const name of ["pointerenter", "focusin"]) {
      el.addEventListener(name, () => {
        favourite = id;
        if (!loaded.has(id)) settle();
      });
    }
    const cell = { el, shown: host.get("cards")[id] } as unknown as Cell;
    const unmount = mountCard(el, {
      // What all cards have in common is the gallery's; `editable` is nobody's here, and so off.
      get: (name) =>
        (/^(allow|save|words)/.test(name) ? host.get(name as never) : (cardOf(id) as Traits)[name]) as never,
      connected: host.connected,
      send: (message) => host.send({ ...message, project: id }),
      onChange: (callback) => {
        cell.changed = callback;
      },
      onMessage: (callback) => {
        cell.receive = callback;
      },
      near: () => loaded.has(id),
    });
    cell.end = () => {
      observer.unobserve(el);
      visible.delete(el);
      loaded.delete(id);
      cells.delete(id);
      unmount();
    };
    cells.set(id, cell);
    observer.observe(el);
    return cell;
  }

  return {
    cardOf,
    /** The mounted card of a project. */
    el: (id: string) => (cells.get(id) ?? mount(id)).el,
    /** Bring up to date those that changed, or all of them, and unmount what isn't on the page any more. */
    settle(keep: Set<string>, all: boolean) {
      for (const [id, cell] of [...cells]) {
        const card = host.get("cards")[id];
        // What the visitor downloads goes on also while its card is out of sight.
        if (!keep.has(id) && card?.transfer?.kind !== "download") cell.end();
        else if (all || cell.shown !== card) cell.changed();
        cell.shown = card;
      }
      settle();
    },
    receive(message: FromKernel & { project: string }, buffers: readonly DataView[]) {
      cells.get(message.project)?.receive(message, buffers);
    },
    end() {
      observer.disconnect();
      for (const cell of [...cells.values()]) cell.end();
    },
  };
}
