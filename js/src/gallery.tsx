// The gallery of video projects.

import { initialize, render } from "./mountGallery";

export default { initialize, render };
