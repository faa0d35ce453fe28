import { useRef } from "preact/hooks";
import { useBell } from "../bell/useBell";
import { hostName } from "../model/colab";
import { useCardTraits, useNow } from "../model/hooks";
import type { CardHost } from "../model/host";
import { usePresence } from "../model/usePresence";
import { usePull } from "../model/usePull";
import { useFocusRequest, useFocusRescue } from "../ui/focus";
import { Actions, DeleteQuestion } from "./Actions";
import { CardHeader } from "./CardHeader";
import { Facts } from "./Facts";
import { Notices } from "./Notices";
import { ProjectForm } from "./ProjectForm";
import { aspectRatio, type CardState, canEnterProject, isInProgress, kindOf } from "./state";
import { INVOKER, useCardView } from "./useCardView";
import { useRecent } from "./useRecent";
import type { Shown, Viewer } from "./viewer";

/** A narrower film stands beside its facts where there is room. */
const TALL_BELOW = 1.05;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

type CardComponentProps<S extends Shown> = { host: CardHost; viewer: Viewer<S>; standalone?: boolean };

export function Card<S extends Shown>({ host, viewer, standalone = false }: CardComponentProps<S>) {
  const root = useRef<HTMLDivElement>(null);
  const traits = useCardTraits(host);
  usePresence(host, standalone && traits.connected);
  usePull(host.pull, [traits]);
  // A clock is on show, or else only the age.
  const ticking = isInProgress(traits.status) || traits.watch.state === "retrying";
  const state: CardState = { ...traits, now: useNow(ticking ? SECOND_MS : MINUTE_MS) };
  const bell = useBell(root, standalone ? [traits] : [], traits);
  const { view, actions } = useCardView(host, state, useFocusRequest(root));
  const player = viewer.usePlayer(host, state, view.output);
  useFocusRescue(root, view.question ? INVOKER[view.question] : ".mh-row button");
  const { project_id, words } = state;
  const ratio = aspectRatio(state.details);
  const props = { state, view, actions, player, recent: useRecent(host), standalone, star: host.star, bell };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape counts wherever the focus is inside; Cancel does the same
    <div
      ref={root}
      class="mh-widget"
      data-mh-widget={`${kindOf(state)}-project`}
      data-host={hostName()}
      data-project-id={project_id}
      data-status={state.status}
      data-tall={(ratio > 0 && ratio < TALL_BELOW) || undefined}
      style={ratio ? `--mh-ratio:${ratio}` : undefined}
      // JupyterLab would take Enter and single letters from a focused button for its own commands.
      data-lm-suppress-shortcuts="true"
      lang={words.lang}
      dir={words.dir}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !view.question) return;
        // VS Code would take the focus away to its list of cells.
        event.stopPropagation();
        actions.decline();
      }}
    >
      <div class="mh-card">
        {project_id && <CardHeader {...props} />}
        {canEnterProject(state) ? <ProjectForm {...props} /> : project_id && <viewer.Stage {...props} />}
        <div class="mh-body">
          <Facts {...props} facts={viewer.factsOf(state, player)} />
          <Notices {...props} />
          {view.question === "delete" ? <DeleteQuestion {...props} /> : <Actions {...props} />}
        </div>
      </div>
    </div>
  );
}
