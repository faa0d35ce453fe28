// What the kernel owns (its synced traits), what only this view owns, and what follows from the two. Pure: no DOM here.

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
] as const satisfies (keyof Traits)[];

/** State of this one view. It never travels. */
export type View = {
  asking: boolean;
  copied: boolean;
  output: number;
  /** The action just sent, until the kernel's next change shows that it was heard. */
  busy: string;
  download: Transfer | null;
  notice: Notice | null;
  /** How far the bar has come, from 0 to 1: it never goes back. */
  furthest: number;
};

/** Everything that a render reads: the kernel's state, this view's, and the moment. */
export type State = Traits & { view: View; connected: boolean; now: number };

export const isWaiting = ({ status }: Traits) => /queued|rendering/.test(status);
export const isHalted = ({ watch, error }: Traits) => watch.state === "paused" || error?.code === "deadline";
export const outputsOf = ({ status, details }: Traits) => (status === "complete" && details.outputs) || [];
export const nameOf = ({ details, project_id }: Traits) => details.name || project_id;

/** Width over height of the film, held to what a card can show; 0 while unknown (the API says -1). */
export const ratioOf = ({ details: { width, height } }: Traits) =>
  width && height && width > 0 ? Math.min(Math.max(width / height, 0.4), 2.6) : 0;

/** Seconds since the project was made, NaN where that isn't known; never below zero, as the two clocks may differ. */
export const elapsedOf = ({ details, now }: State) => Math.max(0, (now - Date.parse(details.created_at ?? "")) / 1000);

/** Which actions would do something now. Without a kernel only what the browser does alone. */
export function offersOf(state: State) {
  const { project_id, status, watch, error, allow_save, allow_delete } = state;
  const project = state.connected && project_id;
  const open = project && !/complete|error|canceled|deleted/.test(status);
  const film = project && outputsOf(state)[0];
  return {
    form: state.connected && state.editable && !project_id,
    refresh: project,
    pause: open && /watching|retrying/.test(watch.state),
    resume: open && isHalted(state),
    retry: open && error && (watch.state === "stopped" || isHalted(state)),
    download: film,
    save: film && allow_save,
    delete: project && allow_delete && status && status !== "deleted",
  };
}
