"""A key in Colab's secrets or typed at a prompt. None of them is a traceback."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import pytest

from mh_widgets import AsyncClient, Client, MissingToken
from mh_widgets.api.credentials import PUBLIC_API, resolve_settings
from tests.unit.key_settings import NOTHING, empty_folder, secrets, write
from tests.unit.virtual_time import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty, in a process without settings."""
    return empty_folder(tmp_path, monkeypatch)


# --- Colab


def test_colab_is_asked_last_and_for_its_own_name_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = secrets(monkeypatch, lambda _name: " from-colab\n")
    assert resolve_settings(None, None) == ("from-colab", PUBLIC_API)
    assert asked == ["MAGIC_HOUR_API_KEY"]
    write(folder, "API_TOKEN=from-file")
    assert resolve_settings(None, None)[0] == "from-file"
    assert resolve_settings("given", None)[0] == "given"
    assert len(asked) == 1


@pytest.mark.parametrize("secret", ["", "  ", None, 5, b"key"])
def test_a_secret_that_is_none_is_none(monkeypatch: pytest.MonkeyPatch, secret: object) -> None:
    secrets(monkeypatch, lambda _name: secret)
    assert resolve_settings(None, None) == NOTHING


@pytest.mark.parametrize(
    "error", [Exception, TimeoutError, KeyError, AttributeError, ImportError, RuntimeError]
)
def test_whatever_colab_raises_means_that_there_is_none(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def refuse(_name: str) -> object:
        raise error("SecretNotFoundError, NotebookAccessError, TimeoutException")

    secrets(monkeypatch, refuse)
    assert resolve_settings(None, None) == NOTHING


def test_colab_s_library_elsewhere_is_not_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = folder / "google" / "colab"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "userdata.py").write_text("get = str.lower")
    for name in ("google", "google.colab", "google.colab.userdata"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(folder))
    assert resolve_settings(None, None) == NOTHING
    assert "google.colab" not in sys.modules


def test_a_colab_without_secrets_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets(monkeypatch, str)
    monkeypatch.delattr(sys.modules["google.colab"], "userdata")
    assert resolve_settings(None, None) == NOTHING


# --- the prompt


@pytest.mark.parametrize("face", [AsyncClient, Client])
def test_a_key_can_be_typed_in(monkeypatch: pytest.MonkeyPatch, face: type[AsyncClient | Client]) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return " typed\n"

    monkeypatch.setattr(getpass, "getpass", typed)
    client = face.ask(base_url="http://given.test")
    assert isinstance(client, face)
    asynchronous = client.async_client if isinstance(client, Client) else client
    assert (asynchronous.api._auth.token, asynchronous._base_url) == ("typed", "http://given.test")
    assert "typed" not in repr(client)
    assert len(asked) == 1
    assert "Magic Hour API key" in asked[0]


@pytest.mark.parametrize(
    "outcome", ["", "  ", EOFError(), NotImplementedError("no input here"), OSError()], ids=repr
)
def test_no_answer_is_no_key_which_is_said_later(
    monkeypatch: pytest.MonkeyPatch, outcome: str | Exception
) -> None:
    def typed(_prompt: str) -> str:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(getpass, "getpass", typed)
    client = AsyncClient.ask()
    with pytest.raises(MissingToken):
        run(client.get("clx1"))


def test_who_interrupts_the_prompt_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(_prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(getpass, "getpass", typed)
    with pytest.raises(KeyboardInterrupt):
        AsyncClient.ask()
