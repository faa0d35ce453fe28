import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { fill } from "../i18n";

type PanesProps = {
  /** Where the second lies over the first, cut off at a divider: the shape of both. */
  shape: number | false;
  label: string;
  names: string[];
  children: ComponentChildren;
};

/** Beside each other, or two over each other. The divider is a native slider: pointers, touch and keys move it. */
export function Panes({ shape, label, names, children }: PanesProps) {
  const [at, setAt] = useState(50);
  return (
    <div
      class="mh-panes"
      data-wipes={shape !== false || undefined}
      style={shape ? `--mh-at:${at}%;--mh-ratio:${shape}` : undefined}
    >
      {children}
      {shape && (
        <div class="mh-frame">
          <input
            type="range"
            value={at}
            aria-label={fill(label, ...names)}
            aria-valuetext={`${at}\u00a0%`}
            onInput={({ currentTarget }) => setAt(Number(currentTarget.value))}
          />
        </div>
      )}
    </div>
  );
}
