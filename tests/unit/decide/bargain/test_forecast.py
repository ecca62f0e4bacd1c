from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.base import TightropeError
from tightrope.decide.bargain import Actors, beside, condorcet, crps, ensemble, log_score, of_members, of_options

PLACES = st.lists(st.tuples(st.floats(-9, 9), st.floats(0.01, 1)), min_size=1, max_size=8)


@given(PLACES, st.floats(-12, 12))
def test_crps_is_the_squared_distance_between_the_distribution_functions(places, observed: float) -> None:
    x, p = (np.array(column) for column in zip(*places, strict=True))
    p = p / p.sum()
    grid = np.unique([*x, observed])
    below = np.array([p[x <= at].sum() for at in grid[:-1]])
    wanted = ((below - (grid[:-1] >= observed)) ** 2 * np.diff(grid)).sum()
    assert crps(of_options(x, p), observed) == pytest.approx(wanted, abs=1e-9)


def test_crps_of_one_place_is_the_distance() -> None:
    assert crps(of_members([3.0]), 5.0) == 2.0


def test_an_honest_forecast_scores_best_on_average() -> None:
    option, truth = np.array([0.0, 1.0, 3.0]), np.array([0.5, 0.3, 0.2])
    for told in (np.array([0.4, 0.4, 0.2]), np.array([0.5, 0.2, 0.3])):
        for score, sign in ((crps, 1), (lambda f, y: log_score(f, y, option, even=0), -1)):
            honest, other = (
                sum(w * sign * score(of_options(option, p), y) for y, w in zip(option, truth, strict=True))
                for p in (truth, told)
            )
            assert honest < other


def test_what_lies_between_options_counts_for_the_nearest() -> None:
    members = of_members([0.1, 0.9, 1.0, 1.5, 5.0])
    p = [np.exp(log_score(members, y, [2.0, 0.0, 1.0], even=0)) for y in (0.0, 1.0, 2.0)]
    assert p == pytest.approx([0.2, 0.5, 0.3])  # 1.5 lies midway


def test_even_odds_keep_a_missed_outcome_from_being_infinitely_wrong() -> None:
    sure = of_members([0.0])
    assert log_score(sure, 1.0, [0.0, 1.0], even=0) == -np.inf
    assert log_score(sure, 1.0, [0.0, 1.0], even=0.01) == pytest.approx(np.log(0.005))


def test_bargaining_stands_beside_a_logit() -> None:
    option = np.array([0.0, 1.0, 2.0])
    who = Actors(tuple("ABC"), np.array([1.0, 1.0, 3.0]), option, np.ones(3))
    outcomes = [2.0, 2.0, 1.0, 0.0]
    elected = condorcet(who)
    bargained = of_members(ensemble(who, members=50).median[-1])
    found = beside(
        {
            "logit": [of_options(option, [0.2, 0.3, 0.5])] * 4,
            "condorcet": [of_options(elected.position, elected.probability)] * 4,
            "bargaining": [bargained] * 4,
        },
        outcomes,
        [option] * 4,
        even=1e-9,
    )
    assert found["n"] == 4
    assert found["scores"]["logit"]["log_score"] == pytest.approx(np.log([0.5, 0.5, 0.3, 0.2]).mean())
    assert found["scores"]["condorcet"]["log_score"] == pytest.approx(np.log(elected.probability[[2, 2, 1, 0]]).mean())
    apart = np.log([0.5, 0.5, 0.3, 0.2]) - np.log(elected.probability[[2, 2, 1, 0]])
    assert found["difference"]["condorcet"]["log_score"]["mean"] == pytest.approx(apart.mean())
    assert found["difference"]["condorcet"]["log_score"]["error"] == pytest.approx(apart.std(ddof=1) / 2)
    assert set(found["difference"]) == {"condorcet", "bargaining"}


def test_issues_told_twice_count_once_if_they_are_clustered() -> None:
    places, outcomes, options = [0.0, 0.3, 1.0], [0.0, 1.0, 1.0], [[0.0, 1.0]] * 3
    rivals = {"a": [of_members([x]) for x in places], "b": [of_members([0.5])] * 3}
    one = beside(rivals, outcomes, options)
    twice = beside({name: made * 2 for name, made in rivals.items()}, outcomes * 2, options * 2, clusters=[1, 2, 3] * 2)
    assert twice["n"] == 6
    for score, found in one["difference"]["b"].items():
        assert twice["difference"]["b"][score] == pytest.approx(found)


def test_one_issue_has_no_standard_error() -> None:
    found = beside({"a": [of_members([1.0])], "b": [of_members([2.0])]}, [1.0], [[1.0, 2.0]])
    assert found["difference"]["b"]["crps"] == {"mean": -1.0, "error": None}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: of_options([0, 1], [0.5, 0.6]), "sum to 1"),
        (lambda: of_options([0, 1], [1.5, -0.5]), "at least 0"),
        (lambda: of_options([0, np.nan], [0.5, 0.5]), "known positions"),
        (lambda: of_members([]), "known positions"),
        (lambda: log_score(of_members([0.0]), 0.5, [0, 1]), "none of the options: 0, 1"),
        (lambda: log_score(of_members([0.0]), 0.0, [0, 0]), "of its own"),
        (lambda: beside({"a": [of_members([0.0])]}, [0.0, 1.0], [[0, 1]] * 2), "a 1"),
        (lambda: beside({"a": [of_members([0.0])]}, [0.0], [[0, 1]], even=0), "above 0"),
        (lambda: beside({}, [0.0], [[0, 1]]), "some forecast"),
    ],
)
def test_forecasts_that_are_none_are_refused(wrong, says: str) -> None:
    with pytest.raises(TightropeError, match=says):
        wrong()
