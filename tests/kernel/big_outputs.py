"""A large output of each kind, so that every fault meets films, pictures and sound by parameter."""

from __future__ import annotations

import dataclasses
import random
import zlib
from pathlib import Path

from mh_widgets.project_ids import Kind
from mh_widgets.simulator import Scenario, Simulator
from tests.kernel.transfer_fixtures import FILM, OTHER

_SIZE = len(FILM)


def png(seed: int) -> bytes:
    """As PNG has it on the outside; its pixels are noise."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    head, end = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)), chunk(b"IEND", b"")
    return head + chunk(b"IDAT", random.Random(seed).randbytes(_SIZE - len(head + end) - 12)) + end


def wav(seed: int) -> bytes:
    """A WAV file of noise."""
    sound = random.Random(seed).randbytes(_SIZE - 44)
    form = b"fmt " + (16).to_bytes(4, "little") + bytes(16)
    data = b"WAVE" + form + b"data" + len(sound).to_bytes(4, "little") + sound
    return b"RIFF" + len(data).to_bytes(4, "little") + data


@dataclasses.dataclass(frozen=True)
class Big:
    """A finished project with one output of 3 MB.

    Attributes:
        kind: The project's kind.
        suffix: The extension of its output.
        mime_type: What a browser is told of it.
        data: The output's bytes.
        other: As many bytes of another output.
    """

    kind: Kind
    suffix: str
    mime_type: str
    data: bytes
    other: bytes

    @property
    def scenario(self) -> str:
        """The project's ID on the simulator."""
        return f"big-{self.kind}"

    @property
    def widget(self) -> str:
        """The class of its card."""
        return f"{self.kind.capitalize()}Project"

    def served(self, simulator: Simulator, name: str, *outputs: str | Path) -> str:
        """Add a finished project of this kind with these outputs; return its ID."""
        project = f"{name}-{self.kind}"
        simulator.add(
            Scenario(
                id=project,
                name="Big",
                shows="",
                kind=self.kind,
                timeline=((0, "complete"),),
                outputs=outputs,
            )
        )
        return project

    def file(self, project: str) -> str:
        """The name of its saved output."""
        return project + self.suffix


BIG = (
    Big("video", ".mp4", "video/mp4", FILM, OTHER),
    Big("image", ".png", "image/png", png(1), png(2)),
    Big("audio", ".wav", "audio/wav", wav(1), wav(2)),
)
