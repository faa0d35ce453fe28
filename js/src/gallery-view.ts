// One gallery in a plain page: what the kernel tells, what its visitor has chosen, and the cards that follow from them.

import { arrange } from "./arrange";
import { patch } from "./dom";
import { createCells, type GalleryHost, isPlaying } from "./gallery-cells";
import { filter, type GalleryScene, lines, nothing, pager, top } from "./gallery-head";
import { type Choice, FIRST, GALLERY_TRAITS, isShown, nextOf, ordered, PAGE_SIZE } from "./gallery-state";
import { columns, row } from "./gallery-table";

export function mountGallery(el: HTMLElement, host: GalleryHost): () => void {
  const cells = createCells(host);
  const open = new Set<string>();
  /** The body of each row, and what it was last made from. */
  const rows = new Map<string, { body: HTMLElement; made?: string; card?: unknown }>();
  const grid = Object.assign(document.createElement("div"), { className: "mh-cards", role: "list", tabIndex: -1 });
  const table = Object.assign(document.createElement("table"), { className: "mh-table", tabIndex: -1 });
  let choice: Choice = FIRST;
  let shown: string[] = [];
  let queued = false;
  let closed = false;
  let all = false;
  let tick: ReturnType<typeof setTimeout> | undefined;
  const scene = {} as GalleryScene;

  const active = () => (el.getRootNode() as Document).activeElement;
  const holds = (node: Node) => node.contains(active());
  const elOf = (id: string) => (choice.table ? rows.get(id)?.body : cells.el(id)) as HTMLElement;

  function choose(part: Partial<Choice>) {
    const paged = part.page !== undefined;
    choice = { ...choice, page: 0, ...part };
    // What was held on the page by a film or the focus is let go: this is what the visitor wants to see now.
    shown = [];
    render();
    if (!paged) return;
    const list = choice.table ? table : grid;
    list.focus({ preventScroll: true });
    if (el.getBoundingClientRect().top < 0) el.scrollIntoView();
  }

  function read() {
    for (const name of GALLERY_TRAITS) scene[name] = host.get(name) as never;
    const { projects, words } = scene;
    const cards = [...new Set(projects)].map(cells.cardOf);
    const chosen = ordered(
      cards.filter((card) => isShown(card, choice)),
      choice,
      words.lang,
    );
    const pages = Math.ceil(chosen.length / PAGE_SIZE) || 1;
    choice = { ...choice, page: Math.min(choice.page, pages - 1) };
    const page = chosen.slice(choice.page * PAGE_SIZE, (choice.page + 1) * PAGE_SIZE);
    // News alone takes no card away that plays or has the focus.
    const ids = new Set(page.map((card) => card.project_id));
    for (const [index, id] of shown.entries()) {
      const stays = !ids.has(id) && projects.includes(id) && (holds(elOf(id)) || isPlaying(elOf(id)));
      if (stays) page.splice(index, 0, cells.cardOf(id));
    }
    const moment = { connected: host.connected(), now: Date.now(), send: host.send };
    Object.assign(scene, moment, { choice, choose, all: cards, chosen, page, pages });
    shown = page.map((card) => card.project_id);
  }

  function render() {
    queued = false;
    if (closed) return;
    const held = holds(el);
    const focused = active() as HTMLElement | null;
    const above = focused?.closest(".mh-top");
    read();
    const { columns: wide, words } = scene;
    const list = choice.table ? table : grid;
    patch(el, [
      [
        "div",
        {
          class: "mh-widget mh-gallery",
          "data-mh-widget": "video-gallery",
          // JupyterLab would take Enter and single letters from a focused button for its own commands.
          "data-lm-suppress-shortcuts": true,
          lang: words.lang,
          dir: words.dir,
          style: wide === "auto" ? null : `--mh-columns:${wide};--mh-least:240px`,
          tabindex: -1,
        },
        scene.all[0] && top(scene),
        !!scene.all[1] && filter(scene),
        lines(scene),
        list,
        nothing(scene),
        pager(scene),
      ],
    ]);
    if (choice.table) showTable();
    else arrange(grid, shown.map(cells.el), still());
    cells.settle(new Set(choice.table ? shown.filter((id) => open.has(id)) : shown), all);
    all = false;
    // A button that went away must not take the focus out of the gallery with it.
    if (held && !holds(el)) {
      const next = above && el.querySelector<HTMLElement>(".mh-top button");
      (focused?.isConnected ? focused : (next ?? list)).focus({ preventScroll: true });
    }
    clearTimeout(tick);
    const live = nextOf(scene.all, scene.now) !== undefined;
    tick = setTimeout(requestAnimationFrame, live ? 1000 : 60_000, render);
  }

  const still = () => {
    const nodes = shown.map(elOf);
    return nodes.find(isPlaying) ?? nodes.find(holds) ?? null;
  };

  function showTable() {
    const minute = Math.floor(scene.now / 60_000);
    const bodies = scene.page.map((card) => {
      const id = card.project_id;
      const known = rows.get(id) ?? { body: document.createElement("tbody") };
      rows.set(id, known);
      // Only rows with news are made anew, and all of them for the age.
      const made = `${minute} ${open.has(id)} ${scene.connected}`;
      if (known.made !== made || known.card !== card) {
        const toggle = () => {
          open[open.has(id) ? "delete" : "add"](id);
          render();
        };
        patch(known.body, row(scene, card, open.has(id) && cells.el(id), toggle));
        Object.assign(known, { made, card });
      }
      return known.body;
    });
    for (const id of rows.keys()) if (!shown.includes(id)) rows.delete(id);
    const head = table.tHead ?? table.createTHead();
    patch(head, [columns(scene)]);
    arrange(table, [head, ...bodies], still());
  }

  host.onChange((trait) => {
    all ||= !/^c(ards|hanged)$/.test(trait ?? "");
    if (!queued) queueMicrotask(render);
    queued = true;
  });
  host.onMessage(cells.receive);
  render();

  return () => {
    closed = true;
    clearTimeout(tick);
    cells.end();
    patch(el, []);
  };
}
