"""One answer of the API: whatever it holds, it becomes something a card can show."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets._urls import escape_url, is_fetchable
from mh_widgets.image_audio import DETAILS, ImageDetails
from mh_widgets.models import Download, ProjectDetails, Status, VideoDetails, parse_time
from mh_widgets.project_ids import Kind
from tests.unit.virtual_time import of_each_kind, project, project_of

UTC = datetime.timezone.utc
URL = "https://files.test/a.mp4?X-Sig=SECRET"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [*project(), "download", "total_frame_cost", "image_count", "unheard_of"]


def read(**answer: Any) -> VideoDetails:
    return VideoDetails.from_api(answer, "clx1")


def one(**item: Any) -> Download:
    return read(downloads=[item]).downloads[0]


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
    "url",
    [
        "javascript:alert(1)",
        "data:video/mp4;base64,AAAA",
        "file:///etc/passwd",
        "ftp://files.test/a.mp4",
        "blob:https://files.test/1",
        "//files.test/a.mp4",
        "a.mp4",
        "",
        "https://",
        "https:///a.mp4",
        "https://user@files.test/a.mp4",
        "https://user:pw@files.test/a.mp4",
        "https://files.test:port/a.mp4",
        "https://files.test:70000/a.mp4",
        "https://[::1/a.mp4",
        "https://files.test/a\n.mp4",
        "https://files.test/a b\r.mp4",
        "https://files.test/a\u00a0b.mp4",
        "java\tscript:alert(1)",
        "javascript:alert(1)//https://files.test/a b.mp4",
        "https://files.test\\@evil.test/a.mp4",
        "https://files.test\\.evil.test/a.mp4",
        "https://files test/a.mp4",
        "https://{files}.test/a.mp4",
        "https://files.test/\u202egpj.mp4",
        "https://files.test/\ud800.mp4",
        "https://files.test/" + "a" * 8192,
    ],
)
def test_a_url_that_may_not_be_fetched_is_no_output(url: str) -> None:
    details = read(downloads=[{"url": url}])
    assert (details.downloads, details.refused_downloads) == ((), 1 if url else 0)


@pytest.mark.documented("films: spaces, bars or braces in a link")
@pytest.mark.parametrize(
    ("raw", "legal"),
    [
        ("/a b.mp4?n=a b", "/a%20b.mp4?n=a%20b"),
        ("/a|b{c}^`.mp4?n=a|b{c}", "/a%7Cb%7Bc%7D%5E%60.mp4?n=a%7Cb%7Bc%7D"),
        ('/"onerror=.mp4', "/%22onerror=.mp4"),
        ("/<b>.mp4", "/%3Cb%3E.mp4"),
        ("/a\\b.mp4", "/a%5Cb.mp4"),
        ("/é/映画.mp4?n=é", "/%C3%A9/%E6%98%A0%E7%94%BB.mp4?n=%C3%A9"),
        ("/100%.mp4?n=5%&m=%zz", "/100%25.mp4?n=5%25&m=%25zz"),
        ("/a b%20c.mp4?s=a%2Fb+c/d==~", "/a%20b%20c.mp4?s=a%2Fb+c/d==~"),
        ("/a@b:c,d;e!f$g&h'i(j)k*l[m].mp4?a=[1]&b=c?d/e:f@g", None),
        ("/a.mp4?X-Amz-Credential=A%2F20260301%2Fus-east-1&X-Amz-Signature=0a%2b%2B", None),
        ("/a.mp4?sig=a/b?c=d#t=5", None),
    ],
)
def test_what_is_not_legal_in_a_url_is_escaped_and_nothing_else(raw: str, legal: str | None) -> None:
    (download,) = read(downloads=[{"url": f"https://files.test{raw}"}]).downloads
    assert download.url == f"https://files.test{raw if legal is None else legal}"
    assert str(httpx.URL(download.url)) == download.url  # nothing is left for httpx to mend in its own way


def test_spaces_around_a_url_are_left_out() -> None:
    (download,) = read(downloads=[{"url": " https://files.test/a.mp4 "}]).downloads
    assert download.url == "https://files.test/a.mp4"


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30))
def test_escaping_twice_is_escaping_once(text: str) -> None:
    once = escape_url(f"https://files.test/{text}?n={text}")
    assert escape_url(once) == once
    assert is_fetchable(once) or not once.isprintable()


@pytest.mark.parametrize("downloads", [None, {}, "x", 5, [None, 5, "x", [], {}, {"url": None}, {"url": 5}]])
def test_odd_outputs_are_left_out(downloads: object) -> None:
    details = read(downloads=downloads)
    # without any link there may be one later
    assert (details.downloads, details.refused_downloads) == ((), 0)


def test_good_outputs_beside_odd_ones_stay_in_order() -> None:
    details = read(
        downloads=[{"url": "https://h.test/1.mp4"}, 5, {"url": "http://h.test/2.png", "expires_at": 5}]
    )
    assert [(d.url, d.expires_at) for d in details.downloads] == [
        ("https://h.test/1.mp4", None),
        ("http://h.test/2.png", None),
    ]


def test_an_answer_gone_mad_stays_small() -> None:
    assert len(read(downloads=[{"url": URL}] * 10_000).downloads) == 100


@pytest.mark.parametrize(
    ("path", "suffix", "media"),
    [
        ("a.mp4", ".mp4", "video"),
        ("A.MOV", ".mov", "video"),
        ("a.b.webm", ".webm", "video"),
        ("a.png", ".png", "image"),
        ("a.m4a", ".m4a", "audio"),
        ("a.exe", ".bin", "file"),
        ("a.html", ".bin", "file"),
        ("plain", ".mp4", "video"),
        ("", ".mp4", "video"),
        ("dir.d/plain", ".mp4", "video"),
        ("a.mp4/", ".mp4", "video"),
        ("../../a.mp4", ".mp4", "video"),
    ],
)
def test_the_extension_comes_from_a_known_list(path: str, suffix: str, media: str) -> None:
    download = one(url=f"https://h.test/{path}?name=evil.exe")
    assert (download.suffix, download.media) == (suffix, media)


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


def test_no_repr_shows_the_query_of_a_link() -> None:
    details = read(downloads=[{"url": URL}])
    for text in (repr(details), str(details), repr(details.downloads), f"{details.downloads[0]}"):
        assert "SECRET" not in text
        assert "https://files.test/a.mp4?…" in text


@pytest.mark.parametrize("path", ["it's.mp4", "a" * 3000 + ".mp4", "a.mp4?name=utf-8''b"])
def test_no_repr_shows_the_query_of_an_odd_link_either(path: str) -> None:
    url = f"https://files.test/{path}{'&' if '?' in path else '?'}X-Sig=SECRET"
    assert "SECRET" not in repr(one(url=url))


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


@given(
    st.fixed_dictionaries(
        {"url": anything | st.text().map("https://h.test/".__add__), "expires_at": anything}
    )
)
def test_every_output_that_is_read_can_be_named(item: dict[str, Any]) -> None:
    for download in read(downloads=[item]).downloads:
        assert download.media in ("video", "image", "audio", "file")
        assert download.suffix.startswith(".")
        assert download.url.startswith(("http://", "https://"))
