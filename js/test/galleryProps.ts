// What a part of a gallery is given, with spies in the place of what its buttons do.

import { vi } from "vitest";
import { filmViewer } from "../src/card/viewer";
import { createCardHosts } from "../src/gallery/cardHosts";
import { FilmBudget } from "../src/gallery/filmBudget";
import { createStar } from "../src/gallery/stars";
import { INITIAL_SELECTION, type Selection } from "../src/gallery/state";
import type { GalleryProps } from "../src/gallery/types";
import type { GalleryHost } from "../src/model/host";
import type { GalleryTraits, ProjectTraits } from "../src/model/traits";
import { NOW } from "./cardProps";
import { galleryTraits } from "./fakeGallery";

type Given = Partial<GalleryTraits> & { selection?: Partial<Selection>; connected?: boolean; pages?: number };

export function galleryProps(all: ProjectTraits[], { selection, connected = true, pages = 1, ...given }: Given = {}) {
  const state = { ...galleryTraits(all, given), connected, now: NOW };
  const host: GalleryHost = {
    traits: () => state,
    connected: () => connected,
    send: vi.fn(),
    onChange: () => () => {},
    onMessage: () => () => {},
  };
  return {
    state,
    send: vi.fn<GalleryProps["send"]>(),
    all,
    matching: all,
    page: all,
    pages,
    selection: { ...INITIAL_SELECTION, ...selection },
    select: vi.fn<GalleryProps["select"]>(),
    cards: {
      hosts: createCardHosts(host, () => true),
      starOf: (id: string) => createStar(id, host),
      films: new FilmBudget(host),
      viewer: { ...filmViewer, name: "video-gallery" },
    },
    bell: undefined,
    comparison: {
      shown: null,
      can: new Set<string>(),
      chosen: null as string[] | null,
      choose: vi.fn<GalleryProps["comparison"]["choose"]>(),
      open: vi.fn(),
      close: vi.fn(),
      leave: vi.fn(),
    },
  } satisfies GalleryProps;
}
