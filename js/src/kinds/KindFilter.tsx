import { knownKind } from "../card/state";
import type { GalleryProps } from "../gallery/types";
import { Select } from "../ui/Select";

const KINDS = ["video", "image", "audio"] as const;

/** The choice between videos, pictures and audio, where there are several of them. */
export function KindFilter({ state, all, selection, select }: GalleryProps) {
  const { kinds } = state.words;
  const present = new Set(all.map(knownKind));
  // What was chosen stays, also once nothing is of that kind any more.
  const offered = KINDS.filter((kind) => present.has(kind) || kind === selection.kind);
  if (!kinds || offered.length < 2) return null;
  const names = Object.fromEntries(offered.map((kind) => [kind, kinds.names[kind]]));
  return (
    <Select
      label={kinds.kind}
      value={selection.kind}
      options={{ "": kinds.all, ...names }}
      onChange={(kind) => select({ kind })}
    />
  );
}
