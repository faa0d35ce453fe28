import { own } from "../own";
import { Button } from "../ui/Button";
import { Select } from "../ui/Select";
import { countByStatus, type Selection, typeLabels } from "./state";
import type { GalleryProps } from "./types";

type Chip = { key: string; label: string; part: Partial<Selection>; pressed: boolean };

/** The statuses with their counts. */
function statusChips({ state, all, selection }: GalleryProps): Chip[] {
  const { statuses, looking, gallery } = state.words;
  const counts = countByStatus(all);
  // The one that was chosen stays, also once nothing has that status any more.
  if (selection.status !== null && !counts.some(([status]) => status === selection.status)) {
    counts.push([selection.status, 0]);
  }
  const everything = {
    key: "all",
    label: `${gallery.all}\u00a0${all.length}`,
    part: { status: null },
    pressed: selection.status === null,
  };
  const chips = counts.map(([status, count]) => ({
    key: `status ${status}`,
    label: `${own(statuses, status, status || looking)}\u00a0${count}`,
    part: { status },
    pressed: status === selection.status,
  }));
  return [everything, ...chips];
}

/** Statuses with their counts, the stars, kinds, the order, and the choice between cards and rows. */
export function Filters(props: GalleryProps) {
  const { state, all, selection, select, cards } = props;
  const { gallery } = state.words;
  const types = typeLabels(all);
  const { length } = state.starred;
  const option = ({ key, label, part, pressed }: Chip) => (
    <Button key={key} variant="option" label={label} pressed={pressed} onClick={() => select(part)} />
  );
  const view = (name: Selection["view"]) =>
    option({ key: name, label: gallery[name], part: { view: name }, pressed: selection.view === name });
  return (
    <div class="mh-filter">
      {/* biome-ignore lint/a11y/useSemanticElements: a <fieldset> has a border and a minimum width of its own */}
      <div role="group" aria-label={gallery.status}>
        {statusChips(props).map(option)}
      </div>
      <div>
        {/* No status: it narrows any of them. */}
        {(length > 0 || selection.starred) &&
          option({
            key: "starred",
            label: `${gallery.starred}\u00a0${length}`,
            part: { starred: !selection.starred },
            pressed: selection.starred,
          })}
        {cards.viewer.KindFilter?.(props)}
        {Object.keys(types).length > 1 && (
          <Select
            label={gallery.type}
            value={selection.type}
            options={{ "": gallery.types, ...types }}
            onChange={(type) => select({ type })}
          />
        )}
        {selection.view === "cards" && (
          <Select
            label={gallery.order}
            value={selection.sortBy}
            options={gallery.orders}
            onChange={(sortBy) => select({ sortBy, descending: false })}
          />
        )}
      </div>
      <div>
        {view("cards")}
        {view("table")}
      </div>
    </div>
  );
}
