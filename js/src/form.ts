// The empty card: one field that takes an ID or a link from the library. The kernel reads it; the view only hands it on.

import type { Scene } from "./card";
import type { Tree } from "./dom";
import { button } from "./parts";

export function form({ error, el, act, words: text }: Scene): Tree {
  function submit() {
    const project = el.querySelector("input")?.value.trim();
    if (project) act("set_project", { project });
  }
  return [
    "div.form",
    {},
    [
      "label",
      {},
      text.field,
      [
        "input",
        {
          "aria-invalid": !!error,
          spellcheck: "false",
          // No <form>: in JupyterLab Enter in a form with one field fired no `submit`.
          onkeydown: (event: KeyboardEvent) => {
            if (event.key === "Enter" && !event.isComposing) submit();
          },
        },
      ],
    ],
    button("primary", text.show, submit),
    ["span", {}, text.fieldHint],
  ];
}
