// What the build makes of each element: the function that Preact has in any case, in place of a runtime of its own.

export { Fragment, h } from "preact";
