// One card in a plain page: renders the kernel's state and its own, and ends with its host.

import { actions, question } from "./actions";
import { copyText, schemeOf } from "./browser";
import { h, patch, set } from "./dom";
import { createDownload } from "./download";
import { facts } from "./facts";
import { form } from "./form";
import { head } from "./head";
import { lines } from "./lines";
import type { Host, ToKernel } from "./messages";
import { createPlayer, type Player } from "./player";
import { problemOf } from "./problem";
import { stage } from "./stage";
import { isWaiting, nameOf, offersOf, outputsOf, ratioOf, type State, TRAITS, type View } from "./state";

/** What the parts are given: the state, what follows from it, and what they may do. */
export type Scene = State & {
  offers: ReturnType<typeof offersOf>;
  root: HTMLElement;
  player: Player | null;
  /** Whether the film has the stage, so that words about trouble go beneath it. */
  film: boolean;
  /** Send, and show the button as busy until the kernel's next change. */
  act(kind: ToKernel["kind"], more?: { confirmed: true } | { project: string }): void;
  ask(on: boolean): void;
  choose(output: number): void;
  copy(): void;
  download(): void;
  cancel(): void;
};

/** How long a button stays busy where no change comes: a refresh that found nothing new sends none. */
const BUSY_MS = 10_000;
const GLANCE_MS = 1500;
/** A narrower film stands beside its facts where there is room. */
const TALL_BELOW = 1.05;

export function mountCard(el: HTMLElement, host: Host): () => void {
  const root = document.createElement("div");
  const view: View = { asking: false, copied: false, output: 0, busy: "", download: null, notice: null, furthest: 0 };
  const changed = new Set<string>();
  let queued = false;
  let project = "";
  let shown = "";
  let player: Player | null = null;
  let tick: ReturnType<typeof setTimeout> | undefined;

  const relay = createDownload(host.send, (now, fault) => {
    view.download = now;
    if (fault) view.notice = { ...fault, tone: "error" };
    schedule();
  });

  const act: Scene["act"] = (kind, more) => {
    change({ busy: kind, notice: null });
    setTimeout(() => view.busy === kind && change({ busy: "" }), kind === "refresh" ? GLANCE_MS : BUSY_MS);
    host.send({ kind, ...more } as ToKernel);
  };

  function change(part: Partial<View>) {
    Object.assign(view, part);
    schedule();
  }

  function ask(asking: boolean) {
    view.asking = asking;
    render();
    focus(asking ? "[role=group]" : ".mh-quiet");
  }

  const focus = (selector: string) => (root.querySelector<HTMLElement>(selector) ?? root).focus();

  const own = {
    root,
    view,
    act,
    ask,
    choose: (output: number) => change({ output }),
    async copy() {
      await copyText(project, root);
      change({ copied: true });
      setTimeout(change, GLANCE_MS, { copied: false });
    },
    download() {
      view.notice = null;
      relay.start(view.output);
    },
    cancel() {
      relay.stop();
      act("cancel");
    },
  };

  function schedule() {
    if (!queued) queueMicrotask(render);
    queued = true;
  }

  function render() {
    queued = false;
    const traits = Object.fromEntries(TRAITS.map((name) => [name, host.get(name)])) as unknown as State;
    const state: State = { ...traits, view, connected: host.connected(), now: Date.now() };
    const active = (root.getRootNode() as Document).activeElement;
    const held = root.contains(active) && active;
    const asked = view.asking;
    settle(state);
    const offers = offersOf(state);
    if (!offers.delete) view.asking = false;
    keepPlayer(state);
    const scene: Scene = { ...own, ...state, offers, player, film: !!player && player.state !== "failed" };
    const { project_id } = state;
    const ratio = ratioOf(state);
    set(root, {
      "data-project-id": project_id,
      "data-status": state.status,
      "data-tall": ratio > 0 && ratio < TALL_BELOW,
      "aria-label": nameOf(state),
      style: `color-scheme:${schemeOf(el) || schemeOf(document.body)};--mh-ratio:${ratio || 16 / 9}`,
    });
    patch(root, [
      h(
        "div.card",
        {},
        project_id && head(scene),
        !offers.form && (project_id || problemOf(state)) && stage(scene),
        offers.form && form(scene),
        h("div.body", {}, facts(scene), lines(scene), view.asking ? question(scene) : actions(scene)),
      ),
    ]);
    // A button that went away must not take the focus out of the card with it.
    if (held && !root.contains(held)) focus(asked && !view.asking ? ".mh-quiet" : ".mh-row button:not(.mh-quiet)");
    clearTimeout(tick);
    // Each second while a clock is on show, each minute for the age, and never in a hidden page.
    const live = isWaiting(state) || state.watch.state === "retrying";
    if (!document.hidden) tick = setTimeout(render, live ? 1000 : 60_000);
  }

  /** Take back what the kernel's news has made untrue of this view. */
  function settle({ project_id, connected, notice }: State) {
    if (project !== project_id) Object.assign(view, { asking: false, output: 0, furthest: 0, notice: null });
    project = project_id;
    if (!connected && view.download) relay.stop();
    // A poll's news is no answer to a deletion; what became of it is.
    const deleting = view.busy === "delete";
    if (deleting ? notice && changed.has("notice") : changed.size) {
      view.busy = "";
      if (deleting) view.asking = false;
    }
    changed.clear();
  }

  /** One player for one output of one project, kept as long as that is what the stage shows. */
  function keepPlayer(state: State) {
    const media = outputsOf(state)[view.output]?.media;
    const wanted = media && media !== "file" ? [project, view.output, media].join() : "";
    if (wanted !== shown) player = player?.close() ?? null;
    shown = wanted;
    if (media && wanted && !player && state.connected) {
      player = createPlayer(host, view.output, media, nameOf(state), schedule);
      player.start();
    }
  }

  set(root, {
    class: "mh-widget",
    "data-mh-widget": "video-project",
    // JupyterLab would take Enter and single letters from a focused button for its own commands.
    "data-lm-suppress-shortcuts": "true",
    tabindex: "-1",
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === "Escape" && view.asking && view.busy !== "delete") ask(false);
    },
  });
  const theme = new MutationObserver(schedule);
  for (const node of [document.documentElement, document.body]) theme.observe(node, { attributes: true });
  document.addEventListener("visibilitychange", schedule);
  host.onChange((name) => {
    changed.add(name);
    schedule();
  });
  host.onMessage((message, buffers) => {
    if (message.kind !== "source") relay.receive(message, buffers);
    else if (player && message.output === player.output) player.receive(message);
  });
  el.append(root);
  render();
  // Once more when a view that was rendered before it was attached has found its place, and its theme.
  requestAnimationFrame(schedule);

  return () => {
    // Whatever is still under way renders into nothing.
    queued = true;
    clearTimeout(tick);
    theme.disconnect();
    document.removeEventListener("visibilitychange", schedule);
    player?.close();
    root.remove();
  };
}
