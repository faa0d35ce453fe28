"""Connections to Redis or Valkey, and their errors as words without an address or a password."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import Any

from redis.asyncio import BlockingConnectionPool, ConnectionPool, SSLConnection
from redis.exceptions import AuthenticationError, AuthorizationError, RedisError

from mh_widgets.store.base import StoreError

#: Connections for queries. A query takes about 1 ms.
CONNECTIONS = 8
#: The errors that redis-py may raise: its own, and some of the standard library.
FAILURES = (RedisError, OSError, asyncio.TimeoutError, UnicodeError)

#: OpenSSL's numbers of errors in a certificate.
_CERTIFICATE = {
    9: "the certificate of its server is not valid yet",
    10: "the certificate of its server has expired",
    62: "the certificate of its server is for another name",
    64: "the certificate of its server is for another name",
}
_UNTRUSTED = "the certificate of its server is not trusted: name its authority in SSL_CERT_FILE"


def pools(url: str, timeout_s: float) -> tuple[Any, Any]:
    """Return a pool for queries and one for subscriptions. Call it off the loop: it may read certificates.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
        timeout_s: The time-out of one answer in seconds.

    Raises:
        StoreError: The certificates that ``url`` names can't be read.
        ValueError: ``url`` is not such a URL.
    """
    settings: dict[str, Any] = {
        "decode_responses": True,
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
    }
    if url.lower().startswith("rediss:"):
        settings["ssl_check_hostname"] = True  # not the default of all releases of redis-py
    # This pool lets a query wait for a free connection, where the usual pool raises.
    queries: Any = BlockingConnectionPool.from_url(
        url, max_connections=CONNECTIONS, timeout=timeout_s, **settings
    )
    # A subscription keeps its connection, so it must not take one from the other pool.
    channels: Any = ConnectionPool.from_url(url, **settings)
    if issubclass(queries.connection_class, SSLConnection):
        try:
            context = queries.make_connection().ssl_context.get()
        except (OSError, RedisError):
            raise StoreError("the certificates that its address names can't be read") from None
        queries.connection_class = channels.connection_class = _with_context(context)
    return queries, channels


def _with_context(context: ssl.SSLContext) -> type[Any]:
    """Return a class whose connections share ``context``. By default each one reads all certificates."""

    class Connection(SSLConnection):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.ssl_context.context = context

    return Connection


@contextlib.asynccontextmanager
async def guarded() -> AsyncIterator[None]:
    """Raise errors without the server's address and password, which redis-py may quote."""
    try:
        yield
        return
    except FAILURES as error:
        failure = StoreError(_reason(error))
    raise failure


def _reason(error: BaseException) -> str:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE.get(getattr(cause, "verify_code", 0), _UNTRUSTED)
        if isinstance(cause, ssl.SSLError):
            return "its server doesn't speak TLS"
        if isinstance(cause, (AuthenticationError, AuthorizationError)):
            return "the password in its address is wrong or missing"
    return type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
