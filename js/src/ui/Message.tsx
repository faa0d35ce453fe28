import type { ComponentChildren } from "preact";
import type { ErrorInfo } from "../model/traits";
import { Icon } from "./Icon";

/** `tone` names the mark and the colour: a status, or "alert" or "pause". */
export type Problem = Partial<ErrorInfo> & { tone: string };

type MessageProps = { variant: "message" | "note"; problem: Problem; children?: ComponentChildren };

/** What happened, the next step, and the code in small: on the stage ("message") or on a line of its own ("note"). */
export const Message = ({ variant, problem: { tone, message, hint, code }, children }: MessageProps) => (
  <div class={`mh-${variant}`} data-tone={tone}>
    <Icon name={tone} />
    <b dir="auto">{message}</b> <span dir="auto">{hint}</span> <code>{tone !== "complete" && code}</code>
    {children}
  </div>
);
