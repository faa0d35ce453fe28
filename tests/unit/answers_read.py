"""Answers of the API, and the details that are read from them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mh_widgets.models import VideoDetails

URL = "https://files.test/a.mp4?X-Sig=SECRET"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def read(**answer: Any) -> VideoDetails:
    return VideoDetails.from_api(answer, "clx1")
