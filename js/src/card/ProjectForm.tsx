import { useRef } from "preact/hooks";
import { Button } from "../ui/Button";
import type { CardProps } from "./types";

/** The empty card: one field that takes an ID or a library link. The kernel reads it; the view only hands it on. */
export function ProjectForm({ state, actions }: CardProps) {
  const { words, error } = state;
  const input = useRef<HTMLInputElement>(null);
  function submit() {
    const project = input.current?.value.trim();
    if (project) actions.setProject(project);
  }
  return (
    <div class="mh-form">
      <label>
        {words.field}
        <input
          ref={input}
          aria-invalid={error ? true : undefined}
          spellcheck={false}
          // No <form>: in JupyterLab Enter in a form with one field fired no `submit`.
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.isComposing) submit();
          }}
        />
      </label>
      <Button variant="primary" label={words.show} onClick={submit} />
      <span>{words.fieldHint}</span>
    </div>
  );
}
