// Every English word of the card, in one table, ready for translation. The contract's accessible names are among them.

/** A text of the table with its values in place of each "#", in order. */
export const fill = (words: string, ...values: (string | number)[]) => words.replace(/#/g, () => `${values.shift()}`);

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
  save: "Save to #",
  delete: "Delete",
  forGood: "Delete permanently",
  cancel: "Cancel",
  // The name is isolated, so that one written from right to left doesn't turn the question around.
  ask: "Delete \u2068#\u2069 from Magic Hour for good? Saved files stay.",

  downloading: "Downloading",
  saving: "Saving",
  pace: "# of # · #/s · #\u00a0left",
  of: "# of #",

  progress: "Render progress",
  usually: "usually about #",
  longer: "longer than usual",
  reconnecting: "Reconnecting in #\u00a0s",

  // Their own spaces don't break: a line ends between two facts.
  megabytes: "#\u00a0MB",
  seconds: "#\u00a0s",
  fps: "#\u00a0fps",
  credits: "#\u00a0credits",
  now: "just now",
  minutesAgo: "#\u00a0min\u00a0ago",
  hoursAgo: "#\u00a0h\u00a0ago",
  daysAgo: "#\u00a0days\u00a0ago",

  field: "Project ID",
  fieldHint: "An ID or a library link.",
  show: "Show",

  offline: "Card not connected to a kernel.",
  offlineHint: "Run its cell again.",
  failed: "The render failed.",
  nothing: "Nothing to play.",
  cannotPlay: "The film can't play.",
  paused: "Paused.",
  pausedHint: "The render goes on.",

  output: "Output #",
  again: "Try again",
  open: "Open in browser",
};

/** The statuses after which nothing plays: what happened, and the next step. */
export const ends: Record<string, [string, string]> = {
  draft: ["Not submitted yet.", "Start it on Magic Hour."],
  canceled: ["The render was canceled.", "Start it on Magic Hour."],
  deleted: ["Deleted from Magic Hour.", "Saved files stay."],
};
