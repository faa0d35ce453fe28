// The card of a project of any kind.

import { filmViewer } from "./card/viewer";
import { mountCard } from "./mountCard";
import "./styles/kinds.css";

export default mountCard(filmViewer);
