from __future__ import annotations

import math
from typing import Any

import pytest

from tightrope.report.findings import Figure, Finding, findings, is_borne_out, score
from tightrope.result import Result


def text(finding: Finding) -> str:
    return "".join(part.text if isinstance(part, Figure) else part for part in finding)


def told(**tables: list[dict[str, Any]]) -> list[str]:
    return [text(finding) for finding in findings(Result(tables=tables, manifest={"baseline": "history"}))]


def option(name: str, option: str, prob: float, observed: bool) -> dict[str, Any]:
    return {"id": name, "state": "AAA", "option": option, "prob": prob, "observed": observed, "log_score": None}


def test_nothing_is_said_without_tables() -> None:
    assert findings(Result()) == []


def test_the_closest_bond_and_the_power_each_leans_on_are_named() -> None:
    values = {("AAA", "PPP"): 0.4, ("AAA", "QQQ"): 0.1, ("BBB", "PPP"): 0.2, ("BBB", "QQQ"): 0.3}
    measures = [
        {"state": s, "power": p, "measure": "dependence", "year": 2021, "mean": v, "low": v - 0.1, "high": v + 0.1}
        for (s, p), v in values.items()
    ]
    assert told(measures=measures) == [
        "AAA is bound most closely to one power: PPP could take away 0.40 (0.30 to 0.50) of its stakes (2021).",
        "Most dependence falls on PPP for AAA 0.40; on QQQ for BBB 0.30.",
    ]


def test_most_and_least_room_are_named_with_the_power_that_limits() -> None:
    rooms = [
        {"state": "AAA", "year": 2021, "mean": 0.6, "low": 0.5, "high": 0.7, "limiting_power": "PPP"},
        {"state": "BBB", "year": 2021, "mean": 0.3, "low": 0.2, "high": 0.4, "limiting_power": "QQQ"},
    ]
    assert told(room=rooms) == [
        "AAA has the most room to manoeuvre, 0.60 (0.50 to 0.70); BBB has the least, 0.30 (0.20 to 0.40), limited by QQQ."
    ]


def test_scores_follow_their_definitions() -> None:
    rows = [
        *(option("a:AAA", "yes", 0.5, True), option("a:AAA", "no", 0.5, False)),
        *(option("b:AAA", "yes", 0.2, False), option("b:AAA", "no", 0.8, True)),
        *(option("c:AAA", "yes", 0.9, False), option("c:AAA", "no", 0.1, False)),  # not answered
    ]
    found = score(Result(tables={"decisions": rows}))
    assert found is not None
    assert found.count == 2
    assert found.mean_prob == pytest.approx(0.65)
    assert found.log_score == pytest.approx((math.log(0.5) + math.log(0.8)) / 2)
    assert found.guess_log_score == pytest.approx(-math.log(2))
    assert found.brier == pytest.approx((0.5 + 0.08) / 2)
    assert found.hits == 1


def test_claims_and_rankings_are_counted_by_verdict() -> None:
    audit = [{"id": str(n), "verdict": v} for n, v in enumerate(["supported", "supported", "contradicted"])]
    rankings = [{"id": "Q1", "verdict": "borne_out"}, {"id": "Q2", "verdict": "not borne out"}]
    assert told(audit=audit, rankings=rankings) == [
        "Of 3 claims of the text, 2 are supported by and 1 are contradicted by the case's data.",
        "Of the rankings that the text asserts, 1 of 2 is borne out by the numbers.",
    ]


@pytest.mark.parametrize(
    ("verdict", "held"), [("supported", True), ("borne out", True), ("not borne out", False), (None, False)]
)
def test_what_counts_as_borne_out(verdict: str | None, held: bool) -> None:
    assert is_borne_out(verdict) is held


def test_all_findings_of_a_whole_result(result: Result) -> None:
    said = [text(finding) for finding in findings(result)]
    assert len(said) == 10
    assert not any("None" in one or "nan" in one for one in said)
