"""Redirects of a file host, and several outputs of which one fails, in a real kernel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets.simulator import Scenario, Simulator
from tests.kernel.big_outputs import Big
from tests.kernel.live_kernel import LiveKernel
from tests.kernel.transfer_fixtures import (
    FILM,
    OddHost,
    body,
    card,
    files,
    moved,
    save,
)

Fresh = Callable[[str], str]

pytestmark = pytest.mark.usefixtures("hasty", "nothing_left_over")


@pytest.mark.documented("films: redirects")
def test_some_redirects_are_followed_without_credentials(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path
) -> None:
    last = odd_host.url("/2.mp4", body(FILM, Content_Length=len(FILM)), host="127.0.0.1")
    url = odd_host.url("/0.mp4", moved("1.mp4"))
    odd_host.url("/1.mp4", moved(last))
    simulator.add(Scenario(id="moved", name="", shows="", timeline=((0, "complete"),), outputs=(url,)))
    project = fresh("moved")
    assert save(kernel, card(kernel, project, tmp_path)) == f"info: Saved as {project}.mp4."
    assert files(tmp_path) == {f"{project}.mp4": FILM}
    assert ("127.0.0.1", "/2.mp4") in [(host, path) for host, path, _ in odd_host.asked]
    assert "authorization" not in {name for _, _, names in odd_host.asked for name in names}
    assert not [path for host, path, names in odd_host.asked if host == "127.0.0.1" and "cookie" in names]


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "javascript:alert(1)", "data:video/mp4,x", "ftp://x/a", "circle", "credentials"],
)
@pytest.mark.documented(
    "films: a redirect to `file:`, `javascript:`, `data:`, with credentials, or in a circle",
)
def test_redirects_to_what_may_not_be_fetched_are_refused(
    kernel: LiveKernel,
    simulator: Simulator,
    odd_host: OddHost,
    fresh: Fresh,
    tmp_path: Path,
    *,
    big: Big,
    target: str,
) -> None:
    url = odd_host.url(f"/odd{big.suffix}")
    goal = {"circle": url, "credentials": url.replace("//", "//user:secret@")}.get(target, target)
    odd_host.url(f"/odd{big.suffix}", moved(goal))
    project = fresh(big.served(simulator, "lost", url))
    seen = len(odd_host.asked)
    said = save(kernel, card(kernel, project, tmp_path, widget=big.widget))
    if target == "circle":
        assert said == "error: The file host redirects too many times."
        assert len(odd_host.asked) == seen + 6
    elif target.startswith(
        ("javascript", "data")
    ):  # httpx itself refuses them, and it takes that for a broken line
        assert said == "error: The connection to the file host broke."
    else:
        assert said == f"error: The link to the {big.kind} is not a valid http(s) URL."
        assert len(odd_host.asked) == seen + 1
    assert {path for _, path, _ in odd_host.asked[seen:]} == {f"/odd{big.suffix}"}
    assert files(tmp_path) == {}


@pytest.mark.parametrize("broken", [0, 1], ids=["the first", "the second"])
@pytest.mark.documented("films: one of several outputs fails")
def test_if_one_output_fails_the_others_are_saved_and_named(
    kernel: LiveKernel,
    simulator: Simulator,
    odd_host: OddHost,
    fresh: Fresh,
    tmp_path: Path,
    *,
    big: Big,
    broken: int,
) -> None:
    urls = [odd_host.url(f"/good{big.suffix}", body(big.data, Content_Length=len(big.data)))]
    urls.insert(broken, odd_host.url("/bad.mov", moved("file:///etc/passwd")))
    project = fresh(big.served(simulator, "halves", *urls))
    card(kernel, project, tmp_path, widget=big.widget)
    cell = kernel.run(
        "try:\n    await video.save()\n"
        "except TransferError as error:\n    print(error.code, *[path.name for path in error.paths])"
    )
    assert cell.stdout.split() == ["bad_link", big.file(project)]
    assert files(tmp_path) == {big.file(project): big.data}
