"""The arithmetic behind the table."""

from __future__ import annotations

import pytest

from tests.benchmarks.figures import lateness, percentile, stalls


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [5.0, 1.0, 3.0, 2.0, 4.0]
    assert [percentile(values, share) for share in (0, 0.2, 0.21, 0.5, 0.99, 1)] == [1, 1, 2, 3, 5, 5]
    assert percentile(list(range(1, 201)), 0.99) == 198


def test_a_stall_counts_for_all_that_was_due_in_it() -> None:
    wakes = [0.0, 1.0, 2.0, 7.0, 8.0]
    assert lateness(wakes, 1.0) == [0, 0, 4, 3, 2, 1, 0, 0]
    assert stalls(wakes, 1.0) == [0, 0, 4, 0]


def test_looks_that_come_a_little_late_are_a_little_late() -> None:
    assert lateness([0.0, 1.25, 2.5], 1.0) == pytest.approx([0.25, 0.5])
