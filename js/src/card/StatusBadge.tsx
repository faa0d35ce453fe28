import { Icon } from "../ui/Icon";
import { canPause, type ProjectState, statusLabel } from "./state";

/** The status in a word, a mark and a colour. The only live region that speaks of it. */
export const StatusBadge = ({ state, live = true }: { state: ProjectState; live?: boolean }) => (
  <div class="mh-badge" data-tone={state.status} data-live={canPause(state) || undefined}>
    <Icon name={state.status} />
    {/* Lower case, as the API writes it; the stylesheet lifts the first letter. */}
    <span role={live ? "status" : undefined}>{statusLabel(state)}</span>
  </div>
);
