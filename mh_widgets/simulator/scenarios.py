"""What a scenario is: one kind of project, with everything that decides how it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .faults import Fault

FILMS = Path(__file__).parent / "films"
"""The films, pictures and sounds that the simulator serves; drawn by `tools/draw_videos`."""

Kind = Literal["video", "image", "audio"]
"""What a project makes; each kind has a path of its own."""

LINK_LIFE_S = 24 * 3600.0
"""How long the live API's download links are good."""

PRESENT = Fault()
"""In a row of trouble: this request gets its right answer."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A project that can be asked for by its `id`, from the beginning for everybody who asks first.

    Its timeline begins at the first GET, which is then `created_at` (less `age_s`). `<id>--<anything>` is an
    independent copy of the same scenario with a timeline of its own.
    """

    id: str
    """`[A-Za-z0-9_-]+`, without `--`."""

    name: str | None
    """The project's name, which says what it shows; the API allows null."""

    shows: str
    """One line for the list that `mh-widgets simulate` prints."""

    kind: Kind = "video"
    """Which of the three paths knows the project; the others answer 404."""

    type: str = "TEXT_TO_VIDEO"
    width: int = 640
    height: int = 360

    timeline: tuple[tuple[float, str], ...] = ((0.0, "queued"), (4.0, "rendering"), (20.0, "complete"))
    """(seconds after the first GET at speed 1, status from then on), rising and from 0."""

    outputs: tuple[Path | str, ...] = (FILMS / "sunrise.mp4",)
    """What `downloads` holds once complete. A path is a file on the file host; a string is sent as the URL it is."""

    end_seconds: float = 6.0
    fps: float = 24.0

    credits: tuple[int, int] = (150, 144)
    """(the estimate until complete, what is charged then); an error and a canceled render are refunded to 0."""

    error: Mapping[str, str] | None = None
    """`{code, message}`, once the status is `error`."""

    enabled: bool = True
    """False: deleted before anybody asked."""

    deletable: bool = True
    """False: a template, DELETE answers 422."""

    age_s: float = 0.0
    """How long before its first GET the project was created, in real seconds."""

    link_life_s: float = LINK_LIFE_S
    """How long a link is good, in seconds of the simulator's clock; never divided by the speed: films play in real
    time at any speed."""

    trouble: tuple[Fault, ...] = (PRESENT,)
    """What happens to its GETs in turn, over and over; `PRESENT` is the right answer."""

    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields that replace or join those of the answer, for shapes that the document doesn't know."""

    def status_at(self, age_s: float) -> str:
        """The status at this age of the timeline (seconds at speed 1)."""
        return [status for begin, status in self.timeline if begin <= max(age_s, 0.0)][-1]

    def output_name(self, index: int) -> str:
        """The last part of the link's path; the same for all projects, as on the live API."""
        suffix = Path(self.outputs[index]).suffix
        return f"output{suffix}" if index == 0 else f"output-{index + 1}{suffix}"
