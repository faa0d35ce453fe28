// The card of a video project.

import { filmViewer } from "./card/viewer";
import { mountCard } from "./mountCard";

export default mountCard(filmViewer);
