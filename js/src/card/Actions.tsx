import { fill } from "../i18n";
import { Button } from "../ui/Button";
import { canDelete, canDownload, canResume, canRetry, displayName, outputsOf } from "./state";
import { TransferProgress } from "./TransferProgress";
import type { CardProps } from "./types";
import type { Shown } from "./viewer";

/** The row of buttons; during a transfer its progress takes the place of those that would start one. */
export function Actions({ state, view, actions }: CardProps<Shown>) {
  const { words, save_label, allow_save, now } = state;
  const transfer = state.connected ? state.transfer : null;
  const resumable = canResume(state);
  const busy = view.busy === "download";
  const resume = () => actions.send("resume");
  return (
    <div class="mh-row">
      {resumable && <Button variant="primary" label={words.resume} onClick={resume} />}
      {canRetry(state) && <Button variant={resumable ? "plain" : "primary"} label={words.retry} onClick={resume} />}
      {/* Cancel and Save are one button in one place, so that the focus goes from one to the other and back. */}
      {transfer ? (
        <>
          <TransferProgress words={words} transfer={transfer} now={now} />
          <Button key="save" variant="plain" label={words.cancel} onClick={() => actions.send("cancel")} />
        </>
      ) : (
        canDownload(state) && (
          <>
            <Button variant="primary" label={words.download} busy={busy} onClick={actions.download} />
            {outputsOf(state).length > 1 && (
              <Button variant="plain" label={words.zip} busy={busy} onClick={() => actions.download(true)} />
            )}
            {allow_save && (
              <Button
                key="save"
                variant="plain"
                label={fill(words.save, save_label)}
                onClick={() => actions.send("save")}
              />
            )}
          </>
        )
      )}
      {canDelete(state) && <Button variant="quiet" label={words.delete} onClick={() => actions.ask("delete")} />}
    </div>
  );
}

/** The question before a deletion, in the place of the buttons. */
export function DeleteQuestion({ state, view, actions }: CardProps<Shown>) {
  const { words } = state;
  const busy = view.busy === "delete";
  return (
    <div class="mh-row">
      <p tabIndex={-1} dir="auto">
        {fill(words.sure, displayName(state))}
      </p>
      <Button variant="danger" label={words.forGood} busy={busy} onClick={actions.deleteProject} />
      {/* Cancel stands where Delete stood: a double click on Delete must not delete. */}
      <Button variant="plain" label={words.cancel} busy={busy} onClick={actions.decline} />
    </div>
  );
}
