"""The projects of a simulator and their progress, without HTTP. Methods may be called from any thread."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .clock import iso
from .faults import Fault
from .links import Links
from .scenarios import PRESENT, Kind, Scenario

_COPY = re.compile(r"--[A-Za-z0-9_-]+")


class UnknownProject(LookupError):
    """There is no project and no scenario with that ID."""


@dataclass
class Project:
    """One project: an ID, a scenario and its progress."""

    id: str
    scenario: Scenario
    begun_at: float | None = None
    """The time of the first GET in Unix seconds."""
    gets: int = 0
    deleted: bool = False
    status: str | None = None
    """A status that a test has set, which overrides the timeline."""


class World:
    """All projects of a simulator, on its clock."""

    def __init__(self, scenarios: Iterable[Scenario], clock: Callable[[], float], speed: float) -> None:
        self.clock = clock
        self.links = Links()
        self._speed = speed
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._scenarios: dict[str, Scenario] = {}
        self._projects: dict[str, Project] = {}
        for scenario in scenarios:
            self.add(scenario)

    @property
    def scenarios(self) -> list[Scenario]:
        """The scenarios, in the order in which they were added."""
        with self._lock:
            return list(self._scenarios.values())

    def add(self, scenario: Scenario) -> str:
        """Add a scenario, or replace the one with the same ID. Return its ID."""
        with self._lock:
            self._scenarios[scenario.id] = scenario
            self._projects.pop(scenario.id, None)
            return scenario.id

    def fresh(self, scenario_id: str) -> str:
        """Return the ID of a new copy. Raises UnknownProject."""
        with self._lock:
            if scenario_id not in self._scenarios:
                raise UnknownProject(scenario_id)
            return f"{scenario_id}--{next(self._numbers)}"

    def create(self, scenario: Scenario) -> str:
        """Create a project with this scenario, as a POST does, and return its ID. Its timeline begins now."""
        with self._lock:
            project_id = f"{scenario.id}-{next(self._numbers)}"
            self._projects[project_id] = Project(project_id, scenario, begun_at=self.clock())
            return project_id

    def statuses(self) -> dict[str, str]:
        """Return the status of each project that has begun."""
        with self._lock:
            now = self.clock()
            return {
                each.id: each.status or each.scenario.status_at((now - each.begun_at) * self._speed)
                for each in self._projects.values()
                if each.begun_at is not None and not each.deleted
            }

    def set_status(self, project_id: str, status: str) -> None:
        """Set the project's status, which overrides its timeline. Raises UnknownProject."""
        with self._lock:
            self._find(project_id).status = status

    def next_fault(self, project_id: str, kind: Kind | None = None) -> Fault:
        """Count a GET, and return the fault of its scenario. An unknown project has none."""
        with self._lock:
            try:
                project = self._find(project_id, kind)
            except UnknownProject:
                return PRESENT
            project.gets += 1
            plan = project.scenario.faults
            return plan[(project.gets - 1) % len(plan)]

    def details(self, project_id: str, files_url: str, kind: Kind | None = None) -> dict[str, Any]:
        """Return the body of a GET. Raises UnknownProject, also for another ``kind``; None is any kind."""
        with self._lock:
            project = self._find(project_id, kind)
            now = self.clock()
            if project.begun_at is None:
                project.begun_at = now
            return self._details(project, project.begun_at, now, files_url)

    def kind(self, project_id: str) -> Kind:
        """Return what the project makes. Raises UnknownProject."""
        with self._lock:
            return self._find(project_id).scenario.kind

    def delete(self, project_id: str, kind: Kind | None = None) -> Literal["deleted", "template"]:
        """Handle a DELETE. Raises UnknownProject, also if the project is deleted or of another kind."""
        with self._lock:
            project = self._find(project_id, kind)
            if project.deleted:
                raise UnknownProject(project_id)
            if not project.scenario.deletable:
                return "template"
            project.deleted = True
            return "deleted"

    def output_path(self, project_id: str, name: str) -> Path | None:
        """Return the file behind a link's path, or None if there is none or it was deleted."""
        with self._lock:
            try:
                project = self._find(project_id)
            except UnknownProject:
                return None
            for index, output in enumerate(project.scenario.outputs):
                if isinstance(output, Path) and name == project.scenario.output_name(index):
                    return None if project.deleted else output
            return None

    def _find(self, project_id: str, kind: Kind | None = None) -> Project:
        if project_id not in self._projects:
            scenario_id, dashes, rest = project_id.partition("--")
            scenario = self._scenarios.get(scenario_id)
            if scenario is None or (dashes and not _COPY.fullmatch(dashes + rest)):
                raise UnknownProject(project_id)
            self._projects[project_id] = Project(project_id, scenario, deleted=not scenario.enabled)
        project = self._projects[project_id]
        if kind not in (None, project.scenario.kind):
            raise UnknownProject(project_id)
        return project

    def _details(self, project: Project, begun_at: float, now: float, files_url: str) -> dict[str, Any]:
        scenario = project.scenario
        status = project.status or scenario.status_at((now - begun_at) * self._speed)
        estimate, charged = scenario.credits
        credits = {"complete": charged, "error": 0, "canceled": 0}.get(status, estimate)
        downloads = []
        if status == "complete" and not project.deleted:
            downloads = [
                {
                    "url": self._link(project, index, now, files_url),
                    "expires_at": iso(now + scenario.link_life_s),
                }
                for index in range(len(scenario.outputs))
            ]
        return {
            "id": project.id,
            "name": scenario.name,
            "status": status,
            "type": scenario.type,
            "created_at": iso(begun_at - scenario.age_s),
            "enabled": not project.deleted,
            "credits_charged": credits,
            "error": dict(scenario.error) if scenario.error and status == "error" else None,
            "downloads": downloads,
            **_of_its_kind(scenario, credits, downloads),
            **scenario.extra,
        }

    def _link(self, project: Project, index: int, now: float, files_url: str) -> str:
        output = project.scenario.outputs[index]
        if isinstance(output, str):
            return output
        path = f"/films/{project.id}/{project.scenario.output_name(index)}"
        return files_url + self.links.sign(path, now + project.scenario.link_life_s)


def _of_its_kind(scenario: Scenario, credits: int, downloads: list[dict[str, str]]) -> dict[str, Any]:
    """Return the fields that only this kind of project has."""
    if scenario.kind == "audio":
        return {}
    # The live API still sends total_frame_cost and download, but the public document doesn't have them.
    if scenario.kind == "image":
        return {"image_count": len(scenario.outputs), "total_frame_cost": credits}
    return {
        "width": scenario.width,
        "height": scenario.height,
        "start_seconds": 0,
        "end_seconds": _number(scenario.end_seconds),
        "fps": _number(scenario.fps),
        "download": downloads[0] if downloads else None,
        "total_frame_cost": credits,
    }


def _number(value: float) -> int | float:
    """Return a number as a JavaScript server writes it: 6 and not 6.0."""
    return int(value) if value == int(value) else value
