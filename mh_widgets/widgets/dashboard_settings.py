"""The settings of a dashboard: the visitor's address, and the projects of a public page."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, urlencode

from mh_widgets.controllers.settings import PUBLIC_PROJECTS
from mh_widgets.errors import InvalidProject
from mh_widgets.project_ids import parse_project

_NOT_ALL_SHOWN = "This page doesn't show all of the projects in its address."
_NOT_CONFIGURED = (
    f"{PUBLIC_PROJECTS} must contain project IDs, separated by commas."
    " Ask the administrator of this page to fix it."
)


@dataclasses.dataclass(frozen=True)
class ProjectWords:
    """The words of a text, separated by spaces or commas: project IDs, and invalid words with errors."""

    ids: list[str]
    refused: list[tuple[str, str]]

    @classmethod
    def parse(cls, text: str) -> ProjectWords:
        """Read IDs and library links. A repeated ID counts once."""
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
        """The invalid words, for the field where the visitor can correct them."""
        return " ".join(word for word, _ in self.refused)

    @property
    def problem(self) -> str:
        """The error of the first invalid word, or ""."""
        return self.refused[0][1] if self.refused else ""


class Address:
    """The query of the address at which a visitor opened the page."""

    def __init__(self, query: str) -> None:
        self._values = parse_qs(query)

    @property
    def projects(self) -> str:
        """All values of ``?project=``."""
        return " ".join(self._values.get("project", []))

    def with_projects(self, ids: Iterable[str]) -> str:
        """Return the query of the same page with these projects."""
        return "?" + urlencode({**self._values, "project": ",".join(ids)}, doseq=True, safe=",")


def read_address(environ: Mapping[str, str]) -> Address | None:
    """Return the visitor's address in Voilà, or None elsewhere."""
    if environ.get("VOILA_PREHEAT") == "True":
        # Imported late, as it takes seconds and only Voilà's kernels need it. They start before their
        # visitor.
        from voila.utils import get_query_string

        return Address(get_query_string() or "")
    query = environ.get("QUERY_STRING")
    return None if query is None else Address(query)


@dataclasses.dataclass(frozen=True)
class Opening:
    """The first content of a page.

    ``projects`` are IDs. A ``public`` page shows only these. ``problem`` is a sentence for the visitor or "",
    and ``rest`` is invalid text of the address.
    """

    projects: list[str]
    public: bool
    problem: str
    rest: str
    address: Address | None


def read_opening(environ: Mapping[str, str] | None = None) -> Opening:
    """Read the address and ``MAGIC_HOUR_PUBLIC_PROJECTS``. An empty variable allows no project."""
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
