// One card in a plain page: renders the kernel's state and its own, and ends with its host.

import { actions, question } from "./actions";
import { patch } from "./dom";
import { createDownload, saveAs } from "./download";
import { facts } from "./facts";
import { form } from "./form";
import { head } from "./head";
import { lines } from "./lines";
import type { Host, ToKernel } from "./messages";
import { createPlayer, type Player } from "./player";
import { stage } from "./stage";
import { isWaiting, nameOf, offersDelete, offersForm, playable, ratioOf, type State, TRAITS, type View } from "./state";

/** What the parts are given: the state, what follows from it, and what they may do. */
export type Scene = State & {
  el: HTMLElement;
  player: Player | null;
  /** The player, if it has the stage: then words about trouble go beneath it. */
  film: Player | null;
  /** Send, and show the button as busy until the kernel's next change. */
  act(kind: ToKernel["kind"], more?: { confirmed: true } | { project: string }): void;
  ask(on: boolean): void;
  change(part: Partial<View>): void;
  copy(): void;
  download(): void;
};

/** How long a button stays busy where no change comes: a refresh that found nothing new sends none. */
const GLANCE_MS = 1500;
/** A narrower film stands beside its facts where there is room. */
const TALL_BELOW = 1.05;

export function mountCard(el: HTMLElement, host: Host): () => void {
  const view = {} as View;
  let queued = false;
  let closed = false;
  let project: string;
  let shown: unknown;
  let heard: State["notice"] = null;
  let tick: ReturnType<typeof setTimeout> | undefined;

  const relay = createDownload(host.send, false, saveAs);

  function change(part: Partial<View>) {
    Object.assign(view, part);
    schedule();
  }

  function glance(busy: string) {
    change({ busy });
    setTimeout(() => view.busy !== "delete" && change({ busy: "" }), GLANCE_MS);
  }

  const act: Scene["act"] = (kind, more) => {
    glance(kind);
    host.send({ kind, ...more } as ToKernel);
  };

  function ask(asking: boolean) {
    view.asking = asking;
    render();
    focus(asking ? "p" : ".mh-quiet");
  }

  const hasFocus = () => el.contains((el.getRootNode() as Document).activeElement);
  const focus = (selector: string) =>
    (el.querySelector<HTMLElement>(selector) ?? (el.firstChild as HTMLElement)).focus();

  const scene = {
    el,
    view,
    act,
    ask,
    change,
    player: null,
    copy() {
      document.addEventListener("copy", putId);
      // The old command works without https, too; Safari wants the new way.
      if (!document.execCommand("copy")) navigator.clipboard?.writeText(project);
      document.removeEventListener("copy", putId);
      glance("copy");
    },
    download() {
      relay.start(view.output);
      glance("download");
    },
  } as unknown as Scene;

  function putId(event: ClipboardEvent) {
    event.clipboardData?.setData("text/plain", project);
    event.preventDefault();
  }

  function schedule() {
    if (!queued) queueMicrotask(render);
    queued = true;
  }

  function render() {
    queued = false;
    if (closed) return;
    for (const name of TRAITS) scene[name] = host.get(name) as never;
    scene.connected = host.connected();
    scene.now = Date.now();
    const held = hasFocus();
    const { asking } = view;
    settle();
    keepPlayer();
    scene.film = scene.player?.state === "failed" ? null : scene.player;
    const ratio = ratioOf(scene);
    patch(el, [
      [
        "div.widget",
        {
          "data-mh-widget": "video-project",
          "data-project-id": project,
          "data-status": scene.status,
          "data-tall": ratio > 0 && ratio < TALL_BELOW,
          style: ratio ? `--mh-ratio:${ratio}` : null,
          // JupyterLab would take Enter and single letters from a focused button for its own commands.
          "data-lm-suppress-shortcuts": true,
          lang: scene.words.lang,
          dir: scene.words.dir,
          tabindex: -1,
          onkeydown: (event: KeyboardEvent) => {
            if (event.key === "Escape" && view.asking) ask(false);
          },
        },
        [
          "div.card",
          {},
          project && head(scene),
          !GALLERY && offersForm(scene) ? form(scene) : project && stage(scene),
          ["div.body", {}, facts(scene), lines(scene), view.asking ? question(scene) : actions(scene)],
        ],
      ],
    ]);
    // A button that went away must not take the focus out of the card with it.
    if (held && !hasFocus()) focus(asking ? ".mh-quiet" : ".mh-row button");
    clearTimeout(tick);
    // Each second while a clock is on show, each minute for the age; a hidden page paints no frame, and so none there.
    const live = isWaiting(scene) || scene.watch.state === "retrying";
    tick = setTimeout(requestAnimationFrame, live ? 1000 : 60_000, render);
  }

  /** Take back what the kernel's news has made untrue of this view. */
  function settle() {
    if (!scene.transfer) view.begun = null;
    if (project !== scene.project_id) Object.assign(view, { asking: false, output: 0 });
    project = scene.project_id;
    // A deletion is over when the kernel says what became of it.
    if (view.busy && scene.notice && scene.notice !== heard) Object.assign(view, { asking: false, busy: "" });
    heard = scene.notice;
    if (!offersDelete(scene)) view.asking = false;
  }

  /** Taken out of the page a film falls silent by itself; what is under way for it must come to nothing. */
  function close() {
    if (scene.player) scene.player.state = "failed";
    scene.player = null;
  }

  /** One player for one output of one project, kept as long as that is what the stage shows. */
  function keepPlayer() {
    const media = (!GALLERY || host.near?.()) && playable(scene);
    const wanted = media && project + media + view.output;
    if (wanted !== shown) close();
    shown = wanted;
    if (media && scene.connected) scene.player ??= createPlayer(host, view.output, media, nameOf(scene), schedule);
  }

  host.onChange(schedule);
  host.onMessage((message, buffers) => {
    scene.player?.receive(message, buffers);
    relay.receive(message, buffers);
  });
  render();

  return () => {
    closed = true;
    clearTimeout(tick);
    close();
    patch(el, []);
  };
}
