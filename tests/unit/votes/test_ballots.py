from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.votes import Ballots, ballots


def some(**changed: object) -> Ballots:
    n = 3
    given: dict[str, object] = {
        "states": ("KAZ", "RUS"),
        "ids": ("a", "b", "c"),
        "dates": np.array(["2020-10-01", "2020-11-01", "2021-10-01"], dtype="datetime64[D]"),
        "sessions": np.array([75, 75, 76]),
        "votes": np.array([[1, 3], [2, 8], [9, 1]], dtype=np.int8),
        **dict.fromkeys(("resolutions", "titles", "items", "issues"), ("",) * n),
        "parts": np.zeros(n, dtype=bool),
    }
    return Ballots(**{**given, **changed})  # type: ignore[arg-type]


def test_votes_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        some().votes[0, 0] = 1


def test_part_of_the_roll_calls_keeps_all_their_columns() -> None:
    part = some().on(np.array([True, False, True]))
    assert part.ids == ("a", "c")
    assert part.years.tolist() == [2020, 2021]
    assert part.votes.tolist() == [[1, 3], [9, 1]]


def test_states_are_picked_in_alphabetical_order() -> None:
    assert some().of(["RUS"]).votes.tolist() == [[3], [8], [1]]
    assert some().of(["RUS", "KAZ"]).states == ("KAZ", "RUS")


def test_an_unknown_state_gets_the_nearest_names() -> None:
    with pytest.raises(TightropeError, match="KAZ"):
        some().state("KZA")


@pytest.mark.parametrize(
    "changed",
    [{"votes": np.array([[1, 3], [2, 8]])}, {"votes": np.full((3, 2), 4)}, {"ids": ("a", "a", "b")}, {"titles": ("",)}],
    ids=["shape", "code", "ids", "length"],
)
def test_a_matrix_that_does_not_fit_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(TightropeError):
        some(**changed)


def test_a_state_without_a_row_is_not_known() -> None:
    rolls = {"id": ["r"], "date": [dt.date(2020, 10, 1)], "session": [75]}
    made = ballots(rolls, {"roll": [0], "state": ["KAZ"], "vote": [1]})
    assert made.states == ("KAZ",)
    rolls = {"id": ["r", "s"], "date": [dt.date(2020, 10, 1)] * 2, "session": [75, 75]}
    made = ballots(rolls, {"roll": [0, 1], "state": ["KAZ", "RUS"], "vote": [1, 8]})
    assert made.votes.tolist() == [[1, 9], [9, 8]]
