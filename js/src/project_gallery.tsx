// The gallery of projects of any kind.

import { anyViewer } from "./kinds/anyViewer";
import { KindFilter } from "./kinds/KindFilter";
import { mountGallery } from "./mountGallery";
import "./styles/kinds.css";

export default mountGallery({ ...anyViewer, name: "project-gallery", KindFilter });
