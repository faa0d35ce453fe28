"""The outputs in an answer of the API: which links may be fetched, their escapes, their extensions and their repr."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets._urls import escape_url, is_fetchable
from mh_widgets.models import Download
from tests.unit.answers_read import URL, anything, read


def one(**item: Any) -> Download:
    return read(downloads=[item]).downloads[0]


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


def test_no_repr_shows_the_query_of_a_link() -> None:
    details = read(downloads=[{"url": URL}])
    for text in (repr(details), str(details), repr(details.downloads), f"{details.downloads[0]}"):
        assert "SECRET" not in text
        assert "https://files.test/a.mp4?…" in text


@pytest.mark.parametrize("path", ["it's.mp4", "a" * 3000 + ".mp4", "a.mp4?name=utf-8''b"])
def test_no_repr_shows_the_query_of_an_odd_link_either(path: str) -> None:
    url = f"https://files.test/{path}{'&' if '?' in path else '?'}X-Sig=SECRET"
    assert "SECRET" not in repr(one(url=url))


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
