"""What a dashboard opens with: the visitor's address, and the projects that a public page is limited to."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, urlencode

from mh_widgets.errors import InvalidProject
from mh_widgets.project_ids import parse_project

#: The variable that makes a page public: the IDs of its projects, separated by commas.
PUBLIC_PROJECTS = "MAGIC_HOUR_PUBLIC_PROJECTS"

_NOT_ALL_SHOWN = "This page doesn't show all of the projects in its address."
_NOT_CONFIGURED = (
    f"{PUBLIC_PROJECTS} must contain project IDs, separated by commas."
    " Ask the administrator of this page to fix it."
)


@dataclasses.dataclass(frozen=True)
class ProjectWords:
    """The words of a text, separated by spaces or commas: project IDs, and all others with what is wrong."""

    ids: list[str]
    refused: list[tuple[str, str]]

    @classmethod
    def parse(cls, text: str) -> ProjectWords:
        """Read IDs and library links; an ID that comes twice counts once."""
        ids: dict[str, None] = {}
        refused = []
        for word in text.replace(",", " ").split():
            try:
                ids[parse_project(word)] = None
            except InvalidProject as error:
                refused.append((word, f"{error.message} {error.hint}"))
        return cls(list(ids), refused)

    @property
    def rest(self) -> str:
        """The words that are no IDs, to be corrected where they were typed."""
        return " ".join(word for word, _ in self.refused)

    @property
    def problem(self) -> str:
        """What is wrong with the first of them, "" without one."""
        return self.refused[0][1] if self.refused else ""


class Address:
    """The query of the address at which a visitor opened the page."""

    def __init__(self, query: str) -> None:
        self._values = parse_qs(query)

    @property
    def projects(self) -> str:
        """All that ``?project=`` says."""
        return " ".join(self._values.get("project", []))

    def with_projects(self, ids: Iterable[str]) -> str:
        """The query of the same page with these projects."""
        return "?" + urlencode({**self._values, "project": ",".join(ids)}, doseq=True, safe=",")


def read_address(environ: Mapping[str, str]) -> Address | None:
    """The visitor's address in Voilà; None elsewhere, where a page has none."""
    if environ.get("VOILA_PREHEAT") == "True":
        # Late, as the import takes seconds and only these kernels need it: they start before their visitor.
        from voila.utils import get_query_string

        return Address(get_query_string() or "")
    query = environ.get("QUERY_STRING")
    return None if query is None else Address(query)


@dataclasses.dataclass(frozen=True)
class Opening:
    """What a page shows first.

    ``projects`` are IDs. ``public`` pages show these and no others. ``problem`` is a sentence for the visitor
    or "", and ``rest`` is text of the address that is no ID.
    """

    projects: list[str]
    public: bool
    problem: str
    rest: str
    address: Address | None


def read_opening(environ: Mapping[str, str] | None = None) -> Opening:
    """Read the address and ``MAGIC_HOUR_PUBLIC_PROJECTS``; a variable that is set but empty allows nothing."""
    environ = os.environ if environ is None else environ
    address = read_address(environ)
    asked = ProjectWords.parse(address.projects if address else "")
    public = environ.get(PUBLIC_PROJECTS)
    if public is None:
        return Opening(asked.ids, False, asked.problem, asked.rest, address)
    offered = ProjectWords.parse(public)
    chosen = [each for each in asked.ids if each in offered.ids]
    problem = _NOT_ALL_SHOWN if asked.refused or chosen != asked.ids else ""
    if offered.refused or not offered.ids:
        problem = _NOT_CONFIGURED
    return Opening(chosen or offered.ids, True, problem, "", address)
