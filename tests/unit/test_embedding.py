"""``embed`` of each kind: IPython's object that holds the bytes, by the output's media type."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from IPython.display import Audio, Image, Video

from mh_widgets import Project
from mh_widgets.project_ids import Kind
from mh_widgets.widgets.embedding import displayed
from tests.unit.card_fixtures import CARDS
from tests.unit.file_host import FileHost
from tests.unit.virtual_time import Api, of_each_kind, project_of

PICTURE = b"\x89PNG\r\n\x1a\npicture"
SHOWN: dict[Kind, tuple[type[Any], str]] = {
    "video": (Video, "video/mp4"),
    "image": (Image, "image/png"),
    "audio": (Audio, "audio/wav"),
}


@of_each_kind
@pytest.mark.parametrize("any_kind", [False, True], ids=["its class", "Project"])
async def test_embed_gives_what_shows_the_kind(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, any_kind: bool
) -> None:
    host = FileHost()
    host.put("/output", PICTURE)
    host.replace(monkeypatch)
    answer = project_of(kind, "complete", downloads=[{"url": "https://files.test/output?X-Sig=SECRET"}])
    missing = [404] * ["video", "image", "audio"].index(kind) if any_kind else []
    api = Api(*missing, answer)
    with (Project if any_kind else CARDS[kind])("clx1", client=api.client()) as card:
        await card
        shown = await card.embed()
    shows, mime = SHOWN[kind]
    assert type(shown) is shows
    assert shown.data == PICTURE
    assert shown.embed
    assert getattr(shown, "mimetype", mime) == mime


@pytest.mark.parametrize(
    ("mime", "kind", "shows"),
    [
        ("image/png", "video", Image),  # a video project may list a picture, too
        ("video/webm", "image", Video),
        ("audio/mpeg", "video", Audio),
        ("application/octet-stream", "audio", Audio),
        ("application/octet-stream", "image", Image),
        ("application/octet-stream", "video", Video),
    ],
)
def test_output_is_shown_by_its_media_type_before_its_kind(mime: str, kind: str, shows: type[Any]) -> None:
    assert type(displayed(PICTURE, mime, kind)) is shows


def test_audio_keeps_its_media_type() -> None:
    shown: Any = displayed(b"sound", "audio/mpeg", "audio")
    page = shown._repr_html_()
    assert f"data:audio/mpeg;base64,{base64.b64encode(b'sound').decode()}" in page


@pytest.mark.parametrize("subtype", ["png", "jpeg", "gif", "webp", "avif", "octet-stream"])
def test_image_of_any_format_is_in_the_notebook(subtype: str) -> None:
    shown: Any = displayed(PICTURE, f"image/{subtype}", "image")
    assert type(shown).__name__ == "Image"
    bundle = shown._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert base64.b64encode(PICTURE).decode() in "".join(map(str, data.values()))
