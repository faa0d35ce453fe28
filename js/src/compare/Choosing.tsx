import { displayName } from "../card/state";
import type { GalleryProps } from "../gallery/types";
import { fill } from "../i18n";
import type { ProjectTraits } from "../model/traits";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { FEWEST, MOST } from "./useComparison";

/** In the toolbar: begins to choose, says how many are missing, and shows them side by side. */
export function Choosing({ state, comparison }: Pick<GalleryProps, "state" | "comparison">) {
  const { compare } = state.words.gallery;
  const { can, chosen, choose, open } = comparison;
  if (!state.connected || can.size < FEWEST) return null;
  const number = chosen?.length ?? 0;
  return (
    <div class="mh-choosing">
      <span role="status">{chosen ? (number < FEWEST ? compare.hint : fill(compare.chosen, number)) : null}</span>
      <Button
        variant={chosen ? "primary" : "plain"}
        label={chosen ? fill(compare.go, number) : compare.open}
        busy={chosen !== null && number < FEWEST}
        onClick={() => (chosen ? open() : choose([]))}
      />
      {chosen && <Button variant="plain" label={state.words.cancel} onClick={() => choose(null)} />}
    </div>
  );
}

/** On a card or in a row, while projects are chosen: takes this one, or puts it back. */
export function Choice({
  card,
  comparison,
  state,
}: Pick<GalleryProps, "comparison" | "state"> & { card: ProjectTraits }) {
  const { can, chosen, choose } = comparison;
  const id = card.project_id;
  if (!chosen || !can.has(id)) return null;
  const isChosen = chosen.includes(id);
  const isFull = !isChosen && chosen.length === MOST;
  const label = fill(state.words.gallery.compare.choose, displayName(card));
  return (
    <button
      type="button"
      class="mh-choice mh-option mh-plain"
      // In a row it is all that tells the name: there the label is hidden.
      title={label}
      aria-pressed={isChosen}
      aria-disabled={isFull || undefined}
      onClick={() => {
        if (!isFull) choose(isChosen ? chosen.filter((each) => each !== id) : [...chosen, id]);
      }}
    >
      <Icon name={isChosen ? "complete" : "deleted"} />
      <span>{label}</span>
    </button>
  );
}
