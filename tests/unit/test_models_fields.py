"""One answer of the API: whatever its fields hold, they become something a card can show."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets.image_audio import DETAILS, ImageDetails
from mh_widgets.models import Download, ProjectDetails, Status, VideoDetails, parse_time
from mh_widgets.project_ids import Kind
from tests.unit.answers_read import URL, anything, read
from tests.unit.virtual_time import of_each_kind, project, project_of

UTC = datetime.timezone.utc
FIELDS = [*project(), "download", "total_frame_cost", "image_count", "unheard_of"]


def test_a_documented_answer_is_read_under_the_api_s_own_names() -> None:
    details = VideoDetails.from_api(
        project("complete", downloads=[{"url": URL, "expires_at": "2026-03-02T12:00:00Z"}]), "clx1"
    )
    assert details == VideoDetails(
        id="clx1",
        status="complete",
        name="A walk",
        type="FACE_SWAP",
        created_at=datetime.datetime(2026, 3, 1, 11, 59, tzinfo=UTC),
        width=512,
        height=960,
        start_seconds=0,
        end_seconds=15,
        credits_charged=450,
        fps=30,
        downloads=(Download(URL, datetime.datetime(2026, 3, 2, 12, tzinfo=UTC)),),
    )
    assert details.duration_s == 15


@pytest.mark.parametrize(("kind", "own"), [("image", {"image_count": 1}), ("audio", {})])
def test_an_image_or_audio_is_read_under_the_api_s_own_names(kind: Kind, own: dict[str, Any]) -> None:
    answer = project_of(kind, "complete", downloads=[{"url": URL, "expires_at": "2026-03-02T12:00:00Z"}])
    details = DETAILS[kind].from_api(answer, "clx1")
    assert details == DETAILS[kind](
        id="clx1",
        status="complete",
        name="A walk",
        type=answer["type"],
        created_at=datetime.datetime(2026, 3, 1, 11, 59, tzinfo=UTC),
        credits_charged=450,
        downloads=(Download(URL, datetime.datetime(2026, 3, 2, 12, tzinfo=UTC), details.missing_suffix),),
        **own,
    )
    assert details.public()["kind"] == kind
    assert {name: details.public()[name] for name in own} == own


@of_each_kind
def test_what_only_other_kinds_have_is_left_out(kind: Kind) -> None:
    everything = {**project(), "image_count": 4}
    own = {"video": {"width", "height", "start_seconds", "end_seconds", "fps"}, "image": {"image_count"}}
    fields = {field.name for field in dataclasses.fields(DETAILS[kind].from_api(everything, "clx1"))}
    shared = {field.name for field in dataclasses.fields(ProjectDetails)}
    assert fields - shared == own.get(kind, set())


@pytest.mark.parametrize("value", [0, -1, "4", True, None, [], math.nan, math.inf, 10**400, 0.4])
def test_a_number_of_images_that_is_none_is_unknown(value: object) -> None:
    details = ImageDetails.from_api({"image_count": value}, "clx1")
    assert details.image_count is None


@of_each_kind
def test_an_output_without_an_extension_gets_that_of_its_kind(kind: Kind) -> None:
    details = DETAILS[kind].from_api({"downloads": [{"url": "https://h.test/plain"}]}, "clx1")
    (download,) = details.downloads
    assert (download.suffix, download.media) == (
        {"video": ".mp4", "image": ".png", "audio": ".wav"}[kind],
        kind,
    )


@of_each_kind
def test_an_empty_answer_is_a_project_of_unknown_status(kind: Kind) -> None:
    assert DETAILS[kind].from_api({}, "clx1") == DETAILS[kind](id="clx1", status=Status.UNKNOWN)


@of_each_kind
def test_nulls_everywhere_are_as_good_as_nothing(kind: Kind) -> None:
    nothing = DETAILS[kind].from_api({}, "clx1")
    assert DETAILS[kind].from_api(dict.fromkeys(FIELDS), "clx1") == nothing


def test_the_id_is_the_one_that_was_asked_for() -> None:
    assert read(id="<b>another</b>").id == "clx1"


@pytest.mark.parametrize("field", ["width", "height"])
@pytest.mark.parametrize(
    "value", [-1, 0, "512", True, None, [], math.nan, math.inf, -math.inf, 10**400, 1e300, 0.4]
)
def test_a_size_that_is_none_is_unknown(field: str, value: object) -> None:
    assert getattr(read(**{field: value}), field) is None


@pytest.mark.parametrize("field", ["start_seconds", "end_seconds", "fps", "credits_charged"])
@pytest.mark.parametrize("value", ["5", False, None, {}, math.nan, math.inf, -math.inf, 10**400, -(10**400)])
def test_a_number_that_is_none_is_unknown(field: str, value: object) -> None:
    assert getattr(read(**{field: value}), field) is None


def test_a_number_with_a_fraction_fits_where_the_api_means_a_whole_one() -> None:
    assert read(width=512.0, credits_charged=1.9).width == 512
    assert type(read(width=512.0).width) is int


def test_credits_may_be_given_back() -> None:
    assert read(credits_charged=-5).credits_charged == -5


@pytest.mark.parametrize("value", [None, 0, "false", "", [], "no"])
def test_only_a_plain_false_says_deleted(value: object) -> None:
    assert read(enabled=value).enabled
    assert read().enabled
    assert not read(enabled=False).enabled


@pytest.mark.parametrize(
    ("start", "end", "length"), [(2, 5, 3), (5, 2, None), (3, 3, None), (None, 3, None), (0, None, None)]
)
def test_the_length_is_known_when_the_end_comes_after_the_start(
    start: float | None, end: float | None, length: float | None
) -> None:
    assert read(start_seconds=start, end_seconds=end).duration_s == length


def test_a_word_that_the_api_learns_later_is_a_status() -> None:
    assert read(status="dreaming").status == "dreaming"
    assert "dreaming" not in Status.TERMINAL


def test_a_name_of_100_kb_is_cut() -> None:
    assert len(read(name="n" * 100_000).name or "") == 500
    assert len(read(status="s" * 100_000).status) == 64
    assert len(read(type="t" * 100_000).type or "") == 64


def test_a_name_loses_what_could_turn_or_break_the_text_around_it() -> None:
    assert read(name="a\u202eb\x00c\ud800d\ne").name == "abcd e"
    assert read(name="<script>").name == "<script>"  # text stays text; who shows it escapes it


def test_a_reason_of_the_api_is_kept_and_a_reason_of_another_type_is_none() -> None:
    failed = read(error={"code": "no_source_face", "message": "No face in https://h.test/a?sig=1."})
    assert failed.error is not None
    assert (failed.error.code, failed.error.message) == ("no_source_face", "No face in https://h.test/a?…")
    empty = read(error={"code": 5, "message": None}).error
    assert empty is not None
    assert (empty.code, empty.message) == ("", "")
    odd: tuple[object, ...] = ("broken", 5, [], True)
    assert [read(error=value).error for value in odd] == [None] * 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-01T12:00:00Z", datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00z", datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (" 2026-03-01T12:00:00 ", datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T14:00:00+02:00", datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00.5Z", datetime.datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-01T12:00:00.123456789Z", datetime.datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-03-01", datetime.datetime(2026, 3, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("yesterday", None),
        ("2026-13-01T00:00:00Z", None),
        ("", None),
        ("\ud800", None),
        (1772366400, None),
        (True, None),
        (None, None),
    ],
)
def test_times_are_utc_or_unknown(value: object, expected: datetime.datetime | None) -> None:
    assert parse_time(value) == expected


@given(st.text(st.characters(), max_size=40) | st.datetimes().map(lambda t: t.isoformat()) | anything)
def test_no_time_raises_and_every_time_is_utc(value: object) -> None:
    time = parse_time(value)
    assert time is None or time.utcoffset() == datetime.timedelta(0)


def test_details_can_not_be_changed() -> None:
    details = VideoDetails.from_api(project("complete", downloads=[{"url": URL}]), "clx1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        details.status = "queued"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        details.downloads[0].url = "x"  # type: ignore[misc]
    assert isinstance(details.downloads, tuple)


def test_the_public_part_has_the_api_s_names_and_no_url() -> None:
    public = VideoDetails.from_api(
        project("complete", downloads=[{"url": URL}, {"url": "https://h.test/b.png"}]), "clx1"
    ).public()
    assert public["outputs"] == [{"media": "video"}, {"media": "image"}]
    assert public["created_at"] == "2026-03-01T11:59:00+00:00"
    assert "http" not in json.dumps(public)
    assert {"downloads", "download", "downloaded_paths"}.isdisjoint(public)


@of_each_kind
@given(answer=st.dictionaries(st.sampled_from(FIELDS), anything))
def test_every_answer_becomes_details_whose_public_part_is_strict_json(
    kind: Kind, answer: dict[str, Any]
) -> None:
    public = DETAILS[kind].from_api(answer, "clx1").public()
    text = json.dumps(public, allow_nan=False, ensure_ascii=False)
    text.encode()
    assert json.loads(text) == public
    assert len(text) < 10_000
