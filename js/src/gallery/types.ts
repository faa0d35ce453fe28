import type { ComponentChild } from "preact";
import type { Bell } from "../bell/useBell";
import type { Moment } from "../card/state";
import type { Viewer } from "../card/viewer";
import type { Comparison } from "../compare/useComparison";
import type { GalleryHost, Star } from "../model/host";
import type { GalleryTraits, ProjectTraits } from "../model/traits";
import type { CardHosts } from "./cardHosts";
import type { FilmBudget } from "./filmBudget";
import type { Selection } from "./state";

/** What the kernel tells a gallery, and the moment. */
export type GalleryState = GalleryTraits & Moment;

/** What its cards are made with. */
export type GalleryCards = {
  hosts: CardHosts;
  films: FilmBudget;
  viewer: GalleryViewer;
  starOf(id: string): Star;
};

/** What shows the projects of a gallery: its cards, and the choice between their kinds where there may be several. */
export type GalleryViewer = Viewer & { name: string; KindFilter?(props: GalleryProps): ComponentChild };

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
  cards: GalleryCards;
  comparison: Comparison;
  bell: Bell | undefined;
};
