// The gallery of video projects.

import { filmViewer } from "./card/viewer";
import { mountGallery } from "./mountGallery";

export default mountGallery({ ...filmViewer, name: "video-gallery" });
