"""Where a key may be: a .env in a folder of the test's own, and Colab's secrets."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets.api import credentials
from mh_widgets.api.credentials import PUBLIC_API

NOTHING = ("", PUBLIC_API)


def write(folder: Path, text: str) -> None:
    (folder / ".env").write_text(text, encoding="utf-8")


def secrets(monkeypatch: pytest.MonkeyPatch, get: Callable[[str], object]) -> list[str]:
    """Be in Colab, with ``get`` as its ``userdata.get``; returns the names that it is asked for."""
    asked: list[str] = []
    # Another test may have been refused.
    monkeypatch.setattr(credentials, "_refusals", [])

    def answer(name: str) -> object:
        asked.append(name)
        return get(name)

    google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
    colab.userdata = types.SimpleNamespace(get=answer)  # type: ignore[attr-defined]
    google.colab = colab  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    return asked


def empty_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make it the current folder, in a process without settings."""
    monkeypatch.chdir(path)
    monkeypatch.setattr(credentials, "ENV_FILE", Path(".env"))
    return path
