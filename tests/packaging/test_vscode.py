"""How `make vscode` says that VS Code can't be had here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import vscode

import tools


def test_on_another_machine_one_sentence_says_so_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert vscode.main([]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("and this is Darwin with arm64. The tests in VS Code are skipped.")


def test_without_a_registry_it_says_so_and_tries_again_next_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list[str] = []

    def npm(_machine: tools.Machine, words: list[str], where: Path) -> int:
        asked.append(f"{words[0]} {where.name}")
        return 1

    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr(vscode, "SHARE", tmp_path / "share")
    monkeypatch.setattr(tools, "npm", npm)
    for _ in range(2):
        assert vscode.main([]) == 0
    assert asked == ["ci editor", "ci editor"]
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == "VS Code can't be installed from npm's registry. The tests in VS Code are skipped."


@pytest.mark.parametrize("part", ["editor", "server"])
def test_lock_files_have_hashes_and_no_addresses(part: str) -> None:
    lock = json.loads((vscode.TESTS / part / "package-lock.json").read_text(encoding="utf-8"))
    packages = [entry for name, entry in lock["packages"].items() if name and not entry.get("inBundle")]
    assert packages
    assert all("integrity" in entry and "resolved" not in entry for entry in packages)
