// What follows from the traits. Pure: no DOM here.

import type { Words } from "../i18n";
import type { CardTraits, MediaKind, ProjectDetails, ProjectTraits } from "../model/traits";
import { own } from "../own";

/** What a render adds to the traits: whether a kernel is listening, and the time in milliseconds. */
export type Moment = { connected: boolean; now: number };
/** What a row of a table and a card have in common. */
export type ProjectState = ProjectTraits & Moment & { words: Words };
/** Everything that the render of a card reads. */
export type CardState = CardTraits & Moment;

const TERMINAL = new Set(["complete", "error", "canceled", "deleted"]);

export const isTerminal = (status: string) => TERMINAL.has(status);

/** Queued, rendering, and any word that the API may learn later: something may still come. */
export const isInProgress = (status: string) => status !== "" && status !== "draft" && !isTerminal(status);

export const outputsOf = ({ status, details }: ProjectTraits) => (status === "complete" && details.outputs) || [];

/** What a project makes: pictures, audio, or a video where nothing else is said. */
export const kindOf = ({ details }: ProjectTraits) => details.kind ?? "video";

/** The same where something is known of the project, else undefined: it may be of any kind. */
export const knownKind = (card: ProjectTraits) => (Object.keys(card.details).length ? kindOf(card) : undefined);

export const displayName = ({ details, project_id }: ProjectTraits) => details.name || project_id;

/** What the badge says: the language's word for the API's, or where none came yet, whether one is waited for. */
export function statusLabel(state: ProjectState): string {
  const { status, words } = state;
  if (status) return own(words.statuses, status, status);
  return canPause(state) ? words.looking : words.stopped;
}

/** What plays here of one output; undefined for a file, and where there is none. */
export function playableKind(traits: ProjectTraits, output: number): Exclude<MediaKind, "file"> | undefined {
  const media = outputsOf(traits)[output]?.media;
  return media === "file" ? undefined : media;
}

/** Width over height of the film; 0 while unknown (the API says -1). */
export function aspectRatio({ width, height }: ProjectDetails): number {
  return width && height && width > 0 ? width / height : 0;
}

/** Seconds since the project was made, NaN where that isn't known; never below zero, as the two clocks may differ. */
export const elapsedSeconds = ({ created_at }: ProjectDetails, now: number) =>
  Math.max(0, (now - Date.parse(created_at ?? "")) / 1000);

// Which actions would do something now: without a kernel none, but for what the browser does alone.

export const canEnterProject = ({ connected, editable, project_id }: CardState) => connected && editable && !project_id;

/** The way back to the field, from a project that is on show. */
export const canChangeProject = ({ connected, editable, project_id }: CardState) =>
  connected && editable && project_id !== "";

/** While the kernel asks the API, or is about to try again. */
export const canPause = ({ connected, watch }: ProjectTraits & Moment) =>
  connected && (watch.state === "watching" || watch.state === "retrying");

export const canResume = ({ connected, watch, error }: CardState) =>
  connected && (watch.state === "paused" || error?.code === "deadline");

/** Only what ended the watch can be tried again, not a render that failed by itself. */
export const canRetry = ({ connected, watch, error, status }: CardState) =>
  connected && error !== null && watch.state === "stopped" && !isTerminal(status);

export const canDownload = (state: CardState) => state.connected && outputsOf(state).length > 0;

export const canDelete = ({ connected, allow_delete, status }: CardState) =>
  connected && allow_delete && status !== "" && status !== "deleted";
