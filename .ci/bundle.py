"""Compares the committed view with a fresh build of its sources; its size is judged by js/build.mjs itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import tools

STATIC = tools.ROOT / "mh_widgets" / "static"


def read(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def stale(committed: Mapping[str, bytes], built: Mapping[str, bytes]) -> list[str]:
    """Return the files that a build changed, added or took away."""
    return sorted(name for name in {*committed, *built} if committed.get(name) != built.get(name))


def main() -> int:
    """Build in place, so that a stale bundle is mended at once and only waits to be looked at and committed."""
    committed = read(STATIC)
    if tools.main(["npm", "run", "--silent", "build"]):
        return 1
    changed = stale(committed, read(STATIC))
    if changed:
        print(
            f"Stale, and now built anew: {', '.join(changed)} in mh_widgets/static. Look at it and commit it."
        )
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
