"""All outputs of a project go to the browser as one zip, made while they arrive."""

from __future__ import annotations

import base64
import zipfile
from pathlib import Path

import pytest

from mh_widgets.project_ids import Kind
from tests.unit.desk import NOWHERE, A, B, Desk, with_films
from tests.unit.file_host import FileHost, streamed
from tests.unit.film_host import FILM, PICTURE
from tests.unit.virtual_time import Api, film, of_each_kind
from tests.unit.zip_desk import BREAK, both, content, opened

pytestmark = pytest.mark.usefixtures("small_chunks")


def totals(desk: Desk) -> list[int | None]:
    return [message["total_bytes"] for message in desk.sent if message["kind"] == "chunk"]


@of_each_kind
def test_a_zip_has_all_outputs_under_their_names(host: FileHost, kind: Kind) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay_zip("v1", NOWHERE)
        assert content(desk) == [FILM, PICTURE]
        assert opened(desk).namelist() == ["A-walk-clx1.mp4", "A-walk-clx1-2.png"]
        assert desk.chunks == list(range(len(desk.chunks)))
        end = {"kind": "end", "id": "v1", "name": "A-walk-clx1.zip", "type": "application/zip"}
        assert desk.sent[-1] == end
        assert desk.shown[0] == {"kind": "download", "received_bytes": 0, "total_bytes": None}
        assert desk.shown[-1] is None
        assert api.count("GET") == 1
        assert len(host.requests) == 2

    with_films(test, both, kind=kind)


def test_a_zip_tells_its_size_as_soon_as_each_output_s_is_known(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay_zip("v1", NOWHERE)
        first = len(FILM) // 10
        assert totals(desk)[:first] == [None] * first
        *known, last = totals(desk)[first:]
        # The headers come on top, which count at the end.
        assert set(known) <= {len(FILM + PICTURE), *range(len(FILM + PICTURE), len(desk.data))}
        assert last == len(desk.data)

    with_films(test, both)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, ["clx1.mp4", "clx1-2.mp4", "clx1-3.png"]),
        ("../../etc", ["etc-clx1.mp4", "etc-clx1-2.mp4", "etc-clx1-3.png"]),
        ("C:\\CON", ["C-CON-clx1.mp4", "C-CON-clx1-2.mp4", "C-CON-clx1-3.png"]),
        ("映画", ["映画-clx1.mp4", "映画-clx1-2.mp4", "映画-clx1-3.png"]),
    ],
)
@pytest.mark.documented("films: any project name in a download")
def test_names_in_a_zip_are_harmless_and_unique(
    host: FileHost, name: str | None, expected: list[str]
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay_zip("v1", NOWHERE)
        assert opened(desk).namelist() == expected

    with_films(test, lambda: film(A, A, B, name=name))


@pytest.mark.parametrize(
    ("created_at", "expected"),
    [
        ("2026-03-01T11:59:31.000Z", (2026, 3, 1, 11, 59, 30)),  # the format has even seconds only
        ("1970-01-01T00:00:00Z", (1980, 1, 1, 0, 0, 0)),
        ("2200-01-01T00:00:00Z", (1980, 1, 1, 0, 0, 0)),
        (None, (1980, 1, 1, 0, 0, 0)),
    ],
)
def test_files_in_a_zip_are_readable_and_as_old_as_the_project(
    host: FileHost, created_at: str | None, expected: tuple[int, ...]
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay_zip("v1", NOWHERE)
        for info in opened(desk).infolist():
            assert info.date_time == expected
            assert (info.external_attr >> 16, info.create_system) == (0o644, 3)

    with_films(test, lambda: film(A, B, created_at=created_at))


def test_a_zip_as_text_sends_base64_and_no_buffers(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay_zip("v1", NOWHERE, as_text=True)
        assert desk.data == b""
        chunks = [message["base64"] for message in desk.sent if message["kind"] == "chunk"]
        desk.data = b"".join(map(base64.b64decode, chunks))
        assert content(desk) == [FILM, PICTURE]

    with_films(test, both)


@pytest.mark.documented("films: the output is on the disk already")
def test_a_saved_output_comes_from_the_disk_into_the_zip(host: FileHost, tmp_path: Path) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.save(tmp_path)
        host.put("/a.mp4", BREAK, FILM)
        await desk.films.relay_zip("v1", tmp_path)
        assert content(desk) == [FILM, PICTURE]
        # A break would be continued. Here the rest comes from the disk after two samples.
        assert "bytes=50-" not in host.ranges

    with_films(test, both)


@pytest.mark.documented("films: an output above 2 GiB or of unknown length in a zip")
def test_an_output_above_2_gib_or_of_unknown_size_is_zip64(
    host: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 150)  # as if the film had more than 2 GiB

    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay_zip("v1", NOWHERE)
        assert content(desk) == [FILM, PICTURE, FILM[:100]]
        assert [info.flag_bits & 8 for info in opened(desk).infolist()] == [8, 8, 8]
        assert [desk.data[info.header_offset + 4] for info in opened(desk).infolist()] == [45, 20, 45]
        assert set(totals(desk)) == {None}

    host.put("/c.mov", streamed(FILM[:100]))
    with_films(test, lambda: film(A, B, "https://files.test/c.mov"))
