"""A key in a .env in the current folder: read where it can be, and never a traceback."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mh_widgets import AsyncClient, MissingToken, VideoProject
from mh_widgets.api.credentials import MAX_ENV_FILE_BYTES, PUBLIC_API, resolve_settings
from mh_widgets.client import default_client
from tests.unit.key_settings import NOTHING, empty_folder, secrets, write
from tests.unit.virtual_time import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty, in a process without settings."""
    return empty_folder(tmp_path, monkeypatch)


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
