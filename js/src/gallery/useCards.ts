import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { GalleryHost } from "../model/host";
import { createCardHosts } from "./cardHosts";
import { FilmBudget } from "./filmBudget";

/** The hosts of the cards and the budget of their films, for as long as the gallery is on the page. */
export function useCards(host: GalleryHost, isTaken: boolean) {
  const taken = useRef(isTaken);
  taken.current = isTaken;
  const [cards] = useState(() => {
    const films = new FilmBudget(
      () => host.traits().cards,
      () => taken.current,
    );
    return { films, hosts: createCardHosts(host, films.isLoaded) };
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
