"""Where a key may be, in a real kernel: typed into its prompt, or in the .env of its folder; it goes nowhere else."""

from __future__ import annotations

import json

import pytest

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import PATIENCE_S, LiveKernel
from tests.leaks import KEY

FORGET = "import os\nfor name in ('MAGIC_HOUR_API_KEY', 'MAGIC_HOUR_BASE_URL'): os.environ.pop(name, None)\n"


def told(kernel: LiveKernel, before: int) -> str:
    return json.dumps([message["content"] for message in kernel.wire[before:]], default=repr)


def test_a_key_is_typed_into_a_prompt_that_shows_nothing(kernel: LiveKernel, simulator: Simulator) -> None:
    before = len(kernel.wire)
    cell_id = kernel.start(
        f"client = Client.ask(base_url={simulator.url!r})\nprint(client.get('finished').status, client)"
    )
    request = kernel.client.get_stdin_msg(timeout=PATIENCE_S)["content"]
    assert request["password"] is True
    assert request["prompt"].startswith("Magic Hour API key")
    kernel.client.input(f" {KEY} ")
    cell = kernel.finish(cell_id)
    assert cell.stdout == f"complete Client(base_url={simulator.url!r})\n", cell.error
    assert KEY not in told(kernel, before)


def test_where_nobody_can_be_asked_the_card_says_what_to_do(
    kernel: LiveKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel.client, "allow_stdin", False)  # as Voilà and nbconvert say it
    code = (
        f"import os\nsaved = dict(os.environ)\n{FORGET}"
        "video = VideoProject('finished', client=AsyncClient.ask())\n"
        "os.environ.update(saved)\n"
        "try:\n    await video\nexcept MissingToken as error:\n    print(error)"
    )
    cell = kernel.run(code)
    assert cell.stdout.startswith("No API key. Set MAGIC_HOUR_API_KEY"), cell.error


def test_the_kernel_s_folder_may_hold_the_key(kernel: LiveKernel, simulator: Simulator) -> None:
    line = f"MAGIC_HOUR_API_KEY={KEY}\\nMAGIC_HOUR_BASE_URL={simulator.url}"
    kernel.run(
        f"import os, pathlib\nsaved = dict(os.environ)\npathlib.Path('.env').write_text('{line}')\n{FORGET}"
    )
    before = len(kernel.wire)
    cell = kernel.run(
        "video = VideoProject('finished')\n"
        "print((await video).status, 'MAGIC_HOUR_API_KEY' in os.environ)\n"
        "os.environ.update(saved)\nos.remove('.env')"
    )
    assert cell.stdout == "complete False\n", cell.error
    assert KEY not in told(kernel, before)
