import { useMemo, useState } from "preact/hooks";
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
  back: "M11 3L5 8l6 5zM3 3v10",
  next: "M5 3l6 5-6 5zM13 3v10",
  sound: "M2 6h2l4-3v10l-4-3H2zM11 6q2 2 0 4M13 4q4 4 0 8",
  muted: "M2 6h2l4-3v10l-4-3H2zM11 6l4 4M15 6l-4 4",
});

/** By how much two shapes may differ and still lie over each other: a rounded pixel. */
const SAME_SHAPE = 0.01;
/** Where the API says nothing. */
const USUAL_FPS = 30;

/** The keys of video editors; they count wherever the focus is inside. */
function onKey(event: KeyboardEvent, sync: Sync, close: () => void) {
  const actions: Record<string, () => void> = {
    Escape: close,
    ",": () => sync.step(-1),
    ".": () => sync.step(1),
    k: () => sync.toggle(),
  };
  const act = actions[event.key];
  if (!act || event.ctrlKey || event.metaKey) return;
  // VS Code would take the focus away to its list of cells.
  event.stopPropagation();
  act();
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
    return new Sync(1 / Math.max(...fps), ids[0]);
  });
  const paneHosts = useMemo(() => ids.map(cards.hosts.create), [cards]);
  const [wipes, setWipes] = useState(false);
  const [shape = 0, other = 0] = [...sync.media.values()].map(shapeOf);
  const canWipe = ids.length === 2 && Math.abs(shape / other - 1) < SAME_SHAPE;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <fieldset> has a border and a minimum width of its own
    <div
      class="mh-compare"
      role="group"
      aria-label={compare.region}
      tabIndex={-1}
      onKeyDown={(event) => onKey(event, sync, close)}
    >
      <div class="mh-top">
        <div>
          {canWipe &&
            [false, true].map((each) => (
              <Button
                key={each}
                variant="option"
                label={each ? compare.wipe : compare.side}
                pressed={wipes === each}
                onClick={() => setWipes(each)}
              />
            ))}
        </div>
        <Button variant="plain" label={compare.close} onClick={close} />
      </div>
      <Panes shape={canWipe && wipes && shape} label={compare.divider} names={shown.map(displayName)}>
        {paneHosts.map((host, index) => (
          <Pane key={ids[index]} host={host} words={words} sync={sync} onChange={rerender} />
        ))}
      </Panes>
      {shown.some((card) => playableKind(card, 0) !== "image") && <Transport sync={sync} words={words} />}
    </div>
  );
}
