// Numbers and API words as people read them. Pure.

import { fill, type Words } from "./text";

/** 42 -> "0:42", 4500 -> "75:00". */
export const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${`${Math.floor(seconds % 60)}`.padStart(2, "0")}`;

/** A value with its unit, as the language writes it: 29.97, 30, 2,450. */
export const amount = (
  text: Words,
  unit: "megabytes" | "seconds" | "fps" | "credits",
  value: number,
  minimumFractionDigits = 0,
) => fill(text[unit], value.toLocaleString(text.lang, { minimumFractionDigits }));

/** Decimal, as today's file managers and storage hosts count: 12400000 -> "12.4 MB". */
export const bytes = (text: Words, count: number) => amount(text, "megabytes", Math.round(count / 1e5) / 10, 1);

/** Seconds since -> "just now", "3 min ago", "2 h ago", "5 days ago". */
export function age({ ago }: Words, seconds: number): string {
  const minutes = seconds / 60;
  const unit = minutes < 1 ? 0 : minutes < 60 ? 1 : minutes < 2880 ? 2 : 3;
  return fill(ago[unit] as string, Math.floor(minutes / ([1, 1, 60, 1440][unit] as number)));
}

/** The API's word for a kind of render: "FACE_SWAP" -> "Face swap". The list is open, so this is a rule and no table. */
export const kind = (type: string) => type[0] + type.slice(1).toLowerCase().replaceAll("_", " ");
