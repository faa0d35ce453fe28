"""Pages of the site that aren't in docs/: the documents of the top folder, and the table of tests. A hook of mkdocs."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
#: The page of the site by the document that it is made from.
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for document, page in PAGES.items():
        files.append(
            File.generated(config, page, content=site_markdown((ROOT / document).read_text(encoding="utf-8")))
        )
    files.append(File.generated(config, "tests.md", content=tests_markdown()))
    return files


@functools.cache  # collecting all tests takes seconds, and `mkdocs serve` asks at each change
def tests_markdown() -> str:
    """Return the page that says which test holds which row. Raises ``PluginError`` where one is missing."""
    command = [sys.executable, "-m", "tests.documented"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PluginError(done.stderr)
    return f"# Rows and their tests\n\nThe tests behind the tables of the guides.\n\n{done.stdout}"


def site_markdown(text: str) -> str:
    """Change links from the top folder into links of the site."""
    text = re.sub(r"(\]\(|src=\")docs/", r"\1", text)
    for document, page in PAGES.items():
        text = text.replace(f"]({document}", f"]({page}")
    return text
