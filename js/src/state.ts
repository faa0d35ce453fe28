// What the kernel owns (its synced traits), what only this view owns, and what follows from the two. Pure: no DOM here.

import type { Words } from "./text";

export type MediaKind = "video" | "image" | "audio" | "file";
export type Fault = { code: string; message: string; hint: string };

/** The part of the API's answer that the card shows; every value may be missing. */
export type Details = {
  name?: string | null;
  type?: string | null;
  created_at?: string | null;
  width?: number | null;
  height?: number | null;
  start_seconds?: number | null;
  end_seconds?: number | null;
  credits_charged?: number | null;
  fps?: number | null;
  error?: Partial<Fault> | null;
  outputs?: { media: MediaKind }[] | null;
};

export type WatchState = "idle" | "watching" | "retrying" | "paused" | "stopped";
export type Transfer = { kind: "save" | "download"; received_bytes: number; total_bytes: number | null };
export type Notice = Fault & { tone: "info" | "error" };

/** The synced traits, from the kernel to the view only; a Python test holds these names against the widget's. */
export type Traits = {
  project_id: string;
  status: string;
  details: Details;
  error: Fault | null;
  watch: { state: WatchState; reason: string; next_attempt_at: number | null };
  transfer: Transfer | null;
  estimate: { usual_s: number; source: string } | null;
  notice: Notice | null;
  allow_delete: boolean;
  allow_save: boolean;
  editable: boolean;
  save_label: string;
  words: Words;
};

export const TRAITS = [
  "project_id",
  "status",
  "details",
  "error",
  "watch",
  "transfer",
  "estimate",
  "notice",
  "allow_delete",
  "allow_save",
  "editable",
  "save_label",
  "words",
] as const satisfies (keyof Traits)[];

/** State of this one view. It never travels. */
export type View = {
  asking?: boolean;
  output: number;
  /** The action just sent, until the kernel's next change shows that it was heard. */
  busy?: string;
  /** When the transfer on show began, and with how much of it there: one that is resumed has a part already. */
  begun?: { now: number; received_bytes: number } | null;
};

/** Everything that a render reads: the kernel's state, this view's, and the moment. */
export type State = Traits & { view: View; connected: boolean; now: number };

const isOver = ({ status }: Traits) => /complete|error|canceled|deleted/.test(status);
/** Queued, rendering, and any word that the API may learn later: something may still come. */
export const isWaiting = (traits: Traits) => !isOver(traits) && /^(?!draft)./.test(traits.status);
export const outputsOf = ({ status, details }: Traits) => (status === "complete" && details.outputs) || [];
/** What the badge says: the language's word for the API's, or where none came yet, whether one is waited for. */
export const statusOf = (state: State) =>
  state.words.statuses[state.status] ?? (state.status || state.words[offersPause(state) ? "looking" : "stopped"]);
export const nameOf = ({ details, project_id }: Traits) => details.name || project_id;

/** What plays here of the output on show; undefined for a file, and where there is none. */
export function playable(state: State) {
  const media = outputsOf(state)[state.view.output]?.media;
  return media === "file" ? undefined : media;
}

/** Width over height of the film; 0 while unknown (the API says -1). */
export const ratioOf = ({ details: { width, height } }: Traits) => (width && height && width > 0 ? width / height : 0);

/** Seconds since the project was made, NaN where that isn't known; never below zero, as the two clocks may differ. */
export const elapsedOf = ({ details, now }: State) =>
  Math.max(0, (now - Date.parse(details.created_at as string)) / 1000);

// Which actions would do something now: without a kernel none, but for what the browser does alone.
export const offersForm = ({ connected, editable, project_id }: State) => connected && editable && !project_id;
export const offersPause = ({ connected, watch }: State) => connected && /ing$/.test(watch.state);
export const offersResume = ({ connected, watch, error }: State) =>
  connected && (watch.state === "paused" || error?.code === "deadline");
/** Only what ended the watch can be tried again, not a render that failed by itself. */
export const offersRetry = (state: State) =>
  state.connected && state.error && state.watch.state === "stopped" && !isOver(state);
export const offersFilm = (state: State) => state.connected && outputsOf(state)[0];
export const offersDelete = ({ connected, allow_delete, status }: State) =>
  connected && allow_delete && /^(?!deleted)./.test(status);
