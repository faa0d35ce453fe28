"""The command `mh-widgets simulate`, also available as `python -m mh_widgets.simulator`."""

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
    """An error that the user can fix. Its text is one sentence that says how."""


def main() -> int:
    """Run the simulator until Ctrl-C or SIGTERM, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m mh_widgets.simulator", description="A simulated Magic Hour API."
    )
    add_arguments(parser)
    options = parser.parse_args()
    return guarded(lambda stop: simulate(options, stop))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `simulate`."""
    parser.add_argument(
        "--port", type=port_number, default=8000, help="the API's port (8000); 0 takes a free one"
    )
    parser.add_argument("--host", default=HOST, help=f"the address to listen on ({HOST})")
    parser.add_argument(
        "--token", help="the only accepted key (default: all that don't begin with wrong or invalid)"
    )
    parser.add_argument(
        "--webhook", metavar="URL", help=f"send webhooks to this URL, signed with {SECRET} of the environment"
    )
    add_speed(parser)


def add_speed(parser: argparse.ArgumentParser) -> None:
    """Add the option `--speed`."""
    parser.add_argument("--speed", type=_speed, default=1.0, help="the speed of the renders, as a factor (1)")


def simulate(options: argparse.Namespace, stop: threading.Event) -> int:
    """Run the simulator until `stop` is set. Raises Problem if it can't listen."""
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
            f"port {options.port} of {options.host} can't be used ({reason}); choose another port"
        ) from None
    try:
        setter = "set" if os.name == "nt" else "export"
        variables = "\n".join(f"  {setter} {name}={value}" for name, value in simulator.env.items())
        say(
            f"A simulated Magic Hour API is at {simulator.url}\n\n{variables}\n\n{simulator.listing}"
            "\n\nPress Ctrl-C to stop."
        )
        wait(stop)
    finally:
        simulator.stop()
    return 0


def guarded(run: Callable[[threading.Event], int]) -> int:
    """Run a command that Ctrl-C or SIGTERM stops by setting its event.

    Returns:
        The command's exit code, or 1 after a `Problem`, which is printed as one line.
    """
    stop = threading.Event()
    try:
        with _stop_on_signals(stop):
            return run(stop)
    except Problem as problem:
        print(f"mh-widgets: {problem}", file=sys.stderr)
        return 1


def wait(
    stop: threading.Event, holds: Callable[[], bool] = lambda: True, limit_s: float = float("inf")
) -> bool:
    """Wait while `holds` is true, or until `stop` is set. Return False if `limit_s` passed first."""
    waited_s = 0.0
    # In steps, as Ctrl-C does not interrupt a wait without a time-out on Windows.
    while holds() and not stop.wait(0.2):
        waited_s += 0.2
        if waited_s >= limit_s:
            return False
    return True


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def port_number(text: str) -> int:
    """Return an argument of the command line as a port."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _speed(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("a speed is a number above 0")
    return value


@contextlib.contextmanager
def _stop_on_signals(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set the event instead of interrupting the code that runs."""
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
