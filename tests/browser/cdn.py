"""The web as an exported page sees it: the scripts that it names, from this machine, and nothing else."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Route

ROOT = Path(__file__).parents[2]
SHARE = Path(sys.prefix) / "share" / "jupyter"
HTML_MANAGER = "@jupyter-widgets/html-manager@1.0.15"
SHA256 = "ca87dff57c70ffb2658794fde0eab0e27e5f5472a1f5df7ab2b08e1039fc4b72"


def html_manager() -> Path:
    """The manager that draws widgets in a page without a kernel: from npm, kept in the environment.

    The bundle alone: as a dependency it would pull in 127 MB of JupyterLab that the bundle holds already.
    """
    script = Path(sys.prefix) / "share" / "html-manager-1.0.15.js"
    if not script.exists():
        folder = script.parent
        pack = [
            sys.executable,
            ".ci/tools.py",
            "npm",
            "pack",
            "--silent",
            HTML_MANAGER,
            f"--pack-destination={folder}",
        ]
        name = subprocess.run(pack, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()[-1]
        with tarfile.open(folder / name) as archive:
            member = archive.extractfile("package/dist/embed-amd.js")
            assert member is not None
            data = member.read()
        (folder / name).unlink()
        assert hashlib.sha256(data).hexdigest() == SHA256
        script.write_bytes(data)
    return script


def serve_cdn(context: BrowserContext) -> list[str]:
    """Answer the requests of the context's pages from files; the list tells what else they asked for, in vain."""
    scripts = {
        r"/require\.js/[\d.]+/require\.min\.js$": SHARE
        / "voila"
        / "templates"
        / "base"
        / "static"
        / "require.min.js",
        r"/@jupyter-widgets/html-manager@[^/]+/dist/embed-amd\.js$": html_manager(),
        r"/anywidget@[^/]+/dist/index\.js$": SHARE / "nbextensions" / "anywidget" / "index.js",
    }
    refused: list[str] = []

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith(("file:", "data:", "blob:")):
            route.continue_()
            return
        for pattern, path in scripts.items():
            if re.search(pattern, url):
                # As the CDNs do: the pages load them across origins.
                headers = {"Access-Control-Allow-Origin": "*"}
                route.fulfill(body=path.read_bytes(), content_type="text/javascript", headers=headers)
                return
        refused.append(url)
        route.abort()

    context.route("**/*", answer)
    return refused
