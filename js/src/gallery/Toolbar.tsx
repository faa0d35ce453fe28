import { useRef } from "preact/hooks";
import { BellButton } from "../bell/BellButton";
import { Choosing } from "../compare/Choosing";
import { fill, type GalleryWords } from "../i18n";
import type { SaveAll } from "../model/traits";
import { Button } from "../ui/Button";
import { useFocusRescue } from "../ui/focus";
import { ProgressBar } from "../ui/ProgressBar";
import { summaryOf } from "./state";
import type { GalleryProps } from "./types";

function SaveAllProgress({ words, transfer }: { words: GalleryWords; transfer: SaveAll }) {
  const { done, failed, total } = transfer;
  let text = fill(words.of, done + failed, total);
  if (failed) text += words.gallery.comma + fill(words.gallery.counts.error, failed);
  return (
    <div class="mh-moving">
      <div>
        <b>{words.moving.save}</b>
        {text}
      </div>
      <ProgressBar label={words.moving.save} value={(done + failed) / total} text={text} />
    </div>
  );
}

/** The summary, and saving all that is finished. */
export function Toolbar(props: GalleryProps) {
  const { state, send, all, matching, comparison, bell } = props;
  const root = useRef<HTMLDivElement>(null);
  useFocusRescue(root, comparison.chosen ? ".mh-choosing button" : "button");
  const { words, transfer, connected, allow_save, now } = state;
  const projects = matching.filter(({ status }) => status === "complete").map((card) => card.project_id);
  const filtered = matching.length < all.length;
  const label = filtered ? fill(words.gallery.saveShown, projects.length) : words.gallery.saveAll;
  const stars = new Set(filtered ? [] : state.starred);
  const starred = projects.filter((id) => stars.has(id));
  const canSave = connected && allow_save;
  return (
    <div class="mh-top" ref={root}>
      <div class="mh-summary">{summaryOf(all, words, now)}</div>
      {canSave && transfer && <SaveAllProgress words={words} transfer={transfer} />}
      {/* They wrap together, or else one of them would stand alone. */}
      <div class="mh-buttons">
        {canSave && transfer && (
          <Button variant="plain" label={words.cancel} onClick={() => send({ kind: "cancel_all" })} />
        )}
        {canSave && !transfer && projects.length > 0 && (
          <Button
            variant="plain"
            label={label}
            onClick={() => send(filtered ? { kind: "save_all", projects } : { kind: "save_all" })}
          />
        )}
        {canSave && !transfer && starred.length > 0 && (
          <Button
            variant="plain"
            label={words.gallery.saveStarred}
            onClick={() => send({ kind: "save_all", projects: starred })}
          />
        )}
        <Choosing {...props} />
        <BellButton bell={bell} words={words} />
      </div>
    </div>
  );
}
