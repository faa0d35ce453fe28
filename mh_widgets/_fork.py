"""Handlers for a forked child process, which must not use or close what it inherits.

A child gets a copy of every loop, connection and lock, and the parent goes on using the originals. Two
processes that read from one socket get each other's answers. A lock that was held at the fork stays locked in
the child.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

LetGo = TypeVar("LetGo", bound=Callable[[], object])

#: Kept until the child ends. Closing an inherited loop would remove its sockets from the epoll of the parent.
_inherited: list[object] = []

#: Held by a worker thread while it imports. Reentrant, as a module may fork while it is imported.
_importing = threading.RLock()


def keep(inherited: object) -> None:
    """Keep an object that this child process inherited, so that nothing closes it."""
    _inherited.append(inherited)


def on_fork(let_go: LetGo) -> LetGo:
    """Decorate a function to be called in every child process. What it returns is kept there."""
    if hasattr(os, "register_at_fork"):  # Windows has no fork
        os.register_at_fork(after_in_child=lambda: keep(let_go()))
    return let_go


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Import modules within, in a worker thread: one thread at a time, and a fork waits until it is done.

    A child process has none of its parent's other threads. If one of them was importing, the modules would
    stay locked in the child, and it would wait for them for ever.
    """
    with _importing:
        yield


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_importing.acquire, after_in_parent=_importing.release, after_in_child=_importing.release
    )
