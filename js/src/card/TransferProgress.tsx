import { useRef } from "preact/hooks";
import { fill, type Words } from "../i18n";
import type { Transfer } from "../model/traits";
import { ProgressBar } from "../ui/ProgressBar";
import { bytes, clock } from "./format";

type TransferProgressProps = { words: Words; transfer: Transfer; now: number };

/** A download or a save under way: its bytes, how fast they come, and for how long still. */
export function TransferProgress({ words, transfer, now }: TransferProgressProps) {
  const { kind, received_bytes, total_bytes } = transfer;
  // One that is resumed has a part already.
  const start = useRef({ now, bytes: received_bytes, last: 0 }).current;
  // The next output of one save: a gallery may hear nothing of the end between the two.
  if (received_bytes < start.last) Object.assign(start, { now, bytes: received_bytes });
  start.last = received_bytes;
  const bytesPerSecond = ((received_bytes - start.bytes) / (now - start.now)) * 1000;
  const received = bytes(words, received_bytes);
  let text = received;
  if (total_bytes) {
    const left = clock((total_bytes - received_bytes) / bytesPerSecond);
    text =
      bytesPerSecond > 0
        ? fill(words.pace, received, bytes(words, total_bytes), bytes(words, bytesPerSecond), left)
        : fill(words.of, received, bytes(words, total_bytes));
  }
  return (
    <div class="mh-moving">
      <div>
        <b>{words.moving[kind]}</b>
        {text}
      </div>
      <ProgressBar
        label={words.moving[kind]}
        value={total_bytes ? received_bytes / total_bytes : undefined}
        text={text}
      />
    </div>
  );
}
