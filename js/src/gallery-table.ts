// The same projects as rows: what is known of each at a glance, and its card beneath it when it is opened.

import type { Child, Tree } from "./dom";
import { factsOf } from "./facts";
import type { GalleryScene } from "./gallery-head";
import type { Card, Column } from "./gallery-state";
import { badge } from "./head";
import { button } from "./parts";
import { nameOf, type State } from "./state";

export const columns = ({ choice, choose, words }: GalleryScene): Tree => [
  "tr",
  {},
  ...Object.entries(words.gallery.columns).map(([column, label]): Tree => {
    const on = column === choice.order;
    return [
      `th.${column}`,
      { scope: "col", "aria-sort": on && (choice.down ? "descending" : "ascending") },
      // Up, down, and as it was given.
      button("quiet", label, () =>
        choose(on && choice.down ? { order: "given", down: false } : { order: column as Column, down: on }),
      ),
    ];
  }),
];

/** A row, and the opened card in one of its own. */
export function row(scene: GalleryScene, card: Card, open: Element | false, toggle: () => void): Tree[] {
  const state = {
    ...card,
    ...scene,
    transfer: card.transfer,
    notice: card.notice,
    view: { output: 0 },
  } as unknown as State;
  const [kind, size, length, , , age] = factsOf(state);
  const cell = (column: Column, ...content: Child[]): Tree => [`td.${column}`, {}, ...content];
  return [
    [
      "tr",
      {},
      [
        "th.name",
        { scope: "row" },
        [
          "button.open",
          {
            type: "button",
            "aria-expanded": `${!!open}`,
            title: `${nameOf(state)}\n${card.project_id}`,
            onclick: toggle,
          },
          ["span", { dir: "auto" }, nameOf(state)],
        ],
      ],
      // An opened card says it by itself.
      cell("status", badge(state, !open)),
      cell("kind", kind),
      cell("size", size),
      cell("length", length),
      cell("credits", card.details.credits_charged?.toLocaleString(scene.words.lang)),
      cell("age", age),
    ],
    ...(open ? [["tr", {}, ["td", { colspan: 7 }, ["div", { role: "list" }, open]]] as Tree] : []),
  ];
}
