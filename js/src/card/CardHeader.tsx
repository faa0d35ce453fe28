import { BellButton } from "../bell/BellButton";
import { Button } from "../ui/Button";
import { ProjectForm } from "./ProjectForm";
import { StatusBadge } from "./StatusBadge";
import { canChangeProject, canPause, displayName } from "./state";
import type { CardProps } from "./types";
import type { Shown } from "./viewer";

/** Badge, name, and the small tools that are always in reach. */
export function CardHeader(props: CardProps<Shown>) {
  const { state, view } = props;
  const name = displayName(state);
  return (
    <div class="mh-head">
      <StatusBadge state={state} />
      {view.question === "project" ? (
        <ProjectForm {...props} />
      ) : (
        <div class="mh-name" dir="auto" title={`${name}\n${state.project_id}`}>
          {name}
        </div>
      )}
      <Tools {...props} />
    </div>
  );
}

function Tools({ state, view, actions, star, bell }: CardProps<Shown>) {
  const { words, connected } = state;
  const { question, busy } = view;
  const tool = (kind: "pause" | "refresh") => (
    <Button variant="tool" icon={kind} label={words[kind]} busy={busy === kind} onClick={() => actions.send(kind)} />
  );
  return (
    <div class="mh-tools">
      {connected && star && (
        <Button variant="tool" icon="star" label={star.label()} pressed={star.isOn()} onClick={star.toggle} />
      )}
      <BellButton bell={bell} words={words} />
      {canPause(state) && tool("pause")}
      {connected && tool("refresh")}
      {canChangeProject(state) && (
        <Button
          variant="tool"
          icon="change"
          label={words.change}
          expanded={question === "project"}
          onClick={() => (question === "project" ? actions.decline() : actions.ask("project"))}
        />
      )}
      <Button variant="tool" icon={busy === "copy" ? "complete" : "copy"} label={words.copy} onClick={actions.copyId} />
    </div>
  );
}
