// Time elapsed against the time such renders usually take: no percentage is known, and none is claimed.

import { attr, clip, h, put } from "./dom";
import { bytes, clock } from "./format";
import { deadlinePassed, elapsedOf, type Scene, type Transfer } from "./state";
import { text } from "./text";

/**
 * How much of the bar is filled after `elapsed_s` where `usual_s` is usual: straight to 0.8 at the usual time, then ever
 * slower towards 0.96, so that it never reaches the end before the film does.
 */
export function filled(elapsed_s: number, usual_s: number): number {
  const x = elapsed_s / usual_s;
  return x <= 1 ? 0.8 * x : 0.96 - 0.16 / (1 + 5 * (x - 1));
}

function createBar() {
  const fill = h("div", "fill");
  const el = h("div", "bar", { role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" }, fill);

  /** `part` from 0 to 1, or null where the end is unknown. */
  function set(part: number | null, words: string) {
    attr(el, "data-unknown", part === null);
    attr(el, "aria-valuenow", part === null ? "" : String(Math.round(part * 100)));
    attr(el, "aria-valuetext", words);
    fill.style.transform = part === null ? "" : `scaleX(${part.toFixed(4)})`;
  }
  return { el, set };
}

/** What stands on the stage while there is no film yet. */
export function createWait() {
  const time = h("b");
  const rest = h("span");
  const bar = createBar();
  const line = h("div", "clock", {}, time, rest);
  const sub = h("div", "sub");
  const el = h("div", "wait", {}, line, bar.el, sub);
  attr(bar.el, "aria-label", text.progress);
  let project = "";
  let furthest = 0;

  function update({ traits, now }: Scene) {
    const { estimate, details, watch } = traits;
    const halted = watch.state === "paused" || deadlinePassed(traits);
    if (project !== traits.project_id) furthest = 0;
    project = traits.project_id;

    const elapsed = elapsedOf(details, now);
    const usual = estimate && estimate.usual_s > 0 ? estimate.usual_s : null;
    // A better estimate may be a longer one; the bar waits for the time to catch up rather than going back.
    if (elapsed !== null && usual) furthest = Math.max(furthest, filled(elapsed, usual));

    const shown = elapsed === null || halted ? "" : clock(elapsed);
    const compared = !usual ? "" : (elapsed ?? 0) > usual ? text.longer : text.usually(clock(usual));
    const said = halted ? (traits.error?.message ?? text.paused) : compared;
    put(time, shown);
    clip(rest, shown && said ? ` · ${said}` : said, halted ? said : (estimate?.source ?? ""));
    put(sub, halted ? (traits.error?.hint ?? "") : "");
    attr(el, "data-halted", halted);
    bar.set(usual && elapsed !== null ? furthest : halted ? 0 : null, `${line.textContent}`);
  }
  return { el, update };
}

/** A download or a save under way, with its bytes in words. */
export function createTransfer() {
  const name = h("span");
  const amount = h("span", "amount");
  const bar = createBar();
  const el = h("div", "transfer", {}, h("div", "amounts", {}, name, amount), bar.el);

  function update({ kind, received_bytes, total_bytes }: Transfer) {
    const title = kind === "save" ? text.saving : text.downloading;
    const words = total_bytes ? text.of(bytes(received_bytes), bytes(total_bytes)) : bytes(received_bytes);
    put(name, title);
    put(amount, words);
    attr(bar.el, "aria-label", title);
    bar.set(total_bytes ? Math.min(1, received_bytes / total_bytes) : null, words);
  }
  return { el, update };
}
