// Every English word of the card, in one table, ready for translation. The contract's accessible names are among them.

export const text = {
  /** For Intl, which words numbers, units and ages. */
  language: "en",

  // The badge holds the API's own word; these two stand where it has not said one yet.
  looking: "looking up",
  stopped: "stopped",

  refresh: "Refresh",
  pause: "Pause",
  resume: "Resume",
  retry: "Retry",
  copy: "Copy ID",
  copied: "ID copied",
  download: "Download",
  save: (place: string) => `Save to ${place}`,
  delete: "Delete",
  forGood: "Delete permanently",
  cancel: "Cancel",
  // The name is isolated, so that one written from right to left doesn't turn the question around.
  ask: (name: string) => `Delete \u2068${name}\u2069 from Magic Hour? This can't be undone. Saved files stay.`,

  downloading: "Downloading",
  saving: "Saving",
  of: (part: string, whole: string) => `${part} of ${whole}`,

  progress: "Render progress",
  usually: (time: string) => `usually about ${time}`,
  longer: "longer than usual",
  paused: "Watching is paused",
  goesOn: "The render goes on.",
  reconnecting: "Reconnecting",
  inSeconds: (n: number) => ` in ${n} s`,

  seconds: (n: string) => `${n} s`,
  fps: (n: string) => `${n} fps`,
  credits: (n: string) => (n === "1" ? "1 credit" : `${n} credits`),

  title: "Watch a Magic Hour video",
  field: "Project ID",
  fieldHint: "An ID, or a link from your library.",
  show: "Show",

  offline: "This card is not connected to a kernel",
  offlineHint: "Run its cell again to go on.",
  failed: "The render failed",
  canceled: "The render was canceled",
  canceledHint: "Start it again on Magic Hour.",
  deleted: "Deleted from Magic Hour",
  deletedHint: "Saved files stay.",
  draft: "Not submitted yet",
  draftHint: "Start it on Magic Hour; this card follows.",
  noFilm: "This project has no film",
  noFilmHint: "Refresh to look again.",
  unknown: "This card doesn't know this status",
  unknownHint: "It goes on watching.",

  output: (n: number, all: number) => `Output ${n} of ${all}`,
  file: "This output is a file",
  fileHint: "Download it to open it.",
  cannotPlay: "The film can't be played here",
  again: "Try again",
  open: "Open in browser",
};
