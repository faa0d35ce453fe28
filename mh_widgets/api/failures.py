"""Errors of a request without an answer: why it failed, what to change, and whether waiting helps."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Sequence

import httpx

from mh_widgets.api import proxies, tls
from mh_widgets.errors import TRANSIENT_STATUS_CODES, ConfigurationError, NetworkError

#: Exceptions that a request may raise: those of httpx, of sockets, of TLS, and of the codec for host names.
FOREIGN = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError, OverflowError)

#: OpenSSL's numbers of errors in a certificate.
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAME = frozenset({62, 64})
#: OpenSSL's names of errors with a server that speaks no TLS, or no supported version of it.
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNSUPPORTED_PROTOCOL"})
_PROXY_LOGIN = re.compile(r"407|Invalid username|Requested .* from proxy")


def network_error(error: BaseException, peer: str, address: str = "", *, variable: str = "") -> NetworkError:
    """Describe an exception of a request.

    Args:
        error: What the request raised, one of ``FOREIGN``.
        peer: Where the request went: "API" or "file host".
        address: Its address, or "" to leave it out of the message.
        variable: The variable that contains the address, if there is one.

    Returns:
        The error for the card.
    """
    proxy = _proxy(error)
    variables = [name for name in (proxy and proxy.variable, variable) if name]
    hint = f"Check {_listed('the network', *variables)}."
    at = f" at {address}" if address else ""
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return NetworkError(f"The {peer} did not answer in time.", code="timeout", hint=hint)
    if isinstance(error, httpx.ProxyError):
        return _proxy_error(str(error), peer, proxy)
    refused = _tls_error(error, f"{peer}{at}", variable, variables)
    if refused is not None:
        return refused
    if isinstance(error, httpx.ConnectError) and proxy:
        return NetworkError(
            f"The proxy to the {peer} can't be reached.", code="proxy", hint=_proxy_hint(proxy)
        )
    if isinstance(error, (httpx.ConnectError, UnicodeError, OverflowError)):
        return NetworkError(f"The {peer}{at} can't be reached.", hint=hint)
    return NetworkError(f"The connection to the {peer} broke.", hint=hint)


def _tls_error(
    error: BaseException, who: str, variable: str, variables: Sequence[str]
) -> NetworkError | None:
    for cause in _causes(error):
        # Those that Python itself raises have neither a number nor a name.
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_error(getattr(cause, "verify_code", 0), who, variable)
        if isinstance(cause, ssl.SSLError) and getattr(cause, "reason", "") in _NO_TLS:
            return NetworkError(
                f"The {who} can't be reached: the server there doesn't speak TLS.",
                code="tls",
                hint=f"Check whether https is right in {_listed(*variables) or 'its address'}.",
                transient=False,
            )
    return None


def proxy_login_error(url: httpx.URL) -> NetworkError | None:
    """Describe an answer with the status 407.

    Args:
        url: The address of the request.

    Returns:
        The error, or None if no proxy is set for this address.
    """
    proxy = _proxy_to(url)
    return _proxy_error("407", "", proxy) if proxy else None


def _proxy_error(said: str, peer: str, proxy: proxies.Proxy | None) -> NetworkError:
    variable = proxy.variable if proxy else "HTTPS_PROXY"
    if _PROXY_LOGIN.match(said):
        return NetworkError(
            "The proxy asks for a user name and a password.",
            code="proxy",
            hint=f"Put them into {variable}, as in http://user:password@proxy.example.com:3128.",
            transient=False,
        )
    status = re.match(r"([1-5]\d\d)\b", said)
    code = f" ({status[1]})" if status else ""
    if status and int(status[1]) < 500 and int(status[1]) not in TRANSIENT_STATUS_CODES:
        return NetworkError(
            f"The proxy refuses to connect to the {peer}{code}.",
            code="proxy",
            hint=f"Ask its administrator to allow this, correct {variable}, or name the host in NO_PROXY.",
            transient=False,
        )
    return NetworkError(f"The proxy can't reach the {peer}{code}.", code="proxy", hint=_proxy_hint(proxy))


def _proxy_hint(proxy: proxies.Proxy | None) -> str:
    return f"Check {proxy.variable if proxy else 'HTTPS_PROXY'}, or name the host in NO_PROXY."


def _certificate_error(code: int, who: str, variable: str) -> NetworkError:
    named = [name for name in (tls.FILE, tls.FOLDER) if os.environ.get(name)]
    what = f"The certificate of the {who} is not trusted."
    if named:
        hint = f"{_listed(*named)} must name your company's certificates, or be removed."
    else:
        hint = f"Some companies replace certificates: set {tls.FILE} to a file with those of your company."
    if code in (_EXPIRED, _NOT_YET_VALID):
        what = f"The certificate of the {who} {'has expired' if code == _EXPIRED else 'is not valid yet'}."
        hint = "Check the clock of this computer. If it is right, the server's certificate must be renewed."
    elif code in _OTHER_NAME:
        what = f"The certificate of the {who} belongs to another name."
        hint = f"Check {variable or 'the network'}, and whether a proxy or a sign-in page answers instead."
    return NetworkError(what, code="certificate", hint=hint, transient=False)


def _listed(*names: str) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _causes(error: BaseException) -> Iterator[BaseException]:
    # httpcore raises without a cause, but the context stays.
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _proxy(error: BaseException) -> proxies.Proxy | None:
    try:
        return _proxy_to(error.request.url) if isinstance(error, httpx.RequestError) else None
    except RuntimeError:  # raised before there was a request
        return None


def _proxy_to(url: httpx.URL) -> proxies.Proxy | None:
    try:
        return proxies.proxy_for(url)
    except ConfigurationError:
        return None  # the environment has changed since the request
