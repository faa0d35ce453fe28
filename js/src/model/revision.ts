// Whether the view has all of the state: some hosts drop messages, and none brings twice what a model overwrote.

import type { AnyModel } from "@anywidget/types";
import type { Revision } from "./traits";

/** The revision up to which nothing is missing, as the model's own attribute: it never travels by itself. */
const SEEN = "seen";

/** What a view lacks nothing of after this message: a gap stays one until all of the state comes. */
export const nextSeen = (seen: number, { now, whole }: Revision) =>
  whole === now || now === seen + 1 ? now : Math.min(seen, now);

/** Once a model: follow its revision. `isKept` says that the model keeps what came before this, which is each trait's last value. */
export function trackRevision(model: AnyModel, isKept: boolean): () => void {
  const revision = (): Revision | undefined => model.get("revision");
  const update = () => {
    const now = revision();
    if (now) model.set(SEEN, nextSeen(model.get(SEEN) ?? 0, now));
  };
  const first = revision();
  if (first) model.set(SEEN, (isKept && !first.pull) || first.now <= first.whole + 1 ? first.now : first.whole);
  model.on("change:revision", update);
  return () => model.off("change:revision", update);
}

export const seenOf = (model: AnyModel): number | undefined => model.get(SEEN);
