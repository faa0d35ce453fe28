import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { displayName, isInProgress } from "../card/state";
import type { Words } from "../i18n";
import type { ProjectTraits } from "../model/traits";
import { announce, mayNotify } from "./announce";

/** How a render ends; what was deleted is no news to whoever did it. */
const ENDS = new Set(["complete", "error", "canceled"]);

export type Bell = { isOn: boolean; toggle(): void };

type Listened = { connected: boolean; words: Words };

/**
 * A notification when projects end, for visitors who have asked for it. Undefined where nothing is waited for, and where
 * the page may not. It is over when the kernel goes.
 */
export function useBell(
  root: RefObject<HTMLElement | null>,
  projects: ProjectTraits[],
  { connected, words }: Listened,
): Bell | undefined {
  const [isOn, setOn] = useState(false);
  const [mayAsk, setMayAsk] = useState(mayNotify);
  const awaited = useRef<ReadonlySet<string>>(new Set());
  const running = projects.filter(({ status }) => isInProgress(status));
  const isWaiting = connected && running.length > 0;
  useLayoutEffect(() => {
    const ended = projects.filter(({ project_id, status }) => awaited.current.has(project_id) && ENDS.has(status));
    awaited.current = new Set(running.map(({ project_id }) => project_id));
    if (isOn && connected && ended.length > 0) {
      const endings = ended.map((each) => ({
        name: displayName(each),
        status: words.statuses[each.status] ?? each.status,
      }));
      announce(endings, words, root.current);
    }
    if (!isWaiting) setOn(false);
  });
  if (!isWaiting || !mayAsk) return undefined;
  return {
    isOn,
    async toggle() {
      if (isOn) {
        setOn(false);
        return;
      }
      const answer = await Notification.requestPermission();
      setOn(answer === "granted");
      setMayAsk(answer !== "denied");
    },
  };
}
