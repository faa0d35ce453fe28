"""A ``Dashboard`` of videos, images and audio: its address, its field and its public page take IDs of all."""

from __future__ import annotations

import pytest

from mh_widgets import Dashboard, ImageDetails, ProjectGallery
from mh_widgets.project_ids import KINDS
from tests.unit.dashboard_fixtures import Opened, clear_environment, line, type_in
from tests.unit.gallery_fixtures import MixedStudio
from tests.unit.virtual_time import settled, until

MIX = ["video1", "image1", "audio1"]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_environment(monkeypatch)


async def shown(dashboard: Dashboard) -> dict[str, str]:
    """The kinds of all projects, when they have answered."""
    gallery = dashboard.gallery
    await until(lambda: all(gallery.statuses.values()), 60)
    await settled()
    return {each: project.kind for each, project in gallery.items()}


@pytest.mark.parametrize(
    ("query", "public"), [(f"project={','.join(MIX)}", None), ("", ",".join(MIX)), ("", " ".join(MIX))]
)
async def test_address_and_public_projects_may_be_of_any_kind(
    opened: Opened, query: str, public: str | None
) -> None:
    studio = MixedStudio()
    dashboard = opened(query, public, client=studio.client())
    assert await shown(dashboard) == dict(zip(MIX, KINDS, strict=True))
    assert line(dashboard) == ""
    dashboard.close()


async def test_what_is_typed_into_the_field_is_found_as_what_it_is() -> None:
    studio = MixedStudio()
    with Dashboard(["video1"], client=studio.client()) as dashboard:
        type_in(dashboard, "audio1 image1")
        assert await shown(dashboard) == {"video1": "video", "audio1": "audio", "image1": "image"}


async def test_a_response_costs_no_question_about_its_kind() -> None:
    studio = MixedStudio()
    with Dashboard([ImageDetails("image1", "rendering")], client=studio.client()) as dashboard:
        assert isinstance(dashboard.gallery, ProjectGallery)
        assert await shown(dashboard) == {"image1": "image"}
    assert set(studio.paths("image1")) == {"image"}
