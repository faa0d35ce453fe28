// The card's end of anywidget: mounts it on the model, and tears it down.

import type { RenderProps } from "@anywidget/types";
import { mountCard } from "./card";
import { mountOn } from "./host";
import { TRAITS } from "./state";
import "./widget.css";
import "./form.css";

const render = ({ model, el }: RenderProps): (() => void) => mountOn(model, TRAITS, (host) => mountCard(el, host));

export default { render };
