import { useId, useRef } from "preact/hooks";
import { Button } from "../ui/Button";
import { NoticeRegion } from "./NoticeRegion";
import type { CardProps } from "./types";
import { isRefusal } from "./useCardView";
import type { Shown } from "./viewer";

/**
 * One field that takes an ID or a library link: of the empty card, or of one that moves to another project. The kernel
 * reads it; the view only hands it on.
 */
export function ProjectForm({ state, view, actions, recent }: CardProps<Shown>) {
  const { words, error, notice, project_id } = state;
  const input = useRef<HTMLInputElement>(null);
  const menu = useId();
  // What the kernel says of this field's text; an older notice is about something else.
  const older = useRef(notice);
  const refusal = project_id && notice !== older.current && isRefusal(notice) ? notice : null;
  const isRefused = project_id ? refusal !== null : error !== null;
  function submit() {
    const project = input.current?.value.trim();
    if (project && project === project_id) actions.decline();
    else if (project) actions.setProject(project);
  }
  return (
    <div class="mh-form">
      <label>
        {!project_id && words.field}
        <input
          ref={input}
          aria-label={words.field}
          aria-invalid={isRefused || undefined}
          defaultValue={project_id}
          placeholder={project_id && words.fieldHint}
          spellcheck={false}
          list={recent.length > 0 ? menu : undefined}
          onFocus={project_id ? undefined : actions.askRecent}
          // No <form>: in JupyterLab Enter in a form with one field fired no `submit`.
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.isComposing) return;
            // Else the browser presses the button that has the focus by then.
            event.preventDefault();
            submit();
          }}
        />
      </label>
      <datalist id={menu}>
        {recent.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
      <Button variant="primary" label={words.show} busy={view.busy === "set_project"} onClick={submit} />
      {project_id ? <NoticeRegion notice={refusal} /> : <span>{words.fieldHint}</span>}
    </div>
  );
}
