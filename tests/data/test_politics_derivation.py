"""The case's non-economic rows are those that the derivation gives from the source data sets."""

from __future__ import annotations

import doctest
import math
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "src" / "tightrope" / "cases" / "central_asia"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def politics(derivation: Any) -> Any:
    return derivation("politics")


@pytest.fixture(scope="module")
def derived(politics: Any, data: Path) -> Any:
    return politics.derive(data, CASE)


def same(one: str, other: str) -> bool:
    """Cells agree: as text, or as numbers up to the last written digit."""
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=2e-4, abs_tol=1e-9)
    except ValueError:
        return False


def differences(kept: list[dict[str, str]], made: list[dict[str, str]], keys: list[str]) -> list[str]:
    by_key = {tuple(row[key] for key in keys): row for row in kept}
    found = []
    for row in made:
        key = tuple(row[name] for name in keys)
        old = by_key.pop(key, None)
        if old is None:
            found.append(f"not in the case: {key}")
        else:
            found += [
                f"{key} {name}: {old[name]!r} in the case, {row[name]!r} derived"
                for name in row
                if not same(old[name], row[name])
            ]
    return found + [f"not derived: {key}" for key in by_key]


def test_ties_of_three_channels_are_derived(politics: Any, derived: Any) -> None:
    kept = [row for row in politics.read(CASE / "ties.csv") if row["channel"] in politics.CHANNELS]
    assert differences(kept, derived[0].ties, ["state", "power", "channel", "period", "source"]) == []


def test_attributes_are_derived(politics: Any, derived: Any) -> None:
    mine = politics.owned(derived[0])
    kept = [row for row in politics.read(CASE / "attributes.csv") if mine(row)]
    assert differences(kept, derived[0].attributes, ["attribute", "actor", "partner", "period", "source"]) == []


def test_affinity_is_derived(derived: Any) -> None:
    assert (CASE / "parameters/affinity.yaml").read_text(encoding="utf-8") == derived[1]


@pytest.mark.parametrize("name", ["rows", "political_facts", "political_figures"])
def test_examples_of_the_scripts(derivation: Any, name: str) -> None:
    found = doctest.testmod(derivation(name))
    assert found.attempted
    assert not found.failed


def test_shares_leave_room_for_the_rest_of_the_world(derived: Any) -> None:
    total: dict[tuple[str, str, str], float] = {}
    for row in derived[0].ties:
        cell = (row["state"], row["channel"], row["period"])
        total[cell] = total.get(cell, 0.0) + float(row["value"])
    assert max(total.values()) < 1


def test_no_tie_of_the_start_rests_on_later_deliveries(politics: Any, derivation: Any, data: Path) -> None:
    """Deliveries and meetings of later years change nothing in 2021."""
    tables, _ = politics.derive(data, CASE)
    facts, figures, ties = (derivation(f"political_{name}") for name in ("facts", "figures", "ties"))
    delivered = figures.arms(tables, data)
    known = [
        ties.Data(
            powers=list(tables.powers),
            deliveries=delivered[delivered["year"] <= last],
            obligations=figures.obligations(tables, data),
            exercises=facts.exercises(tables),
            meetings=facts.visits(tables).query("year <= @last"),
            memberships=politics.pd.DataFrame(politics.read(CASE / "memberships.csv")),
            events=figures.cooperation(tables, data).query("year <= @last"),
        )
        for last in (2021, 2025)
    ]
    for rule in ("security", "diplomacy"):
        for state in tables.states:
            then, now = (getattr(ties, rule)(state, 2021, part, tables.rules[rule]) for part in known)
            for name in then:
                assert repr(then[name](None)) == repr(now[name](None)), (rule, state, name)
