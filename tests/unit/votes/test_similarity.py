from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from nltk.metrics.agreement import AnnotationTask
from scipy.stats import kendalltau
from sklearn.metrics import cohen_kappa_score

from tightrope.base import TightropeError
from tightrope.votes import Ballots
from tightrope.votes.similarity import DISTANCES, measures, meetings, similarity

CODES = st.sampled_from([1, 2, 3, 8, 9])
MATRICES = st.tuples(st.integers(2, 30), st.integers(2, 5)).flatmap(
    lambda shape: arrays(np.int8, shape, elements=CODES)
)
EACH = pytest.mark.parametrize("name", ["s", "kappa", "pi", "tau_b"])


def matrix(votes: np.ndarray) -> Ballots:
    n, m = votes.shape
    dates = np.datetime64("2000-10-01") + 200 * np.arange(n)
    text = ("",) * n
    return Ballots(
        states=tuple(f"S{k:02}" for k in range(m)),
        ids=tuple(map(str, range(n))),
        dates=dates,
        sessions=55 + np.arange(n) // 2,
        votes=votes.astype(np.int8),
        resolutions=text,
        titles=text,
        items=text,
        issues=text,
        parts=np.zeros(n, dtype=bool),
    )


def value(name: str, votes: np.ndarray, distance: str = "squared") -> np.ndarray:
    return measures[name](meetings(votes), DISTANCES[distance])


def two(seed: int, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    one = draw.choice([1, 2, 3], size=n, p=[0.6, 0.25, 0.15])
    return one, np.where(draw.random(n) < 0.6, one, draw.choice([1, 2, 3], size=n))


@pytest.mark.parametrize(("distance", "weights"), [("nominal", None), ("absolute", "linear"), ("squared", "quadratic")])
@pytest.mark.parametrize("seed", range(4))
def test_kappa_is_that_of_scikit_learn(distance: str, weights: str | None, seed: int) -> None:
    one, other = two(seed)
    ours = value("kappa", np.column_stack([one, other]), distance)[0, 1]
    assert ours == pytest.approx(cohen_kappa_score(one, other, weights=weights, labels=[1, 2, 3]), abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_pi_is_that_of_nltk(seed: int) -> None:
    one, other = two(seed)
    rows = [(who, k, int(v)) for who, votes in (("a", one), ("b", other)) for k, v in enumerate(votes)]
    ours = value("pi", np.column_stack([one, other]), "nominal")[0, 1]
    assert ours == pytest.approx(AnnotationTask(rows).pi(), abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_tau_b_is_that_of_scipy(seed: int) -> None:
    one, other = two(seed)
    assert value("tau_b", np.column_stack([one, other]))[0, 1] == pytest.approx(kendalltau(one, other).statistic)


def test_s_worked_by_hand() -> None:
    # distances 0, 1, 2, 1, 0: mean 4/5 of at most 2; squared 0, 1, 4, 1, 0: mean 6/5 of at most 4
    votes = np.array([[1, 1], [1, 2], [1, 3], [2, 3], [3, 3], [1, 8]])
    assert value("s", votes, "absolute")[0, 1] == pytest.approx(1 - 2 * 0.8 / 2)
    assert value("s", votes, "squared")[0, 1] == pytest.approx(1 - 2 * 1.2 / 4)
    weight = np.array([0.0, 0, 1, 0, 1, 5])
    assert measures["s"](meetings(votes, weight=weight), DISTANCES["absolute"])[0, 1] == pytest.approx(0.0)


def test_absence_may_be_abstention() -> None:
    votes = matrix(np.array([[1, 8], [1, 1]]))
    assert similarity(votes, "s").value[0, 0, 1] == 1
    assert similarity(votes, "s").n[0, 0, 1] == 1
    assert similarity(votes, "s", absent="abstain").value[0, 0, 1] == pytest.approx(0.5)


@EACH
@given(votes=MATRICES)
def test_a_state_is_wholly_like_itself(name: str, votes: np.ndarray) -> None:
    own = np.diag(value(name, votes))
    assert np.allclose(own[~np.isnan(own)], 1)


@EACH
@given(votes=MATRICES, data=st.data())
def test_order_of_states_and_of_roll_calls_does_not_matter(name: str, votes: np.ndarray, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(range(votes.shape[0])))
    columns = data.draw(st.permutations(range(votes.shape[1])))
    found = value(name, votes)
    assert np.allclose(value(name, votes[rows]), found, equal_nan=True)
    assert np.allclose(value(name, votes[:, columns]), found[np.ix_(columns, columns)], equal_nan=True)
    assert np.allclose(found, found.T, equal_nan=True)


@EACH
@given(votes=MATRICES)
def test_turning_every_question_round_changes_nothing(name: str, votes: np.ndarray) -> None:
    turned = np.select([votes == 1, votes == 3], [3, 1], votes)
    assert np.allclose(value(name, turned), value(name, votes), equal_nan=True)


@pytest.mark.parametrize("name", ["s", "kappa", "pi"])
@given(votes=MATRICES, order=st.permutations([1, 2, 3]))
def test_relabelling_options_changes_nothing_where_any_difference_counts_the_same(
    name: str, votes: np.ndarray, order: list[int]
) -> None:
    new = np.select([votes == k for k in (1, 2, 3)], order, votes)
    assert np.allclose(value(name, new, "nominal"), value(name, votes, "nominal"), equal_nan=True)


@EACH
@given(votes=MATRICES)
def test_no_measure_exceeds_one_and_unknown_is_nan(name: str, votes: np.ndarray) -> None:
    found = value(name, votes)
    assert np.nanmax(found, initial=-1) <= 1 + 1e-12
    never = meetings(votes).sum((-2, -1)) == 0
    assert np.isnan(found[never]).all()


def test_unanimous_votes_say_nothing_beyond_chance() -> None:
    votes = np.ones((5, 2))
    assert value("s", votes)[0, 1] == 1
    assert all(np.isnan(value(name, votes)[0, 1]) for name in ("kappa", "pi", "tau_b"))


def test_groups_are_sessions_or_years() -> None:
    votes = matrix(np.array([[1, 1], [1, 3], [2, 2], [3, 1]]))
    assert similarity(votes, "s", by="session").groups == (55, 56)
    assert similarity(votes, "s", by="session").value[:, 0, 1].tolist() == [0.0, 0.0]
    assert similarity(votes, "s", by="year").groups == (2000, 2001, 2002)


def test_one_state_and_wrong_names_are_refused() -> None:
    votes = matrix(np.array([[1, 1]]))
    with pytest.raises(TightropeError, match="two states"):
        similarity(votes.of(["S00"]))
    for wrong in ({"measure": "sigma"}, {"by": "month"}, {"distance": "far"}, {"absent": "no"}):
        with pytest.raises(TightropeError):
            similarity(votes, **wrong)  # type: ignore[arg-type]
