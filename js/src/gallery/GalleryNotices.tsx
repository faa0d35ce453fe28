import { NoticeRegion } from "../card/NoticeRegion";
import { describe } from "../card/problem";
import { Button } from "../ui/Button";
import { Message } from "../ui/Message";
import { INITIAL_SELECTION } from "./state";
import type { GalleryProps } from "./types";

/** What is true of all cards, what the last action did, and what was given and is no project. */
export const GalleryNotices = ({ state: { connected, refused, notice, words } }: GalleryProps) => (
  <div>
    <NoticeRegion notice={notice}>
      {!connected && <Message variant="note" problem={describe(words.gallery.says, "offline", "alert")} />}
    </NoticeRegion>
    {refused.length > 0 && (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: many of them scroll, and so have to be reached by keyboard
      <div class="mh-refused" tabIndex={0}>
        {refused.map(({ project, message, ...rest }) => (
          <Message
            key={project}
            variant="note"
            problem={{ ...rest, tone: "alert", message: `\u2068${project}\u2069: ${message}` }}
          />
        ))}
      </div>
    )}
  </div>
);

/** What stands in the place of the cards where there are none. */
export const EmptyGallery = ({ state: { words }, all, select }: GalleryProps) => (
  <div class="mh-stage">
    <Message variant="message" problem={describe(words.gallery.says, all.length ? "none" : "empty", "")}>
      {all.length > 0 && (
        <Button variant="plain" label={words.gallery.showAll} onClick={() => select(INITIAL_SELECTION)} />
      )}
    </Message>
  </div>
);
