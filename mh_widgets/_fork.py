"""What a forked child process does with what it inherits: lets go of it, and never closes it.

A child gets a copy of every loop, connection and lock, while the parent goes on using the originals. Two
processes that read from one socket get each other's answers; a lock that was held at that moment stays locked
in the child for ever.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

LetGo = TypeVar("LetGo", bound=Callable[[], object])

#: Kept to the very end of the child: a loop that is closed takes its sockets out of the epoll that its parent
#: waits on.
_inherited: list[object] = []

#: Held by a worker thread while it imports. Reentrant, as a module may fork while it is imported.
_importing = threading.RLock()


def keep(inherited: object) -> None:
    """Hold on to what this child process got from its parent, so that nothing closes it."""
    _inherited.append(inherited)


def on_fork(let_go: LetGo) -> LetGo:
    """Call ``let_go`` in every child process, and keep there what it returns. A decorator."""
    if hasattr(os, "register_at_fork"):  # not on Windows, where nobody forks
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
