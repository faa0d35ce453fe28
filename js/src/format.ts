// Numbers and API words as people read them. Pure.

import { text } from "./text";

const clampText = (value: string, limit: number) => (value.length > limit ? `${value.slice(0, limit - 1)}…` : value);

/** Text from the API made harmless: no control characters, no overrides of direction, bounded. */
export function clean(value: unknown, limit: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return clampText(String(value ?? ""), limit)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")
    .trim();
}

/** 42 -> "0:42", 3700 -> "1:01:40". */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(s / 60);
  return minutes < 60 ? `${minutes}:${two(s % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
}

/** A film's length: 15 -> "15 s", 12.5 -> "12.5 s", 75 -> "1:15 min". */
export function length(seconds: number): string {
  return seconds < 60 ? text.seconds(number(Math.round(seconds * 10) / 10)) : text.minutes(clock(seconds));
}

export const number = (value: number) => value.toLocaleString(text.locale, { maximumFractionDigits: 2 });

/** Decimal units, as file managers of today and the storage hosts count: 12400000 -> "12.4 MB". */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${number(value < 99.5 && unit ? Math.round(value * 10) / 10 : Math.round(value))}\u00a0${units[unit]}`;
}

/** Seconds since -> "just now", "3 min ago", "2 h ago", "5 days ago". */
export function age(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return text.justNow;
  if (minutes < 60) return text.minutesAgo(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? text.hoursAgo(hours) : text.daysAgo(Math.floor(hours / 24));
}

/** The API's word for a kind of render: "FACE_SWAP" -> "Face swap". The list is open, so it is a rule, not a table. */
export function kind(type: string): string {
  const words = type
    .toLowerCase()
    .replaceAll("_", " ")
    .replace(/\bugc\b/, "UGC");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
