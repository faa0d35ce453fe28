import type { ComponentChildren } from "preact";
import type { Notice } from "../model/traits";
import { Message } from "../ui/Message";

/** What the last action did. A live region has to be there before its words are. */
export const NoticeRegion = ({ notice, children }: { notice: Notice | null; children?: ComponentChildren }) => (
  <div aria-live="polite">
    {children}
    {notice && <Message variant="note" problem={{ ...notice, tone: notice.tone === "info" ? "complete" : "error" }} />}
  </div>
);
