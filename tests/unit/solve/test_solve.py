from __future__ import annotations

from itertools import product

import nashpy
import numpy as np
import pytest

from tightrope.base.errors import RunError
from tightrope.case import Case
from tightrope.solve import Solution, solve
from tightrope.solve.finite import mixed_equilibrium, pure_equilibria, regrets
from tightrope.solve.levers import levers, prices
from tightrope.solve.stage import Stage

MOVE = "KGZ:us_agreement_2022=sign"
TARGET = 0.1  # within reach of the United States, above what there is without them
FEW = {"members": 64, "lead": 3}


@pytest.fixture(scope="module")
def alone(central_asia: Case) -> Solution:
    return solve(central_asia, MOVE, for_=["USA"], target=TARGET, **FEW)


@pytest.fixture(scope="module")
def rivals(central_asia: Case) -> Solution:
    return solve(central_asia, MOVE, for_=["USA"], against=["RUS", "CHN"], begins=3, **FEW)


def test_the_cheapest_package_reaches_the_target_and_no_more(alone: Solution) -> None:
    assert alone.reachable
    assert alone.converged
    assert alone.chance.before < alone.chance.after == pytest.approx(TARGET, abs=2e-4)
    assert alone.chance.low < alone.chance.after < alone.chance.high
    assert {item.power for item in alone.package} == {"USA"}
    assert alone.exploitability is None


def test_no_random_package_is_cheaper(alone: Solution) -> None:
    case, cost = alone.stage.case, prices(alone.stage.case, "2022Q3").cost
    usa, random = case.powers.index("USA"), np.random.default_rng(0)
    sign = np.array([1.0, 0, 0, 0])
    for _ in range(150):
        x = np.zeros((len(case.powers), len(cost)))
        x[usa] = random.dirichlet(np.full(len(cost), 0.2)) * alone.cost * 0.9 / cost
        x[usa, 0] = min(x[usa, 0], 0.5)
        assert alone.stage.score(sign, np.minimum(x, 1))[0] < TARGET


def test_an_unreachable_target_says_the_best_probability(central_asia: Case) -> None:
    found = solve(central_asia, MOVE, for_=["USA"], target=0.9, repeats=0, **FEW)
    assert not found.reachable
    assert found.best is not None
    assert found.best < 0.9
    assert any(f"the best is {found.best:.3f}" in note for note in found.notes)


def test_zero_budget_changes_nothing(central_asia: Case) -> None:
    found = solve(central_asia, MOVE, for_=["USA"], target=0.9, budget="0", repeats=0, **FEW)
    assert found.package == ()
    assert found.chance.after == found.chance.before
    assert found.best == pytest.approx(found.chance.before, abs=1e-6)
    assert found.side_effects == ()


def test_a_bigger_budget_never_reaches_less(central_asia: Case) -> None:
    reached = [
        solve(central_asia, MOVE, for_=["USA"], target=0.9, budget=str(b), repeats=0, **FEW).best for b in (0.2, 0.6, 3)
    ]
    assert reached == sorted(reached)


def test_same_seed_same_answer(central_asia: Case, alone: Solution) -> None:
    again = solve(central_asia, MOVE, for_=["USA"], target=TARGET, **FEW)
    assert again.package == alone.package
    assert again.chance == alone.chance


def test_three_powers_cannot_gain_a_thousandth_of_a_budget(rivals: Solution) -> None:
    assert rivals.converged
    assert rivals.exploitability is not None
    assert rivals.exploitability < 1e-3
    assert rivals.target is rivals.best is rivals.reachable is None
    assert set(rivals.players) == {"USA", "RUS", "CHN"}


def test_no_power_spends_more_than_its_budget(central_asia: Case) -> None:
    found = solve(central_asia, MOVE, for_=["USA"], against=["RUS"], budget="USA=0.3,RUS=0.2", begins=2, **FEW)
    for power, budget in found.players.items():
        assert sum(item.cost * item.weight for item in found.package if item.power == power) <= budget + 1e-6


def payoffs(stage: Stage, powers: tuple[str, ...], grid: np.ndarray, worth: float) -> np.ndarray:
    """Payoffs where each power's only choice is how much to offer through diplomacy."""
    case = stage.case
    lever = [one.channel for one in levers(case)].index("diplomacy")
    cost = prices(case, "2022Q3").cost[lever]
    table = np.zeros((len(powers), *([len(grid)] * len(powers))))
    for cell in product(range(len(grid)), repeat=len(powers)):
        x = np.zeros((len(case.powers), len(levers(case))))
        for power, k in zip(powers, cell, strict=True):
            x[case.powers.index(power), lever] = grid[k]
        odds = stage.odds(x).mean(axis=1)
        for player, (power, k) in enumerate(zip(powers, cell, strict=True)):
            table[(player, *cell)] = worth * stage.stance[:, case.powers.index(power)] @ odds - cost * grid[k]
    return table


def test_a_small_game_of_two_powers_is_solved_as_nashpy_does(agreement: Stage) -> None:
    table = payoffs(agreement, ("USA", "RUS"), np.array([0.0, 0.5, 1.0]), worth=75.0)
    theirs = list(nashpy.Game(*table).vertex_enumeration())
    pure = [(int(a.argmax()), int(b.argmax())) for a, b in theirs if a.max() > 1 - 1e-9 and b.max() > 1 - 1e-9]
    assert pure_equilibria(table) == sorted(pure)
    mixes = mixed_equilibrium(table)
    assert regrets(table, mixes).max() < 1e-6
    assert any(np.allclose(a, mixes[0], atol=1e-4) and np.allclose(b, mixes[1], atol=1e-4) for a, b in theirs)


def test_a_small_game_of_three_powers_is_solved_as_by_trying_everything(agreement: Stage) -> None:
    grid = np.array([0.0, 0.5, 1.0])
    table = payoffs(agreement, ("USA", "RUS", "CHN"), grid, worth=75.0)
    stable = []
    for cell in product(range(3), repeat=3):
        tempted = [
            table[(player, *cell[:player], other, *cell[player + 1 :])] > table[(player, *cell)]
            for player in range(3)
            for other in range(3)
        ]
        if not any(tempted):
            stable.append(cell)
    assert stable
    assert pure_equilibria(table) == stable
    assert regrets(table, mixed_equilibrium(table)).max() < 1e-3 * np.ptp(table)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"for_": ["USB"]}, "Did you mean `USA`"),
        ({"for_": ["USA"], "against": ["USA"]}, "named both"),
        ({"for_": []}, "Nobody is named"),
        ({"for_": ["USA"], "target": 1.0}, "--to 1"),
        ({"for_": ["USA"], "members": 0}, "at least 1 member"),
    ],
)
def test_what_makes_no_sense_is_refused(central_asia: Case, words: dict[str, object], said: str) -> None:
    with pytest.raises(RunError) as error:
        solve(central_asia, MOVE, **words)  # type: ignore[arg-type]
    assert said in str(error.value)
