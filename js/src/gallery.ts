// The gallery's end of anywidget: keeps the cards of its model up to date, and mounts its views.

import type { InitializeProps, RenderProps } from "@anywidget/types";
import { GALLERY_TRAITS } from "./gallery-state";
import { mountGallery } from "./gallery-view";
import { mountOn } from "./host";
import "./widget.css";
import "./gallery.css";

/** Once a model: the kernel sends only what changed, and here it comes together, for every view and for saved state. */
function initialize({ model }: InitializeProps): () => void {
  const merge = () => model.set("cards", { ...model.get("cards"), ...model.get("changed") });
  model.on("change:changed", merge);
  // News that came before this listened.
  merge();
  return () => model.off("change:changed", merge);
}

const render = ({ model, el }: RenderProps): (() => void) =>
  mountOn(model, GALLERY_TRAITS, (host) => mountGallery(el, host));

export default { initialize, render };
