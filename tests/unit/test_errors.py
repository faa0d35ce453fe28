"""The exception tree, and the names that the package offers."""

from __future__ import annotations

import concurrent.futures
import copy
import inspect
import multiprocessing
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mh_widgets
from mh_widgets import (
    ApiError,
    ConfigurationError,
    InvalidProject,
    MagicHourError,
    MissingToken,
    NetworkError,
    NotAllowed,
    ProjectDeleted,
    RenderCanceled,
    RenderFailed,
    TransferError,
    WatchClosed,
    WatchDeadline,
    errors,
)
from mh_widgets.models import Download, RenderError, VideoDetails, parse_time

CONTRACT = (
    ApiError,
    NetworkError,
    RenderFailed,
    RenderCanceled,
    ProjectDeleted,
    WatchDeadline,
    WatchClosed,
    TransferError,
    NotAllowed,
    MissingToken,
)


KINDS = sorted(
    (kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, MagicHourError)),
    key=lambda kind: kind.__name__,
)
DETAILS = VideoDetails(
    "clx1",
    "error",
    created_at=parse_time("2026-03-01T12:00:00Z"),
    error=RenderError("no_face", "No face."),
    downloads=(Download("https://files.test/a.mp4?X-Sig=1", parse_time("2026-03-02T12:00:00Z")),),
    downloaded_paths=(Path("a.mp4"),),
)
#: A value for every argument of every exception, none of them the default.
GIVEN: dict[str, Any] = {
    "message": "It broke.",
    "code": "odd",
    "hint": "Mend it.",
    "status_code": 429,
    "retry_after_s": 3.5,
    "details": DETAILS,
    "paths": [Path("a.mp4")],
    "transient": False,
}


def by_pickle(protocol: int) -> Callable[[Any], Any]:
    return lambda thing: pickle.loads(pickle.dumps(thing, protocol))  # noqa: S301 - its own bytes


COPIES = [copy.copy, copy.deepcopy, *map(by_pickle, range(pickle.HIGHEST_PROTOCOL + 1))]


def refuse() -> None:
    raise ApiError("Gone.", status_code=404, hint="Look again.")


def public(module: object) -> set[str]:
    return {name for name in dir(module) if not name.startswith("_")}


def test_every_exception_of_the_contract_has_the_same_root() -> None:
    assert all(issubclass(kind, MagicHourError) for kind in CONTRACT)


def test_every_public_exception_is_offered_by_the_package() -> None:
    kinds = {
        name
        for name, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, MagicHourError) and not name.startswith("_")
    }
    assert kinds <= set(mh_widgets.__all__)
    assert all(getattr(mh_widgets, name) is getattr(errors, name) for name in kinds)


def test_the_tree_at_the_top_of_the_module_names_them_all() -> None:
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or "")) | {"MagicHourError"}
    kinds = {
        name
        for name, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, MagicHourError)
    }
    assert drawn == {name for name in kinds if not name.startswith("_")}


def test_the_package_offers_its_all_and_nothing_else() -> None:
    modules = {path.stem for path in Path(mh_widgets.__file__).parent.iterdir()}
    assert public(mh_widgets) - modules - {"errors"} == set(mh_widgets.__all__)
    assert sorted(mh_widgets.__all__) == mh_widgets.__all__
    assert {"VideoProject", "AsyncClient", "Client"} <= set(mh_widgets.__all__)


def test_the_version_is_the_distribution_s() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", mh_widgets.__version__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = mh_widgets.nonsense


def test_a_deadline_is_a_time_out_and_a_wrong_project_a_wrong_value() -> None:
    assert issubclass(WatchDeadline, TimeoutError)
    assert issubclass(InvalidProject, ValueError)
    assert issubclass(MissingToken, ConfigurationError)


def test_an_error_shows_code_message_and_hint() -> None:
    error = MagicHourError("It broke.", code="odd", hint="Mend it.")
    assert error.as_dict() == {"code": "odd", "message": "It broke.", "hint": "Mend it."}
    assert str(error) == "It broke. Mend it."
    assert str(MagicHourError("It broke.")) == "It broke."


def test_every_kind_has_a_code_of_its_own() -> None:
    codes = [kind.default_code for kind in CONTRACT]
    assert len(set(codes)) == len(codes)
    assert WatchDeadline("late").code == "deadline"
    assert MissingToken("none").code == "missing_token"
    assert InvalidProject("no").code == "invalid_project"


@pytest.mark.parametrize("status_code", [200, 408, 425, 429, 500, 502, 503, 504, 599])
def test_these_answers_may_be_better_next_time(status_code: int) -> None:
    assert ApiError("", status_code=status_code).transient


@pytest.mark.parametrize("status_code", [301, 302, 400, 401, 402, 403, 404, 409, 410, 422, 451])
def test_these_answers_are_final(status_code: int) -> None:
    assert not ApiError("", status_code=status_code).transient


def test_networks_come_back_and_nothing_else_does() -> None:
    assert NetworkError("").transient
    others: list[type[MagicHourError]] = [kind for kind in CONTRACT if kind not in (ApiError, NetworkError)]
    assert not any(kind("").transient for kind in others)


def test_details_and_paths_travel_with_the_error() -> None:
    assert RenderFailed("x", details="d").details == "d"
    assert TransferError("x", paths=(Path("a"),)).paths == [Path("a")]
    assert TransferError("x").paths == []
    assert ApiError("x", status_code=429, retry_after_s=3.0).retry_after_s == 3.0


@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_pickle_and_copy(
    kind: type[MagicHourError], copied: Callable[[Any], Any]
) -> None:
    # By introspection: an argument that is new needs a value in GIVEN, and a class that is new is tried as
    # well.
    error = kind(**{name: GIVEN[name] for name in inspect.signature(kind).parameters})
    error.note = "added by somebody"  # type: ignore[attr-defined]
    again = copied(error)
    assert type(again) is kind
    assert again is not error
    assert (vars(again), again.args, str(again)) == (vars(error), error.args, str(error))
    assert again.transient == error.transient


def test_an_error_of_a_worker_process_arrives_as_it_is() -> None:
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        error = pool.submit(refuse).exception(60)
    assert isinstance(error, ApiError)
    assert (error.status_code, error.message, error.hint) == (404, "Gone.", "Look again.")


@pytest.mark.parametrize("copied", COPIES)
def test_details_survive_pickle_and_copy(copied: Callable[[Any], Any]) -> None:
    assert copied(DETAILS) == DETAILS
