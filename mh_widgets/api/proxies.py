"""The proxy for an address, read from the environment for each request.

httpx reads the same variables only once for each client. It also fails on entries that other programs accept:
``[::1]`` or ``fe80::/10`` in NO_PROXY, or a ``socks://`` proxy that this address doesn't need.
"""

from __future__ import annotations

import functools
import importlib.util
import ipaddress
import os
import re
import urllib.request
from typing import Final, NamedTuple

import httpx

from mh_widgets.errors import ConfigurationError

_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
VARIABLES: Final = (*_NAMES, *map(str.lower, _NAMES))


class Proxy(NamedTuple):
    """A proxy's URL, which may contain a password, and the variable that names it."""

    url: str
    variable: str

    def __repr__(self) -> str:
        return f"Proxy(variable={self.variable!r})"


def proxy_for(url: httpx.URL) -> Proxy | None:
    """Find the proxy for an address.

    Args:
        url: The address of a request.

    Returns:
        The proxy, or None if the request goes directly.

    Raises:
        ConfigurationError: The proxy can't be used.
    """
    settings = urllib.request.getproxies()  # without variables, those of Windows and macOS
    scheme = next((scheme for scheme in (url.scheme, "all") if settings.get(scheme)), None)
    if scheme is None or _is_exempt(url, settings.get("no", "")):
        return None
    # The system has exceptions of its own, which only count for its own proxy.
    if not urllib.request.getproxies_environment() and _system_exempts(url.host, settings[scheme]):
        return None
    text = settings[scheme].strip()
    text = text if "://" in text else f"http://{text}"
    # GNOME writes socks:// for version 5.
    proxy = Proxy(re.sub(r"(?i)^socks://", "socks5://", text), _variable(scheme))
    _check(proxy)
    return proxy


def _variable(scheme: str) -> str:
    names = [name for name, value in os.environ.items() if value and name.lower() == f"{scheme}_proxy"]
    # If both spellings are set, the lower one counts, as in other programs.
    return max(names, default="the proxy setting of this system")


def _check(proxy: Proxy) -> None:
    scheme = proxy.url.partition("://")[0].lower()
    if scheme not in ("http", "https", "socks5", "socks5h"):
        raise _refused(proxy, "names a proxy of an unknown kind")
    try:
        url = httpx.URL(proxy.url)
        valid = bool(url.host) and (url.port is None or 0 < url.port < 65536)
    except (httpx.InvalidURL, ValueError):
        valid = False
    if not valid:
        raise _refused(proxy, "is not the address of a proxy")
    if scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise ConfigurationError(
            f"{_capital(proxy.variable)} names a SOCKS proxy, but the package for it is not installed.",
            code="proxy",
            hint="Install it with `pip install socksio`, then try again.",
        )


def _refused(proxy: Proxy, what: str) -> ConfigurationError:
    name = _capital(proxy.variable)
    return ConfigurationError(
        f"{name} {what}.",
        code="proxy",
        hint=f"{name} must look like http://proxy.example.com:3128. Correct it or remove it, then try again.",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith("the ") else text


@functools.lru_cache(maxsize=64)
def _system_exempts(host: str, _proxy: str) -> bool:
    """Return whether Windows or macOS exempts this host. The first call may ask the name server for it.

    A failed request is explained on the loop. The answer is then known, as the connection needed it before.
    """
    return bool(urllib.request.proxy_bypass(host))


def _is_exempt(url: httpx.URL, no_proxy: str) -> bool:
    """Return whether NO_PROXY names this host, its domain or its network. An entry may have a port."""
    host = url.host.lower().rstrip(".")
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return any(_matches(entry, host, port) for entry in re.split(r"[\s,;]+", no_proxy.lower()) if entry)


def _matches(entry: str, host: str, port: int | None) -> bool:
    name = entry.partition("://")[2] or entry
    # "[::1]:8080", "[::1]" or "host:8080". More colons without brackets are an IPv6 address.
    parts = re.fullmatch(r"\[([^\]]*)\](?::(\d+))?|([^:]*)(?::(\d+))?", name)
    if parts:
        name, wanted = parts[1] or parts[3] or "", parts[2] or parts[4]
        if wanted and int(wanted) != port:
            return False
    if name == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False)
    except (ValueError, TypeError):
        domain = name.lstrip("*").strip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
