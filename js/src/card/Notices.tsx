import { fill } from "../i18n";
import { Message } from "../ui/Message";
import { NoticeRegion } from "./NoticeRegion";
import { describe, problemOf, showsFilm } from "./problem";
import type { CardProps } from "./types";
import { isRefusal } from "./useCardView";
import type { Shown } from "./viewer";

/** Second, smaller lines: trouble with the connection, trouble that no stage can tell, and what the last action did. */
export function Notices({ state, view, player, standalone }: CardProps<Shown>) {
  const { watch, words, connected, now } = state;
  // What was wrong with a text in the field is said beside it, for as long as it is there.
  const notice = isRefusal(state.notice) ? null : state.notice;
  const problem = showsFilm(player) || !state.project_id ? problemOf(state, view.output) : null;
  const wait_s = Math.max(0, Math.ceil((watch.next_attempt_at ?? 0) - now / 1000));
  return (
    <div>
      {/* In no live region, as the countdown changes every second. */}
      {connected && watch.state === "retrying" && (
        <Message
          variant="note"
          problem={{ tone: "alert", message: watch.reason, hint: fill(words.reconnecting, wait_s) }}
        />
      )}
      <NoticeRegion notice={notice}>
        {/* A gallery says for all of its cards what is true of all of them. */}
        {standalone && !connected && <Message variant="note" problem={describe(words.says, "offline", "alert")} />}
        {problem && <Message variant="note" problem={problem} />}
      </NoticeRegion>
    </div>
  );
}
