// The gallery of projects of any kind.

import { initialize, render } from "./mountGallery";
import "./styles/kinds.css";

export default { initialize, render };
