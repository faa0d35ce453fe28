// The empty card: one field that takes an ID or a link from the library. The kernel reads it; the view only hands it on.

import type { Context } from "./card";
import { attr, button, h, put, setBusy, show } from "./dom";
import { offersOf, type Scene } from "./state";
import { text } from "./text";

let count = 0;

export function createForm({ act }: Context) {
  const id = `mh-field-${++count}`;
  const field = h("input", "input", {
    id,
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const hint = h("div", "sub", { id: `${id}-hint`, dir: "auto" });
  const go = button(text.show, "primary", submit);
  const entry = h("div", "entry", {}, h("label", "label", { for: id }, text.field), field, go);
  const el = h("div", "form", {}, h("div", "title", {}, text.formTitle), entry, hint);
  attr(field, "aria-describedby", hint.id);

  function submit() {
    const project = field.value.trim();
    if (project) act({ kind: "set_project", project });
    else field.focus();
  }

  // No <form>: in JupyterLab Enter in a form with one field fired no submit.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    submit();
  });

  function update(scene: Scene) {
    const { project_id, error } = scene.traits;
    const offered = offersOf(scene).form;
    show(el, offered);
    attr(field, "aria-invalid", offered && error ? "true" : "");
    attr(hint, "data-tone", error ? "bad" : "");
    put(hint, error ? [error.message, error.hint].filter(Boolean).join(" ") : text.fieldHint);
    setBusy(go, scene.view.busy === "set_project");
    if (project_id) field.value = "";
  }

  return { el, update };
}
