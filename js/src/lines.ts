// Second, smaller lines: trouble with the connection, trouble while a film has the stage, and what the last action did.

import { attr, h, put, show } from "./dom";
import { type IconName, icon, setIcon } from "./icons";
import { problemOf } from "./problem";
import type { Fault, Scene } from "./state";
import { text } from "./text";

export function createLines() {
  const connection = createLine();
  const problem = createLine();
  const notice = createLine();
  // Spoken once when it changes; the countdown beside it is not, as it changes every second.
  attr(notice.el, "aria-live", "polite");
  const el = h("div", "lines", {}, connection.el, problem.el, notice.el);

  function update(scene: Scene, film: boolean) {
    const { watch, notice: said } = scene.traits;
    const retrying = scene.connected && watch.state === "retrying";
    const seconds = Math.ceil((watch.next_attempt_at ?? 0) - scene.now / 1000);
    connection.update(
      retrying && { message: [text.reconnecting(seconds), watch.reason].filter(Boolean).join(": ") },
      "plug",
      "warn",
    );
    const hidden = film ? problemOf(scene) : null;
    problem.update(hidden && { ...hidden, message: `${hidden.title}.` }, hidden?.icon ?? "alert", "warn");
    const last = said ?? scene.view.notice;
    const bad = last?.tone === "error";
    notice.update(last, bad ? "alert" : "check", bad ? "bad" : "good");
  }

  return { el, update };
}

function createLine() {
  const mark = icon("dot");
  const words = h("span", "", { dir: "auto" });
  const code = h("code", "code");
  const body = h("div", "note", {}, mark, words, code);
  // A live region has to be there before its words are, or nobody hears them.
  const el = h("div", "", {}, body);

  function update(said: Partial<Fault> | null | false, image: IconName, tone: string) {
    show(body, !!said);
    if (!said) return put(words, "");
    setIcon(mark, image);
    attr(body, "data-tone", tone);
    put(words, [said.message, said.hint].filter(Boolean).join(" "));
    put(code, tone === "bad" || tone === "warn" ? (said.code ?? "") : "");
  }
  return { el, update };
}
