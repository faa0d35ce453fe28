"""The commands `mh-widgets recent`, `forget` and `receive`, which read and fill the store."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mh_widgets.errors import MagicHourError
from mh_widgets.simulator.__main__ import HOST, SECRET, Problem, port_number, say
from mh_widgets.simulator.webhooks import Webhook

if TYPE_CHECKING:
    from mh_widgets.models import ProjectDetails

#: The width of a name in the table of `recent`, in characters.
_NAME_WIDTH = 32


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the three commands."""
    listing = commands.add_parser("recent", help="list the projects that were opened with this key")
    listing.add_argument("-n", "--limit", type=int, default=20, help="the most projects to list (20)")
    listing.add_argument(
        "--kind", help="only video, image or audio, or only renders of one type, as face-swap"
    )
    listing.add_argument("--status", help="only projects with this last known status")
    listing.set_defaults(run=recent)

    forgetting = commands.add_parser("forget", help="delete a project from the store; Magic Hour keeps it")
    which = forgetting.add_mutually_exclusive_group(required=True)
    which.add_argument("project", nargs="?", help="its ID")
    which.add_argument("--all", action="store_true", help="all projects of this key")
    forgetting.set_defaults(run=forget)

    receiving = commands.add_parser("receive", help="receive Magic Hour's webhooks for all kernels")
    receiving.add_argument("--port", type=port_number, default=8080, help="the port to listen on (8080)")
    receiving.add_argument("--host", default=HOST, help=f"the address to listen on ({HOST})")
    receiving.set_defaults(run=receive)


def recent(options: argparse.Namespace, stop: threading.Event) -> int:
    """Print a table of the newest projects."""
    from mh_widgets import _recent  # imported late, as the other commands need no HTTP client

    try:
        found = _recent.recent(max(0, options.limit), kind=options.kind, status=options.status)
    except MagicHourError as error:
        raise Problem(_sentence(error)) from None
    say(_table(found) if found else "No project has been opened yet.")
    return 0


def forget(options: argparse.Namespace, stop: threading.Event) -> int:
    """Forget one project, or all of them."""
    from mh_widgets import _recent

    try:
        number = _recent.forget(options.project, everything=options.all)
    except MagicHourError as error:
        raise Problem(_sentence(error)) from None
    say(f"{number} project{'' if number == 1 else 's'} forgotten.")
    return 0


def receive(options: argparse.Namespace, stop: threading.Event) -> int:
    """Receive webhooks until `stop` is set."""
    from mh_widgets import webhooks

    try:
        return webhooks.serve(options.host, options.port, stop, say)
    except MagicHourError as error:
        raise Problem(_sentence(error)) from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Problem(f"port {options.port} can't be used ({reason}); choose another port") from None


def own_webhook() -> Webhook:
    """Return a webhook to a free port of this machine, with a random secret."""
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    return Webhook(f"http://{HOST}:{port}/", secrets.token_hex(16))


@contextlib.contextmanager
def receiving(webhook: Webhook | None, environment: Mapping[str, str]) -> Iterator[None]:
    """Run `mh-widgets receive` for ``webhook`` within this context, if there is a webhook."""
    if webhook is None:
        yield
        return
    command = [sys.executable, "-m", "mh_widgets", "receive", "--port", str(urlsplit(webhook.url).port)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment, SECRET: webhook.secret},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _table(projects: Sequence[ProjectDetails]) -> str:
    rows = [("ID", "STATUS", "KIND", "TYPE", "CREATED", "NAME")]
    for each in projects:
        created = each.created_at.astimezone().strftime("%Y-%m-%d %H:%M") if each.created_at else ""
        name = each.name or ""
        short = name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"
        render = (each.type or "").lower().replace("_", " ")
        rows.append((each.id, each.status, each.kind, render, created, short))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _sentence(error: MagicHourError) -> str:
    return " ".join(filter(None, (error.message, error.hint)))
