from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.base import TightropeError
from tightrope.decide.bargain import Actors, condorcet
from tightrope.decide.bargain.contest import medians
from tightrope.decide.bargain.election import elections, stationary, victory, voting

THREE = Actors(tuple("ABC"), np.array([1.0, 1.0, 1.0]), np.array([0.0, 1.0, 2.0]), np.ones(3))
NAMES = st.tuples(st.sampled_from(list(voting)), st.sampled_from(list(victory)), st.sampled_from(list(elections)))


@st.composite
def actors(draw: st.DrawFn) -> Actors:
    n = draw(st.integers(2, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    position = rng.integers(0, 5, n).astype(float)
    position[0], position[1] = -1.0, 5.0
    return Actors(tuple(f"A{k}" for k in range(n)), rng.uniform(0, 3, n) + 0.01, position, rng.uniform(0.01, 1, n))


@given(actors(), NAMES)
def test_probabilities_sum_to_one_and_pairs_do(who: Actors, names: tuple[str, str, str]) -> None:
    found = condorcet(who, vote=names[0], win=names[1], election=names[2])
    assert found.probability.sum() == pytest.approx(1)
    assert (found.probability >= 0).all()
    assert found.pairwise + found.pairwise.T == pytest.approx(np.ones_like(found.pairwise))
    assert sorted(n for some in found.backers for n in some) == sorted(who.names)


@given(actors(), NAMES, st.floats(0.01, 100), st.floats(-10, 10))
def test_units_and_the_side_from_which_one_looks_do_not_matter(
    who: Actors, names: tuple[str, str, str], unit: float, zero: float
) -> None:
    how = dict(zip(("vote", "win", "election"), names, strict=True))
    one = condorcet(who, **how)
    other = condorcet(replace(who, capability=unit * who.capability, position=zero - unit * who.position), **how)
    assert other.probability[::-1] == pytest.approx(one.probability, abs=1e-6)


@given(actors(), st.sampled_from(list(elections)))
def test_votes_and_victories_without_degrees_elect_the_weighted_median(who: Actors, election: str) -> None:
    middle = medians(who.position[None], who.capability[None])[0]
    lead = [
        who.capability[np.abs(who.position - middle) < np.abs(who.position - x)].sum()
        / who.capability[np.abs(who.position - middle) > np.abs(who.position - x)].sum().clip(1e-300)
        for x in set(who.position) - {middle}
    ]
    if middle in who.position and min(lead) > 1.1:  # the lead from which victory is certain
        found = condorcet(who, vote="binary", win="binary", election=election)
        assert found.probability[found.position == middle] == pytest.approx(1, abs=1e-4)


def test_the_middle_of_three_equals_is_the_likeliest_and_both_sides_are_alike() -> None:
    # By hand: 1/2 against 1 at each end, so 1/3; the ends tie. 1/3 x 1/2 against 2/3 x 2/3.
    found = condorcet(THREE)
    assert found.probability == pytest.approx([3 / 14, 8 / 14, 3 / 14])
    assert found.mean == pytest.approx(1)
    assert found.sd == pytest.approx((6 / 14) ** 0.5)


def test_a_higher_power_sharpens_the_victory_of_the_stronger() -> None:
    who = replace(THREE, capability=np.array([3.0, 1.0, 1.0]))
    chances = [condorcet(who, win=name).pairwise[0, 2] for name in ("linear", "square", "quartic", "octic", "binary")]
    assert chances[0] == pytest.approx(3 / 4)
    assert chances[1] == pytest.approx(9 / 10)
    assert chances == sorted(chances)
    assert chances[4] == pytest.approx(1, abs=2e-6)


def test_options_that_nobody_holds_can_be_put_up() -> None:
    found = condorcet(THREE, [1.5, 1.0, 1.5])
    assert found.position.tolist() == [1.0, 1.5]
    assert found.backers == (("B",), ())
    assert found.pairwise[0, 1] == pytest.approx(2 / 3)
    assert condorcet(THREE, [0.5]).probability.tolist() == [1.0]
    with pytest.raises(TightropeError, match="at least one position"):
        condorcet(THREE, [np.nan])


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_the_stationary_distribution_is_left_as_it_is_by_a_step(n: int, seed: int) -> None:
    passed = np.random.default_rng(seed).uniform(1e-9, 1, (n, n)) ** 5 + 1e-12
    passed /= passed.sum(axis=0)
    found = stationary(passed)
    assert passed @ found == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize("wrong", [{"vote": "proportionate"}, {"win": "lineal"}, {"election": "markov"}])
def test_a_wrong_name_is_refused_with_the_nearest(wrong: dict[str, str]) -> None:
    with pytest.raises(TightropeError, match="Did you mean"):
        condorcet(THREE, **wrong)
