// The gallery of projects of any kind.

import { filmViewer } from "./card/viewer";
import { mountGallery } from "./mountGallery";
import "./styles/kinds.css";

export default mountGallery({ ...filmViewer, name: "project-gallery" });
