"""Histories planted around what happened are scored as they deserve."""

from __future__ import annotations

import csv
import itertools
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tightrope.base import RunError
from tightrope.case import Case, load_case
from tightrope.simulate import Histories
from tightrope.simulate.agenda import Timetable
from tightrope.simulate.asserted import asserted, quarters_within
from tightrope.simulate.happened import FLOWS, happened, is_log
from tightrope.simulate.hindsight import hindsight, of_year, whole_years
from tightrope.simulate.world import channels

MEMBERS = 400


def planted(case: Case, outcome: dict[str, np.ndarray], **changes: Any) -> Histories:
    """An ensemble with these outcomes, in which every option is as likely."""
    odds = {d.id: np.full(len(d.options), 1 / len(d.options)) for d in case.scenario("history").decisions}
    fields: dict[str, Any] = {
        "case_name": case.name,
        "digest": case.digest,
        "scenario": "history",
        "seed": 7,
        "states": case.states,
        "powers": case.powers,
        "quarters": tuple(case.quarters),
        "outcome": outcome,
        "odds": odds,
        "timetable": Timetable({}, {}, None),
        "acts": {},
    }
    return Histories(**(fields | changes))


def around(case: Case, deviation: float, error: float, seed: int = 1) -> Histories:
    """Members spread by `deviation` around what happened, the whole ensemble off by as much as one of them times `error`."""
    draws = np.random.default_rng(seed)
    t, n, m = len(case.quarters), len(case.states), len(case.powers)
    shape = {"share": (t, len(channels(case)), n, m), "alignment": (t, n, m)}
    found = {
        name: np.full((*shape.get(name, (t, n)), MEMBERS), np.nan)
        for name in ("share", "remittances", "trade", "growth", "alignment")
    }
    for fact in happened(case, range(2022, 2027)).facts:
        middle = fact.value + error * deviation * draws.normal()
        members = middle + deviation * draws.normal(size=MEMBERS)
        i = case.states.index(fact.state)
        where: tuple[Any, ...] = (i,) if fact.power is None else (i, case.powers.index(fact.power))
        name = fact.outcome.partition("/")[0]
        if name == "share":
            where = (channels(case).index(fact.outcome.partition("/")[2]), *where)
        for k, quarter in enumerate(case.quarters):
            if quarter.startswith(str(fact.year)):
                found[name][(k, *where)] = members
    return planted(case, found)


@pytest.fixture(scope="module")
def honest(central_asia: Case) -> dict[str, Any]:
    return hindsight(central_asia, around(central_asia, 0.1, 1.0))


def totals(found: dict[str, Any], part: str) -> float:
    """A part of the summary over all outcomes, weighted by their cells."""
    rows = [one["overall"] for one in found["outcomes"].values()]
    return sum(row[part] * row["n"] for row in rows) / sum(row["n"] for row in rows)


def test_intervals_of_an_honest_ensemble_hold_what_happened_as_often_as_they_say(honest):
    n = len(honest["cells"])
    assert n > 300
    for name, level in (("50", 0.5), ("90", 0.9)):
        assert abs(totals(honest, f"coverage_{name}") - level) < 4 * (level * (1 - level) / n) ** 0.5
    # The score of a normal forecast of its own kind is its deviation over the root of pi.
    assert totals(honest, "crps") == pytest.approx(0.1 / np.pi**0.5, rel=0.1)
    assert totals(honest, "width_90") == pytest.approx(2 * 1.645 * 0.1, rel=0.05)


def test_an_ensemble_that_is_too_sure_is_seen(central_asia):
    found = hindsight(central_asia, around(central_asia, 0.1, 4.0))
    assert totals(found, "coverage_90") < 0.5


def test_it_is_ready_for_json_and_nothing_unknown_is_a_number(honest):
    assert json.loads(json.dumps(honest, allow_nan=False)) == honest


def test_scores_by_state_and_year_add_up_to_those_overall(honest):
    for one in honest["outcomes"].values():
        for by in ("by_state", "by_year", "by_kind"):
            rows = one[by].values()
            assert sum(row["n"] for row in rows) == one["overall"]["n"]
            crps = sum(row["crps"] * row["n"] for row in rows) / one["overall"]["n"]
            assert crps == pytest.approx(one["overall"]["crps"])


def test_every_figure_is_either_a_cell_or_set_aside(central_asia, honest):
    years = honest["years"]
    pairs, states = len(central_asia.states) * len(central_asia.powers), len(central_asia.states)
    possible = (len(central_asia.channels) + 1) * pairs + 3 * states
    aside = sum(n for why, n in honest["set_aside"].items() if not why.startswith(("decisions", "claims")))
    assert len(honest["cells"]) + aside == possible * len(years)


def test_outcomes_that_a_number_was_set_knowing_are_marked(honest):
    marked = {name for name, one in honest["outcomes"].items() if one["circular"]}
    assert marked == {"trade", "share/trade"}
    assert "re_export_size" in honest["outcomes"]["trade"]["why"]
    assert not honest["outcomes"]["growth"]["why"]


# --- the two plain forecasts -----------------------------------------------------------------------------------------


def test_no_change_stays_and_a_random_walk_widens_with_the_root_of_time(central_asia, honest):
    rows = [r for r in central_asia.tables["attributes"] if r.attribute == "growth" and r.chosen == "yes"]
    value = {(r.actor, r.period): r.value for r in rows if r.period.isdigit()}
    years = [str(y) for y in range(2018, 2022)]
    moves = [
        value[s, after] - value[s, before]
        for s in central_asia.states
        for before, after in itertools.pairwise(years)
        if (s, before) in value and (s, after) in value
    ]
    spread = np.sqrt(np.mean(np.square(moves)))
    cells = {c["year"]: c for c in honest["cells"] if (c["outcome"], c["state"]) == ("growth", "KAZ")}
    for year, cell in cells.items():
        for name, ahead in (("no_change", 1), ("random_walk", year - 2021)):
            told = cell["baselines"][name]
            assert told["mean"] == pytest.approx(value["KAZ", "2021"])
            assert told["high90"] - told["low90"] == pytest.approx(2 * 1.645 * spread * ahead**0.5, rel=0.01)
    assert set(cells) == {2022, 2023, 2024}
    assert honest["changes_before"]["growth"] == len(moves)


def test_too_few_changes_before_the_start_make_no_baseline(honest):
    told = honest["outcomes"]["share/energy"]["overall"]["baselines"]
    assert told == {"no_change": None, "random_walk": None}


def test_shares_of_the_baselines_stay_below_one(honest):
    cells = [c for c in honest["cells"] if c["outcome"].startswith("share/") and c["baselines"]["random_walk"]]
    assert cells
    assert all(0 <= c["baselines"]["random_walk"][end] <= 1 for c in cells for end in ("low90", "high90"))


# --- what is not known -----------------------------------------------------------------------------------------------


def copy(case: Case, folder: Path) -> Path:
    return Path(shutil.copytree(case.path, folder / case.name))


def test_a_gap_in_the_data_is_counted_and_never_a_zero(central_asia, honest, tmp_path):
    folder = copy(central_asia, tmp_path)
    path = folder / "attributes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    emptied = 0
    for row in rows:
        if (row[0], row[1], row[3]) == ("growth", "KAZ", "2022"):
            row[header.index("value")] = ""
            emptied += 1
    assert emptied
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    case = load_case(str(folder))
    found = hindsight(case, around(case, 0.1, 1.0))
    why = "growth: no figure of the year"
    assert found["set_aside"][why] == honest["set_aside"][why] + 1
    assert found["outcomes"]["growth"]["overall"]["n"] == honest["outcomes"]["growth"]["overall"]["n"] - 1
    assert not any((c["outcome"], c["state"], c["year"]) == ("growth", "KAZ", 2022) for c in found["cells"])


def test_assumed_rows_are_no_observations(central_asia):
    known = happened(central_asia, (2022, 2023, 2024))
    assert {fact.kind for fact in known.facts} <= {"measured", "estimated", "coded"}
    assert any("assumed" in why for why in known.set_aside)


def test_shares_that_were_not_kept_are_set_aside(central_asia, honest):
    histories = around(central_asia, 0.1, 1.0)
    found = hindsight(central_asia, planted(central_asia, {k: x for k, x in histories.outcome.items() if k != "share"}))
    lost = {why: n for why, n in found["set_aside"].items() if "shares=True" in why}
    assert sum(lost.values()) == sum(
        one["overall"]["n"] for name, one in honest["outcomes"].items() if name.startswith("share/")
    )
    assert not any(name.startswith("share/") for name in found["outcomes"])


def test_a_number_set_knowing_something_unknown_is_refused(central_asia, tmp_path):
    folder = copy(central_asia, tmp_path)
    path = folder / "parameters/trade.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("set_knowing: [trade, ", "set_knowing: [trad, "), encoding="utf-8")
    case = load_case(str(folder))
    with pytest.raises(RunError, match=r"re_export_size: `set_knowing` names `trad`.*trade"):
        hindsight(case, around(case, 0.1, 1.0))


def test_histories_of_another_case_and_a_single_history_are_refused(central_asia):
    with pytest.raises(RunError, match="AAA"):
        hindsight(central_asia, planted(central_asia, {}, states=("AAA",)))
    one = {"growth": np.zeros((len(central_asia.quarters), len(central_asia.states), 1))}
    with pytest.raises(RunError, match="at least two"):
        hindsight(central_asia, planted(central_asia, one))


# --- years, decisions, claims ----------------------------------------------------------------------------------------


def test_a_flow_is_a_years_mean_and_a_stock_its_last_quarter(central_asia):
    histories = planted(central_asia, {})
    x = np.arange(len(central_asia.quarters), dtype=float)[:, None]  # 2022Q1 is number 1
    assert of_year(histories, x, 2022) == 2.5
    assert of_year(histories, x, 2022, last=True) == 4
    assert whole_years(central_asia, histories) == (2022, 2023, 2024, 2025, 2026)
    assert is_log("share/trade")
    assert not is_log("alignment")
    assert "trade" in FLOWS
    assert "security" not in FLOWS


def test_equal_odds_score_as_the_uniform_forecast(central_asia, honest):
    decisions = honest["decisions"]
    assert decisions["overall"]["n"] > 100
    assert decisions["overall"]["log_score"] == pytest.approx(decisions["overall"]["uniform"]["log_score"])
    assert decisions["overall"]["brier"] == pytest.approx(decisions["overall"]["uniform"]["brier"])
    aside = sum(n for why, n in honest["set_aside"].items() if why.startswith("decisions"))
    assert decisions["overall"]["n"] + aside == len(central_asia.scenario("history").decisions)
    assert not decisions["circular"]
    assert hindsight(central_asia, around(central_asia, 0.1, 1.0), fitted=True)["decisions"]["circular"]


def test_a_sure_and_right_forecast_of_decisions_scores_zero(central_asia):
    odds = {
        d.id: np.array([float(option == d.chosen) for option in d.options])
        for d in central_asia.scenario("history").decisions
        if d.chosen is not None
    }
    histories = planted(central_asia, around(central_asia, 0.1, 1.0).outcome, odds=odds)
    told = hindsight(central_asia, histories)["decisions"]["overall"]
    assert (told["log_score"], told["brier"], told["hit"]) == (0, 0, 1)


def test_quarters_of_a_period_are_those_mostly_within_it():
    assert quarters_within("2022-01/2022-05") == ("2022Q1", "2022Q2")
    assert quarters_within("2022-01/2022-04") == ("2022Q1",)
    assert quarters_within("2022") == ("2022Q1", "2022Q2", "2022Q3", "2022Q4")
    assert quarters_within("always") == ()


def test_a_claim_of_growth_is_held_against_the_histories_own(central_asia):
    t, n, m = len(central_asia.quarters), len(central_asia.states), len(central_asia.powers)
    total = np.ones((t, n, 2))
    total[1:] = 0.9  # a tenth less from 2022 on, and the shares stay
    share = np.full((t, len(channels(central_asia)), n, m, 2), 0.3)
    growth = np.full((t, n, 2), 7.8)
    aside: Counter[str] = Counter()
    histories = planted(central_asia, {"growth": growth, "remittances": total, "trade": total, "share": share})
    told = {(row["id"], row["power"]): row for row in asserted(central_asia, histories, aside=aside)}
    fell = told["F08", "RUS"]
    assert fell["mean"] == pytest.approx(-10)
    assert fell["probability"] == 1
    assert told["F08_year", "WLD"]["mean"] == pytest.approx(-10)
    assert told["F10", None]["probability"] == 1
    assert told["F19", None]["probability"] == 0
    assert told["F15", "RUS"]["probability"] == 0
    assert aside["claims: outside the simulated time"] > 0


def test_the_table_for_people_names_every_outcome_and_marks_the_circular_ones(honest, capsys):
    from tightrope.app.hindsight_console import show_hindsight

    show_hindsight(honest)
    told = capsys.readouterr().out
    assert all(name in told for name in honest["outcomes"])
    assert "share/trade *" in told
    assert "F10 TJK" in told
