import { useLayoutEffect } from "preact/hooks";
import { clock } from "../card/format";
import { fill, type GalleryWords } from "../i18n";
import { Button } from "../ui/Button";
import type { Sync } from "./sync";

/** The clock ticks with the screen. */
function useTicks(sync: Sync) {
  useLayoutEffect(() => {
    if (!sync.playing) return;
    let frame = requestAnimationFrame(function tick() {
      frame = requestAnimationFrame(tick);
      sync.tick();
    });
    return () => cancelAnimationFrame(frame);
  }, [sync.playing]);
}

/** One set of controls for all. Time runs from left to right in every language, as in the browser's own players. */
export function Transport({ sync, words }: { sync: Sync; words: GalleryWords }) {
  useTicks(sync);
  const { compare } = words.gallery;
  const { playing, frame, frames, rate, loop, waiting } = sync;
  const place = fill(words.of, clock(sync.time), clock(sync.duration));
  const textOf = (number: string) => place + words.gallery.comma + fill(compare.frame, number);
  const number = `${frame + 1}`;
  return (
    <div class="mh-facts" dir="ltr">
      <Button variant="tool" icon="back" label={compare.back} onClick={() => sync.step(-1)} />
      <Button
        variant="tool"
        icon={playing ? "pause" : "play"}
        label={playing ? words.pause : compare.play}
        onClick={() => sync.toggle()}
      />
      <Button variant="tool" icon="next" label={compare.next} onClick={() => sync.step(1)} />
      <input
        type="range"
        max={frames - 1}
        value={frame}
        aria-label={compare.position}
        // While it plays, a reader of the screen would hear of every frame.
        aria-valuetext={playing ? place : textOf(number)}
        onInput={({ currentTarget }) => sync.seek(Number(currentTarget.value))}
      />
      {/* As wide for every frame, or else the slider would change with it. */}
      <span dir="auto">{textOf(number.padStart(`${frames}`.length, "\u2007"))}</span>
      <Button
        variant="option"
        label={compare.half}
        pressed={rate !== 1}
        onClick={() => sync.set({ rate: rate === 1 ? 0.5 : 1 })}
      />
      <Button variant="option" label={compare.loop} pressed={loop} onClick={() => sync.set({ loop: !loop })} />
      <span role="status">{(waiting && compare.waiting) || null}</span>
    </div>
  );
}
