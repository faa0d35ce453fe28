// The row of buttons, what takes its place during a transfer, and the question before a deletion.

import type { Context } from "./card";
import { attr, button, h, put, setBusy, setLabel, show } from "./dom";
import { createTransfer } from "./progress";
import { offersOf, type Scene } from "./state";
import { text } from "./text";

export function createActions({ act, view, schedule, render, download }: Context) {
  const resume = button(text.resume, "primary", () => act({ kind: "resume" }));
  const retry = button(text.retry, "primary", () => act({ kind: "resume" }), "refresh");
  const fetch = button(text.download, "primary", () => download.start(view.output), "down");
  const save = button("", "plain", () => act({ kind: "save" }), "folder");
  const remove = button(text.remove, "quiet", () => ask(true));
  const transfer = createTransfer();
  const stop = button(text.cancel, "plain", cancel);
  const moving = h("div", "moving", {}, transfer.el, stop);
  const usual = h("div", "row", {}, resume, retry, fetch, save, moving, remove);

  const question = h("div", "question", { dir: "auto" });
  const yes = button(text.removeForGood, "danger", () => act({ kind: "delete", confirmed: true }));
  // Cancel stands where Delete stood: a double click on Delete must not delete.
  const no = button(text.cancel, "plain", () => ask(false));
  const asking = h("div", "row ask", { role: "group", tabindex: "-1" }, question, yes, no);
  const el = h("div", "actions", {}, usual, asking);

  function ask(on: boolean) {
    if (view.asking === on || view.busy === "delete") return;
    view.asking = on;
    render();
    (on ? asking : remove).focus({ preventScroll: true });
  }

  function cancel() {
    if (view.download) download.stop();
    act({ kind: "cancel" });
    schedule();
  }

  function update(scene: Scene) {
    const { traits } = scene;
    const offers = offersOf(scene);
    const current = scene.connected ? (view.download ?? traits.transfer) : null;

    show(resume, offers.resume);
    show(retry, offers.retry);
    attr(retry, "class", `mh-button mh-${offers.resume ? "plain" : "primary"}`);
    show(fetch, offers.download && !current);
    show(save, offers.save && !current);
    setLabel(save, text.save(traits.save_label));
    for (const [node, name] of [
      [resume, "resume"],
      [retry, "resume"],
      [save, "save"],
      [yes, "delete"],
    ] as const) {
      setBusy(node, view.busy === name);
    }
    show(moving, current !== null);
    if (current) transfer.update(current);
    show(remove, offers.delete);

    view.asking &&= offers.delete;
    const words = text.ask(traits.details.name || traits.project_id);
    put(question, words);
    attr(asking, "aria-label", words);
    show(no, view.busy !== "delete");
    show(asking, view.asking);
    show(usual, !view.asking && [...usual.children].some((node) => !(node as HTMLElement).hidden));
    show(el, !usual.hidden || view.asking);
  }

  return { el, update, ask };
}
