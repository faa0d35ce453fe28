import { Button } from "../ui/Button";
import { StatusBadge } from "./StatusBadge";
import { canPause, displayName } from "./state";
import type { CardProps } from "./types";

/** Badge, name, and the small tools that are always in reach. */
export function CardHeader({ state, view, actions }: CardProps) {
  const { words, connected, project_id } = state;
  const name = displayName(state);
  return (
    <div class="mh-head">
      <StatusBadge state={state} />
      <div class="mh-name" dir="auto" title={`${name}\n${project_id}`}>
        {name}
      </div>
      <div class="mh-tools">
        {canPause(state) && (
          <Button
            variant="tool"
            icon="pause"
            label={words.pause}
            busy={view.busy === "pause"}
            onClick={() => actions.send("pause")}
          />
        )}
        {connected && (
          <Button
            variant="tool"
            icon="refresh"
            label={words.refresh}
            busy={view.busy === "refresh"}
            onClick={() => actions.send("refresh")}
          />
        )}
        <Button
          variant="tool"
          icon={view.busy === "copy" ? "complete" : "copy"}
          label={words.copy}
          onClick={actions.copyId}
        />
      </div>
    </div>
  );
}
