import { fill } from "../i18n";
import { Button } from "../ui/Button";
import type { GalleryProps } from "./types";

export function Pager({ state: { words }, selection: { page }, pages, select }: GalleryProps) {
  const { previous, nextPage, page: place } = words.gallery;
  if (pages <= 1) return null;
  return (
    <div class="mh-pages">
      <Button variant="plain" label={previous} busy={page === 0} onClick={() => select({ page: page - 1 })} />
      <span role="status">{fill(place, page + 1, pages)}</span>
      <Button variant="plain" label={nextPage} busy={page === pages - 1} onClick={() => select({ page: page + 1 })} />
    </div>
  );
}
