// Numbers and API words as people read them. Pure.

import { text } from "./text";

export const number = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 2 });

/** 42 -> "0:42", 3700 -> "1:01:40". */
export function clock(seconds: number): string {
  const two = (n: number) => `${Math.floor(n)}`.padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const tail = `:${two(seconds % 60)}`;
  return minutes < 60 ? minutes + tail : Math.floor(minutes / 60) + ":" + two(minutes % 60) + tail;
}

/** A film's length: 15 -> "15 s", 12.5 -> "12.5 s", 75 -> "1:15 min". */
export const length = (seconds: number) =>
  seconds < 60 ? text.seconds(number(seconds)) : text.minutes(clock(seconds));

/** Decimal units, as today's file managers and storage hosts count: 12400000 -> "12.4 MB". */
export function bytes(count: number): string {
  const unit = count < 1e6 ? 0 : count < 1e9 ? 1 : 2;
  return `${number(Math.round(count / 1000 ** unit / 100) / 10)}\u00a0${["kB", "MB", "GB"][unit]}`;
}

/** Seconds since -> "just now", "3 min ago", "2 h ago", "5 days ago". */
export function age(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return text.justNow;
  if (minutes < 60) return text.minutesAgo(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? text.hoursAgo(hours) : text.daysAgo(Math.floor(hours / 24));
}

/** The API's word for a kind of render: "FACE_SWAP" -> "Face swap". The list is open, so this is a rule and no table. */
export const kind = (type: string) => type.charAt(0) + type.slice(1).toLowerCase().replaceAll("_", " ");
