// The row of buttons, what takes its place during a transfer, and the question before a deletion.

import { button } from "./button";
import type { Context } from "./card";
import { h } from "./dom";
import { moving } from "./progress";
import { nameOf, type Offers, type Scene } from "./state";
import { text } from "./text";

export function actions({ traits, view, connected }: Scene, offers: Offers, { act, ask, cancel, download }: Context) {
  const transfer = connected && (view.download ?? traits.transfer);
  const resume = () => act({ kind: "resume" });
  const busy = view.busy === "resume";
  return h(
    "div.actions",
    {},
    view.asking
      ? question(
          traits.details.name || traits.project_id,
          view.busy === "delete",
          () => act({ kind: "delete", confirmed: true }),
          ask,
        )
      : h(
          "div.row",
          {},
          offers.resume && button("primary", text.resume, resume, false, busy),
          offers.retry && button(offers.resume ? "plain" : "primary", text.retry, resume, "refresh", busy),
          !transfer && offers.download && button("primary", text.download, () => download(view.output), "down"),
          !transfer &&
            offers.save &&
            button("plain", text.save(traits.save_label), () => act({ kind: "save" }), "folder", view.busy === "save"),
          transfer && moving(transfer),
          transfer && button("plain", text.cancel, cancel),
          offers.delete && button("quiet", text.delete, () => ask(true)),
        ),
  );
}

function question(name: string, busy: boolean, remove: () => void, ask: (on: boolean) => void) {
  const words = text.ask(name);
  return h(
    "div.row",
    { role: "group", tabindex: "-1", "aria-label": words, "data-ask": true },
    h("div.question", { dir: "auto" }, words),
    button("danger", text.forGood, remove, false, busy),
    // Cancel stands where Delete stood: a double click on Delete must not delete.
    !busy && button("plain", text.cancel, () => ask(false)),
  );
}
