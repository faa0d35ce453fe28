import type { RefObject } from "preact";
import { Cell } from "./Cell";
import type { GalleryProps } from "./types";

/** The page as a grid of cards. */
export function Cards({ listRef, all, page, cards }: GalleryProps & { listRef: RefObject<HTMLDivElement | null> }) {
  const shown = new Set(page.map((card) => card.project_id));
  // What the visitor downloads goes on also while its card is out of sight.
  const downloading = all.filter(({ project_id, transfer }) => transfer?.kind === "download" && !shown.has(project_id));
  return (
    // biome-ignore lint/a11y/useSemanticElements: hosts give a <ul> margins, and Safari takes its role where it has no markers
    <div class="mh-cards" role="list" tabIndex={-1} ref={listRef}>
      {[...page, ...downloading].map(({ project_id }) => (
        <Cell key={project_id} id={project_id} cards={cards} hidden={!shown.has(project_id)} />
      ))}
    </div>
  );
}
