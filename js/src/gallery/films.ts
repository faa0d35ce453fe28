// Which cards have films, and which of them come first. Pure.

import { isTerminal, kindOf, outputsOf } from "../card/state";
import type { ProjectTraits } from "../model/traits";

/** Whether there is something for a player to load. */
export function hasFilm(card: ProjectTraits): boolean {
  const media = outputsOf(card)[0]?.media;
  return media !== undefined && media !== "file";
}

/** Whether another kernel saw its end some time ago, and the API hasn't been asked since. */
export const isRememberedEnd = ({ status, watch }: ProjectTraits) => !!watch.known_at && isTerminal(status);

/** Pictures that have come hold neither a connection nor a decoder: a card of them takes this part of a player's room. */
const PICTURES_COST = 0.25;

/** `cost` is 1 for a card with a player. */
export type FilmCandidate = { id: string; playing: boolean; eligible: boolean; distance: number; cost: number };

export const costOf = (card: ProjectTraits) => (kindOf(card) === "image" ? PICTURES_COST : 1);

/** The few that may hold their films: what plays now first, then the nearest. */
export function nearestFilms(candidates: FilmCandidate[], limit: number): Set<string> {
  let taken = 0;
  return new Set(
    candidates
      .filter(({ playing, eligible }) => playing || eligible)
      .sort((a, b) => Number(b.playing) - Number(a.playing) || a.distance - b.distance)
      .filter(({ cost }) => {
        taken += cost;
        return taken <= limit;
      })
      .map(({ id }) => id),
  );
}
