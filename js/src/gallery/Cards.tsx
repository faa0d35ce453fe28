import type { RefObject } from "preact";
import { Choice } from "../compare/Choosing";
import { Cell } from "./Cell";
import type { GalleryProps } from "./types";

/** The page as a grid of cards. */
export function Cards({ listRef, ...props }: GalleryProps & { listRef: RefObject<HTMLDivElement | null> }) {
  const { all, page, cards } = props;
  const shown = new Set(page.map((card) => card.project_id));
  // What the visitor downloads goes on also while its card is out of sight.
  const downloading = all.filter(({ project_id, transfer }) => transfer?.kind === "download" && !shown.has(project_id));
  return (
    // biome-ignore lint/a11y/useSemanticElements: hosts give a <ul> margins, and Safari takes its role where it has no markers
    <div class="mh-cards" role="list" tabIndex={-1} ref={listRef}>
      {[...page, ...downloading].map((card) => {
        const id = card.project_id;
        return (
          <Cell key={id} id={id} cards={cards} hidden={!shown.has(id)}>
            <Choice {...props} card={card} />
          </Cell>
        );
      })}
    </div>
  );
}
