// One card in a plain page: renders the kernel's state and its own, and ends with its host.

import { actions } from "./actions";
import { copyText } from "./copy";
import { h, patch, set } from "./dom";
import { createDownload } from "./download";
import { facts } from "./facts";
import { createFilm } from "./film";
import { form } from "./form";
import { head } from "./head";
import { lines } from "./lines";
import type { Host, ToKernel } from "./messages";
import { problemOf } from "./problem";
import { filmOn, stage } from "./stage";
import {
  elapsedOf,
  isHalted,
  isWaiting,
  nameOf,
  offersOf,
  ratioOf,
  type Scene,
  TRAITS,
  type Traits,
  type View,
} from "./state";
import { followTheme } from "./theme";

/** What the parts may do. */
export type Context = {
  root: HTMLElement;
  /** Send, and show the button as busy until the kernel's next change. */
  act(message: ToKernel): void;
  ask(on: boolean): void;
  cancel(): void;
  download(output: number): void;
  copy(): void;
  copied(): boolean;
};

/** How long a button stays busy where no change comes: a refresh that found nothing new sends none. */
const BUSY_MS = 10_000;
const GLANCE_MS = 1200;
/** Wider than this, a film stands above its facts; narrower, beside them where there is room. */
const TALL_BELOW = 1.05;
/** A poll's change is no answer to these: only these traits are. */
const ANSWERS: Record<string, string[]> = { delete: ["notice"], save: ["transfer", "notice"], refresh: [] };

export function mountCard(el: HTMLElement, host: Host): () => void {
  const root = document.createElement("div");
  const view: View = { asking: false, output: 0, busy: "", download: null, notice: null, furthest: 0 };
  const changed = new Set<string>();
  let queued = false;
  let project = "";
  let copiedUntil = 0;
  let tick: ReturnType<typeof setTimeout> | undefined;

  const film = createFilm(host, schedule);
  const download = createDownload(host.send, (now, fault) => {
    view.download = now;
    view.notice = fault ? { ...fault, tone: "error" } : null;
    schedule();
  });
  const context: Context = {
    root,
    act,
    ask,
    cancel,
    download: download.start,
    copy,
    copied: () => copiedUntil > Date.now(),
  };

  function act(message: ToKernel) {
    view.busy = message.kind;
    view.notice = null;
    setTimeout(idle, message.kind === "refresh" ? GLANCE_MS : BUSY_MS, message.kind);
    host.send(message);
    schedule();
  }

  function idle(kind: string) {
    if (view.busy === kind) view.busy = "";
    schedule();
  }

  function ask(on: boolean) {
    view.asking = on;
    render();
    root.querySelector<HTMLElement>(on ? "[data-ask]" : ".mh-quiet")?.focus();
  }

  function cancel() {
    download.stop();
    act({ kind: "cancel" });
  }

  async function copy() {
    if (!(await copyText(project, root))) return;
    copiedUntil = Date.now() + GLANCE_MS;
    setTimeout(schedule, GLANCE_MS);
    schedule();
  }

  function schedule() {
    if (!queued) queueMicrotask(render);
    queued = true;
  }

  function render() {
    queued = false;
    const traits = Object.fromEntries(TRAITS.map((name) => [name, host.get(name)])) as Traits;
    const scene: Scene = { traits, view, connected: host.connected(), now: Date.now() };
    const held = focused();
    const asked = view.asking;
    settle(scene);

    const { project_id, status, details } = traits;
    const offers = offersOf(scene);
    view.asking &&= offers.delete;
    const player = film.update(scene);
    const problem = problemOf(scene);
    const ratio = ratioOf(details);
    set(root, "data-project-id", project_id);
    set(root, "data-status", status);
    set(root, "data-tall", ratio > 0 && ratio < TALL_BELOW);
    set(root, "aria-label", nameOf(traits));
    root.style.setProperty("--mh-ratio", ratio ? `${ratio}` : "");
    patch(root, [
      h(
        "div.card",
        {},
        project_id && head(scene, offers, context),
        (project_id || (problem && !offers.form)) && stage(scene, player),
        offers.form && form(scene, context),
        h("div.body", {}, facts(scene, choose), lines(scene, filmOn(player)), actions(scene, offers, context)),
      ),
    ]);
    if (held) keepFocus(held, asked);
    startClock(scene);
  }

  function choose(output: number) {
    view.output = output;
    schedule();
  }

  /** Take back what the kernel's news has made untrue of this view. */
  function settle({ traits, connected }: Scene) {
    if (project !== traits.project_id) Object.assign(view, { asking: false, output: 0, furthest: 0, notice: null });
    project = traits.project_id;
    if (!connected && view.download) download.stop();
    const answers = ANSWERS[view.busy];
    if (answers ? answers.some((name) => changed.has(name) && traits[name as "notice"]) : changed.size) {
      if (view.busy === "delete") view.asking = false;
      view.busy = "";
    }
    changed.clear();
  }

  function focused() {
    const active = (root.getRootNode() as Document).activeElement;
    return root.contains(active) ? active : null;
  }

  /** A button that went away must not take the focus out of the card with it. */
  function keepFocus(held: Element, asked: boolean) {
    if (root.contains(held)) return;
    const next = asked && !view.asking ? ".mh-quiet" : ".mh-row button:not(.mh-quiet)";
    (root.querySelector<HTMLElement>(next) ?? root).focus();
  }

  /** Tick each second while a clock is on show, each half minute while an age is, and not at all in a hidden page. */
  function startClock({ traits, connected, now }: Scene) {
    clearTimeout(tick);
    const live = connected && (traits.watch.state === "retrying" || (isWaiting(traits) && !isHalted(traits)));
    if (!document.hidden && (live || elapsedOf(traits.details, now) < 3600))
      tick = setTimeout(render, live ? 1000 : 30_000);
  }

  for (const [key, value] of Object.entries({
    class: "mh-widget",
    "data-mh-widget": "video-project",
    // JupyterLab would take Enter and single letters from a focused button for its own commands.
    "data-lm-suppress-shortcuts": "true",
    role: "group",
    tabindex: "-1",
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === "Escape" && view.asking && view.busy !== "delete") ask(false);
    },
  })) {
    set(root, key, value);
  }
  document.addEventListener("visibilitychange", schedule);
  host.onChange((name) => {
    changed.add(name);
    schedule();
  });
  host.onMessage((message, buffers) => {
    if (message.kind === "source") film.receive(message);
    else download.receive(message, buffers);
  });
  el.append(root);
  const unfollow = followTheme(root);
  render();

  return () => {
    // Whatever is still under way renders into nothing.
    queued = true;
    clearTimeout(tick);
    document.removeEventListener("visibilitychange", schedule);
    unfollow();
    film.close();
    root.remove();
  };
}
