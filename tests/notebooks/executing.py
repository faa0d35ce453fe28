"""Notebooks that nbclient executes from top to bottom."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run all cells in ``folder``, on a kernel with sockets of its own.

    A port that was free may be another new kernel's by the time this one takes it.
    """
    resources = {"metadata": {"path": str(folder)}}
    with tempfile.TemporaryDirectory(prefix="mh-", ignore_cleanup_errors=True) as sockets:
        own: dict[str, Any] = {"transport": "ipc", "ip": f"{sockets}/k"}
        config = Config(KernelManager={} if sys.platform == "win32" else own)
        NotebookClient(
            notebook, timeout=100, kernel_name="python3", config=config, resources=resources
        ).execute()
