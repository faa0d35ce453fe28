// The empty card: one field that takes an ID or a link from the library. The kernel reads it; the view only hands it on.

import { button } from "./button";
import type { Context } from "./card";
import { h } from "./dom";
import type { Scene } from "./state";
import { text } from "./text";

export function form({ traits, view }: Scene, { act, root }: Context) {
  const { error } = traits;
  function submit() {
    const field = root.querySelector("input");
    const project = field?.value.trim();
    if (project) act({ kind: "set_project", project });
    else field?.focus();
  }
  return h(
    "div.form",
    {},
    h("div.title", {}, text.title),
    h(
      "label.label",
      {},
      text.field,
      h("input.input", {
        "aria-label": text.field,
        "aria-invalid": error && "true",
        autocomplete: "off",
        spellcheck: "false",
        // No <form>: in JupyterLab Enter in a form with one field fired no `submit`.
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === "Enter" && !event.isComposing) submit();
        },
      }),
    ),
    button("primary", text.show, submit, false, view.busy === "set_project"),
    h(
      "div.sub",
      { dir: "auto", "aria-live": "polite", "data-tone": error && "bad" },
      error ? `${error.message} ${error.hint}` : text.fieldHint,
    ),
  );
}
