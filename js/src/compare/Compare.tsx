import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { displayName, playableKind } from "../card/state";
import { cardOf } from "../gallery/state";
import type { GalleryProps } from "../gallery/types";
import { useRerender } from "../model/hooks";
import { Button } from "../ui/Button";
import { addIcons } from "../ui/Icon";
import { shapeOf } from "./clips";
import { Pane } from "./Pane";
import { Panes } from "./Panes";
import { Sync } from "./sync";
import { Transport } from "./Transport";

addIcons({
  play: "M5 3l8 5-8 5z",
  back: "M13 3l-8 5 8 5zM3 3v10",
  next: "M3 3l8 5-8 5zM13 3v10",
  sound: "M2 6h2l4-3v10l-4-3H2zM11 6q2 2 0 4",
  muted: "M2 6h2l4-3v10l-4-3H2zM11 6l4 4M15 6l-4 4",
});

/** By how much two shapes may differ and still lie over each other: a rounded pixel. */
const SAME_SHAPE = 0.01;
/** Where the API says nothing. */
const USUAL_FPS = 30;

/** The keys of video editors; they count wherever the focus is inside. */
function onKey(event: KeyboardEvent, sync: Sync, close: () => void) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ",") sync.step(-1);
  if (event.key === ".") sync.step(1);
  if (event.key !== "Escape") return;
  // VS Code would take the focus away to its list of cells.
  event.stopPropagation();
  close();
}

type CompareProps = Pick<GalleryProps, "state" | "cards" | "comparison"> & { ids: string[] };

/** Two to four finished projects beside each other. */
export function Compare({ ids, state, cards, comparison }: CompareProps) {
  const rerender = useRerender();
  const { words } = state;
  const { compare } = words.gallery;
  const { close } = comparison;
  const shown = ids.map((id) => cardOf(state.cards, id));
  const [sync] = useState(() => {
    const fps = shown.map(({ details }) => details.fps || USUAL_FPS);
    return Object.assign(new Sync(1 / Math.max(...fps), ids[0]), { onChange: rerender });
  });
  // The clock ticks with the screen, and none of them has to look at it.
  const panes = useMemo(
    () => ids.map((id) => <Pane key={id} id={id} hosts={cards.hosts} soundLabel={compare.sound} sync={sync} />),
    [sync.heard],
  );
  const [wipes, setWipes] = useState(false);
  const shapes = [...sync.media.values()].map(shapeOf);
  const [shape = 0, other = 0] = shapes;
  const canWipe = ids.length === 2 && Math.abs(shape / other - 1) < SAME_SHAPE;
  // Nobody gives links any more: what has loaded plays on, and there is nothing else to stay for.
  const isEmpty = !state.connected && !sync.duration && !shapes.some(Boolean);
  useLayoutEffect(() => {
    if (isEmpty) comparison.leave();
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <fieldset> has a border and a minimum width of its own
    <div
      class="mh-card mh-compare"
      role="group"
      aria-label={compare.region}
      tabIndex={-1}
      onKeyDown={(event) => onKey(event, sync, close)}
    >
      <div class="mh-top">
        <div>
          {canWipe && <Button variant="option" label={compare.wipe} pressed={wipes} onClick={() => setWipes(!wipes)} />}
        </div>
        <Button variant="plain" label={compare.close} onClick={close} />
      </div>
      <Panes shape={canWipe && wipes && shape} label={compare.divider} names={shown.map(displayName)}>
        {panes}
      </Panes>
      {shown.some((card) => playableKind(card, 0) !== "image") && <Transport sync={sync} words={words} />}
    </div>
  );
}
