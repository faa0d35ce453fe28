"""Which project a card moves to: what the page typed into an editable card, read for the card's controller."""

from __future__ import annotations

from collections.abc import Container

from mh_widgets.controllers.project import ProjectController
from mh_widgets.errors import InvalidProject
from mh_widgets.project_ids import parse_project


def read_target(controller: ProjectController, given: str, others: Container[str] = ()) -> str | None:
    """Read the project that is to take the place of the controller's.

    Args:
        controller: The card as it is now. It says what is wrong where nothing can be done, and stays.
        given: An ID or a library link, as the page sent it.
        others: The projects that may not come, as they are on show beside it.

    Returns:
        The new ID, "" where ``given`` is empty, or None where the card stays as it is.
    """
    try:
        project_id = parse_project(given)
    except InvalidProject as error:
        controller.notify("error", error.code, error.message, error.hint)
        return None
    if project_id == controller.project_id:
        controller.notify("info", "same_project", "This project is on the card already.")
        return None
    if project_id in others:
        controller.notify(
            "error",
            "duplicate_project",
            "This project has a card in this gallery already.",
            "Enter another project ID.",
        )
        return None
    return project_id
