// The card of a video project.

import { initialize, render } from "./mountCard";

export default { initialize, render };
