"""Put the documents of the top folder into the site: README, CONTRIBUTING and CHANGELOG. A hook of mkdocs.yml."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
#: The page of the site by the document that it is made from.
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for document, page in PAGES.items():
        files.append(File.generated(config, page, content=site_markdown((ROOT / document).read_text(encoding="utf-8"))))
    return files


def site_markdown(text: str) -> str:
    """Change links from the top folder into links of the site."""
    text = re.sub(r"(\]\(|src=\")docs/", r"\1", text)
    for document, page in PAGES.items():
        text = text.replace(f"]({document}", f"]({page}")
    return text
