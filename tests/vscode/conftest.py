"""One VS Code for all tests, and a Jupyter server with the kernels that it runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import conftest as browser
from tests.browser.servers import Server, write_notebook
from tests.vscode.editor import Editor, Window, open_notebook, vscode

Open = Callable[..., Window]

chrome, simulator, env, lab, fresh = (
    browser.chrome,
    browser.simulator,
    browser.env,
    browser.lab,
    browser.fresh,
)


@pytest.fixture(scope="session")
def editor(lab: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    share = os.environ.get("MH_VSCODE")
    if not share:
        pytest.skip("VS Code is not installed: run these tests with `make vscode`.")
    folder = tmp_path_factory.mktemp("vscode") / "work"
    folder.mkdir()
    env = {"MH_JUPYTER_URL": lab.url, "MH_JUPYTER_TOKEN": lab.token}
    with vscode(Path(share), folder, env) as running:
        yield running


@pytest.fixture
def opened(chrome: Browser, editor: Editor) -> Iterator[Open]:
    """``opened(name, *cells)`` is a window with a new notebook, ``opened(name)`` with one that is there."""
    windows: list[Window] = []

    def window(name: str, *cells: str) -> Window:
        if cells:
            write_notebook(editor.folder / name, *cells)
        windows.append(open_notebook(chrome, editor, name))
        return windows[-1]

    yield window
    for each in windows:
        each.page.context.close()
