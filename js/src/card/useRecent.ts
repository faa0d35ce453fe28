import { useLayoutEffect, useState } from "preact/hooks";
import type { CardHost } from "../model/host";
import type { RecentProject } from "../model/messages";

/** The latest projects of this key, once the kernel has told them: the field for an ID offers them. */
export function useRecent(host: CardHost): readonly RecentProject[] {
  const [recent, setRecent] = useState<readonly RecentProject[]>([]);
  useLayoutEffect(
    () =>
      host.onMessage((message) => {
        if (message.kind === "recent") setRecent(message.projects);
      }),
    [host],
  );
  return recent;
}
