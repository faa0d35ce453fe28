// The box in the film's own shape: the wait, then the film, or the words for why there is none.

import type { Context } from "./card";
import { attr, button, clip, h, put, show } from "./dom";
import { icon, setIcon } from "./icons";
import type { SourceReply } from "./messages";
import { createPlayer, type Player } from "./player";
import { type Problem, problemOf } from "./problem";
import { createWait } from "./progress";
import { hasFilm, isWaiting, outputsOf, ratioOf, type Scene } from "./state";
import { text } from "./text";

/** A film's height at most; the stylesheet has the same figure. */
const TALL_BELOW = 1.05;

export function createStage({ host, schedule, root }: Context) {
  const wait = createWait();
  const message = createMessage(() => player?.link.start(true));
  const frame = h("div", "frame", {}, wait.el, message.el);
  const el = h("div", "stage", {}, frame);
  let player: Player | null = null;
  let playing = "";

  function drop() {
    player?.close();
    player = null;
    playing = "";
  }

  /** Keep the element as long as it shows the same output of the same project; ask for its link when it is first shown. */
  function keepPlayer({ traits, view, connected }: Scene) {
    const media = hasFilm(traits) ? outputsOf(traits)[view.output]?.media : undefined;
    const wanted = media && media !== "file" ? `${traits.project_id} ${view.output} ${media}` : "";
    if (wanted !== playing) drop();
    if (wanted && !player && connected && media) {
      playing = wanted;
      player = createPlayer(view.output, media, {
        ask: (output, renew) => host.send({ kind: "source", output, renew }),
        changed: schedule,
        connected: host.connected,
      });
      frame.append(player.el);
      player.link.start();
    }
    if (player) attr(player.el, "aria-label", traits.details.name || traits.project_id);
    return media;
  }

  /** Say whether the film has the stage, so that words about trouble go beneath it. */
  function update(scene: Scene): boolean {
    const { traits, connected } = scene;
    const ratio = ratioOf(traits.details);
    root.style.setProperty("--mh-ratio", ratio ? String(ratio) : "");
    attr(root, "data-tall", ratio !== null && ratio < TALL_BELOW);

    const media = keepPlayer(scene);
    const problem = stageProblem(scene, media, player);
    const film = player !== null && !problem;
    const waiting = !film && !problem && isWaiting(traits.status);

    show(wait.el, waiting);
    if (waiting) wait.update(scene);
    message.update(problem, player?.link.state === "failed" && connected ? player.link.url : null);
    if (player) show(player.el, film);
    attr(el, "data-free", problem !== null && ratio === null);
    attr(el, "data-busy", film ? player?.link.state !== "fine" : !problem && connected && traits.status !== "queued");
    show(el, traits.project_id !== "" || problem !== null);
    return film;
  }

  return { el, update, receive: (reply: SourceReply) => player?.receive(reply), close: drop };
}

function stageProblem(scene: Scene, media: string | undefined, player: Player | null): Problem | null {
  if (player?.link.state === "failed") {
    const title = text.cannotPlay;
    return { icon: "alert", tone: "warn", title, hint: player.link.reason || text.cannotPlayHint, code: "" };
  }
  if (player) return null;
  if (media === "file" && scene.connected) {
    return { icon: "file", tone: "quiet", title: text.file, hint: text.fileHint, code: "" };
  }
  return problemOf(scene);
}

function createMessage(again: () => void) {
  const mark = icon("dot");
  const title = h("div", "title", { dir: "auto" });
  const hint = h("div", "sub", { dir: "auto" });
  const code = h("code", "code");
  const open = h("a", "button plain", { target: "_blank", rel: "noreferrer noopener" }, text.open);
  const ways = h("div", "ways", {}, button(text.tryAgain, "plain", again), open);
  const el = h("div", "message", {}, mark, title, hint, ways, code);

  /** `url` is null where there is no way on, "" where the link itself is missing. */
  function update(problem: Problem | null, url: string | null) {
    show(el, problem !== null);
    if (!problem) return;
    setIcon(mark, problem.icon);
    attr(el, "data-tone", problem.tone);
    clip(title, problem.title);
    clip(hint, problem.hint);
    put(code, problem.code);
    attr(open, "href", url ?? "");
    show(open, !!url);
    show(ways, url !== null);
  }
  return { el, update };
}
