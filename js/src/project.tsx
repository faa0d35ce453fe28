// The card of a project of any kind.

import { initialize, render } from "./mountCard";
import "./styles/kinds.css";

export default { initialize, render };
