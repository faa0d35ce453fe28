// One family: 16 px, drawn for this project, round ends.

import { own } from "../own";

export const PATHS: Record<string, string> = {
  refresh: "M13 8a5 5 0 1 1-2-4h2V2",
  copy: "M6 6h7v7H6zM10 3H3v7",
  pause: "M6 4v8M10 4v8",
  change: "M3 13l1-4 7-7 3 3-7 7zM9 4l3 3",
  bell: "M4 11V7a4 4 0 0 1 8 0v4l1 1H3zM7 14h2",
  alert: "M8 2l6 11H2zM8 6v3M8 11h0",
  complete: "M3 8l3 3 7-7",
  error: "M4 4l8 8M12 4l-8 8",
  canceled: "M4 8h8",
  queued: "M8 4a4 4 0 1 0 .1 0z",
  deleted: "M4 4h8v8H4z",
};
/** A word that the API may learn later has a small ring, which a thick line fills. */
const RING = "M8 6a2 2 0 1 0 .1 0z";

/** Those of a part of the view that not every widget has. */
export const addIcons = (paths: Record<string, string>) => Object.assign(PATHS, paths);

export const Icon = ({ name }: { name: string }) => (
  <svg class="mh-icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={own(PATHS, name, RING)} />
  </svg>
);
