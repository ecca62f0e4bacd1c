from __future__ import annotations

from itertools import product

import nashpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.solve.finite import expected, mixed_equilibrium, pure_equilibria, regrets


def exhaustive(payoffs: np.ndarray) -> list[tuple[int, ...]]:
    """Every cell that no player wants to leave, by trying every move of everybody."""
    found = []
    for cell in product(*(range(n) for n in payoffs.shape[1:])):
        stays = all(
            payoffs[(player, *cell)] >= payoffs[(player, *cell[:player], other, *cell[player + 1 :])]
            for player in range(len(payoffs))
            for other in range(payoffs.shape[1 + player])
        )
        if stays:
            found.append(cell)
    return found


@given(st.integers(0, 10_000))
def test_pure_equilibria_of_three_players_are_those_of_an_exhaustive_search(seed: int) -> None:
    payoffs = np.random.default_rng(seed).integers(0, 5, (3, 3, 2, 4)).astype(float)
    assert pure_equilibria(payoffs) == exhaustive(payoffs)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_mixes_of_two_opposed_powers_are_worth_what_nashpy_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    influence, one, other = random.normal(size=(3, 4)), random.random(3), random.random(4)
    # what one gains the other loses, each pays for its own package
    payoffs = np.stack([influence - one[:, None], -influence - other[None]])
    mixes = mixed_equilibrium(payoffs)
    assert regrets(payoffs, mixes).max() < 1e-4 * np.ptp(payoffs)
    theirs = list(nashpy.Game(*payoffs).vertex_enumeration())
    assert theirs
    # Equilibria of such games are worth the same to each player but for what they pay, so the influence is compared.
    value = mixes[0] @ (payoffs[0] + other[None]) @ mixes[1]
    assert any(pair[0] @ (payoffs[0] + other[None]) @ pair[1] == pytest.approx(value, abs=1e-3) for pair in theirs)


def test_an_equilibrium_of_nashpy_has_no_regret_here() -> None:
    payoffs = np.random.default_rng(5).normal(size=(2, 3, 3))
    for one, other in nashpy.Game(*payoffs).vertex_enumeration():
        assert regrets(payoffs, [one, other]).max() == pytest.approx(0, abs=1e-9)


def test_expected_payoffs_of_three_players_are_sums_over_cells() -> None:
    random = np.random.default_rng(0)
    payoffs, mixes = random.normal(size=(3, 2, 3, 4)), [random.dirichlet(np.ones(n)) for n in (2, 3, 4)]
    one = np.einsum("abc,b,c->a", payoffs[0], mixes[1], mixes[2])
    two = np.einsum("abc,a,c->b", payoffs[1], mixes[0], mixes[2])
    three = np.einsum("abc,a,b->c", payoffs[2], mixes[0], mixes[1])
    for ours, theirs in zip(expected(payoffs, mixes), (one, two, three), strict=True):
        np.testing.assert_allclose(ours, theirs)
