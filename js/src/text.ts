// Every English word of the card, in one table, ready for translation. The contract's accessible names are among them.

export const text = {
  // The badge holds the API's own word; these two stand where it has not said one yet.
  looking: "looking up",
  stopped: "stopped",

  refresh: "Refresh",
  pause: "Pause",
  resume: "Resume",
  retry: "Retry",
  copy: "Copy ID",
  download: "Download",
  save: (place: string) => `Save to ${place}`,
  delete: "Delete",
  forGood: "Delete permanently",
  cancel: "Cancel",
  // The name is isolated, so that one written from right to left doesn't turn the question around.
  ask: (name: string) => `Delete \u2068${name}\u2069 from Magic Hour for good? Saved files stay.`,

  downloading: "Downloading",
  saving: "Saving",
  of: (part: string, whole: string) => `${part} of ${whole}`,

  progress: "Render progress",
  usually: (time: string) => `usually about ${time}`,
  longer: "longer than usual",
  reconnecting: (seconds: number) => `Reconnecting in ${seconds}\u00a0s`,

  // Their own spaces don't break: a line ends between two facts.
  megabytes: (n: string) => `${n}\u00a0MB`,
  seconds: (n: number) => `${n}\u00a0s`,
  fps: (n: number) => `${n}\u00a0fps`,
  credits: (n: string) => `${n}\u00a0credits`,
  now: "just now",
  minutesAgo: (n: number) => `${n}\u00a0min\u00a0ago`,
  hoursAgo: (n: number) => `${n}\u00a0h\u00a0ago`,
  daysAgo: (n: number) => `${n}\u00a0days\u00a0ago`,

  field: "Project ID",
  fieldHint: "An ID, or a link from your library.",
  show: "Show",

  offline: "Card not connected to a kernel.",
  offlineHint: "Run its cell again.",
  failed: "The render failed.",
  nothing: "Nothing to play.",
  cannotPlay: "The film can't play here.",
  paused: "Watching is paused.",
  pausedHint: "The render goes on.",

  output: (n: number) => `Output ${n}`,
  again: "Try again",
  open: "Open in browser",
};

/** The statuses after which nothing plays: what happened, and the next step. */
export const ends: Record<string, [string, string]> = {
  draft: ["Not submitted yet.", "Start it on Magic Hour."],
  canceled: ["The render was canceled.", "Start it on Magic Hour."],
  deleted: ["Deleted from Magic Hour.", "Saved files stay."],
};
