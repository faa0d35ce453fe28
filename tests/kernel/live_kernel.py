"""A real kernel on jupyter_client, and what a front end would do with it: run cells, keep models, send clicks."""

from __future__ import annotations

import os
import queue
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

Message = dict[str, Any]

#: Seconds that anything may take, however busy the machine is, before a test gives up: a ceiling, not a
#: measure.
PATIENCE_S = 100.0

#: ipykernel 7.0 to 7.3 may stop hearing a front end whose message met a reply in the kernel's shell socket
#: (their issue 1554, mended in 7.4; seen here without any widget, with a few hundred cells of `pass`). What
#: was sent isn't lost: another front end's message wakes the kernel. After so many seconds, one comes.
DEAF_S = 3.0
DEAF = ("7.0.", "7.1.", "7.2.", "7.3.")


@dataclass
class Cell:
    """What one execution printed, showed and raised."""

    stdout: str = ""
    stderr: str = ""
    result: str = ""
    error: str = ""
    status: str = ""


@dataclass
class Model:
    """The front end's mirror of one widget: its state, its updates one by one, and its custom messages."""

    comm_id: str
    state: dict[str, Any]
    updates: list[dict[str, Any]] = field(default_factory=list)
    customs: list[tuple[dict[str, Any], list[bytes]]] = field(default_factory=list)
    closed: bool = False

    def last(self, kind: str) -> dict[str, Any] | None:
        """The newest custom message of this kind."""
        return next((content for content, _ in reversed(self.customs) if content.get("kind") == kind), None)


class LiveKernel:
    """One kernel, read by the test itself: nothing happens behind its back."""

    def __init__(self, client: BlockingKernelClient, manager: KernelManager) -> None:
        self.client = client
        self.manager = manager
        self.models: dict[str, Model] = {}
        self.wire: list[Message] = []
        #: The subshell that clicks go to, as JupyterLab does where the kernel has some; None is the main
        #: shell.
        self.subshell_id: str | None = None
        self._cells: dict[str, Cell] = {}
        self._replies: dict[str, str] = {}
        info = self._ask("kernel_info_request")
        #: Does this kernel run messages on other threads for a front end that asks for it?
        self.has_subshells = "kernel subshells" in info.get("supported_features", [])
        self._may_be_deaf = True
        self._may_be_deaf = self.run("import ipykernel\nprint(ipykernel.__version__)").stdout.startswith(DEAF)

    def start(self, code: str) -> str:
        """Send a cell without waiting for it; returns its ID."""
        cell_id: str = self.client.execute(code)
        self._cells[cell_id] = Cell()
        return cell_id

    def run(self, code: str) -> Cell:
        """Run a cell to its end."""
        while True:
            cell_id = self.start(code)
            cell = self.finish(cell_id)
            # Where a cell has just failed, the kernel aborts what was queued behind it. A slow one is still at it.
            if self._replies[cell_id] != "aborted":
                return cell

    def cell(self, cell_id: str) -> Cell:
        """What has come so far of a cell that was started."""
        return self._cells[cell_id]

    def finish(self, cell_id: str) -> Cell:
        """Wait until a cell that was started has ended."""
        cell = self._cells[cell_id]
        self.until(lambda: cell.status == "idle", f"cell {cell_id} to end")
        # As JupyterLab does it: a cell has ended with its reply.
        self.until(lambda: self._replied(cell_id), f"the reply of cell {cell_id}")
        return cell

    def show(self, expression: str) -> Model:
        """Make a ``VideoProject`` in a cell and return its mirror."""
        known = set(self.models)
        cell = self.run(expression)
        assert not cell.error, cell.error
        new = [m for m in self.models.values() if m.comm_id not in known and "project_id" in m.state]
        assert len(new) == 1, new
        return new[0]

    def click(self, model: Model, **content: Any) -> None:
        """What a button does: one custom message."""
        self.send(model, {"method": "custom", "content": content})

    def send(self, model: Model, data: dict[str, Any]) -> None:
        """Any message on the widget's comm, also a forged one."""
        message = self.client.session.msg("comm_msg", {"comm_id": model.comm_id, "data": data})
        if self.subshell_id is not None:
            message["header"]["subshell_id"] = self.subshell_id
        self.client.shell_channel.send(message)

    @contextmanager
    def clicks_on_a_subshell(self) -> Iterator[None]:
        """A subshell for what is sent within; only where ``has_subshells``."""
        self.subshell_id = self._ask("create_subshell_request")["subshell_id"]
        try:
            yield
        finally:
            self._ask("delete_subshell_request", subshell_id=self.subshell_id)
            self.subshell_id = None

    def _ask(self, request: str, **content: Any) -> Message:
        message = self.client.session.msg(request, content)
        self.client.control_channel.send(message)
        while True:
            reply: Message = self.client.get_control_msg(timeout=PATIENCE_S)
            if reply["parent_header"]["msg_id"] == message["header"]["msg_id"]:
                return dict(reply["content"])

    def until(self, condition: Callable[[], object], what: str, timeout_s: float = PATIENCE_S) -> None:
        """Read messages until ``condition`` holds."""
        begun = woken = time.monotonic()
        while not condition():
            now = time.monotonic()
            assert now < begun + timeout_s, f"waited {timeout_s:.0f} s for {what}"
            if self._may_be_deaf and now > woken + DEAF_S:
                self._wake()
                woken = now
            if not self._read(min(begun + timeout_s - now, 0.2)):
                assert self.manager.is_alive(), f"the kernel died; waited for {what}"

    def restart(self) -> None:
        """Restart the kernel, as the menu's command does; its models are gone."""
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=PATIENCE_S)
        self.models.clear()

    def _wake(self) -> None:
        other: BlockingKernelClient = self.manager.blocking_client()
        other.start_channels(iopub=False, stdin=False, hb=False, control=False)
        other.kernel_info()
        other.get_shell_msg(timeout=PATIENCE_S)
        other.stop_channels()

    def _replied(self, cell_id: str) -> bool:
        while cell_id not in self._replies:
            try:
                reply = self.client.get_shell_msg(timeout=0)
            except queue.Empty:
                return False
            self._replies[reply["parent_header"].get("msg_id", "")] = reply["content"].get("status", "")
        return True

    def next_custom(self, model: Model) -> tuple[dict[str, Any], list[bytes]]:
        """The next custom message to this model's views."""
        before = len(model.customs)
        self.until(lambda: len(model.customs) > before, "a custom message")
        return model.customs[before]

    def drain(self, quiet_s: float) -> int:
        """Read until nothing has come for ``quiet_s`` seconds; returns how many messages came."""
        before = len(self.wire)
        while self._read(quiet_s):
            pass
        return len(self.wire) - before

    def _read(self, timeout_s: float) -> bool:
        try:
            message: Message = self.client.get_iopub_msg(timeout=timeout_s)
        except queue.Empty:
            return False
        self.wire.append(message)
        content, kind = message["content"], message["msg_type"]
        cell = self._cells.get(message["parent_header"].get("msg_id", ""))
        if kind == "comm_open":
            self.models[content["comm_id"]] = Model(
                content["comm_id"], dict(content["data"].get("state", {}))
            )
        elif kind == "comm_close" and content["comm_id"] in self.models:
            self.models[content["comm_id"]].closed = True
        elif kind == "comm_msg" and content["comm_id"] in self.models:
            model, data = self.models[content["comm_id"]], content["data"]
            if data["method"] == "update":
                model.state.update(data["state"])
                model.updates.append(data["state"])
            elif data["method"] == "custom":
                model.customs.append((data["content"], [bytes(b) for b in message["buffers"]]))
        elif cell is not None:
            _record(cell, kind, content)
        return True


def _record(cell: Cell, kind: str, content: dict[str, Any]) -> None:
    if kind == "stream":
        setattr(cell, content["name"], getattr(cell, content["name"]) + content["text"])
    elif kind in ("execute_result", "display_data"):
        cell.result += content["data"].get("text/plain", "")
    elif kind == "error":
        cell.error = "\n".join(content["traceback"]) or content["ename"]
    elif kind == "status":
        cell.status = content["execution_state"]


@contextmanager
def live_kernel(env: dict[str, str], folder: Path, python: str = sys.executable) -> Iterator[LiveKernel]:
    """A kernel in ``folder`` with ``env`` beside the test's own environment; its stderr goes to ``kernel.log``.

    ``python`` is its interpreter: that of another environment for another ipykernel.
    """
    manager = KernelManager(kernel_name="python3")
    assert manager.kernel_spec is not None
    manager.kernel_spec.argv[0] = python
    log = folder / "kernel.log"
    with (
        log.open("ab") as stream,
        tempfile.TemporaryDirectory(prefix="mh-", ignore_cleanup_errors=True) as sockets,
    ):
        if sys.platform != "win32":
            # A port that was free may be another new kernel's by the time this one takes it.
            manager.transport, manager.ip = "ipc", f"{sockets}/k"
        # As nbclient does: a file of the cells is a tenth of a start's work, and nobody reads it.
        history = ["--HistoryManager.hist_file=:memory:"]
        manager.start_kernel(
            extra_arguments=history,
            cwd=str(folder),
            env={**os.environ, **env},
            stdout=stream,
            stderr=stream,
        )
        client: BlockingKernelClient = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=PATIENCE_S)
            yield LiveKernel(client, manager)
        finally:
            client.stop_channels()
            manager.shutdown_kernel()
            manager.cleanup_resources()
