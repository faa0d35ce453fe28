// The marks that only pictures need, in the family of all: the widgets of videos alone come without.

import { addIcons } from "../ui/Icon";

addIcons({
  previousPicture: "M10 3L5 8l5 5",
  nextPicture: "M6 3l5 5-5 5",
  grid: "M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z",
  zoomIn: "M7 3a4 4 0 1 0 .1 0zM10 10l4 4M7 5v4M5 7h4",
  zoomOut: "M7 3a4 4 0 1 0 .1 0zM10 10l4 4M5 7h4",
});
