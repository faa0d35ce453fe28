"""The simulator from a shell: `mh-widgets simulate`, or `python -m mh_widgets.simulator`."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from mh_widgets.simulator import Simulator
from mh_widgets.simulator.webhooks import Webhook

HOST = "127.0.0.1"
SECRET = "MAGIC_HOUR_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable


class Problem(Exception):
    """Something that the user can put right; its text is the one sentence that says so."""


def main() -> int:
    """Run the simulator until Ctrl-C or SIGTERM, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m mh_widgets.simulator", description="A simulated Magic Hour API."
    )
    add_arguments(parser)
    options = parser.parse_args()
    return guarded(lambda stop: simulate(options, stop))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that `simulate` reads."""
    parser.add_argument(
        "--port", type=port_number, default=8000, help="the API's port (8000); 0 takes a free one"
    )
    parser.add_argument("--host", default=HOST, help=f"the address that it listens on ({HOST})")
    parser.add_argument(
        "--token", help="the only key that is accepted (any but those that begin with wrong or invalid)"
    )
    parser.add_argument(
        "--webhook", metavar="URL", help=f"send webhooks there, signed with {SECRET} of the environment"
    )
    add_speed(parser)


def add_speed(parser: argparse.ArgumentParser) -> None:
    """The option `--speed`."""
    parser.add_argument("--speed", type=_speed, default=1.0, help="how much faster the renders are (1)")


def simulate(options: argparse.Namespace, stop: threading.Event) -> int:
    """Run the simulator until `stop` is set. Raises Problem when it can't listen where it should."""
    secret = os.environ.get(SECRET, "").strip()
    if options.webhook and not secret:
        raise Problem(f"{SECRET} is not set; it signs the webhooks")
    simulator = Simulator(
        host=options.host,
        port=options.port,
        token=options.token,
        speed=options.speed,
        webhook=Webhook(options.webhook, secret) if options.webhook else None,
    )
    try:
        simulator.start()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Problem(
            f"port {options.port} of {options.host} can't be used ({reason}); choose another one"
        ) from None
    try:
        setter = "set" if os.name == "nt" else "export"
        variables = "\n".join(f"  {setter} {name}={value}" for name, value in simulator.env.items())
        say(
            f"A simulated Magic Hour API is at {simulator.url}\n\n{variables}\n\n{simulator.listing}\n\nCtrl-C ends it."
        )
        wait(stop)
    finally:
        simulator.stop()
    return 0


def guarded(run: Callable[[threading.Event], int]) -> int:
    """Run a command that ends when its event is set: by Ctrl-C or SIGTERM. A `Problem` is one line and exit code 1."""
    stop = threading.Event()
    try:
        with _told_to_stop(stop):
            return run(stop)
    except Problem as problem:
        print(f"mh-widgets: {problem}", file=sys.stderr)
        return 1


def wait(
    stop: threading.Event, holds: Callable[[], bool] = lambda: True, limit_s: float = float("inf")
) -> bool:
    """Wait while something holds, or until `stop` is set; False when `limit_s` was over first."""
    waited_s = 0.0
    # In steps: on Windows, Ctrl-C does not interrupt a wait without an end.
    while holds() and not stop.wait(0.2):
        waited_s += 0.2
        if waited_s >= limit_s:
            return False
    return True


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def port_number(text: str) -> int:
    """For argparse."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _speed(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("a speed is a number above 0")
    return value


@contextlib.contextmanager
def _told_to_stop(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set the event, instead of breaking into whatever runs just then."""
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
