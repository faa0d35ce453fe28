"""Which proxy leads where, as the environment says it; and NO_PROXY as companies write it."""

from __future__ import annotations

import importlib.util
import urllib.request

import httpx
import pytest

from mh_widgets import ConfigurationError
from mh_widgets.api import proxies
from mh_widgets.api.proxies import proxy_for

API = httpx.URL("https://api.magichour.ai/v1")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in proxies.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    proxies._system_exempts.cache_clear()
    return monkeypatch


def test_without_settings_there_is_no_proxy() -> None:
    assert proxy_for(API) is None


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("http://proxy.test:3128", "http://proxy.test:3128"),
        ("proxy.test:3128", "http://proxy.test:3128"),
        (" http://proxy.test ", "http://proxy.test"),
        ("https://proxy.test", "https://proxy.test"),
        ("http://user:pass%40word@proxy.test:3128/", "http://user:pass%40word@proxy.test:3128/"),
        ("http://[::1]:3128", "http://[::1]:3128"),
    ],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_is_taken_as_it_is_written(
    nothing_set: pytest.MonkeyPatch, variable: str, value: str, url: str
) -> None:
    nothing_set.setenv(variable, value)
    proxy = proxy_for(API)
    assert proxy is not None
    assert (proxy.url, proxy.variable) == (url, variable)
    assert httpx.Proxy(proxy.url).url.host in url


def test_the_variable_of_the_scheme_counts_before_all(nothing_set: pytest.MonkeyPatch) -> None:
    nothing_set.setenv("ALL_PROXY", "http://all.test:1")
    nothing_set.setenv("HTTP_PROXY", "http://plain.test:1")
    assert proxy_for(API) == ("http://all.test:1", "ALL_PROXY")
    assert proxy_for(httpx.URL("http://127.0.0.1")) == ("http://plain.test:1", "HTTP_PROXY")
    nothing_set.setenv("HTTPS_PROXY", "http://secure.test:1")
    assert proxy_for(API) == ("http://secure.test:1", "HTTPS_PROXY")
    nothing_set.setenv("https_proxy", "http://lower.test:1")
    assert proxy_for(API) == ("http://lower.test:1", "https_proxy")


def test_what_this_address_does_not_need_is_not_looked_at(nothing_set: pytest.MonkeyPatch) -> None:
    # GNOME sets both.
    nothing_set.setenv("ALL_PROXY", "nonsense://proxy.test")
    nothing_set.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    nothing_set.setenv("NO_PROXY", "127.0.0.1")
    assert proxy_for(API) == ("http://proxy.test:3128", "HTTPS_PROXY")
    assert proxy_for(httpx.URL("http://127.0.0.1:8000")) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("nonsense://u:SECRET@proxy.test:3128", "HTTPS_PROXY names a proxy of an unknown kind."),
        ("socks4://proxy.test:1080", "HTTPS_PROXY names a proxy of an unknown kind."),
        ('"http://u:SECRET@proxy.test:3128"', "HTTPS_PROXY names a proxy of an unknown kind."),
        ("http://u:SECRET@proxy.test:port", "HTTPS_PROXY is not the address of a proxy."),
        ("http://u:SECRET@proxy.test:99999", "HTTPS_PROXY is not the address of a proxy."),
        ("http://u:SECRET@", "HTTPS_PROXY is not the address of a proxy."),
        ("http://", "HTTPS_PROXY is not the address of a proxy."),
        ("http://[::1", "HTTPS_PROXY is not the address of a proxy."),
        ("http://xn--a.test", "HTTPS_PROXY is not the address of a proxy."),
    ],
)
def test_a_proxy_that_can_not_be_used_names_its_variable(
    nothing_set: pytest.MonkeyPatch, value: str, words: str
) -> None:
    nothing_set.setenv("HTTPS_PROXY", value)
    with pytest.raises(ConfigurationError) as caught:
        proxy_for(API)
    assert caught.value.message == words
    assert "HTTPS_PROXY must look like http://" in caught.value.hint
    assert "SECRET" not in f"{caught.value!r} {caught.value}"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "value", ["socks5://proxy.test:1080", "socks5h://proxy.test:1080", "socks://proxy.test:1080/"]
)
def test_a_socks_proxy_needs_a_package(nothing_set: pytest.MonkeyPatch, value: str) -> None:
    nothing_set.setenv("ALL_PROXY", value)
    nothing_set.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"ALL_PROXY names a SOCKS proxy.*pip install socksio"):
        proxy_for(API)
    nothing_set.setattr(importlib.util, "find_spec", lambda name: object())
    assert proxy_for(API) == (value.replace("socks://", "socks5://"), "ALL_PROXY")


def test_a_proxy_of_the_system_is_named_as_such(nothing_set: pytest.MonkeyPatch) -> None:
    nothing_set.setattr(urllib.request, "getproxies", lambda: {"https": "http://proxy.test:port"})
    with pytest.raises(
        ConfigurationError, match="The proxy setting of this system is not the address of a proxy"
    ):
        proxy_for(API)


@pytest.fixture
def asked_system(nothing_set: pytest.MonkeyPatch) -> list[str]:
    """As on Windows: without variables there is the system's proxy, which 127.0.0.1 doesn't need."""
    asked: list[str] = []

    def of_system() -> dict[str, str]:
        return urllib.request.getproxies_environment() or dict.fromkeys(
            ("http", "https"), "http://system.test"
        )

    def bypass(host: str) -> int:
        asked.append(host)
        return int(host == "127.0.0.1")

    nothing_set.setattr(urllib.request, "getproxies", of_system)
    nothing_set.setattr(urllib.request, "proxy_bypass", bypass)
    return asked


def test_hosts_that_the_system_exempts_need_no_proxy(asked_system: list[str]) -> None:
    system = ("http://system.test", "the proxy setting of this system")
    for _ in range(2):
        assert proxy_for(httpx.URL("http://127.0.0.1:8900")) is None
        assert proxy_for(API) == system
    assert asked_system == ["127.0.0.1", "api.magichour.ai"]  # once, as it may take a while


def test_the_system_exempts_nothing_from_a_variable(
    nothing_set: pytest.MonkeyPatch, asked_system: list[str]
) -> None:
    nothing_set.setenv("ALL_PROXY", "http://proxy.test:3128")
    assert proxy_for(httpx.URL("http://127.0.0.1:8900")) == ("http://proxy.test:3128", "ALL_PROXY")
    nothing_set.delenv("ALL_PROXY")
    nothing_set.setenv("NO_PROXY", "api.test")
    assert proxy_for(API) is None
    assert asked_system == []


@pytest.mark.parametrize(
    ("no_proxy", "url"),
    [
        ("*", "https://api.test"),
        ("api.test", "https://api.test"),
        ("API.test", "https://api.TEST"),
        ("localhost, api.test", "https://api.test"),
        ("localhost api.test", "https://api.test"),
        ("test", "https://api.test"),
        (".api.test", "https://v1.api.test"),
        (".api.test", "https://api.test"),
        ("*.test", "https://api.test"),
        ("https://api.test", "https://api.test"),
        ("api.test:443", "https://api.test"),
        ("api.test:8443", "https://api.test:8443"),
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("10.0.0.0/8", "https://10.1.2.3"),
        ("::1", "http://[::1]:8000"),
        ("[::1]", "http://[::1]:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("fe80::/10", "https://[fe80::1]"),
        ("localhost,127.0.0.1,[::1],fe80::/10,api.test", "https://api.test"),
    ],
)
def test_these_hosts_need_no_proxy(nothing_set: pytest.MonkeyPatch, no_proxy: str, url: str) -> None:
    nothing_set.setenv("ALL_PROXY", "http://proxy.test:3128")
    nothing_set.setenv("NO_PROXY", no_proxy)
    assert proxy_for(httpx.URL(url)) is None


@pytest.mark.parametrize(
    ("no_proxy", "url"),
    [
        ("", "https://api.test"),
        (",, ,", "https://api.test"),
        ("pi.test", "https://api.test"),
        ("api.test:8443", "https://api.test"),
        ("v1.api.test", "https://api.test"),
        ("10.0.0.0/8", "https://11.1.2.3"),
        ("10.0.0.0/8", "https://api.test"),
        ("fe80::/10", "https://[2001:db8::1]"),
        ("[::1]", "https://api.test"),
        ("[,],[,::,:,/,http://,.", "https://api.test"),
    ],
)
def test_these_hosts_go_by_the_proxy(nothing_set: pytest.MonkeyPatch, no_proxy: str, url: str) -> None:
    nothing_set.setenv("ALL_PROXY", "http://proxy.test:3128")
    nothing_set.setenv("NO_PROXY", no_proxy)
    assert proxy_for(httpx.URL(url)) == ("http://proxy.test:3128", "ALL_PROXY")
