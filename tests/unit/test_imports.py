"""What the package loads and when, in fresh processes: an import that is added by mistake fails here."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

#: Loaded by ``from mh_widgets import VideoProject``: traits and their parts. Each costs every notebook.
TRAITS = {
    "mh_widgets._directories",
    "mh_widgets._fork",
    "mh_widgets._loops",
    "mh_widgets._nested",
    "mh_widgets._seconds",
    "mh_widgets.controllers",
    "mh_widgets.controllers.settings",
    "mh_widgets.controllers.state",
    "mh_widgets.errors",
    "mh_widgets.polling",
    "mh_widgets.polling.presence",
    "mh_widgets.transfers",
    "mh_widgets.transfers.types",
    "mh_widgets.widgets",
    "mh_widgets.widgets.actions",
    "mh_widgets.widgets.base",
    "mh_widgets.widgets.clients",
    "mh_widgets.widgets.coroutines",
    "mh_widgets.widgets.observers",
    "mh_widgets.widgets.owner_loop",
    "mh_widgets.widgets.project",
    "mh_widgets.widgets.project_trait",
    "mh_widgets.widgets.project_values",
    "mh_widgets.widgets.still",
    "mh_widgets.widgets.translations",
    "mh_widgets.widgets.video_project",
}
#: Loaded by the first card of a kernel, on its loop.
CARD = {
    "mh_widgets._log",
    "mh_widgets._text",
    "mh_widgets._urls",
    "mh_widgets.api",
    "mh_widgets.api.credentials",
    "mh_widgets.api.projects",
    "mh_widgets.api.retry",
    "mh_widgets.client",
    "mh_widgets.controllers.card_poster",
    "mh_widgets.controllers.card_tasks",
    "mh_widgets.controllers.messages",
    "mh_widgets.controllers.outbox",
    "mh_widgets.controllers.project",
    "mh_widgets.models",
    "mh_widgets.polling.deletion",
    "mh_widgets.polling.history",
    "mh_widgets.polling.intervals",
    "mh_widgets.polling.observers",
    "mh_widgets.polling.poller",
    "mh_widgets.polling.project_state",
    "mh_widgets.polling.rate_limiter",
    "mh_widgets.polling.registry",
    "mh_widgets.polling.scheduler",
    "mh_widgets.polling.shared_project",
    "mh_widgets.polling.sharing",
    "mh_widgets.polling.subscription",
    "mh_widgets.project_ids",
    "mh_widgets.store",
    "mh_widgets.store.base",
    "mh_widgets.store.chosen",
    "mh_widgets.store.guarded",
    "mh_widgets.store.late_redis",
    "mh_widgets.store.null",
    "mh_widgets.store.records",
    "mh_widgets.transfers.browser_stream",
    "mh_widgets.transfers.filenames",
    "mh_widgets.transfers.links",
    "mh_widgets.transfers.outputs",
    "mh_widgets.transfers.worker",
    "unicodedata",
}
#: A kernel has loaded these anyway, and here without what the package must not load: an import of that fails.
#: asyncio does without ssl, and not without subprocess.
KERNEL = """
import sys
for name in ("httpx", "ssl", "tornado", "urllib.request", "http.client"):
    sys.modules[name] = None
import asyncio, decimal, email.utils, getpass, hmac, platformdirs, random, tempfile
for name in ("subprocess", "asyncio.subprocess"):
    sys.modules[name] = None
import anywidget, ipywidgets
"""
#: Stops the import of httpx until ``release`` is set, and notes whether that came in time.
GATE = """
import asyncio, sys, threading
entered, release, in_time = threading.Event(), threading.Event(), []

class Gate:
    def find_spec(self, name, path=None, target=None):
        if name == "httpx":
            entered.set()
            in_time.append(release.wait(20))

sys.meta_path.insert(0, Gate())
import mh_widgets
from mh_widgets import AsyncClient

async def ask(client):
    try:
        await client.get("clx1")
    except mh_widgets.NetworkError:
        return "asked"

async def entering():
    while not entered.is_set():
        await asyncio.sleep(0.001)

client = AsyncClient("key", base_url="http://127.0.0.1:9")
assert "httpx" not in sys.modules
"""


def output(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def loaded_by(code: str, *, after: str = "") -> set[str]:
    """The modules that ``code`` loads in a process that has run ``after``."""
    lines = [after, "import sys", "before = set(sys.modules)", code, "print(*(set(sys.modules) - before))"]
    return set(output("\n".join(lines)).split())


def test_import_of_the_package_loads_nothing_else() -> None:
    assert loaded_by("import mh_widgets", after="import importlib, typing") == {"mh_widgets"}


def test_import_of_the_card_loads_traits_and_no_http() -> None:
    after = f"{KERNEL}import mh_widgets"
    assert loaded_by("from mh_widgets import VideoProject", after=after) == TRAITS


def test_first_card_loads_its_controller_and_no_http() -> None:
    after = f"{KERNEL}from mh_widgets import VideoProject"
    card = textwrap.dedent(
        """
        async def main():
            card = VideoProject("clx1", client="mhk_live_0123456789")
            assert card.watch["state"] == "watching", card.error
            card.close()

        asyncio.run(main())
        """
    )
    assert loaded_by(card, after=after) == CARD


def test_request_about_a_video_loads_nothing_of_other_kinds() -> None:
    code = """
    import asyncio, sys, httpx
    from mh_widgets import AsyncClient

    answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": "clx1", "status": "complete"}))

    async def main():
        client = AsyncClient("key", base_url="http://127.0.0.1:9", transport=answer)
        await client.get("clx1")
        await client.check_result("clx1", True, False)
        print({"mh_widgets.image_audio", "mh_widgets.sdk_responses"} & set(sys.modules))
        await client.get("clx1", kind="image")
        print("mh_widgets.image_audio" in sys.modules)

    asyncio.run(main())
    """
    assert output(textwrap.dedent(code)).splitlines() == ["set()", "True"]


def test_gallery_of_videos_loads_nothing_of_other_kinds() -> None:
    code = """
    import sys
    from mh_widgets import VideoGallery
    VideoGallery(["clx1", "clx2"], client="mhk_live_0123456789").close()
    print({name for name in sys.modules if name.startswith("mh_widgets")} & {
        "mh_widgets.image_audio", "mh_widgets.sdk_responses", "mh_widgets.widgets.project",
        "mh_widgets.widgets.image_project", "mh_widgets.widgets.audio_project",
    })
    """
    assert output(textwrap.dedent(code)) == "set()"


def test_loop_goes_on_while_the_first_request_loads_http() -> None:
    code = """
    async def main():
        asking = asyncio.create_task(ask(client))
        await entering()
        release.set()
        print(await asking, in_time)

    asyncio.run(main())
    """
    assert output(GATE + textwrap.dedent(code)) == "asked [True]"


def test_first_requests_of_several_loops_share_one_sender() -> None:
    code = """
    answers, senders = [], []

    def elsewhere():
        answers.append(asyncio.run(ask(client)))
        senders.append(client.api.sender())

    threads = [threading.Thread(target=elsewhere) for _ in range(4)]
    for thread in threads:
        thread.start()
    entered.wait(20)
    release.set()
    for thread in threads:
        thread.join()
    print(*answers, len(set(senders)))
    """
    assert output(GATE + textwrap.dedent(code)).split() == ["asked"] * 4 + ["1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_child_forked_during_the_import_can_ask_by_itself() -> None:
    code = """
    import os, signal, warnings
    warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of every fork

    def fork():
        if os.fork() == 0:
            signal.alarm(30)
            print(asyncio.run(ask(client)), flush=True)
            os._exit(0)

    async def main():
        asking = asyncio.create_task(ask(client))
        await entering()
        os.register_at_fork(before=release.set)  # registered last, so it is called first
        fork()
        print(os.wait()[1], await asking)

    asyncio.run(main())
    """
    assert output(GATE + textwrap.dedent(code)).split() == ["asked", "0", "asked"]
