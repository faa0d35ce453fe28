"""Scenarios: kinds of projects, with all that decides how each answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .faults import Fault

FILMS = Path(__file__).parent / "films"
"""The folder of the outputs that the simulator serves. `tools/draw_videos` draws them."""

Kind = Literal["video", "image", "audio"]
"""What a project makes. Each kind has its own path of the API."""

LINK_LIFE_S = 24 * 3600.0
"""The lifetime of the live API's download links, in seconds."""

PRESENT = Fault()
"""The absence of a fault: this request gets the right answer."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A kind of project. Its `id` is also the ID of the first such project.

    The timeline begins with the first GET. That time, less `age_s`, is `created_at`. `<id>--<anything>` is an
    independent copy of the scenario with a timeline of its own.
    """

    id: str
    """The ID: `[A-Za-z0-9_-]+`, without `--`."""

    name: str | None
    """The project's name, which describes the scenario; the API allows null."""

    shows: str
    """The line in the list of `mh-widgets simulate`."""

    kind: Kind = "video"
    """The kind, whose path knows the project. The paths of other kinds answer 404."""

    type: str = "TEXT_TO_VIDEO"
    width: int = 640
    height: int = 360

    timeline: tuple[tuple[float, str], ...] = ((0.0, "queued"), (4.0, "rendering"), (20.0, "complete"))
    """Pairs of (seconds since the first GET at speed 1, status from then on), rising from 0."""

    outputs: tuple[Path | str, ...] = (FILMS / "sunrise.mp4",)
    """The outputs of a complete project. A path is a file on the file host, and a string is sent as a URL."""

    end_seconds: float = 6.0
    fps: float = 24.0

    credits: tuple[int, int] = (150, 144)
    """The estimate until complete, and the final charge. An error or a canceled render is refunded to 0."""

    error: Mapping[str, str] | None = None
    """`{code, message}` while the status is `error`."""

    enabled: bool = True
    """False means that the project is deleted before the first GET."""

    deletable: bool = True
    """False means a template, for which DELETE answers 422."""

    age_s: float = 0.0
    """The project's age at its first GET, in real seconds."""

    link_life_s: float = LINK_LIFE_S
    """The lifetime of a link, in seconds of the simulator's clock. Speed doesn't change it, as videos play in
    real time."""

    faults: tuple[Fault, ...] = (PRESENT,)
    """The faults of its GETs in turn, repeated without end; `PRESENT` is the right answer."""

    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields that are added to the answer or replace its own, also undocumented ones."""

    def status_at(self, age_s: float) -> str:
        """Return the status at this age of the timeline, in seconds at speed 1."""
        return [status for begin, status in self.timeline if begin <= max(age_s, 0.0)][-1]

    def output_name(self, index: int) -> str:
        """Return the last part of the link's path, which is the same for all projects, as on the live API."""
        suffix = Path(self.outputs[index]).suffix
        return f"output{suffix}" if index == 0 else f"output-{index + 1}{suffix}"
