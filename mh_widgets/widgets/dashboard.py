"""``Dashboard``: a gallery as a whole page, with a heading and a field for more projects."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Iterator
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import ipywidgets

from mh_widgets import _loops
from mh_widgets.widgets.base import check_keywords
from mh_widgets.widgets.clients import read_client
from mh_widgets.widgets.dashboard_settings import Address, ProjectWords, read_opening
from mh_widgets.widgets.project_gallery import ProjectGallery

if TYPE_CHECKING:
    from mh_widgets.blocking_client import Client
from mh_widgets.client import AsyncClient

_STYLE = pathlib.Path(__file__).parents[1] / "static" / "dashboard.css"

#: The most cards that share the width of the page. More cards stand as close together as they can.
_FEW = 3

_HEADING = "<h1>Magic Hour renders</h1>"
_NONE_YET = (
    "<p><b>No projects yet.</b> Type the ID of a render above,"
    " or paste its link from your Magic Hour library.</p>"
)
_HOW_TO_OPEN_WITH_SOME = (
    "<p>To open this page with projects, put them into its address: <code>?project=ID,ID</code></p>"
)
_NONE = "<p><b>No projects.</b></p>"

D = TypeVar("D", bound="Dashboard")


class Dashboard(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A page of projects: a heading, a field to add projects, and a ``ProjectGallery``.

    In Voilà, ``Dashboard.from_environment()`` opens it with the projects of the visitor's address. It also
    works in a notebook's cell. ``with Dashboard(…) as dashboard`` closes it at the end.

    Args:
        projects: As for ``ProjectGallery``.
        client: As for ``Project``.
        public: Whether everyone may see this page. It then shows only these projects and has no field. Its
            visitors can neither change nor delete a project, nor save to the kernel's disk.
        download_directory: As for ``Project``.
        allow_delete: Whether projects may be deleted. Ignored on a public page.
        allow_save: Whether a visitor may save to the kernel's disk. Ignored on a public page.
        editable: Whether the page may replace projects. Ignored on a public page.
        deadline_s: Seconds after which polling a card stops, counted from its first request.
        poll_interval_s: Seconds between two requests about a project.
        **widget: ``layout`` and the other keywords of every ipywidget.

    Raises:
        ValueError: A number of seconds is not valid.
        TypeError: ``client`` is not a client, or a keyword is unknown.
    """

    _parts: tuple[ipywidgets.Widget, ...] = ()

    def __init__(
        self,
        projects: object = (),
        *,
        client: AsyncClient | Client | None = None,
        public: bool = False,
        download_directory: str | pathlib.Path | None = ".",
        allow_delete: bool = True,
        allow_save: bool = True,
        editable: bool = True,
        deadline_s: float | None = 3600.0,
        poll_interval_s: float | None = None,
        **widget: Any,
    ) -> None:
        check_keywords(type(self), Dashboard, widget)
        self._public = bool(public)
        self._client = read_client(client)
        self._gallery = ProjectGallery(
            projects,
            client=self._client,
            download_directory=download_directory,
            allow_delete=allow_delete and not public,
            allow_save=allow_save and not public,
            editable=editable and not public,
            deadline_s=deadline_s,
            poll_interval_s=poll_interval_s,
        )
        self._address: Address | None = None
        self._loop = _loops.running_loop()
        self._offer: asyncio.Task[None] | None = None
        self._opened_with = list(self._gallery)
        self._line = ipywidgets.HTML().add_class("mh-line")
        heading: list[ipywidgets.Widget] = [ipywidgets.HTML(_HEADING)]
        if not public:
            heading.append(self._make_field())
        top = ipywidgets.HBox(heading).add_class("mh-heading")
        self._page = ipywidgets.VBox([top, self._line, self._gallery]).add_class("mh-page")
        style = ipywidgets.HTML(_read_style(), layout={"display": "none"})
        super().__init__([style, self._page], **widget)
        # Kept here, as a visitor may empty the boxes of the page.
        self._parts = tuple(_within(self))
        self.add_class("mh-dashboard")
        # This decides how the page looks, not what it may do.
        self._gallery.observe(lambda _change: self._show_projects(), "projects")
        self._show_projects()

    @classmethod
    def from_environment(cls: type[D], **settings: Any) -> D:
        """Return the page that the environment describes, as Voilà starts it for each visitor.

        The visitor's address names the projects: ``?project=ID,ID``. ``MAGIC_HOUR_PUBLIC_PROJECTS=ID,ID`` in
        the environment makes it a public page of these projects. The address then selects some of them.

        Args:
            **settings: All arguments of ``Dashboard`` except ``projects`` and ``public``.

        Returns:
            The dashboard.
        """
        opening = read_opening()
        dashboard = cls(opening.projects, public=opening.public, **settings)
        dashboard._address = opening.address
        if not opening.public:
            # Text that is not an ID goes into the field, where the visitor can correct it.
            dashboard._set_field(opening.rest)
        dashboard._set_messages(opening.problem)
        return dashboard

    def __repr__(self) -> str:
        number = len(self._gallery)
        public = ", public" if self._public else ""
        return f"{type(self).__name__}({number} project{'' if number == 1 else 's'}{public})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        data = super()._repr_mimebundle_(**kwargs)
        shown = self._gallery._repr_mimebundle_()
        # Viewers without widgets show the projects as a table.
        return data if data is None or shown is None else {**data, "text/html": shown[0]["text/html"]}

    def __enter__(self: D) -> D:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def gallery(self) -> ProjectGallery:
        """The gallery on this page, with all actions on its projects."""
        return self._gallery

    @property
    def public(self) -> bool:
        """Whether everyone may see this page."""
        return self._public

    def close(self) -> None:
        """Close the gallery and the page around it."""
        # __del__ also calls this on objects whose __init__ has raised.
        for part in self._parts:
            part.close()
        super().close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a view sends. The view is not trusted."""

    def _make_field(self) -> ipywidgets.Widget:
        # The menu of the latest projects arrives later. Any other text may be typed.
        self._field = ipywidgets.Combobox(
            placeholder="Project ID or library link", description="Add a project", continuous_update=False
        )
        if self._loop is not None:
            self._offer = self._loop.create_task(self._offer_latest(), name="mh_widgets recent")
        button = ipywidgets.Button(description="Show")
        # These are the view's own events, and ipywidgets reports them in no other way.
        self._field.observe(self._hear, "value")
        button.on_click(self._hear)
        return ipywidgets.HBox([self._field, button]).add_class("mh-adding")

    async def _offer_latest(self) -> None:
        """Put the latest projects of this key into the field's menu."""
        from mh_widgets.controllers.suggestions import latest_projects

        self._field.options = [project["id"] for project in await latest_projects(self._client.api)]

    def _set_field(self, text: str) -> None:
        self._field.value = text

    def _hear(self, _event: object) -> None:
        """Add the projects in the field on the page's loop: ipykernel may call this in another thread."""
        if self._loop is None:
            self._add_typed()
        else:
            _loops.call_on(self._loop, self._add_typed)

    def _add_typed(self) -> None:
        """Add the projects in the field, and leave invalid text there."""
        words = ProjectWords.parse(self._field.value)
        if not words.ids and not words.refused:
            return
        new = [each for each in words.ids if each not in self._gallery]
        behind = len(self._gallery) > 0
        self._gallery.add(new)
        if self._field.value != words.rest:
            self._set_field(words.rest)
        note = "Already here."
        if new:
            note = "Added at the end." if behind else "Added."
        self._set_messages(words.problem, note if words.ids else "")

    def _show_projects(self) -> None:
        """Arrange the page for the number of projects."""
        number = len(self._gallery)
        self._gallery.layout.display = None if number or self._gallery.refused else "none"
        self._gallery.columns = number if 0 < number <= _FEW else "auto"
        (self._page.add_class if number <= 1 else self._page.remove_class)("mh-one")
        self._set_messages()

    def _set_messages(self, problem: str = "", note: str = "") -> None:
        """Show an error and a note above the gallery, or help while the gallery is empty."""
        parts = [f'<p role="alert">{escape(problem)}</p>'] if problem else []
        done = " ".join(filter(None, [note, self._address_link()]))
        if done:
            parts.append(f'<p role="status">{done}</p>')
        html = "".join(parts) or ("" if len(self._gallery) else self._help())
        self._line.value = html
        self._line.layout.display = None if html else "none"

    def _address_link(self) -> str:
        """Return a link to the shown projects, or "" if the page opened with them."""
        if self._address is None or list(self._gallery) == self._opened_with:
            return ""
        query = escape(self._address.with_projects(self._gallery))
        return f'<a href="{query}">Keep this selection as an address</a>'

    def _help(self) -> str:
        if self._public:
            return _NONE
        return _NONE_YET + (_HOW_TO_OPEN_WITH_SOME if self._address is not None else "")


def _within(box: ipywidgets.Box) -> Iterator[ipywidgets.Widget]:
    """Yield all widgets in a box, also those in inner boxes."""
    for child in box.children:
        yield child
        if isinstance(child, ipywidgets.Box):
            yield from _within(child)


def _read_style() -> str:
    return f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"
