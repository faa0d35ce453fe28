import { useRef, useState } from "preact/hooks";
import { hasFilm } from "../gallery/films";
import type { GalleryHost } from "../model/host";
import type { GalleryTraits, ProjectTraits } from "../model/traits";

/** As the kernel has it. */
export const FEWEST = 2;
export const MOST = 4;

export type Comparison = ReturnType<typeof useComparison>;

/** What stands side by side, as the kernel says, and what the visitor is choosing for it. */
export function useComparison(
  host: GalleryHost,
  { compared, connected }: GalleryTraits & { connected: boolean },
  all: ProjectTraits[],
) {
  const [stored, choose] = useState<string[] | null>(null);
  // Closed here at once, and also where no kernel hears of it.
  const [closed, setClosed] = useState<string[] | null>(null);
  const shown = useRef<string[] | null>(null);
  const can = new Set(all.filter(hasFilm).map((card) => card.project_id));
  const chosen = stored?.filter((id) => can.has(id)) ?? null;
  const send = (projects: string[]) => host.send({ kind: "compare", projects });
  // What a saved notebook says of it can't be played; what is on show stays while the kernel is away.
  const isOpen = compared.length > 0 && compared !== closed && (connected || shown.current === compared);
  shown.current = isOpen ? compared : null;
  return {
    shown: shown.current,
    /** Those that could stand side by side. */
    can,
    chosen,
    choose,
    open() {
      send(chosen ?? []);
      choose(null);
    },
    close() {
      setClosed(compared);
      send([]);
    },
    /** Close it here alone, until a kernel listens again. */
    leave() {
      shown.current = null;
      // Rendered again without it.
      setClosed([]);
    },
  };
}
