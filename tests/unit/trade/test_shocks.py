from __future__ import annotations

import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.trade.flows import Flows
from tightrope.trade.shocks import ONE_OF, ChangeRows, Shocks, shocks
from tightrope.trade.simulated import simulated_flows

VALUE = simulated_flows(4, 1)
FLOWS = Flows(("CHN", "KAZ", "RUS", "USA"), VALUE, VALUE.sum(axis=1), VALUE.sum(axis=0))


def given(*rows: dict[str, object]) -> ChangeRows:
    def column(name: str, blank: object) -> np.ndarray:
        return np.array([row.get(name, blank) for row in rows])

    return ChangeRows(
        "changes.csv", np.arange(2, len(rows) + 2), column("scenario", ""), column("exporter", ""), column("importer", ""),
        {name: column(name, np.nan).astype(float) for name in ONE_OF}, column("coefficient", ""),
    )  # fmt: skip


def pair(**more: object) -> dict[str, object]:
    return {"exporter": "CHN", "importer": "RUS", **more}


def one(
    rows: ChangeRows, sigma: float = 5.0, coefficients: tuple[float, ...] = (), **more: object
) -> tuple[float, float]:
    made: Shocks = shocks(rows, FLOWS, **more)  # type: ignore[arg-type]
    cells = made.cells(np.array([sigma]), np.array([coefficients]))
    return float(cells.factor[0]), float(cells.keep[0])


def test_ways_to_state_a_change() -> None:
    assert one(given(pair(trade_cost_factor=0.3))) == (pytest.approx(0.3), 1.0)
    assert one(given(pair(trade_cost_factor=0.0))) == (0.0, 1.0)
    assert one(given(pair(cost_percent=10)))[0] == pytest.approx(1.1**-4)
    assert one(given(pair(tariff=25))) == (pytest.approx(1.25**-4), pytest.approx(0.8))
    assert one(given(pair(coefficient="rta", amount=-1)), coefficients=(0.5,), known=("rta",))[0] == pytest.approx(
        np.exp(-0.5)
    )


def test_different_coefficients_of_one_pair_join() -> None:
    rows = given(pair(coefficient="rta", amount=1), pair(coefficient="border", amount=2))
    assert one(rows, coefficients=(0.5, 0.25), known=("rta", "border"))[0] == pytest.approx(np.exp(1.0))


def test_draws_stand_beside_each_other_within_scenarios() -> None:
    made = shocks(given(pair(scenario="a", cost_percent=10), pair(scenario="b", cost_percent=20)), FLOWS)
    cells = made.cells(np.array([3.0, 5.0, 7.0]), np.zeros((3, 0)))
    assert cells.n == 6
    expected = [1.1**-2, 1.1**-4, 1.1**-6, 1.2**-2, 1.2**-4, 1.2**-6]
    np.testing.assert_allclose(cells.factor[np.argsort(cells.scenario)], expected)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (given(pair()), "no number"),
        (given(pair(tariff=10, cost_percent=5)), "one of trade_cost_factor"),
        (given(pair(trade_cost_factor=-1)), "a factor >= 0"),
        (given(pair(cost_percent=-100)), "a number > -100"),
        (given({"exporter": "CHN", "importer": "RUZ", "tariff": 5}), "Did you mean `RUS`"),
        (given({"exporter": "RUS", "importer": "RUS", "tariff": 5}), "domestic sales"),
        (given(pair(tariff=5), pair(tariff=5)), "line 2 has it"),
        (given(pair(tariff=5), pair(cost_percent=5)), "line 2 has it"),
        (given(pair(amount=1, coefficient="rta")), "--gravity"),
        (given(pair(amount=1)), "a coefficient with an estimate"),
        (given(pair(tariff=1, coefficient="rta")), "no coefficient"),
        (given(pair(amount=1, coefficient="a"), pair(amount=2, coefficient="a")), "line 2 has it"),
    ],
)
def test_bad_changes_are_refused_with_line_and_remedy(rows: ChangeRows, says: str) -> None:
    with pytest.raises(TightropeError) as error:
        shocks(rows, FLOWS, known=("a",) if "a" in rows.coefficient else ())
    assert says in str(error.value)
    assert "changes.csv line" in str(error.value)


def test_the_same_pair_may_stand_in_two_scenarios() -> None:
    assert shocks(given(pair(scenario="a", tariff=5), pair(scenario="b", tariff=5)), FLOWS).scenarios == ("a", "b")
