"""The poster of a finished project: made at most once for all cards of a loop."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib.util
import os
import sys
import weakref
from collections.abc import Callable

from mh_widgets.controllers.settings import POSTER, PUBLIC_PROJECTS
from mh_widgets.errors import MagicHourError, TransferError
from mh_widgets.models import Status
from mh_widgets.polling.poller import Poller
from mh_widgets.transfers.outputs import Outputs
from mh_widgets.transfers.types import NO_POSTER

#: Seconds that the end of a cell that a program runs waits for a poster, as nothing sent later is kept.
WAIT_S = 20.0

#: How often a card begins with its poster. A passing failure is over by then, and a lasting one costs little.
MAX_TRIES = 3

#: By their first bytes: the types of small pictures that are their own posters. All others are JPEGs.
_TYPES = {b"\x89PNG": "png", b"RIFF": "webp", b"GIF8": "gif"}


class _Shared:
    """What the cards of one project on one loop share."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.data: bytes | None = None
        #: Why a file that arrived has no poster. Not the exception, whose traceback would keep a card alive.
        self.no_poster = ""


_shared: weakref.WeakKeyDictionary[Poller, _Shared] = weakref.WeakKeyDictionary()


class CardPoster:
    """The poster of one card.

    Args:
        poller: Knows the project.
        outputs: Make the poster.
        wanted: Whether the card shows one; None is the default of ``Settings``.
    """

    def __init__(self, poller: Poller, outputs: Outputs, wanted: bool | None) -> None:
        self._poller = poller
        self._outputs = outputs
        self._wanted = wanted
        self._begun = False
        self._tries = 0
        self._ended = asyncio.Event()
        self._url: str | None = None

    @property
    def url(self) -> str | None:
        """The poster as a ``data:`` URL, or None. A deleted project has none."""
        return self._url if self._poller.status == Status.COMPLETE else None

    def is_due(self) -> bool:
        """Return whether ``make`` has to be called now. True once, and again after a passing failure."""
        if self._begun or self._wanted is False or self._poller.status != Status.COMPLETE:
            return False
        details = self._poller.details
        if not details or not details.downloads:
            return False  # the API may list its outputs some seconds later
        self._begun = True
        self._tries += 1
        self._ended.clear()
        media = details.downloads[0].media
        if media in ("video", "image") and (self._wanted or _by_default(media)):
            return True
        self._ended.set()
        return False

    async def make(self, on_made: Callable[[], object]) -> None:
        """Make the poster, and call ``on_made`` if there is one. Nothing else changes without one."""
        try:
            self._url = data_url(await self.get())
        except MagicHourError:
            # The reason may have passed at the next change: a deletion stopped this, and was refused. A file
            # without a poster isn't fetched again.
            self._begun = self._tries == MAX_TRIES
            return
        finally:
            self._ended.set()
        on_made()

    async def get(self) -> bytes:
        """Return the poster. Raises as ``Outputs.poster`` does. A file without one is fetched only once."""
        shared = _shared.setdefault(self._poller, _Shared())
        async with shared.turn:
            if shared.no_poster:
                raise TransferError(shared.no_poster, code=NO_POSTER)
            if shared.data is None:
                shared.data = await self._draw(shared)
            return shared.data

    async def _draw(self, shared: _Shared) -> bytes:
        try:
            return await self._outputs.poster()
        except TransferError as error:
            if error.code == NO_POSTER:  # any other trouble may pass
                shared.no_poster = error.message
            raise

    @property
    def is_coming(self) -> bool:
        """Whether the poster is being made."""
        return self._begun and not self._ended.is_set()

    async def settled(self) -> None:
        """Wait until the poster is made or can't be made, ``WAIT_S`` seconds at most."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._ended.wait(), WAIT_S)


def data_url(data: bytes) -> str:
    """Return a picture as a ``data:`` URL."""
    return f"data:image/{_TYPES.get(data[:4], 'jpeg')};base64,{base64.b64encode(data).decode()}"


def _by_default(media: str) -> bool:
    """Return whether a card makes one without being told to. A small picture needs no PyAV."""
    if PUBLIC_PROJECTS in os.environ or os.environ.get(POSTER) == "off":
        return False
    return media == "image" or "av" in sys.modules or importlib.util.find_spec("av") is not None
