import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useBell } from "../bell/useBell";
import { Compare } from "../compare/Compare";
import { useComparison } from "../compare/useComparison";
import { hostName } from "../model/colab";
import { useNow, useRerender } from "../model/hooks";
import type { GalleryHost } from "../model/host";
import { usePresence } from "../model/usePresence";
import { usePull } from "../model/usePull";
import { useFocusRescue } from "../ui/focus";
import { Cards } from "./Cards";
import { Filters } from "./Filters";
import { EmptyGallery, GalleryNotices } from "./GalleryNotices";
import { useFocusOnMoved } from "./moves";
import { Pager } from "./Pager";
import { nextFinish } from "./state";
import { Table, useOpenRows } from "./Table";
import { Toolbar } from "./Toolbar";
import type { GalleryViewer } from "./types";
import { useCards } from "./useCards";
import { useSelection } from "./useSelection";

/** The traits of a gallery, and whether a kernel is listening. */
function useGalleryTraits(host: GalleryHost) {
  const rerender = useRerender();
  useLayoutEffect(() => host.onChange(rerender), [host]);
  return { ...host.traits(), connected: host.connected() };
}

/** Another page begins at its top, for the eye and for the keyboard. */
function usePageTurn(root: RefObject<HTMLElement | null>, list: RefObject<HTMLElement | null>, turns: number) {
  useLayoutEffect(() => {
    if (turns === 0) return;
    list.current?.focus({ preventScroll: true });
    if (root.current && root.current.getBoundingClientRect().top < 0) root.current.scrollIntoView();
  }, [turns]);
}

export function Gallery({ host, viewer }: { host: GalleryHost; viewer: GalleryViewer }) {
  const root = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const traits = useGalleryTraits(host);
  usePresence(host, traits.connected);
  const { turns, moves, ...chosen } = useSelection(root, traits);
  const { all, page, selection } = chosen;
  usePull(host.pull, all, traits.transfer);
  const cards = useCards(host, viewer);
  const comparison = useComparison(host, traits, all);
  const { shown } = comparison;
  cards.films.isTaken = shown !== null;
  const bell = useBell(root, all, traits);
  const open = useOpenRows(moves);
  const now = useNow(nextFinish(all, Date.now()) === undefined ? 60_000 : 1000);
  const isTable = selection.view === "table";
  usePageTurn(root, isTable ? table : grid, turns);
  useFocusRescue(root, ".mh-compare, .mh-choosing button, .mh-cards, .mh-table");
  useFocusOnMoved(root, moves);

  const props = { state: { ...traits, now }, send: host.send, ...chosen, cards, comparison, bell };
  const { words, columns } = traits;
  return (
    <div
      ref={root}
      class="mh-widget mh-gallery"
      data-mh-widget={viewer.name}
      data-host={hostName()}
      // JupyterLab would take Enter and single letters from a focused button for its own commands.
      data-lm-suppress-shortcuts="true"
      lang={words.lang}
      dir={words.dir}
      style={columns === "auto" ? undefined : `--mh-columns:${columns};--mh-least:240px`}
      tabIndex={-1}
    >
      {shown && <Compare key={shown.join()} ids={shown} {...props} />}
      {!shown && all.length > 0 && <Toolbar {...props} />}
      {!shown && all.length > 1 && <Filters {...props} />}
      <GalleryNotices {...props} />
      {/* What is under way on a card goes on. */}
      <div hidden={shown !== null}>
        {isTable ? <Table {...props} listRef={table} open={open} /> : <Cards {...props} listRef={grid} />}
        {page.length === 0 && <EmptyGallery {...props} />}
        <Pager {...props} />
      </div>
    </div>
  );
}
