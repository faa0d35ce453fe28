"""Marks of tests that only some systems can run."""

from __future__ import annotations

import sys

import pytest

posix = pytest.mark.skipif(sys.platform == "win32", reason="partial files are not shared there")
