// The row of buttons, what takes its place during a transfer, and the question before a deletion.

import type { Scene } from "./card";
import { h } from "./dom";
import { button } from "./parts";
import { moving } from "./progress";
import { nameOf } from "./state";
import { text } from "./text";

export function actions(scene: Scene) {
  const { offers, view, act, ask } = scene;
  const transfer = scene.connected && (view.download ?? scene.transfer);
  const resume = () => act("resume");
  return h(
    "div.row",
    {},
    offers.resume && button("primary", text.resume, resume),
    offers.retry && button(offers.resume ? "plain" : "primary", text.retry, resume, "refresh", view.busy === "resume"),
    !transfer && offers.download && button("primary", text.download, scene.download, "down"),
    !transfer &&
      offers.save &&
      button("plain", text.save(scene.save_label), () => act("save"), "folder", view.busy === "save"),
    transfer && moving(transfer),
    transfer && button("plain", text.cancel, scene.cancel),
    offers.delete && button("quiet", text.delete, () => ask(true)),
  );
}

export function question(scene: Scene) {
  const busy = scene.view.busy === "delete";
  const asked = text.ask(nameOf(scene));
  return h(
    "div.row",
    { role: "group", tabindex: "-1", "aria-label": asked },
    h("p", {}, asked),
    button("danger", text.forGood, () => scene.act("delete", { confirmed: true }), undefined, busy),
    // Cancel stands where Delete stood: a double click on Delete must not delete.
    !busy && button("plain", text.cancel, () => scene.ask(false)),
  );
}
