import { useRef } from "preact/hooks";
import { hostName } from "../model/colab";
import { useCardTraits, useNow } from "../model/hooks";
import type { CardHost } from "../model/host";
import { usePresence } from "../model/usePresence";
import { usePull } from "../model/usePull";
import { usePlayer } from "../player/usePlayer";
import { useFocusRequest, useFocusRescue } from "../ui/focus";
import { Actions, DeleteQuestion } from "./Actions";
import { CardHeader } from "./CardHeader";
import { Facts } from "./Facts";
import { Notices } from "./Notices";
import { ProjectForm } from "./ProjectForm";
import { Stage } from "./Stage";
import { aspectRatio, type CardState, canEnterProject, isInProgress } from "./state";
import { INVOKER, useCardView } from "./useCardView";
import { useRecent } from "./useRecent";

/** A narrower film stands beside its facts where there is room. */
const TALL_BELOW = 1.05;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

type CardComponentProps = {
  host: CardHost;
  /** Outside a gallery, which speaks for all of its cards with and of their kernel. */
  standalone?: boolean;
};

export function Card({ host, standalone = false }: CardComponentProps) {
  const root = useRef<HTMLDivElement>(null);
  const traits = useCardTraits(host);
  usePresence(host, standalone && traits.connected);
  usePull(host.pull, [traits]);
  // A clock is on show, or else only the age.
  const ticking = isInProgress(traits.status) || traits.watch.state === "retrying";
  const state: CardState = { ...traits, now: useNow(ticking ? SECOND_MS : MINUTE_MS) };
  const { view, actions } = useCardView(host, state, useFocusRequest(root));
  const player = usePlayer(host, state, view.output);
  useFocusRescue(root, view.question ? INVOKER[view.question] : ".mh-row button");
  const { project_id, words } = state;
  const ratio = aspectRatio(state.details);
  const props = { state, view, actions, player, recent: useRecent(host) };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape counts wherever the focus is inside; Cancel does the same
    <div
      ref={root}
      class="mh-widget"
      data-mh-widget="video-project"
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
        {canEnterProject(state) ? <ProjectForm {...props} /> : project_id && <Stage {...props} />}
        <div class="mh-body">
          <Facts {...props} />
          <Notices {...props} standalone={standalone} />
          {view.question === "delete" ? <DeleteQuestion {...props} /> : <Actions {...props} />}
        </div>
      </div>
    </div>
  );
}
