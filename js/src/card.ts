// One card in a plain page: builds its parts once, renders the kernel's state into them, and ends with its host.

import { createActions } from "./actions";
import { attr, h } from "./dom";
import { createDownload } from "./download";
import { createFacts } from "./facts";
import { createForm } from "./form";
import { createHead } from "./head";
import { createLines } from "./lines";
import type { Host, ToKernel } from "./messages";
import { createStage } from "./stage";
import { elapsedOf, isWaiting, readTraits, type Scene, type View } from "./state";
import { text } from "./text";
import { followTheme } from "./theme";

/** What every part may reach. */
export type Context = {
  host: Host;
  root: HTMLElement;
  view: View;
  /** Send, and show the button as busy until the kernel's next change. */
  act(message: ToKernel): void;
  /** Render once in the next microtask, however often it is called. */
  schedule(): void;
  render(): void;
  download: ReturnType<typeof createDownload>;
};

/** How long a button stays busy where no change comes: a refresh that found nothing new sends none. */
const BUSY_MS = { refresh: 900, other: 10_000 };
/** Some actions are only answered by these traits; a poll's change in between is no answer. */
const ANSWERS: Record<string, string[]> = { delete: ["notice"], save: ["transfer", "notice"], refresh: [] };

export function mountCard(el: HTMLElement, host: Host): () => void {
  const root = h("div", "widget", {
    "data-mh-widget": "video-project",
    // JupyterLab would take Enter and single letters from a focused button for its own commands.
    "data-lm-suppress-shortcuts": "true",
    role: "group",
    tabindex: "-1",
  });
  const view: View = { asking: false, output: 0, busy: "", download: null, notice: null };
  const changed = new Set<string>();
  let queued = false;
  let closed = false;
  let project = "";
  let tick: ReturnType<typeof setTimeout> | undefined;
  let busyTimer: ReturnType<typeof setTimeout> | undefined;

  const download = createDownload(host, root, (now, fault) => {
    view.download = now;
    if (fault) view.notice = { ...fault, tone: "error" };
    schedule();
  });
  const context: Context = { host, root, view, act, schedule, render, download };
  const head = createHead(context);
  const stage = createStage(context);
  const facts = createFacts(context);
  const lines = createLines();
  const form = createForm(context);
  const actions = createActions(context);
  const body = h("div", "body", {}, facts.el, lines.el, actions.el);
  root.append(h("div", "card", {}, head.el, stage.el, form.el, body));

  function act(message: ToKernel) {
    view.busy = message.kind;
    view.notice = null;
    clearTimeout(busyTimer);
    busyTimer = setTimeout(() => idle(), message.kind === "refresh" ? BUSY_MS.refresh : BUSY_MS.other);
    host.send(message);
    schedule();
  }

  function idle() {
    view.busy = "";
    schedule();
  }

  function schedule() {
    if (queued || closed) return;
    queued = true;
    queueMicrotask(render);
  }

  function render() {
    queued = false;
    if (closed) return;
    const traits = readTraits((name) => host.get(name));
    const scene: Scene = { traits, view, connected: host.connected(), now: Date.now() };
    const held = focused();
    settle(scene);

    attr(root, "data-status", traits.status);
    // Both are there when empty, too: the contract's selectors name them.
    if (root.dataset["projectId"] !== traits.project_id) root.dataset["projectId"] = traits.project_id;
    if (!traits.status) root.dataset["status"] = "";
    attr(root, "aria-label", text.card(traits.details.name || traits.project_id));
    head.update(scene);
    facts.update(scene);
    const film = stage.update(scene);
    lines.update(scene, film);
    form.update(scene);
    actions.update(scene);
    if (held) keepFocus(held);
    startClock(scene);
  }

  /** Take back what the kernel's news has made untrue of this view. */
  function settle({ traits, connected }: Scene) {
    if (project !== traits.project_id) Object.assign(view, { asking: false, output: 0, notice: null });
    project = traits.project_id;
    if (!connected && view.download) download.stop();
    const answers = ANSWERS[view.busy];
    const heard = answers ? answers.some((name) => changed.has(name) && host.get(name as "notice")) : changed.size > 0;
    if (heard && view.busy) {
      if (view.busy === "delete") view.asking = false;
      view.busy = "";
    }
    changed.clear();
  }

  const focused = () => {
    const active = (root.getRootNode() as Document | ShadowRoot).activeElement;
    return active instanceof HTMLElement && root.contains(active) ? active : null;
  };

  /** A button that went away must not take the focus out of the card with it. */
  function keepFocus(held: HTMLElement) {
    if (root.contains(held) && !held.closest("[hidden]")) return;
    const open = [...actions.el.querySelectorAll<HTMLElement>("button")].filter((node) => !node.closest("[hidden]"));
    (open[0] ?? root).focus({ preventScroll: true });
  }

  /** Tick each second while a clock is on show, each half minute while an age is, and not at all in a hidden page. */
  function startClock({ traits, connected, now }: Scene) {
    clearTimeout(tick);
    const live =
      connected &&
      (traits.watch.state === "retrying" || (traits.watch.state === "watching" && isWaiting(traits.status)));
    const aging = (elapsedOf(traits.details, now) ?? Number.POSITIVE_INFINITY) < 3600;
    if (!document.hidden && (live || aging)) tick = setTimeout(render, live ? 1000 : 30_000);
  }

  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !view.asking) return;
    event.stopPropagation();
    actions.ask(false);
  };
  root.addEventListener("keydown", onKey);
  document.addEventListener("visibilitychange", schedule);
  host.onChange((name) => {
    changed.add(name);
    schedule();
  });
  host.onMessage((message, buffers) => {
    if (message.kind === "source") stage.receive(message);
    else download.receive(message, buffers);
  });

  el.append(root);
  const unfollow = followTheme(root);
  render();

  return () => {
    closed = true;
    clearTimeout(tick);
    clearTimeout(busyTimer);
    document.removeEventListener("visibilitychange", schedule);
    unfollow();
    stage.close();
    download.stop();
    root.remove();
  };
}
