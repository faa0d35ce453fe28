// What the kernel owns (its synced traits), what only this view owns, and what follows from the two. Pure: no DOM here.

import { clean } from "./format";

export type MediaKind = "video" | "image" | "audio" | "file";
export type Fault = { code: string; message: string; hint: string };
export type Output = { media: MediaKind };

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
  outputs?: Output[] | null;
};

export type WatchState = "idle" | "watching" | "retrying" | "paused" | "stopped";
export type Watch = { state: WatchState; reason: string; next_attempt_at: number | null };
export type Transfer = { kind: "save" | "download"; received_bytes: number; total_bytes: number | null };
export type Notice = Fault & { tone: "info" | "error" };

/** The synced traits. They go from the kernel to the view only; a Python test holds these names against the widget's. */
export type Traits = {
  project_id: string;
  status: string;
  details: Details;
  error: Fault | null;
  watch: Watch;
  transfer: Transfer | null;
  estimate: { usual_s: number; source: string } | null;
  notice: Notice | null;
  allow_delete: boolean;
  allow_save: boolean;
  editable: boolean;
  save_label: string;
};

export const EMPTY: Traits = {
  project_id: "",
  status: "",
  details: {},
  error: null,
  watch: { state: "idle", reason: "", next_attempt_at: null },
  transfer: null,
  estimate: null,
  notice: null,
  allow_delete: false,
  allow_save: false,
  editable: false,
  save_label: "",
};

export const TRAITS = Object.keys(EMPTY) as (keyof Traits)[];

/** State of this one view. It never travels. */
export type View = {
  asking: boolean;
  output: number;
  /** The action just sent, until the kernel's next change shows that it was heard. */
  busy: string;
  download: Transfer | null;
  notice: Notice | null;
};

/** Everything a render needs, read once. */
export type Scene = { traits: Traits; view: View; connected: boolean; now: number };

const fault = <T extends Fault>(value: T | null): T | null =>
  value && { ...value, message: clean(value.message, 600), hint: clean(value.hint, 600), code: clean(value.code, 80) };

/** The traits as this view trusts them: nulls and missing values replaced, texts cleaned and bounded. */
export function readTraits(get: (name: keyof Traits) => unknown): Traits {
  const raw = Object.fromEntries(TRAITS.map((name) => [name, get(name) ?? EMPTY[name]])) as Traits;
  const { details } = raw;
  return {
    ...raw,
    status: clean(raw.status, 40),
    save_label: clean(raw.save_label, 200),
    error: fault(raw.error),
    notice: fault(raw.notice),
    watch: { ...EMPTY.watch, ...raw.watch, reason: clean(raw.watch.reason, 300) },
    details: { ...details, name: clean(details.name, 300), type: clean(details.type, 60) },
  };
}

export const isWaiting = (status: string) => status === "queued" || status === "rendering";
export const outputsOf = (traits: Traits): Output[] =>
  (Array.isArray(traits.details.outputs) && traits.details.outputs) || [];
export const hasFilm = (traits: Traits) => traits.status === "complete" && outputsOf(traits).length > 0;
export const deadlinePassed = (traits: Traits) => traits.error?.code === "deadline";
const isLive = (traits: Traits) => traits.watch.state === "watching" || traits.watch.state === "retrying";

/** Width over height of the film, or null while unknown (the API says -1), held to what a card can show. */
export function ratioOf({ width, height }: Details): number | null {
  return width && height && width > 0 && height > 0 ? Math.min(Math.max(width / height, 0.4), 2.6) : null;
}

/** Seconds since the project was made, or null; never below zero, as the two clocks may differ. */
export function elapsedOf({ created_at }: Details, now: number): number | null {
  const start = Date.parse(created_at ?? "");
  return Number.isNaN(start) ? null : Math.max(0, (now - start) / 1000);
}

export type Offers = Record<
  "copy" | "refresh" | "pause" | "resume" | "retry" | "download" | "save" | "delete" | "form",
  boolean
>;

/** Which actions would do something now. Without a kernel only what the browser does alone. */
export function offersOf({ traits, connected }: Scene): Offers {
  const { project_id, status, watch, error } = traits;
  const project = connected && project_id !== "";
  const film = project && hasFilm(traits);
  const over = ["complete", "error", "canceled", "deleted"].includes(status);
  const deadline = deadlinePassed(traits);
  return {
    copy: project_id !== "",
    refresh: project,
    pause: project && isLive(traits) && !over,
    resume: project && !over && (watch.state === "paused" || deadline),
    retry: project && !over && error !== null && (watch.state === "stopped" || deadline),
    download: film,
    save: film && traits.allow_save,
    delete: project && traits.allow_delete && status !== "" && status !== "deleted",
    form: connected && traits.editable && project_id === "",
  };
}
