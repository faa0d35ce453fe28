// The custom messages of both directions. A Python test holds these kinds against those that the kernel handles.

import type { ErrorInfo, MediaKind } from "./traits";

export type ToKernel =
  | { kind: "source"; output: number; renew: boolean }
  | { kind: "refresh" | "pause" | "resume" | "save" | "cancel" }
  /** Asks for the latest projects, to offer them under the field for an ID. */
  | { kind: "recent" }
  /** `text` asks for the bytes as base64, and `zip` for all outputs in one file. */
  | { kind: "download"; output: number; id: string; play: boolean; text: boolean; zip: boolean }
  | { kind: "ack"; id: string; index: number }
  /** `project` is what the page showed when it asked: the kernel deletes that one, or nothing. */
  | { kind: "delete"; project: string; confirmed: true }
  | { kind: "set_project"; project: string }
  /** A view is on a page, or goes; `id` is its own name, as a model may have many. */
  | { kind: "shown" | "hidden"; id: string }
  /** Asks for what is missing here: newer state than `seen`, and the messages after `heard`. With an `id`, for any answer. */
  | { kind: "poll"; id?: string; seen?: number; heard?: number };

export type Poll = Extract<ToKernel, { kind: "poll" }>;
export type Presence = Extract<ToKernel, { kind: "shown" | "hidden" }>;

export type ToGalleryKernel =
  | (Exclude<ToKernel, { kind: "set_project" }> & { project: string })
  /** `to` takes the place of `project`. */
  | { kind: "set_project"; project: string; to: string }
  | { kind: "save_all"; projects?: string[] }
  | { kind: "cancel_all" }
  | { kind: "star"; project: string; starred: boolean }
  /** Shows these side by side; [] closes the comparison. */
  | { kind: "compare"; projects: string[] }
  | Poll
  | Presence;

export type SourceReply = {
  kind: "source";
  output: number;
  url?: string;
  expires_at?: number | null;
  media?: MediaKind;
  error?: ErrorInfo;
};

export type DownloadReply =
  | {
      kind: "chunk";
      id: string;
      index: number;
      received_bytes: number;
      total_bytes: number | null;
      /** The bytes, where they are no buffer. */
      base64?: string;
    }
  | { kind: "end"; id: string; name: string; type: string }
  | { kind: "failed"; id: string; error: ErrorInfo };

/** To a poll with an `id`: the kernel is there. */
export type PollReply = { kind: "polled"; id: string };

export type RecentProject = { id: string; name: string };

export type RecentReply = { kind: "recent"; projects: RecentProject[] };

export type FromKernel = SourceReply | DownloadReply | RecentReply;

/** What a gallery's kernel sends names the card's project. */
export type FromGalleryKernel = FromKernel & { project: string };

/** A name of the view's own, to tell its messages from another view's; randomUUID is missing on plain http origins. */
export const randomId = () => `${Math.random()}`;

/** Whether a page may play and link it. The kernel is stricter still: it hands out no link with credentials in it. */
export const isSafe = (url: string | undefined): url is string =>
  url !== undefined && ["https:", "http:"].some((scheme) => url.toLowerCase().startsWith(scheme));
