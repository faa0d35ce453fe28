// The state of this one view of a card, and what its buttons do. It never travels.

import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { CardHost } from "../model/host";
import type { Notice } from "../model/traits";
import { createDownload, saveBlob } from "../player/download";
import { copyText } from "../ui/clipboard";
import { type CardState, canChangeProject, canDelete } from "./state";

/** How long a button stays busy where no change comes: a refresh that found nothing new sends none. */
const BUSY_MS = 1500;
/** The same for a deletion, which is answered in the end; a kernel that is gone without a word answers nothing. */
const DELETING_MS = 30_000;

/** The codes of the kernel's notices about the text in the field, which then stays to be corrected. */
const REFUSALS = new Set(["invalid_project", "duplicate_project"]);

export const isRefusal = (notice: Notice | null) => REFUSALS.has(notice?.code ?? "");

export type CardView = {
  /** What the card asks: whether to delete the project, or which other one to show. */
  question: "" | "delete" | "project";
  output: number;
  /** The action just sent, until the kernel's next change shows that it was heard. */
  busy: string;
};
type Update = (part: Partial<CardView>) => void;

const INITIAL: CardView = { question: "", output: 0, busy: "" };

/** The button that leads to a question, and gets the focus back after it. */
export const INVOKER = { delete: ".mh-quiet", project: "[aria-expanded]" };
/** What has the focus while it is asked. */
const QUESTION = { delete: ".mh-row p", project: "input" };

/** The view's state, of the project on show: another one begins from scratch. */
function useStored(project: string) {
  const [stored, setStored] = useState({ project, view: INITIAL });
  const known = stored.project === project ? stored : { project, view: INITIAL };
  useLayoutEffect(() => setStored(known), [project]);
  const update: Update = (part) => {
    setStored((before) => {
      const names = Object.keys(part) as (keyof CardView)[];
      if (before.project !== project || names.every((name) => part[name] === before.view[name])) return before;
      return { project, view: { ...before.view, ...part } };
    });
  };
  return [known.view, update] as const;
}

/** A film for the visitor's disk, relayed by the kernel. */
function useDownload(host: CardHost, project: string) {
  // Another project begins from scratch, so that no part of the former one's film stays in the page's memory.
  const download = useMemo(
    () =>
      createDownload(host.send, "save", (result) => {
        // Where there is none, the kernel's notice says why.
        if ("film" in result) saveBlob(result.film, result.name);
      }),
    [host, project],
  );
  useLayoutEffect(() => host.onMessage(download.receive), [host, download]);
  return download;
}

/** Take back what the kernel's news has made untrue of this view. */
function useNews({ notice }: CardState, { busy }: CardView, canAsk: boolean, update: Update) {
  useLayoutEffect(() => {
    // A question is over when the kernel says what became of it.
    if (busy && notice) update(isRefusal(notice) ? { busy: "" } : { question: "", busy: "" });
  }, [notice]);
  useLayoutEffect(() => {
    if (!canAsk) update({ question: "", busy: "" });
  }, [canAsk]);
  useLayoutEffect(() => {
    if (!busy) return;
    const timer = setTimeout(() => update({ busy: "" }), busy === "delete" ? DELETING_MS : BUSY_MS);
    return () => clearTimeout(timer);
  }, [busy]);
}

export function useCardView(host: CardHost, state: CardState, requestFocus: (selector: string) => void) {
  const [stored, update] = useStored(state.project_id);
  const canAsk = stored.question === "project" ? canChangeProject(state) : canDelete(state);
  const view = canAsk ? stored : { ...stored, question: INITIAL.question };
  const download = useDownload(host, state.project_id);
  useNews(state, stored, canAsk, update);
  const actions = {
    send(kind: "refresh" | "pause" | "resume" | "save" | "cancel") {
      update({ busy: kind });
      host.send({ kind });
    },
    ask(question: keyof typeof QUESTION) {
      update({ question });
      requestFocus(QUESTION[question]);
    },
    /** Back to the card as it was. */
    decline() {
      if (view.question) requestFocus(INVOKER[view.question]);
      update({ question: "" });
    },
    askRecent: () => host.send({ kind: "recent" }),
    setProject(project: string) {
      update({ busy: "set_project" });
      host.send({ kind: "set_project", project });
    },
    deleteProject() {
      update({ busy: "delete" });
      host.send({ kind: "delete", project: state.project_id, confirmed: true });
    },
    selectOutput: (output: number) => update({ output }),
    copyId() {
      copyText(state.project_id);
      update({ busy: "copy" });
    },
    /** The output on show, or a `zip` of all. */
    download(zip?: boolean) {
      download.start(view.output, zip);
      update({ busy: "download" });
    },
  };
  return { view, actions };
}

export type CardActions = ReturnType<typeof useCardView>["actions"];
