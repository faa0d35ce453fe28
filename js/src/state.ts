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
  output: number;
  /** The action just sent, until the kernel's next change shows that it was heard. */
  busy: string;
  download: Transfer | null;
  notice: Notice | null;
  /** How far the bar has come, from 0 to 1: it never goes back. */
  furthest: number;
};

/** Everything that a render reads. */
export type Scene = { traits: Traits; view: View; connected: boolean; now: number };

export const isWaiting = ({ status }: Traits) => status === "queued" || status === "rendering";
export const isHalted = ({ watch, error }: Traits) => watch.state === "paused" || error?.code === "deadline";
export const outputsOf = ({ status, details }: Traits) => (status === "complete" && details.outputs) || [];
export const nameOf = ({ details, project_id }: Traits) => details.name || project_id;

/** Width over height of the film, or 0 while unknown (the API says -1), held to what a card can show. */
export const ratioOf = ({ width, height }: Details) =>
  (width ?? 0) > 0 && (height ?? 0) > 0 ? Math.min(Math.max(Number(width) / Number(height), 0.4), 2.6) : 0;

/** Seconds since the project was made, NaN where that isn't known; never below zero, as the two clocks may differ. */
export const elapsedOf = ({ created_at }: Details, now: number) =>
  Math.max(0, (now - Date.parse(created_at ?? "")) / 1000);

/** Which actions would do something now. Without a kernel only what the browser does alone. */
export function offersOf({ traits, connected }: Scene) {
  const { project_id, status, watch, error, editable, allow_save, allow_delete } = traits;
  const project = connected && project_id !== "";
  const open = project && !/^(complete|error|canceled|deleted)$/.test(status);
  const film = project && outputsOf(traits).length > 0;
  return {
    form: connected && editable && !project,
    refresh: project,
    pause: open && /watching|retrying/.test(watch.state),
    resume: open && isHalted(traits),
    retry: open && error !== null && (watch.state === "stopped" || isHalted(traits)),
    download: film,
    save: film && allow_save,
    delete: project && allow_delete && !/^(deleted)?$/.test(status),
  };
}

export type Offers = ReturnType<typeof offersOf>;
