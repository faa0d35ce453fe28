"""Handlers for a forked child process, which must not use or close what it inherits.

A child gets a copy of every loop, connection and lock, and the parent goes on using the originals. Two
processes that read from one socket get each other's answers. A lock that was held at the fork stays locked in
the child.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

LetGo = TypeVar("LetGo", bound=Callable[[], object])

#: Kept until the child ends. Closing an inherited loop would remove its sockets from the epoll of the parent.
_inherited: list[object] = []


def keep(inherited: object) -> None:
    """Keep an object that this child process inherited, so that nothing closes it."""
    _inherited.append(inherited)


def on_fork(let_go: LetGo) -> LetGo:
    """Decorate a function to be called in every child process. What it returns is kept there."""
    if hasattr(os, "register_at_fork"):  # Windows has no fork
        os.register_at_fork(after_in_child=lambda: keep(let_go()))
    return let_go
