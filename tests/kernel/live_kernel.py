"""A real kernel on jupyter_client, and what a front end would do with it: run cells, keep models, send clicks."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

Message = dict[str, Any]

#: Seconds that anything may take on a busy machine with two cores before a test gives up.
PATIENCE_S = 30.0


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
        self._cells: dict[str, Cell] = {}

    def start(self, code: str) -> str:
        """Send a cell without waiting for it; returns its ID."""
        cell_id: str = self.client.execute(code)
        self._cells[cell_id] = Cell()
        return cell_id

    def run(self, code: str) -> Cell:
        """Run a cell to its end."""
        cell_id = self.start(code)
        return self.finish(cell_id)

    def finish(self, cell_id: str) -> Cell:
        """Wait until a cell that was started has ended."""
        cell = self._cells[cell_id]
        self.until(lambda: cell.status == "idle", f"cell {cell_id} to end")
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
        self.client.shell_channel.send(message)

    def until(self, condition: Callable[[], object], what: str, timeout_s: float = PATIENCE_S) -> None:
        """Read messages until ``condition`` holds."""
        end = time.monotonic() + timeout_s
        while not condition():
            left = end - time.monotonic()
            assert left > 0, f"waited {timeout_s:.0f} s for {what}"
            self._read(min(left, 1.0))

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
            self.models[content["comm_id"]] = Model(content["comm_id"], dict(content["data"].get("state", {})))
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
def live_kernel(env: dict[str, str], folder: Path) -> Iterator[LiveKernel]:
    """A kernel in ``folder`` with ``env`` beside the test's own environment; its stderr goes to ``kernel.log``."""
    import os

    manager = KernelManager(kernel_name="python3")
    log = folder / "kernel.log"
    with log.open("wb") as stream:
        manager.start_kernel(cwd=str(folder), env={**os.environ, **env}, stdout=stream, stderr=stream)
        client: BlockingKernelClient = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            yield LiveKernel(client, manager)
        finally:
            client.stop_channels()
            manager.shutdown_kernel()
            manager.cleanup_resources()
