// The gallery's end of anywidget: keeps the cards of its model up to date, mounts its views, and tears them down.

import type { InitializeProps, RenderProps } from "@anywidget/types";
import { render as renderTree } from "preact";
import { Gallery } from "./gallery/Gallery";
import type { GalleryViewer } from "./gallery/types";
import { createHost } from "./model/host";
import { trackRevision } from "./model/revision";
import { GALLERY_TRAITS, type GalleryTraits } from "./model/traits";
import "./styles/widget.css";
import "./styles/form.css";
import "./styles/gallery.css";
import "./styles/compare.css";

/** Once a model: the kernel sends only what changed, and here it comes together, for every view and for saved state. */
function initialize({ model }: InitializeProps<GalleryTraits>): () => void {
  const merge = () => model.set("cards", { ...model.get("cards"), ...model.get("changed") });
  model.on("change:changed", merge);
  // News that came before this listened: the last of them, as each has taken the place of those before.
  merge();
  const stop = trackRevision(model, false);
  return () => {
    stop();
    model.off("change:changed", merge);
  };
}

/** What anywidget asks of a gallery's module. */
export const mountGallery = (viewer: GalleryViewer) => ({
  initialize,
  render({ model, el }: RenderProps): () => void {
    renderTree(<Gallery host={createHost(model, GALLERY_TRAITS)} viewer={viewer} />, el);
    return () => renderTree(null, el);
  },
});
