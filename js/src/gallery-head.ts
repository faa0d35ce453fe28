// What stands around the cards: the summary, saving all, the filter, the lines, and the pages.

import type { Child, Tree } from "./dom";
import {
  type Card,
  type Choice,
  countsOf,
  FIRST,
  type GalleryTraits,
  summaryOf,
  type ToGallery,
  typesOf,
} from "./gallery-state";
import { told } from "./lines";
import { button, words } from "./parts";
import { say } from "./problem";
import { bar } from "./progress";
import { fill } from "./text";

/** What the parts are given. */
export type GalleryScene = GalleryTraits & {
  connected: boolean;
  now: number;
  choice: Choice;
  /** All in the given order, those that the filter lets through in the chosen one, and those on this page. */
  all: Card[];
  chosen: Card[];
  page: Card[];
  pages: number;
  choose(part: Partial<Choice>): void;
  send(message: ToGallery): void;
};

export function top(scene: GalleryScene): Tree {
  const { all, chosen, words: text, transfer, send } = scene;
  const finished = chosen.filter(({ status }) => status === "complete");
  const some = chosen.length < all.length;
  return [
    "div.top",
    {},
    ["div.summary", {}, summaryOf(all, text, scene.now)],
    ...(!scene.connected || !scene.allow_save
      ? []
      : transfer
        ? [saving(scene, transfer), button("plain", text.cancel, () => send({ kind: "cancel_all" }))]
        : [
            finished[0] &&
              button("plain", some ? fill(text.gallery.saveShown, finished.length) : text.gallery.saveAll, () =>
                send({ kind: "save_all", ...(some && { projects: finished.map((card) => card.project_id) }) }),
              ),
          ]),
  ];
}

function saving({ words: text }: GalleryScene, { done, failed, total }: NonNullable<GalleryTraits["transfer"]>): Tree {
  const count =
    fill(text.of, done + failed, total) + (failed ? text.gallery.comma + fill(text.gallery.counts.error, failed) : "");
  return [
    "div.moving",
    {},
    ["div", {}, ["b", {}, text.moving.save], count],
    bar(text.moving.save, (done + failed) / total, count),
  ];
}

/** Statuses with their counts, kinds, the order, and the choice between cards and rows. */
export function filter({ all, choice, choose, words: text }: GalleryScene): Child {
  const { statuses, looking, gallery } = text;
  const counts = countsOf(all);
  const types = typesOf(all);
  const option = (label: string, part: Partial<Choice>, on: boolean) =>
    button("option", label, () => choose(part), false, "", `${on}`);
  // The one that was chosen stays, also once nothing has that status any more.
  if (choice.status !== null && !counts.some(([status]) => status === choice.status)) counts.push([choice.status, 0]);
  return [
    "div.filter",
    {},
    [
      "div",
      { role: "group", "aria-label": gallery.status },
      option(`${gallery.all}\u00a0${all.length}`, { status: null }, choice.status === null),
      ...counts.map(([status, count]) =>
        option(`${statuses[status] ?? (status || looking)}\u00a0${count}`, { status }, status === choice.status),
      ),
    ],
    [
      "div",
      {},
      !!Object.keys(types)[1] &&
        select(gallery.kind, choice.type, { "": gallery.kinds, ...types }, (type) => choose({ type })),
      !choice.table &&
        select(gallery.order, choice.order, gallery.orders, (order) =>
          choose({ order: order as Choice["order"], down: false }),
        ),
      option(gallery.cards, { table: false }, !choice.table),
      option(gallery.table, { table: true }, choice.table),
    ],
  ];
}

const select = (
  label: string,
  value: string,
  options: Record<string, string>,
  chose: (value: string) => void,
): Tree => [
  "select.plain",
  {
    "aria-label": label,
    onchange: (event: Event) => chose((event.target as HTMLSelectElement).value),
  },
  ...Object.entries(options).map(([key, name]): Tree => ["option", { value: key, selected: key === value }, name]),
];

export function lines({ connected, refused, notice, words: text }: GalleryScene): Tree {
  const { gallery } = text;
  return [
    "div",
    {},
    told(notice, !connected && words("note", say(gallery, "offline", "alert"))),
    refused[0] && [
      "div.refused",
      // Many of them scroll, and so have to be reached by keyboard.
      { tabindex: 0 },
      ...refused.map(({ project, message, ...rest }) =>
        words("note", { ...rest, tone: "alert", message: `\u2068${project}\u2069: ${message}` }),
      ),
    ],
  ];
}

/** What stands in the place of the cards where there are none. */
export function nothing({ all, page, choose, words: text }: GalleryScene): Child {
  if (page[0]) return false;
  const { gallery } = text;
  return [
    "div.stage",
    {},
    words(
      "message",
      say(gallery, all[0] ? "none" : "empty", ""),
      all[0] && button("plain", gallery.showAll, () => choose(FIRST)),
    ),
  ];
}

export function pager({ choice: { page }, pages, choose, words: text }: GalleryScene): Child {
  const { previous, nextPage, page: place } = text.gallery;
  return (
    pages > 1 && [
      "div.pages",
      {},
      button("plain", previous, () => choose({ page: page - 1 }), !page),
      ["span", { role: "status" }, fill(place, page + 1, pages)],
      button("plain", nextPage, () => choose({ page: page + 1 }), page === pages - 1),
    ]
  );
}
