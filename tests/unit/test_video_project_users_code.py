"""A user's own code around a ``VideoProject``: observers and a client."""

from __future__ import annotations

import asyncio
from typing import Any

from mh_widgets import AsyncClient, VideoProject
from tests.unit.card_fixtures import rendering, with_card
from tests.unit.virtual_time import TOKEN, Api, Later, VirtualLoop, film, project, until


def test_every_trait_can_be_observed() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        seen: list[str] = []
        card.observe(lambda change: seen.append(change["new"]), "status")
        api.answers["GET"].extend([project("queued"), film()])
        await card
        assert seen == ["queued", "complete"]

    with_card(body, rendering)


def test_an_observer_of_the_status_finds_the_details_of_the_same_answer() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        seen: list[object] = []
        card.observe(lambda _change: seen.append(card.details.get("outputs")), "status")
        api.answers["GET"].append(film())
        await card
        assert seen == [[{"media": "video"}]]

    with_card(body, rendering)


def test_an_observer_that_raises_does_not_end_the_watch() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        def broken(change: dict[str, Any]) -> None:
            raise ZeroDivisionError

        other = VideoProject("clx1", client=card._client)
        card.observe(broken, "status")
        api.answers["GET"].extend([project("queued"), film()])
        try:
            await asyncio.wait_for(other.finished(), 100)
        finally:
            card.unobserve_all()
            other.close()
        assert other.status == "complete"
        # Told where a loop tells of what nobody caught, so whoever wrote the observer can see it.
        here = asyncio.get_running_loop()
        assert isinstance(here, VirtualLoop)
        assert "ZeroDivisionError" in here.unseen[0]
        here.unseen.clear()

    with_card(body, rendering)


def test_an_observer_that_moves_the_card_gets_a_clean_new_one() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        def next_one(change: dict[str, Any]) -> None:
            if change["new"] == "complete" and card.project_id == "clx1":
                card.project_id = "clx2"

        card.observe(next_one, "status")
        api.answers["GET"].extend([film(), Later(1000, project())])
        await until(lambda: card.project_id == "clx2")
        assert (card.status, card.details, card.watch["state"]) == ("", {}, "watching")

    with_card(body, rendering)


def test_a_client_of_the_user_s_own_is_the_one_that_asks() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert isinstance(card._client, AsyncClient)
        assert api.requests[0].headers["authorization"] == f"Bearer {TOKEN}"

    with_card(body)
