from __future__ import annotations

import numpy as np
import pytest

from tightrope.solve.equilibrium import Game, equilibria, exploitability
from tightrope.solve.response import Limits


def limits(cost: float = 1.0, budget: float = 2.0) -> Limits:
    return Limits(np.array([cost]), np.array([1.0]), budget, np.array([False]))


def test_three_rivals_for_a_prize_spend_what_theory_says() -> None:
    """Tullock's contest: n players, prize V, won in proportion to effort; each spends V (n - 1) / n^2."""
    n, prize = 3, 2.0

    def payoff(player: int, x: np.ndarray) -> tuple[float, np.ndarray]:
        mine, whole = x[player, 0] + 1e-9, x.sum() + n * 1e-9
        return prize * mine / whole - x[player, 0], np.array([prize * (whole - mine) / whole**2 - 1])

    found = equilibria(Game((limits(),) * n, payoff))
    assert len(found) == 1
    (one, starts), *_ = found
    assert one.is_pure
    assert starts > 1
    np.testing.assert_allclose([x[0, 0] for x in one.packages], prize * (n - 1) / n**2, atol=0.02)
    assert one.exploitability < 1e-3


def test_both_equilibria_of_a_coordination_game_are_reported() -> None:
    def payoff(player: int, x: np.ndarray) -> tuple[float, np.ndarray]:
        return 1.2 * x[0, 0] * x[1, 0] - 0.5 * x[player, 0], np.array([1.2 * x[1 - player, 0] - 0.5])

    found = equilibria(Game((limits(0.5), limits(0.5)), payoff), begins=8)
    assert sorted(float(one.packages[0][0, 0]) for one, _ in found) == pytest.approx([0, 1], abs=1e-3)
    assert all(one.exploitability < 1e-3 for one, _ in found)
    assert sum(starts for _, starts in found) <= 8


def test_hide_and_seek_has_a_mixed_equilibrium_and_no_pure_one() -> None:
    """One wants to be far, the other near: the seeker stands in the middle, the hider at either end alike."""

    def payoff(player: int, x: np.ndarray) -> tuple[float, np.ndarray]:
        apart = x[0, 0] - x[1, 0]
        return (apart**2, np.array([2 * apart])) if player == 0 else (-(apart**2), np.array([2 * apart]))

    ((one, starts),) = equilibria(Game((limits(), limits()), payoff))
    assert not one.is_pure
    assert starts == 0
    assert one.exploitability < 1e-3
    assert sorted(one.packages[0][:, 0]) == pytest.approx([0, 1], abs=0.02)
    assert one.weights[1] @ one.packages[1][:, 0] == pytest.approx(0.5, abs=0.05)


def test_a_profile_that_is_no_equilibrium_says_by_how_much() -> None:
    def payoff(player: int, x: np.ndarray) -> tuple[float, np.ndarray]:
        return -float((x[player, 0] - 0.75) ** 2), -2 * (x[player] - 0.75)

    zero = [np.zeros((1, 1))] * 2
    found = exploitability(Game((limits(), limits()), payoff), zero, [np.ones(1)] * 2)
    np.testing.assert_allclose(found.gains, 0.75**2, atol=1e-4)
    assert found.exploitability == pytest.approx(0.75**2 / 2, abs=1e-4)


def test_nobody_can_spend_without_a_budget() -> None:
    def payoff(player: int, x: np.ndarray) -> tuple[float, np.ndarray]:
        return float(x[player, 0]), np.ones(1)

    ((one, _),) = equilibria(Game((limits(budget=0.0),) * 2, payoff))
    assert [x.sum() for x in one.packages] == [0, 0]
    assert one.exploitability == 0
