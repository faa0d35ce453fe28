"""Cards of each kind: which project they ask for, and what they say before and after the answer."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from magic_hour.types import models as sdk_models

from mh_widgets import (
    ApiError,
    ImageDetails,
    ImageProject,
    InvalidProject,
    Project,
    RenderFailed,
    VideoProject,
    WatchClosed,
)
from mh_widgets.project_ids import KINDS, Kind
from tests.unit.card_fixtures import CARDS, of_each_card
from tests.unit.fake_store import FakeStore, use
from tests.unit.kinds_api import CLASSES, Paths
from tests.unit.recording_comm import say, wire_of
from tests.unit.virtual_time import API, of_each_kind, settled, until


def response(kind: Kind) -> object:
    """What the official SDK returns of a project of this kind."""
    made: Any = getattr(sdk_models, f"V1{kind.capitalize()}ProjectsGetResponse")
    return made.model_construct(id="clx1")


def search(kind: Kind) -> list[str]:
    """The requests that find out the kind."""
    return [f"GET {each}" for each in KINDS[: KINDS.index(kind) + 1]]


def hint(card: Project) -> str:
    assert card.error is not None
    return str(card.error["hint"])


if TYPE_CHECKING:
    from typing_extensions import assert_type

    from mh_widgets import AudioDetails, AudioProject, ProjectDetails, VideoDetails

    async def _types() -> None:
        """``mypy`` and other checkers know the details of each card without a cast."""
        assert_type(await VideoProject("clx1"), VideoDetails)
        assert_type(await ImageProject("clx1").refresh(), ImageDetails)
        assert_type(AudioProject("clx1").wait(), AudioDetails)
        card = Project("clx1")
        assert_type(await card, ProjectDetails)


@of_each_card
def test_card_has_the_words_for_all_that_its_view_shows(card_class: type[Project]) -> None:
    # Without them, the view takes pictures and audio for films.
    with card_class() as card:
        assert ("kinds" in card.words) is (card_class is not VideoProject)


# --- what is asked for


@of_each_kind
async def test_card_of_any_kind_finds_it_once_and_shows_it(kind: Kind) -> None:
    api = Paths(kind, status="rendering")
    with Project("clx1", client=api.client()) as card:
        assert (card.status, card.details) == ("", {})
        await until(lambda: card.status == "rendering")
        assert card.details.get("kind", "video") == kind
        api.status = "complete"
        assert type(await card) is CLASSES[kind]
        assert api.asked[: len(search(kind))] == search(kind)
        assert set(api.asked[len(search(kind)) :]) == {f"GET {kind}"}


@of_each_kind
async def test_card_of_one_kind_asks_for_that_one_alone(kind: Kind) -> None:
    api = Paths(kind)
    with CARDS[kind]("clx1", client=api.client()) as card:
        assert type(await card) is CLASSES[kind]
        assert set(api.asked) == {f"GET {kind}"}
        await card.delete()
        assert (card.status, api.asked[-1]) == ("deleted", f"DELETE {kind}")


@of_each_kind
@pytest.mark.parametrize("known", ["response", "details"])
async def test_response_tells_its_kind_and_nothing_else_is_asked(kind: Kind, known: str) -> None:
    api = Paths(kind)
    given = response(kind) if known == "response" else CLASSES[kind]("clx1", "complete")
    with Project(given, client=api.client()) as card:
        assert type(await card) is CLASSES[kind]
        assert set(api.asked) == {f"GET {kind}"}


@of_each_card
async def test_kind_of_images_and_audio_is_told_before_the_first_answer(card_class: type[Project]) -> None:
    kind = card_class._kind
    expected = {"kind": kind} if kind in ("image", "audio") else {}
    assert card_class().details == expected
    with card_class("clx1", client=Paths("video").client()) as card:
        assert wire_of(card).sent[0][1]["state"]["details"] == expected


@of_each_card
async def test_text_from_the_page_may_be_of_any_kind(card_class: type[Project]) -> None:
    api = Paths("audio")
    with card_class(client=api.client()) as card:
        say(card, {"kind": "set_project", "project": "clx1"})
        assert card.details == {}
        await until(lambda: card.status == "complete")
        assert (card.project_id, card.details["kind"]) == ("clx1", "audio")
        assert api.asked[:3] == search("audio")


async def test_page_looks_up_the_id_of_a_wrong_kind_again() -> None:
    api = Paths("image")
    with VideoProject("clx1", client=api.client(), editable=True) as card:
        await until(lambda: card.error)
        say(card, {"kind": "set_project", "project": "clx1"})
        await until(lambda: card.status == "complete")
        assert api.asked == ["GET video", *search("image")]
        say(card, {"kind": "set_project", "project": "clx1"})
        await settled()
        assert card.notice is not None
        assert card.notice["code"] == "same_project"


async def test_card_that_the_page_moved_follows_its_class_from_python() -> None:
    api = Paths("image")
    with VideoProject(client=api.client()) as card:
        say(card, {"kind": "set_project", "project": "clx1"})
        await until(lambda: card.status == "complete")
        card.project_id = "clx2"
        await until(lambda: card.error)
        assert api.asked == [*search("image"), "GET video"]


# --- another kind


@pytest.mark.parametrize("kind", ["image", "audio"])
async def test_response_of_another_kind_is_an_error_and_no_request(kind: Kind) -> None:
    api = Paths(kind)
    with VideoProject(response(kind), client=api.client()) as card:
        assert card.error == {
            "code": "other_kind",
            "message": f"This is an {kind} project, not a video.",
            "hint": f"Pass it to {kind.capitalize()}Project or to Project.",
        }
        with pytest.raises(InvalidProject, match="not a video"):
            await card
        assert (card.project_id, card.status, api.asked) == ("", "", [])
        assert not card.editable


async def test_video_is_no_image_project() -> None:
    with ImageProject(response("video"), client=Paths("video").client()) as card:
        assert card.error is not None
        assert card.error["message"] == "This is a video, not an image project."


async def test_same_id_of_another_kind_is_another_project() -> None:
    api = Paths("image")
    with Project(response("audio"), client=api.client()) as card:
        await until(lambda: card.error)
        call = card.refresh()
        card.project_id = response("image")
        assert not card.error
        assert card.details == {"kind": "image"}
        with pytest.raises(WatchClosed, match="another project"):
            await call
        assert isinstance(await card, ImageDetails)
        assert set(api.asked) == {"GET audio", "GET image"}


async def test_hold_keeps_the_kind_of_a_response() -> None:
    api = Paths("image")
    with Project(client=api.client()) as card:
        with card.hold_trait_notifications():
            card.project_id = response("image")
        assert isinstance(await card, ImageDetails)
        assert set(api.asked) == {"GET image"}


# --- not found


async def test_project_of_no_kind_says_that_all_were_asked_for() -> None:
    api = Paths(None)
    with Project("clx1", client=api.client()) as card:
        with pytest.raises(ApiError, match="no video, no image and no audio has this ID"):
            await card
        assert api.asked == search("audio")
        assert "Project(id)" not in hint(card)


@of_each_kind
async def test_project_that_is_not_of_the_kind_asked_for_gets_a_hint(kind: Kind) -> None:
    with CARDS[kind]("clx1", client=Paths(None).client()) as card:
        await until(lambda: card.error)
        what = {"video": "a video", "image": "an image", "audio": "audio"}[kind]
        assert hint(card).endswith(f"It was looked up as {what} only. Project(id) finds every kind.")


# --- what other kernels remember, and what is shown of a short render


@of_each_kind
async def test_remembered_kind_is_not_asked_for(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    use(monkeypatch, FakeStore())
    api = Paths(kind, status="rendering")
    with Project("clx1", client=api.client()) as first:
        await until(lambda: first.status)
        first.pause()
        api.asked.clear()
        with Project("clx1", client=api.client()) as second:
            await until(lambda: second.status)
            await asyncio.sleep(60)
            assert set(api.asked) == {f"GET {kind}"}


@pytest.mark.parametrize(
    ("own_s", "usual_s", "source"),
    [((), 4, "documented median of August 2026"), ((0.3,) * 9, 1, "your last 9 renders")],
    ids=["documented", "own"],
)
async def test_estimate_of_a_short_render_is_in_seconds_and_never_zero(
    monkeypatch: pytest.MonkeyPatch, own_s: tuple[float, ...], usual_s: int, source: str
) -> None:
    store = use(monkeypatch, FakeStore())
    api = Paths("image", status="rendering")
    api.more = {"type": "FACE_SWAP", "created_at": "2026-03-01T12:00:00Z"}
    store.known_durations[API] = {"image FACE_SWAP": own_s}
    with ImageProject("clx1", client=api.client()) as card:
        await until(lambda: card.estimate and card.estimate["source"] == source)
        assert card.estimate == {"usual_s": usual_s, "source": source}


@of_each_kind
async def test_failed_render_of_each_kind_raises_the_api_s_reason(kind: Kind) -> None:
    api = Paths(kind, status="error")
    api.more = {"error": {"code": "no_face", "message": "No face."}}
    with Project("clx1", client=api.client()) as card:
        with pytest.raises(RenderFailed, match="No face") as caught:
            await card
        assert type(caught.value.details) is CLASSES[kind]
        assert card.error == {"code": "no_face", "message": "No face.", "hint": ""}


# --- words without widgets


@of_each_card
def test_static_card_names_the_kind(card_class: type[Project]) -> None:
    what = {"any": "project", "video": "video project"}.get(card_class._kind, f"{card_class._kind} project")
    assert f"Magic Hour {what}: no project yet." in card_class()._repr_mimebundle_()[0]["text/html"]


@of_each_kind
async def test_static_card_has_the_facts_of_the_kind(kind: Kind) -> None:
    api = Paths(kind)
    api.more = {"image_count": 4, "name": None, "type": "AI_IMAGE"}
    with Project("clx1", client=api.client()) as card:
        await card
        page = card._repr_mimebundle_()[0]["text/html"]
        assert f"<strong>Magic Hour {kind} project</strong>" in page
        assert "AI image" in page
        facts = {"video": "512 × 960", "image": "4 images"}.get(kind)
        assert bool(re.search(r"images|×", page)) == (facts is not None)
        assert facts is None or facts in page
