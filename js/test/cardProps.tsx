// What a part of a card is given, with spies in the place of what its buttons do.

import { vi } from "vitest";
import type { CardProps } from "../src/card/types";
import type { CardView } from "../src/card/useCardView";
import type { CardTraits } from "../src/model/traits";
import type { Player } from "../src/player/player";
import { traits } from "./fakeCard";

export const NOW = Date.parse("2026-07-01T12:00:00Z");
export const secondsAgo = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

type Given = Partial<CardTraits> & { connected?: boolean; view?: Partial<CardView>; player?: Player | null };

export function cardProps({ connected = true, view, player = null, ...given }: Given = {}) {
  return {
    state: { ...traits(given), connected, now: NOW },
    view: { question: "", output: 0, busy: "", ...view },
    actions: {
      send: vi.fn(),
      ask: vi.fn(),
      decline: vi.fn(),
      askRecent: vi.fn(),
      setProject: vi.fn(),
      deleteProject: vi.fn(),
      selectOutput: vi.fn(),
      copyId: vi.fn(),
      download: vi.fn(),
    },
    player,
    recent: [],
    standalone: true,
    star: undefined,
    bell: undefined,
  } satisfies CardProps;
}

/** A player as the stage sees it. */
export const fakePlayer = (state: Player["state"], more: Partial<Player> = {}): Player => ({
  media: Object.assign(document.createElement("video"), { src: "https://films.example/1.mp4" }),
  state,
  reason: "",
  link: "",
  start: vi.fn(),
  receive: vi.fn(),
  dispose: vi.fn(),
  ...more,
});
