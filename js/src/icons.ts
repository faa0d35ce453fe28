// One family: 16 px, drawn for this project, round ends, 1.5 px lines. A dot is a line of no length.

import { h } from "./dom";

const PATHS = {
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3",
  copy: "M6 6h7v7H6zM10 3H3v7",
  check: "M3 8l3 3 7-7",
  pause: "M6 4v8M10 4v8",
  down: "M8 3v7M5 7l3 3 3-3M3 13h10",
  folder: "M2 13V4h4l2 2h6v7zM8 8v3",
  alert: "M8 2l6 11H2zM8 6v3M8 11h0",
  cross: "M4 4l8 8M12 4l-8 8",
  bar: "M4 8h8",
  ring: "M8 4a4 4 0 1 0 .1 0z",
  hollow: "M4 4h8v8H4z",
  dot: "M8 8h0",
  plug: "M6 2v3M10 2v3M4 5h8v2a4 4 0 0 1-8 0zM8 11v3",
};

export type Icon = keyof typeof PATHS;

export const icon = (name: Icon) =>
  h("svg.icon", { viewBox: "0 0 16 16", "aria-hidden": "true" }, h("path", { d: PATHS[name] }));
