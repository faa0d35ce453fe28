// The custom messages of both directions. A Python test holds these kinds against those that the widget handles.

import type { Fault, MediaKind, Traits } from "./state";

export type ToKernel =
  | { kind: "source"; output: number; renew: boolean }
  | { kind: "refresh" | "pause" | "resume" | "save" | "cancel" }
  | { kind: "download"; output: number; id: string; play: boolean }
  | { kind: "ack"; id: string; index: number }
  | { kind: "delete"; confirmed: true }
  | { kind: "set_project"; project: string }
  | { kind: "shown" | "hidden"; id: string };

export type SourceReply = {
  kind: "source";
  output: number;
  url?: string;
  expires_at?: number | null;
  media?: MediaKind;
  error?: Fault;
};

export type DownloadReply =
  | { kind: "chunk"; id: string; index: number; received_bytes: number; total_bytes: number | null }
  | { kind: "end"; id: string; name: string; type: string }
  | { kind: "failed"; id: string; error: Fault };

export type FromKernel = SourceReply | DownloadReply;

/** What stands between the card and whatever carries its state: anywidget in a notebook, a plain object in a test. */
export interface Host {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  connected(): boolean;
  send(message: ToKernel): void;
  /** Call back after each change of a trait or of the connection; one message may bring several. */
  onChange(callback: () => void): void;
  onMessage(callback: (message: FromKernel, buffers: readonly DataView[]) => void): void;
  /** In a gallery: whether the film may load now. A card that stands alone is always near. */
  near?(): boolean;
}

/** Whether a page may play and link it. The kernel is stricter still: it hands out no link with credentials in it. */
export const isSafe = (url: unknown): url is string => /^https?:/i.test(url as string);
