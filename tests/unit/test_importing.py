"""What worker threads import holds the lock that keeps a fork waiting; a child would hang without it."""

from __future__ import annotations

import textwrap

import pytest

from tests.unit.scripts import python


@pytest.mark.parametrize(
    ("call", "modules"),
    [
        ("transports._load_modules()", {"anyio", "anyio._backends._asyncio", "httpcore"}),
        ("records.sealing(bytes(32))", {"cryptography.fernet"}),
        ("late_redis._make('redis://127.0.0.1')", {"mh_widgets.store.redis", "redis.asyncio"}),
    ],
)
def test_a_fork_waits_for_the_imports_of_a_worker(call: str, modules: set[str]) -> None:
    code = f"""
    import sys
    from mh_widgets import _fork
    from mh_widgets.api import transports
    from mh_widgets.store import late_redis, records

    begun = {{True: set(), False: set()}}

    class Noting:
        def find_spec(self, name, *_):
            begun[_fork._importing._is_owned()].add(name)

    sys.meta_path.insert(0, Noting())
    {call}
    wanted = {modules!r}
    print(wanted <= begun[True], sorted(wanted & begun[False]))
    """
    assert python(textwrap.dedent(code)) == "True []\n"
