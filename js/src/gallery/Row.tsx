import { StatusBadge } from "../card/StatusBadge";
import { displayName } from "../card/state";
import { Choice } from "../compare/Choosing";
import type { Comparison } from "../compare/useComparison";
import type { ProjectTraits } from "../model/traits";
import { Button } from "../ui/Button";
import { Cell } from "./Cell";
import { COLUMNS } from "./state";
import type { GalleryCards, GalleryState } from "./types";

type RowProps = {
  card: ProjectTraits;
  state: GalleryState;
  open: boolean;
  onToggle: (id: string) => void;
  cards: GalleryCards;
  comparison: Comparison;
};

/** A project at a glance, and its card in a row of its own when it is opened. */
export function Row({ card, state, open, onToggle, cards, comparison }: RowProps) {
  const { connected, now, words } = state;
  const id = card.project_id;
  const project = { ...card, connected, now, words };
  const name = displayName(card);
  const star = cards.starOf(id);
  const { kind, size, length, age } = cards.viewer.factsOf(project);
  return (
    <tbody>
      <tr>
        <td class="mh-star">
          {connected && (
            <Button variant="tool" icon="star" label={star.label()} pressed={star.isOn()} onClick={star.toggle} />
          )}
        </td>
        <th class="mh-name" scope="row">
          <Choice card={card} comparison={comparison} state={state} />
          <button
            type="button"
            class="mh-open"
            aria-expanded={open}
            title={`${name}\n${id}`}
            onClick={() => onToggle(id)}
          >
            <span dir="auto">{name}</span>
          </button>
        </th>
        <td class="mh-status">
          {/* An opened card says it by itself. */}
          <StatusBadge state={project} live={!open} />
        </td>
        <td class="mh-kind">{kind}</td>
        <td class="mh-size">{size}</td>
        <td class="mh-length">{length}</td>
        <td class="mh-credits">{card.details.credits_charged?.toLocaleString(words.lang)}</td>
        <td class="mh-age">{age}</td>
      </tr>
      {open && (
        <tr>
          <td colSpan={COLUMNS.length + 1}>
            {/* biome-ignore lint/a11y/useSemanticElements: as in Cards.tsx */}
            <div role="list">
              <Cell id={id} cards={cards} />
            </div>
          </td>
        </tr>
      )}
    </tbody>
  );
}
