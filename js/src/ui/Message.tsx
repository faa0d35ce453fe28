import type { ComponentChildren } from "preact";
import type { ErrorInfo } from "../model/traits";
import { Icon } from "./Icon";

/** `tone` names the mark and the colour: a status, or "alert" or "pause". */
export type Problem = Partial<ErrorInfo> & { tone: string };

type MessageProps = { variant: "message" | "note"; problem: Problem; children?: ComponentChildren };

/**
 * What happened, the next step, and the code in small: on the stage ("message") or on a line of its own ("note"). Preact
 * writes an empty text anew with each render, and a live region would speak again: what is empty is left out.
 */
export const Message = ({ variant, problem: { tone, message, hint, code }, children }: MessageProps) => (
  <div class={`mh-${variant}`} data-tone={tone}>
    <Icon name={tone} />
    <b dir="auto">{message || null}</b> <span dir="auto">{hint || null}</span>{" "}
    <code>{(tone !== "complete" && code) || null}</code>
    {children}
  </div>
);
