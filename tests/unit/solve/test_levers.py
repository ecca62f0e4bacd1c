from __future__ import annotations

from pathlib import Path

import jax
import numpy as np
import pytest

from tightrope.base.errors import RunError
from tightrope.case import Case, load_case, new_case
from tightrope.solve.levers import PARAMETERS, PRESSURES, QUESTION, levers, packaged, prices
from tightrope.solve.stage import Stage

TWO_BY_TWO = Path(__file__).parents[2] / "fixtures" / "two_by_two"


def test_every_lever_has_a_cost_with_a_range(central_asia: Case) -> None:
    found = prices(central_asia, "2022Q3")
    assert len(found.cost) == len(levers(central_asia))
    assert (found.cost_low <= found.cost).all()
    assert (found.cost <= found.cost_high).all()
    assert found.cost[0] == 1.0  # the unit of account
    assert found.usable.all()


def test_a_new_case_can_be_solved(tmp_path: Path) -> None:
    case = load_case(new_case(tmp_path / "new", ["AAA", "BBB"], ["PPP", "QQQ"]))
    assert prices(case, case.start).worth.shape == (2,)


def test_a_case_that_names_no_costs_is_told_what_to_add() -> None:
    with pytest.raises(RunError) as error:
        prices(load_case(TWO_BY_TWO), "2022Q1")
    told = str(error.value)
    assert all(name in told for name in PARAMETERS)
    assert QUESTION in told
    assert all(name in told for name in PRESSURES)
    assert "parameters/solve.yaml" in told


def test_a_missing_label_is_named(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "new", ["AAA"], ["PPP"])
    file = folder / "parameters" / "solve.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "[barrier]" not in line), encoding="utf-8")
    with pytest.raises(RunError, match=r"lever_cost at \[barrier\]"):
        prices(load_case(folder), "2022Q1")


def test_an_empty_package_changes_nothing(agreement: Stage) -> None:
    now = agreement.setting["now"]
    nothing = np.zeros((len(agreement.case.powers), len(levers(agreement.case))), dtype=np.float32)
    same = packaged(jax.tree.map(jax.numpy.asarray, now), jax.numpy.asarray(nothing), 1, np.float32(0.5))
    for name, x in same._asdict().items():
        np.testing.assert_array_equal(x, getattr(now, name), name)


def test_a_full_package_goes_to_the_most_there_can_be_and_to_one_state(agreement: Stage) -> None:
    now = jax.tree.map(jax.numpy.asarray, agreement.setting["now"])
    full = jax.numpy.ones((len(agreement.case.powers), len(levers(agreement.case))))
    after = packaged(now, full, 1, jax.numpy.float32(0.5))
    for name in ("barrier", "remittance_cut", "expulsion", "extension"):
        x = np.asarray(getattr(after, name))
        assert (x[1] == 1).all()
        np.testing.assert_array_equal(np.delete(x, 1, axis=0), np.delete(np.asarray(getattr(now, name)), 1, axis=0))
    assert (np.asarray(after.offer)[:, 1] == 1).all()
    assert (np.asarray(after.attention) == 1).all()
    assert (np.asarray(after.aggression) == 0).all()  # restraint in full


def test_extended_sanctions_stop_their_part_of_trade(agreement: Stage) -> None:
    now = jax.tree.map(jax.numpy.asarray, agreement.setting["now"])
    every = levers(agreement.case)
    k = next(k for k, lever in enumerate(every) if lever.name == "extension")
    package = jax.numpy.zeros((len(agreement.case.powers), len(every))).at[2, k].set(0.4)
    after = packaged(now, package, 1, jax.numpy.float32(0.5))
    left = (1 - np.asarray(after.barrier)) / (1 - np.asarray(now.barrier))
    expected = np.ones_like(left)
    expected[1, 2] = 1 - 0.5 * 0.4
    np.testing.assert_allclose(left, expected, rtol=1e-6)
