"""The argument ``client=``, accepted in several forms. An error message never contains the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mh_widgets.client import AsyncClient

_WANTED = "client must be an AsyncClient or a Client of mh_widgets"


def read_client(given: object) -> AsyncClient:
    """Return the client that ``given`` stands for.

    Args:
        given: An ``AsyncClient`` or ``Client``, or None for the client of the environment. An API key, or the
            official SDK's client, whose key and address are used, becomes a new client.

    Returns:
        The client.

    Raises:
        TypeError: ``given`` is anything else.
    """
    # Imported by the first card, so that importing the package stays fast.
    from mh_widgets.client import AsyncClient, client_for, default_client
    from mh_widgets.project_ids import is_key

    if given is None:
        return default_client()
    if isinstance(given, AsyncClient):
        return given
    # A caller that passes a blocking Client has imported it, so cards need not import it.
    if isinstance(inner := getattr(given, "async_client", None), AsyncClient):
        return inner
    if isinstance(given, type):
        raise TypeError(f"{_WANTED}, got the class {given.__name__}. Call it: client={given.__name__}().")
    if type(given).__module__.partition(".")[0] == "magic_hour":
        return client_for(*_of_sdk(given))
    if isinstance(given, str):
        if is_key(given):
            return client_for(given, None)
        raise TypeError(f"{_WANTED}, got text. A key goes into AsyncClient(token=…).")
    raise TypeError(f"{_WANTED}, got {type(given).__module__}.{type(given).__qualname__}.")


def _of_sdk(client: Any) -> tuple[str | None, str]:
    """Return key and address of the official SDK's client, which has no public names for them (0.90)."""
    try:
        base = client._base_client
        token, address = base._auths["bearerAuth"].token, base._base_url["__default_service__"]
    except (AttributeError, KeyError, TypeError):
        token = address = None
    if not isinstance(address, str) or not (token is None or isinstance(token, str)):
        raise TypeError(
            f"{_WANTED}; the key of this Magic Hour SDK client can't be read. Pass AsyncClient(token=…)."
        )
    return token, address
