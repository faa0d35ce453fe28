// The words come from the kernel, in the language that was chosen there: mh_widgets/translations/en.json says which there are.

import type english from "../../mh_widgets/translations/en.json";

type Open = {
  dir: "ltr" | "rtl";
  /** The badge's word for a status; without one the API's own stands. */
  statuses: Record<string, string>;
  /** What happened, and the next step: of a status after which nothing plays, and of other troubles. */
  says: Record<string, string[]>;
};
/** `kinds` has the words for pictures and audio; the widgets of videos alone come without. */
export type Words = Omit<typeof english, keyof Open | "gallery" | "kinds"> &
  Open &
  Partial<Pick<typeof english, "kinds">>;
export type GalleryWords = Words & Pick<typeof english, "gallery">;

/** A text of the table with its values in place of each "#", in order. */
export const fill = (text: string, ...values: (string | number)[]) => text.replaceAll("#", () => `${values.shift()}`);
