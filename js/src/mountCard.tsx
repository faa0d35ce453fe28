// The card's end of anywidget: mounts it on the model, and tears it down.

import type { InitializeProps, RenderProps } from "@anywidget/types";
import { render as renderTree } from "preact";
import { Card } from "./card/Card";
import { createHost } from "./model/host";
import { trackRevision } from "./model/revision";
import { CARD_TRAITS } from "./model/traits";
import "./styles/widget.css";
import "./styles/form.css";

export const initialize = ({ model }: InitializeProps) => trackRevision(model, true);

export function render({ model, el }: RenderProps): () => void {
  renderTree(<Card host={createHost(model, CARD_TRAITS)} standalone />, el);
  return () => renderTree(null, el);
}
