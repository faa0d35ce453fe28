// One family: 16 px, drawn for this project, round ends, 1.5 px lines. Only constants of ours become SVG.

const PATHS = {
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13.2 2.2v2.6h-2.6",
  copy: "M6 6h7v7H6zM10 3.5V3H3v7h.5",
  check: "M3 8.5l3.3 3.2L13 4.8",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  down: "M8 2.5v7.2M4.8 6.8L8 10l3.2-3.2M3 13h10",
  folder: "M2.2 12.5v-9h4l1.6 2h6v7zM8 7.2v3M6.5 8.9L8 10.4l1.5-1.5",
  alert: "M8 2.2L14.4 13.3H1.6zM8 6.3v3.2M8 11.4v.1",
  cross: "M4 4l8 8M12 4l-8 8",
  bar: "M3.5 8h9",
  ring: "M8 3.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6",
  hollow: "M3.5 3.5h9v9h-9z",
  dot: "M8 7.2a.8.8 0 1 1 0 1.6a.8.8 0 1 1 0-1.6",
  pulse: "M8 5.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 1 1 0-5",
  clock: "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 1 1 0-11.6M8 5v3.2l2.2 1.3",
  plug: "M6 2.5v3M10 2.5v3M4 5.5h8v2a4 4 0 0 1-8 0zM8 11.5v2.5",
  file: "M4 2.2h5l3 3v8.6H4zM9 2.2v3h3",
};

export type IconName = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "mh-icon");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  setIcon(svg, name);
  return svg;
}

export function setIcon(svg: SVGSVGElement, name: IconName) {
  if (svg.dataset["icon"] === name) return;
  svg.dataset["icon"] = name;
  svg.firstElementChild?.setAttribute("d", PATHS[name]);
}
