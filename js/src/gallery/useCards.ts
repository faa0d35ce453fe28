import { useLayoutEffect, useState } from "preact/hooks";
import type { GalleryHost } from "../model/host";
import { createCardHosts } from "./cardHosts";
import { FilmBudget } from "./filmBudget";
import { createStar } from "./stars";
import type { GalleryCards, GalleryViewer } from "./types";

/** The hosts of the cards and the budget of their films, for as long as the gallery is on the page. */
export function useCards(host: GalleryHost, viewer: GalleryViewer): GalleryCards {
  const [cards] = useState(() => {
    const films = new FilmBudget(host);
    const starOf = (id: string) => createStar(id, host);
    return { films, hosts: createCardHosts(host, films.isLoaded), starOf, viewer };
  });
  useLayoutEffect(() => {
    const disconnect = cards.hosts.connect();
    return () => {
      disconnect();
      cards.films.dispose();
    };
  }, [cards]);
  // Whatever changed may have moved the cards, or given one its film.
  useLayoutEffect(() => cards.films.update());
  return cards;
}
