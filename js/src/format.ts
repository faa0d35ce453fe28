// Numbers and API words as people read them. Pure.

import { text } from "./text";

export const number = (value: number, options: Intl.NumberFormatOptions = {}) =>
  value.toLocaleString(text.language, { maximumFractionDigits: 2, ...options });

/** 42 -> "0:42", 3700 -> "1:01:40". */
export function clock(seconds: number): string {
  const [hours, ...rest] = new Date(Math.floor(seconds) * 1000).toISOString().slice(11, 19).split(":");
  const days = Math.floor(seconds / 86_400);
  return `${+(hours ?? 0) + days * 24}:${rest.join(":")}`.replace(/^0:0?/, "");
}

/** A film's length: 15 -> "15 s", 75 -> "1:15". */
export const length = (seconds: number) => (seconds < 60 ? text.seconds(number(seconds)) : clock(seconds));

/** Decimal, as today's file managers and storage hosts count: 12400000 -> "12.4 MB". */
export const bytes = (count: number) =>
  number(count / 1e6, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });

/** Seconds since -> "3 minutes ago", "2 hours ago", "5 days ago". */
export function age(seconds: number): string {
  const [size, unit] =
    seconds < 3600 ? [60, "minute" as const] : seconds < 172_800 ? [3600, "hour" as const] : [86_400, "day" as const];
  return new Intl.RelativeTimeFormat(text.language, { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
}

/** The API's word for a kind of render: "FACE_SWAP" -> "Face swap". The list is open, so this is a rule and no table. */
export const kind = (type: string) => type[0] + type.slice(1).toLowerCase().replaceAll("_", " ");
