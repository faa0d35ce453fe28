"""Saves outputs into a folder and looks at what is left there; for test_saving_…."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest

from mh_widgets import TransferError
from mh_widgets.transfers import remote_file, saving
from mh_widgets.transfers.remote_file import RemoteFile
from mh_widgets.transfers.saving import read_output, save_output
from tests.unit.file_host import URL, FileHost, impatient

FILM = bytes(range(256)) * 40
SIZE = len(FILM)
ERRORS = [
    (httpx.ConnectError(f"{URL} refused"), "network"),
    (httpx.ReadError(f"{URL} reset"), "network"),
    (httpx.RemoteProtocolError(URL), "network"),
    (httpx.ConnectTimeout(URL), "timeout"),
    (httpx.ReadTimeout(URL), "timeout"),
    (httpx.InvalidURL(URL), "network"),
]
#: The extension of an output of each kind.
SUFFIXES = {"video": ".mp4", "image": ".png", "audio": ".wav"}
#: Every fault is one of images and audio as well.
of_each_kind = pytest.mark.parametrize("save", SUFFIXES, indirect=True)


def make_small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_file, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(saving, "_SAMPLE_BYTES", 100)
    impatient(monkeypatch)


class Saver:
    """Saves into one folder and looks at what it leaves there."""

    def __init__(self, folder: Path, kind: str = "video") -> None:
        self.folder = folder
        self.kind = kind
        self.stop = threading.Event()
        self.progress: list[tuple[int, int | None]] = []
        self.troubles: list[str] = []
        self.renewals: list[bool] = []  # for each link that was asked for, whether it had to be a fresh one

    @property
    def name(self) -> str:
        """What the output is called when nothing else has the name."""
        return f"clx1{SUFFIXES[self.kind]}"

    def __call__(self, host: FileHost, url: str = URL) -> Path:
        def link(renew: bool, _stop: threading.Event) -> str:
            self.renewals.append(renew)
            return url

        with RemoteFile(link, self.stop, self.troubles.append, host, media=self.kind) as film:
            return save_output(film, self.folder, "clx1", SUFFIXES[self.kind], self._note)

    def _note(self, received: int, total: int | None) -> None:
        self.progress.append((received, total))

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def fails(self, host: FileHost, url: str = URL) -> TransferError:
        """The error of a save that has to fail and to leave no film behind."""
        before = self.films()
        with pytest.raises(TransferError) as caught:
            self(host, url)
        error = caught.value
        assert error.message.endswith(".")
        text = f"{error} {error!r} {error.as_dict()} {self.troubles}"
        assert "SECRET" not in text
        assert str(self.folder) not in text
        assert self.films() == before
        return error

    def films(self) -> dict[str, bytes]:
        """The files that have a film's name; what waits to be continued has none."""
        files = self.files() if self.folder.is_dir() else {}
        return {name: data for name, data in files.items() if not name.startswith(".")}


def read(host: FileHost, max_bytes: int = 10**6, stop: threading.Event | None = None) -> bytes:
    with RemoteFile(lambda _renew, _stop: URL, stop or threading.Event(), transport=host) as film:
        return read_output(film, max_bytes, lambda *_: None)
