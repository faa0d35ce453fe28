"""Where else a key may be: a .env in the current folder, Colab's secrets, a prompt. None of them is a traceback."""

from __future__ import annotations

import getpass
import logging
import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets import AsyncClient, Client, MissingToken, VideoProject
from mh_widgets.api import credentials
from mh_widgets.api.credentials import MAX_ENV_FILE_BYTES, PUBLIC_API, resolve_settings
from mh_widgets.client import default_client
from tests.unit.virtual_time import run

NOTHING = ("", PUBLIC_API)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty, in a process without settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(credentials, "ENV_FILE", Path(".env"))
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / ".env").write_text(text, encoding="utf-8")


def secrets(monkeypatch: pytest.MonkeyPatch, get: Callable[[str], object]) -> list[str]:
    """Be in Colab, with ``get`` as its ``userdata.get``; returns the names that it is asked for."""
    asked: list[str] = []

    def answer(name: str) -> object:
        asked.append(name)
        return get(name)

    google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
    colab.userdata = types.SimpleNamespace(get=answer)  # type: ignore[attr-defined]
    google.colab = colab  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    return asked


# --- .env


def test_the_env_file_is_read_and_the_environment_stays_as_it_is(folder: Path) -> None:
    write(
        folder,
        "# mine\nexport MAGIC_HOUR_API_KEY = 'from-file'  # secret\nMAGIC_HOUR_BASE_URL=http://file.test\n",
    )
    before = dict(os.environ)
    assert resolve_settings(None, None) == ("from-file", "http://file.test")
    assert dict(os.environ) == before


def test_the_argument_and_the_environment_come_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "MAGIC_HOUR_API_KEY=from-file\nMAGIC_HOUR_BASE_URL=http://file.test")
    monkeypatch.setenv("MAGIC_HOUR_BASE_URL", "http://environment.test")
    assert resolve_settings(None, None) == ("from-file", "http://environment.test")
    assert resolve_settings(None, "http://given.test") == ("from-file", "http://given.test")
    monkeypatch.setenv("API_TOKEN", "from-token")
    assert resolve_settings(None, None)[0] == "from-token"
    assert resolve_settings("given", None)[0] == "given"


def test_the_name_in_the_sdk_s_examples_comes_second(folder: Path) -> None:
    write(folder, "API_TOKEN=second")
    assert resolve_settings(None, None)[0] == "second"
    write(folder, "API_TOKEN=second\nMAGIC_HOUR_API_KEY=first")
    assert resolve_settings(None, None)[0] == "first"


@pytest.mark.parametrize("given", ["argument", "environment", "Colab"])
def test_a_folder_does_not_choose_where_a_key_from_elsewhere_goes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    write(
        folder,
        "MAGIC_HOUR_BASE_URL=http://evil.test" + ("" if given == "Colab" else "\nMAGIC_HOUR_API_KEY=bait"),
    )
    if given == "environment":
        monkeypatch.setenv("MAGIC_HOUR_API_KEY", "mine")
    if given == "Colab":
        secrets(monkeypatch, lambda _name: "mine")
    assert resolve_settings("mine" if given == "argument" else None, None) == ("mine", PUBLIC_API)


def test_the_environment_cannot_be_drawn_into_an_address(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_SECRET", "0ther")
    write(folder, "MAGIC_HOUR_API_KEY=bait\nMAGIC_HOUR_BASE_URL=http://evil.test/${OTHER_SECRET}")
    assert "0ther" not in "".join(resolve_settings(None, None))


def test_an_address_alone_counts_where_there_is_no_key(folder: Path) -> None:
    write(folder, "MAGIC_HOUR_BASE_URL=http://file.test")
    assert resolve_settings(None, None) == ("", "http://file.test")


@pytest.mark.parametrize(
    "line", ["MAGIC_HOUR_API_KEY", "MAGIC_HOUR_API_KEY=", "MAGIC_HOUR_API_KEY='  '", "KEY=a", ""]
)
def test_a_file_that_says_nothing_of_it_is_none(folder: Path, line: str) -> None:
    write(folder, line)
    assert resolve_settings(None, None) == NOTHING


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_of_windows_is_read(folder: Path, encoding: str) -> None:
    (folder / ".env").write_text("MAGIC_HOUR_API_KEY=key\r\n", encoding=encoding, newline="")
    assert resolve_settings(None, None)[0] == "key"


@pytest.mark.parametrize(
    "content",
    [
        b"MAGIC_HOUR_API_KEY=\xff\xfe",
        b"\xff\xfeM",
        b"MAGIC_HOUR_API_KEY='open\n",
        b"= = =\n[MAGIC_HOUR_API_KEY]\n",
        b"MAGIC_HOUR_API_KEY=key\n" + b"#" * MAX_ENV_FILE_BYTES,
    ],
    ids=["no text", "half a character", "no end", "no line", "huge"],
)
def test_a_file_that_cannot_be_read_is_none(
    folder: Path, content: bytes, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".env").write_bytes(content)
    with caplog.at_level(logging.DEBUG):
        assert resolve_settings(None, None) == NOTHING
    assert "open" not in caplog.text + "".join(capsys.readouterr())


@pytest.mark.parametrize("make", ["directory", "pipe", "device", "dangling", "loop", "no folder"])
def test_what_is_no_ordinary_file_is_none_at_once(folder: Path, make: str) -> None:
    path = folder / ".env"
    if make == "directory":
        path.mkdir()
    elif make == "pipe":
        os.mkfifo(path)
    elif make == "device":
        path.symlink_to("/dev/zero")
    elif make == "dangling":
        path.symlink_to("nowhere")
    elif make == "loop":
        path.symlink_to(".env")
    else:
        folder.rmdir()
    assert resolve_settings(None, None) == NOTHING


def test_a_file_that_may_not_be_read_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    write(folder, "MAGIC_HOUR_API_KEY=key")
    monkeypatch.setattr(Path, "open", refuse)  # chmod doesn't stop a superuser
    assert resolve_settings(None, None) == NOTHING


def test_a_key_from_the_file_that_is_none_is_a_sentence_without_it(folder: Path) -> None:
    write(folder, "MAGIC_HOUR_API_KEY=no key at all")
    with pytest.raises(MissingToken) as caught:
        run(AsyncClient().get("clx1"))
    assert caught.value.code == "bad_token"
    assert "at all" not in str(caught.value)


def test_a_card_takes_the_key_of_the_file_and_a_new_one_when_it_changes(folder: Path) -> None:
    write(folder, "MAGIC_HOUR_API_KEY=mhk_one\nMAGIC_HOUR_BASE_URL=http://file.test")
    first = default_client()
    assert default_client() is first
    assert "mhk_one" not in repr(first) + repr(VideoProject("clx1").get_state())
    write(folder, "MAGIC_HOUR_API_KEY=two")
    assert default_client() is not first


def test_nothing_is_imported_for_a_file_that_is_not_there(folder: Path) -> None:
    code = "import sys, mh_widgets; mh_widgets.AsyncClient(); print('dotenv' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


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
