"""A study of the built-in case against direct runs of the case with other numbers."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.base import RunError
from tightrope.case import Case, load_case, new_case
from tightrope.case.numbers import all_numbers, with_numbers
from tightrope.simulate.sensitivity import study

OFF = ("food_prices",)


@pytest.fixture(scope="module")
def rerun(central_asia, exactly, direct):
    """A headline's number when one number of the case has another value, by the ordinary simulation."""

    def number(headline, changed, value):
        case = exactly(central_asia, {changed.place: value})
        names = dict.fromkeys(("history", headline.scenario or "history"))
        return float(headline.value({name: direct(case, name, OFF) for name in names})[0])

    return number


def test_headlines_cover_each_topic(found, central_asia: Case):
    topics = [finding.headline.name.split(":")[0] for finding in found.findings]
    per_state = ("room_start", "room", "limiting_power", "posture", "first_power")
    assert {topic: topics.count(topic) for topic in per_state} == dict.fromkeys(per_state, len(central_asia.states))
    assert topics.count("more_room") == len(central_asia.states) - 1
    assert topics.count("more_dependence") == len(central_asia.powers) - 1
    assert {"claim", "log_score", "difference"} <= set(topics)
    names = [finding.headline.name for finding in found.findings]
    assert {"claim:Q01", "claim:Q02", "claim:Q02_all", "claim:Q06"} <= set(names)
    assert len(set(names)) == len(names)


def test_conclusions_are_stated_as_they_stand(found):
    for finding in found.findings:
        held = finding.headline.is_conclusion and not finding.headline.name.startswith(
            ("claim:", "log_score", "difference:")
        )
        assert finding.central > 0 or not held
        if finding.headline.name.startswith("claim:"):
            assert ("do not bear out" in finding.headline.says) == (finding.central < 0)


def test_claims_are_judged_as_the_audit_judges_them(found, central_asia: Case):
    from tightrope.app.runner import audit_measures
    from tightrope.measure.audit import audit

    verdicts = {v.to_json()["id"]: v.to_json()["verdict"] for v in audit(central_asia, audit_measures(central_asia))}
    for finding in found.findings:
        topic, _, claim = finding.headline.name.partition(":")
        if topic == "claim":
            assert verdicts[claim] == ("supported" if finding.central > 0 else "contradicted")


def test_an_assumption_that_cannot_matter_has_no_effect(found):
    names = [number.name for number in found.varied.numbers]
    size = found.effects.mean_size
    # The one mechanism that reads it is off
    assert (size[names.index("food_price_size")] == 0).all()
    assert size[names.index("distance_scale")].max() > 0.01
    # What a scenario changes does not reach what is said of the history
    own = [k for k, n in enumerate(found.varied.numbers) if n.place[:2] == ("shock", "russia_wins")]
    about_history = [finding.column for finding in found.findings if not finding.headline.scenario]
    assert own
    assert (size[np.ix_(own, about_history)] == 0).all()
    assert size[own].max() > 0


def test_the_start_does_not_depend_on_what_acts_later(found):
    start = [f.column for f in found.findings if f.headline.name.startswith(("room_start", "claim:"))]
    names = [number.name for number in found.varied.numbers]
    later = [names.index(name) for name in ("alignment_rate", "offer_uptake", "coefficient threat")]
    assert (found.effects.mean_size[np.ix_(later, start)] < 1e-6).all()


@pytest.mark.parametrize(
    "name", ["room:KAZ", "more_room:UZB:TJK", "posture:KGZ", "log_score", "difference:russia_wins:room:TKM"]
)
def test_ends_of_a_tornado_bar_are_direct_runs_of_the_case(name, found, rerun):
    finding = next(f for f in found.findings if f.headline.name == name)
    assert finding.bars
    for bar in finding.bars[:2]:
        for end, value in ((bar.number.low, bar.at_low), (bar.number.high, bar.at_high)):
            assert rerun(finding.headline, bar.number, end) == pytest.approx(value, abs=1e-4), bar.number.name


def test_bars_are_sorted_by_width(found):
    for finding in found.findings:
        width = [abs(bar.at_high - bar.at_low) for bar in finding.bars]
        assert width == sorted(width, reverse=True)


def test_values_that_overturn_do_so_in_a_direct_run(found, rerun):
    broken = [(f, f.overturns[0]) for f in found.findings if f.overturns]
    inside = [(f, o) for f, o in broken if o.within][:2]
    beyond = [(f, o) for f, o in broken if not o.within][:1]
    assert len(inside) == 2
    assert beyond
    for finding, over in inside + beyond:
        margin = rerun(finding.headline, over.number, over.value)
        assert margin == pytest.approx(over.margin, abs=1e-4)
        assert (over.margin > 0) != (finding.central > 0)


def test_only_conclusions_can_be_overturned(found):
    assert all(not f.overturns for f in found.findings if not f.headline.is_conclusion)
    assert all(0 <= f.held <= 1 for f in found.findings)


def test_a_case_that_assumes_nothing_has_nothing_to_vary(tmp_path):
    new_case(tmp_path / "fresh", ("AAA",), ("PPP",))
    case = load_case(tmp_path / "fresh")
    certain = with_numbers(case, {n.place: (n.value,) * 3 for n in all_numbers(case)})
    with pytest.raises(RunError, match="nothing to vary"):
        study(certain, "history")
