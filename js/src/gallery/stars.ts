// The star of a project: the gallery's kernel keeps them, and any number of projects may have one.

import type { GalleryHost, Star } from "../model/host";
import { addIcons } from "../ui/Icon";

addIcons({ star: "M8 2l1.8 4 4.2.4-3.1 2.9.9 4.2L8 11.4l-3.8 2.1.9-4.2L2 6.4 6.2 6z" });

export function createStar(id: string, { traits, send }: Pick<GalleryHost, "traits" | "send">): Star {
  const isOn = () => traits().starred.includes(id);
  return {
    label: () => traits().words.gallery.star,
    isOn,
    toggle: () => send({ kind: "star", project: id, starred: !isOn() }),
  };
}
