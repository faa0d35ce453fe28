// The card's end of anywidget: mounts it on the model, and tears it down.

import type { InitializeProps, RenderProps } from "@anywidget/types";
import { render as renderTree } from "preact";
import { Card } from "./card/Card";
import type { Shown, Viewer } from "./card/viewer";
import { createHost } from "./model/host";
import { trackRevision } from "./model/revision";
import { CARD_TRAITS } from "./model/traits";
import "./styles/widget.css";
import "./styles/form.css";
import "./styles/still.css";

/** What anywidget asks of a card's module. */
export const mountCard = <S extends Shown>(viewer: Viewer<S>) => ({
  initialize: ({ model }: InitializeProps) => trackRevision(model, true),
  render({ model, el }: RenderProps): () => void {
    renderTree(<Card host={createHost(model, CARD_TRAITS)} viewer={viewer} standalone />, el);
    return () => renderTree(null, el);
  },
});
