// The card of a project of any kind.

import { anyViewer } from "./kinds/anyViewer";
import { mountCard } from "./mountCard";
import "./styles/kinds.css";

export default mountCard(anyViewer);
