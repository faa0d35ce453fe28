"""The life of a card in VS Code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mh_widgets.simulator import Simulator
from tests.browser.hosts import CARD, lives
from tests.vscode.conftest import Open


def cell(project: str, more: str = "") -> str:
    return f"from mh_widgets import VideoProject\nvideo = VideoProject({project!r}, poll_interval_s=0.2{more})\nvideo"


@pytest.mark.documented("hosts: VS Code")
def test_a_card_lives(
    opened: Open, simulator: Simulator, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    project = fresh("draft")
    window = opened("life.ipynb", cell(project))
    window.run_all()
    card = window.outputs.locator(CARD)
    lives(card, simulator, project, tmp_path, "vscode")
    expect(card).to_be_visible()
