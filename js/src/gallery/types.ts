import type { Moment } from "../card/state";
import type { Comparison } from "../compare/useComparison";
import type { GalleryHost } from "../model/host";
import type { GalleryTraits, ProjectTraits } from "../model/traits";
import type { CardHosts } from "./cardHosts";
import type { FilmBudget } from "./filmBudget";
import type { Selection } from "./state";

/** What the kernel tells a gallery, and the moment. */
export type GalleryState = GalleryTraits & Moment;

/** What every part of a gallery is given. */
export type GalleryProps = {
  state: GalleryState;
  send: GalleryHost["send"];
  /** All projects in the given order, those that the filter lets through in the chosen one, and those on this page. */
  all: ProjectTraits[];
  matching: ProjectTraits[];
  page: ProjectTraits[];
  pages: number;
  selection: Selection;
  select: (part: Partial<Selection>) => void;
  hosts: CardHosts;
  films: FilmBudget;
  comparison: Comparison;
};
