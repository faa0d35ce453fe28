// The state of this one view of a card, and what its buttons do. It never travels.

import { useLayoutEffect, useState } from "preact/hooks";
import type { CardHost } from "../model/host";
import { createDownload, saveBlob } from "../player/download";
import { copyText } from "../ui/clipboard";
import { type CardState, canDelete } from "./state";

/** How long a button stays busy where no change comes: a refresh that found nothing new sends none. */
const BUSY_MS = 1500;

export type CardView = {
  confirmingDelete: boolean;
  output: number;
  /** The action just sent, until the kernel's next change shows that it was heard. */
  busy: string;
};

/** The view's state, of the project on show: another one begins from scratch. */
function useStored(project: string) {
  const initial = { project, view: { confirmingDelete: false, output: 0, busy: "" } as CardView };
  const [stored, setStored] = useState(initial);
  const known = stored.project === project ? stored : initial;
  useLayoutEffect(() => setStored(known), [project]);
  const update = (part: Partial<CardView>) => {
    setStored((before) => {
      if (before.project !== project) return before;
      const view = { ...before.view, ...part };
      const same = view.busy === before.view.busy && view.output === before.view.output;
      return same && view.confirmingDelete === before.view.confirmingDelete ? before : { project, view };
    });
  };
  return [known.view, update] as const;
}

/** A film for the visitor's disk, relayed by the kernel. */
function useDownload(host: CardHost) {
  const [download] = useState(() =>
    createDownload(host.send, "save", (result) => {
      // Where there is none, the kernel's notice says why.
      if ("film" in result) saveBlob(result.film, result.name);
    }),
  );
  useLayoutEffect(() => host.onMessage(download.receive), [host, download]);
  return download;
}

/** Take back what the kernel's news has made untrue of this view. */
function useNews(state: CardState, busy: string, update: (part: Partial<CardView>) => void) {
  const { notice } = state;
  const deletable = canDelete(state);
  // A deletion is over when the kernel says what became of it.
  useLayoutEffect(() => {
    if (busy && notice) update({ confirmingDelete: false, busy: "" });
  }, [notice]);
  useLayoutEffect(() => {
    if (!deletable) update({ confirmingDelete: false });
  }, [deletable]);
  useLayoutEffect(() => {
    if (!busy || busy === "delete") return;
    const timer = setTimeout(() => update({ busy: "" }), BUSY_MS);
    return () => clearTimeout(timer);
  }, [busy]);
}

export function useCardView(host: CardHost, state: CardState, requestFocus: (selector: string) => void) {
  const [stored, update] = useStored(state.project_id);
  const view = { ...stored, confirmingDelete: stored.confirmingDelete && canDelete(state) };
  const download = useDownload(host);
  useNews(state, stored.busy, update);
  const actions = {
    send(kind: "refresh" | "pause" | "resume" | "save" | "cancel") {
      update({ busy: kind });
      host.send({ kind });
    },
    setProject(project: string) {
      update({ busy: "set_project" });
      host.send({ kind: "set_project", project });
    },
    askToDelete() {
      update({ confirmingDelete: true });
      requestFocus(".mh-row p");
    },
    cancelDelete() {
      update({ confirmingDelete: false });
      requestFocus(".mh-quiet");
    },
    confirmDelete() {
      update({ busy: "delete" });
      host.send({ kind: "delete", project: state.project_id, confirmed: true });
    },
    selectOutput: (output: number) => update({ output }),
    copyId() {
      copyText(state.project_id);
      update({ busy: "copy" });
    },
    download() {
      download.start(view.output);
      update({ busy: "download" });
    },
  };
  return { view, actions };
}

export type CardActions = ReturnType<typeof useCardView>["actions"];
