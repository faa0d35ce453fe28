// Numbers and API words as people read them. Pure.

import { fill, text } from "./text";

/** 42 -> "0:42", 4500 -> "75:00". */
export const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${`${Math.floor(seconds % 60)}`.padStart(2, "0")}`;

/** At most two digits after the point, and none that say nothing: 29.97, 30. */
export const rounded = (value: number) => +value.toFixed(2);

/** Decimal, as today's file managers and storage hosts count: 12400000 -> "12.4 MB". */
export const bytes = (count: number) => fill(text.megabytes, (count / 1e6).toFixed(1));

/** Seconds since -> "just now", "3 min ago", "2 h ago", "5 days ago". */
export function age(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (!minutes) return text.now;
  if (minutes < 60) return fill(text.minutesAgo, minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? fill(text.hoursAgo, hours) : fill(text.daysAgo, Math.floor(hours / 24));
}

/** The API's word for a kind of render: "FACE_SWAP" -> "Face swap". The list is open, so this is a rule and no table. */
export const kind = (type: string) => type[0] + type.slice(1).toLowerCase().replaceAll("_", " ");
