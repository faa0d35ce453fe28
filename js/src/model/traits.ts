// The traits that the kernel syncs, to the view only. tests/unit/test_seam.py compares these names with the Python classes.

import type { GalleryWords, Words } from "../i18n";

export type MediaKind = "video" | "image" | "audio" | "file";
export type ErrorInfo = { code: string; message: string; hint: string };

/** The part of the API's answer that a card shows; every value may be missing. */
export type ProjectDetails = {
  kind?: Exclude<MediaKind, "file">;
  image_count?: number | null;
  name?: string | null;
  type?: string | null;
  created_at?: string | null;
  width?: number | null;
  height?: number | null;
  start_seconds?: number | null;
  end_seconds?: number | null;
  credits_charged?: number | null;
  fps?: number | null;
  error?: Partial<ErrorInfo> | null;
  outputs?: { media: MediaKind }[] | null;
};

export type WatchState = "idle" | "watching" | "retrying" | "paused" | "stopped";
/** `known_at` is there only while what is on show is remembered: when the API said it, in Unix seconds. */
export type WatchInfo = { state: WatchState; reason: string; next_attempt_at: number | null; known_at?: number };
export type Transfer = { kind: "save" | "download"; received_bytes: number; total_bytes: number | null };
export type Notice = ErrorInfo & { tone: "info" | "error" };

/**
 * The number of the last message with changes, and of the last with all of the state; `pull` where the kernel knows that its
 * host shows only what is sent in answer to a message.
 */
export type Revision = { now: number; whole: number; pull?: boolean };

/** What the kernel says of one project, on a card of its own and in a gallery. */
export type ProjectTraits = {
  project_id: string;
  status: string;
  details: ProjectDetails;
  error: ErrorInfo | null;
  watch: WatchInfo;
  transfer: Transfer | null;
  estimate: { usual_s: number; source: string } | null;
  notice: Notice | null;
};

/** What a card is besides: what it may do, and in which words. */
export type CardTraits = ProjectTraits & {
  allow_delete: boolean;
  allow_save: boolean;
  editable: boolean;
  save_label: string;
  words: Words;
  revision: Revision;
  /** A small picture of the first output as a `data:` URL; a card of a gallery has none. */
  poster_url?: string | null;
};

export const CARD_TRAITS = [
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
  "revision",
  "poster_url",
] as const satisfies (keyof CardTraits)[];

export type SaveAll = { kind: "save"; done: number; failed: number; total: number };

export type GalleryTraits = {
  projects: string[];
  cards: Record<string, ProjectTraits>;
  changed: Record<string, ProjectTraits>;
  refused: (ErrorInfo & { project: string })[];
  transfer: SaveAll | null;
  notice: Notice | null;
  allow_delete: boolean;
  allow_save: boolean;
  editable: boolean;
  save_label: string;
  columns: "auto" | number;
  /** What stands side by side; [] while nothing does. */
  compared: string[];
  /** IDs, in the order in which they got their stars. */
  starred: string[];
  words: GalleryWords;
  revision: Revision;
};

export const GALLERY_TRAITS = [
  "projects",
  "cards",
  "changed",
  "refused",
  "transfer",
  "notice",
  "allow_delete",
  "allow_save",
  "editable",
  "save_label",
  "columns",
  "compared",
  "starred",
  "words",
  "revision",
] as const satisfies (keyof GalleryTraits)[];
