// One notification of the browser for all that ends within a moment on this page, and their number in the page's title.

import { fill, type Words } from "../i18n";
import { colab } from "../model/colab";

/** How long what has ended waits for others that end as well. */
const TOGETHER_MS = 1000;
/** Names in one notification; systems cut off longer ones. */
const MAX_LINES = 4;

/** A project that has ended, and how, as people read it. */
export type Ending = { name: string; status: string };

/** What the widgets of a page share, as each is a module of its own: endings to tell, and how many the title counts. */
type Shared = { endings: Ending[]; counted: number };
const SHARED: unique symbol = Symbol.for("mh_widgets.bell");
const page = globalThis as { [SHARED]?: Shared };

/** Whether this page could show a notification: Colab's frame and VS Code's can't, and a visitor may have forbidden it. */
export const mayNotify = () =>
  "Notification" in globalThis &&
  Notification.permission !== "denied" &&
  !colab() &&
  !("vscodeThemeKind" in document.body.dataset);

/** Tell that these have ended, after a moment and with all others of the page. A click leads to `el`. */
export function announce(endings: Ending[], words: Words, el: HTMLElement | null) {
  page[SHARED] ??= { endings: [], counted: 0 };
  const shared = page[SHARED];
  shared.endings.push(...endings);
  // The first of a moment tells for all.
  if (shared.endings.length > endings.length) return;
  setTimeout(() => {
    const all = shared.endings.splice(0);
    notify(all, words, el);
    countInTitle(shared, all.length);
  }, TOGETHER_MS);
}

function notify(endings: Ending[], words: Words, el: HTMLElement | null) {
  const [first] = endings;
  if (!first) return;
  const lines = endings.slice(0, MAX_LINES).map(({ name, status }) => `${name}: ${status}`);
  if (endings.length > MAX_LINES) lines.push("…");
  const [title, body] =
    endings.length === 1 ? [first.name, first.status] : [fill(words.ended, endings.length), lines.join("\n")];
  try {
    const notification = new Notification(title, { body, lang: words.lang, dir: words.dir });
    notification.onclick = () => {
      focus();
      el?.scrollIntoView({ block: "center" });
      notification.close();
    };
  } catch {
    // Android shows none of a page's own: its title has to do.
  }
}

/** "(2) My notebook", until somebody looks at the page again. */
function countInTitle(shared: Shared, count: number) {
  if (isLookedAt()) return;
  const title = withoutCount(shared);
  shared.counted += count;
  document.title = `(${shared.counted}) ${title}`;
  const end = new AbortController();
  const clear = () => {
    if (!isLookedAt()) return;
    end.abort();
    document.title = withoutCount(shared);
    shared.counted = 0;
  };
  addEventListener("focus", clear, end);
  document.addEventListener("visibilitychange", clear, end);
}

const isLookedAt = () => document.visibilityState === "visible" && document.hasFocus();

/** The page may have set a title of its own meanwhile. */
function withoutCount({ counted }: Shared): string {
  const prefix = `(${counted}) `;
  return document.title.startsWith(prefix) ? document.title.slice(prefix.length) : document.title;
}
