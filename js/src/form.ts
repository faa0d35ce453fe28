// The empty card: one field that takes an ID or a link from the library. The kernel reads it; the view only hands it on.

import type { Scene } from "./card";
import { h } from "./dom";
import { button } from "./parts";
import { text } from "./text";

export function form({ error, view, root, act }: Scene) {
  function submit() {
    const project = root.querySelector("input")?.value.trim();
    if (project) act("set_project", { project });
  }
  return h(
    "div.form",
    {},
    h("b", {}, text.title),
    h(
      "label",
      {},
      text.field,
      h("input", {
        "aria-invalid": error && "true",
        autocomplete: "off",
        spellcheck: "false",
        // No <form>: in JupyterLab Enter in a form with one field fired no `submit`.
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === "Enter" && !event.isComposing) submit();
        },
      }),
    ),
    button("primary", text.show, submit, undefined, view.busy === "set_project"),
    h("span", { dir: "auto", "aria-live": "polite" }, error ? `${error.message} ${error.hint}` : text.fieldHint),
  );
}
