"""The project that replaces a card's own, as the page typed it."""

from __future__ import annotations

from collections.abc import Container

from mh_widgets.controllers.project import ProjectController
from mh_widgets.errors import InvalidProject
from mh_widgets.project_ids import parse_project


def read_target(controller: ProjectController, given: str, others: Container[str] = ()) -> str | None:
    """Read the project that is to replace the controller's own.

    Args:
        controller: The card as it is now. It shows a notice if the text can't be used.
        given: An ID or a library link, as the page sent it.
        others: Projects that are shown elsewhere in the widget, and may not come here.

    Returns:
        The new ID, "" if ``given`` is empty, or None if the card keeps its project.
    """
    try:
        project_id = parse_project(given)
    except InvalidProject as error:
        controller.notify("error", error.code, error.message, error.hint)
        return None
    # One that was not found as a video may be an image.
    is_certain = controller.asked_kind == "any" or controller.poller.details is not None
    if project_id == controller.project_id and is_certain:
        controller.notify("info", "same_project", "This project is on the card already.")
        return None
    if project_id in others and project_id != controller.project_id:
        controller.notify(
            "error",
            "duplicate_project",
            "This project has a card in this gallery already.",
            "Enter another project ID.",
        )
        return None
    return project_id
