// Which cards may load their films: few at a time, what plays first and then the nearest to the middle of the page.
// What is remembered of the other cards in sight is checked once: asking for a film's link checks its project, too.

import type { GalleryHost } from "../model/host";
import type { ProjectTraits } from "../model/traits";
import { costOf, type FilmCandidate, hasFilm, isRememberedEnd, nearestFilms } from "./films";
import { cardOf } from "./state";

/** Players at most: each holds a connection and a decoder. */
const MAX_FILMS = 12;
/** How far beyond the viewport a film is loaded, so that it is there when it is scrolled to. */
const MARGIN = "50%";

export function isPlaying(el: Element): boolean {
  const media = el.querySelector<HTMLMediaElement>("video,audio");
  return media !== null && !media.paused;
}

type Cell = { el: HTMLElement; onChange: () => void };

export class FilmBudget {
  readonly #cells = new Map<string, Cell>();
  readonly #visible = new Set<Element>();
  readonly #observer: IntersectionObserver;
  readonly #checked = new Set<string>();
  /** Whether a comparison has the page, and its few players: no card is in sight then. */
  isTaken = false;
  #loaded = new Set<string>();
  #pointedAt = "";

  constructor(readonly host: GalleryHost) {
    // In JupyterLab the notebook scrolls, not the window: only scrollMargin reaches beyond it.
    const margins = { rootMargin: MARGIN, scrollMargin: MARGIN };
    this.#observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#visible.add(target);
        else this.#visible.delete(target);
      }
      this.update();
    }, margins);
  }

  isLoaded = (id: string) => this.#loaded.has(id);

  /** Take a card's place in the page into account; `onChange` is called when its film may load, or has to go. */
  observe(id: string, el: HTMLElement, onChange: () => void): () => void {
    this.#cells.set(id, { el, onChange });
    this.#observer.observe(el);
    return () => {
      this.#observer.unobserve(el);
      this.#visible.delete(el);
      this.#loaded.delete(id);
      this.#cells.delete(id);
    };
  }

  /** The visitor's pointer or focus is there: that film comes first of those that don't play. */
  pointAt(id: string) {
    this.#pointedAt = id;
    if (!this.#loaded.has(id)) this.update();
  }

  update() {
    const before = this.#loaded;
    const { cards } = this.host.traits();
    const candidates = [...this.#cells].filter(([id, { el }]) => el.isConnected && hasFilm(cardOf(cards, id)));
    this.#loaded = nearestFilms(
      candidates.map(([id, { el }]) => this.#candidate(id, el, cardOf(cards, id))),
      this.isTaken ? 0 : MAX_FILMS,
    );
    for (const [id, { el, onChange }] of this.#cells) {
      const loaded = this.#loaded.has(id);
      if (before.has(id) !== loaded) onChange();
      if (!loaded && !this.isTaken && this.#visible.has(el) && isRememberedEnd(cardOf(cards, id))) this.#check(id);
    }
  }

  #check(project: string) {
    if (this.#checked.has(project) || !this.host.connected()) return;
    this.#checked.add(project);
    this.host.send({ kind: "refresh", project });
  }

  dispose() {
    this.#observer.disconnect();
  }

  #candidate(id: string, el: HTMLElement, card: ProjectTraits): FilmCandidate {
    const { top, bottom } = el.getBoundingClientRect();
    return {
      id,
      playing: isPlaying(el),
      eligible: this.#visible.has(el) || this.#loaded.has(id),
      cost: costOf(card),
      distance: id === this.#pointedAt ? -1 : Math.abs(top + bottom - innerHeight),
    };
  }
}
