"""The audit reaches its verdicts from the case's data: planted cases, and what flips a verdict."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace as Namespace
from typing import Any

import numpy as np
import pytest

from tightrope.base.errors import CaseError
from tightrope.base.estimate import Estimate
from tightrope.measure.audit import audit, checks, faults
from tightrope.measure.audit.relations import accepted
from tightrope.measure.audit.rules.ranks import rank_probability

TEXT = "some_text"  # the key of the text under audit


def attribute(
    name: str,
    actor: str,
    period: str,
    value: float | None,
    *,
    partner: str = "",
    unit: str = "1",
    low: float | None = None,
    high: float | None = None,
    source: tuple[str, ...] = ("office",),
    kind: str = "measured",
    chosen: str = "yes",
) -> Namespace:
    return Namespace(
        attribute=name,
        actor=actor,
        partner=partner,
        period=period,
        value=value,
        unit=unit,
        low=low,
        high=high,
        source=source,
        kind=kind,
        chosen=chosen,
        how="as told",
        file="attributes.csv",
        line=2,
    )


def claim(check: str, **cells: Any) -> Namespace:
    empty = dict.fromkeys(
        ("subject", "object", "measure", "base", "period", "relation", "value", "unit", "note", "ledger"), ""
    )
    given = {"id": "C", "text": "as said", "tolerance": None, "source": (TEXT,), "file": "claims.csv", "line": 2}
    return Namespace(check=check, **{**empty, **given, **cells})


class Planted:
    """A case with nothing in it but what a test plants."""

    name = "planted"
    states = ("AAA", "BBB", "CCC")
    powers = ("PPP", "QQQ")
    channels = ("trade", "people")

    def __init__(self, claims: list[Namespace], attributes: list[Namespace] | None = None, **tables: Any) -> None:
        self.claims = tuple(claims)
        self.decisions = tables.pop("decisions", ())
        named = [
            row.measure
            for row in claims
            if row.check not in ("vote", "decision", "membership", "joined", "event", "rank")
        ]
        self.attributes = {row.attribute for row in attributes or ()} | set(re.split(r"[;|/]", ";".join(named)))
        self.tables = {"attributes": tuple(attributes or ()), "ties": (), **tables}
        members = {"EEE": ("DDD", "FFF")}
        self.actors = {
            actor: Namespace(id=actor, members=members.get(actor, ()))
            for actor in (*self.states, *self.powers, "DDD", "EEE")
        }

    def attribute(self, name: str, *, actors: tuple[str, ...]) -> Estimate:
        latest = np.array([[row.value for row in self.series(name, actor)][-1] for actor in actors])
        return Estimate(latest, latest, latest, ("state",), "1")

    def series(self, name: str, actor: str, partner: str | None = None) -> list[Namespace]:
        return [
            row
            for row in self.tables["attributes"]
            if (row.attribute, row.actor, row.partner) == (name, actor, partner or "")
        ]


def verdict(
    claim_row: Namespace, attributes: list[Namespace] | None = None, measures: Any = None, **tables: Any
) -> Any:
    return audit(Planted([claim_row], attributes, **tables), measures)[0]


GROWTH = {"subject": "AAA", "measure": "growth", "period": "2022", "unit": "%"}


# ---- relations ----


@pytest.mark.parametrize(
    ("relation", "value", "inside", "outside"),
    [
        ("equals", "4.9", 4.94, 4.96),
        ("equals", "28", 28.4, 28.6),
        ("about", "0.5", 0.43, 0.42),
        ("nearly", "0.5", 0.43, 0.56),
        ("nearly", "1000", 981.0, 1339.0),
        ("at_least", "0.3", 0.3, 0.29),
        ("more_than", "0.3", 0.301, 0.3),
        ("at_most", "0.3", 0.3, 0.31),
        ("less_than", "0.3", 0.299, 0.3),
    ],
)
def test_a_relation_takes_what_its_word_means(relation: str, value: str, inside: float, outside: float) -> None:
    low, high = accepted(relation, value, None)
    assert low <= inside <= high
    assert not low <= outside <= high


def test_a_tolerance_of_the_claim_replaces_that_of_the_relation() -> None:
    assert accepted("about", "100", 0.5) == (50.0, 150.0)
    assert accepted("equals", "100", 0.01) == (99.0, 101.0)


def test_nearly_a_negative_number_falls_short_of_it_towards_zero() -> None:
    low, high = accepted("nearly", "-20", None)
    assert low <= -18 <= high
    assert not low <= -25 <= high


# ---- single figures ----


def test_changing_the_data_flips_the_verdict() -> None:
    said = claim("figure", **GROWTH, relation="equals", value="7")
    assert verdict(said, [attribute("growth", "AAA", "2022", 7.2, unit="%")]).verdict == "supported"
    assert verdict(said, [attribute("growth", "AAA", "2022", 1.7, unit="%")]).verdict == "contradicted"
    assert verdict(said, []).verdict == "not_checkable"


def test_one_source_that_agrees_is_enough_and_all_are_shown() -> None:
    rows = [
        attribute("growth", "AAA", "2022", 1.7, unit="%", source=("fund",), chosen="no"),
        attribute("growth", "AAA", "2022", 7.0, unit="%"),
    ]
    found = verdict(claim("figure", **GROWTH, relation="equals", value="7"), rows)
    assert found.verdict == "supported"
    assert [one.agrees for one in found.found] == [False, True]
    assert found.sources == (TEXT, "fund", "office")
    assert "1 of 2 figures agree" in found.why


def test_a_text_is_no_witness_to_itself() -> None:
    said = claim("figure", **GROWTH, relation="equals", value="7")
    own = attribute("growth", "AAA", "2022", 7.0, unit="%", source=(TEXT,))
    assert verdict(said, [own]).verdict == "not_checkable"
    both = attribute("growth", "AAA", "2022", 7.0, unit="%", source=(TEXT, "office"))
    assert verdict(said, [both]).verdict == "supported"
    assert verdict(said, [both]).found[0].source == ("office",)


def test_an_assumption_is_no_evidence() -> None:
    said = claim("figure", **GROWTH, relation="equals", value="7")
    assumed = attribute("growth", "AAA", "2022", 7.0, unit="%", kind="assumed", source=(), low=6.0, high=8.0)
    assert verdict(said, [assumed]).verdict == "not_checkable"


def test_an_unknown_number_is_no_evidence() -> None:
    said = claim("figure", **GROWTH, relation="less_than", value="7")
    assert verdict(said, [attribute("growth", "AAA", "2022", None, unit="%")]).verdict == "not_checkable"


def test_a_range_that_reaches_the_asserted_number_bears_it_out() -> None:
    said = claim("figure", **GROWTH, relation="equals", value="7")
    wide = attribute("growth", "AAA", "2022", 5.0, unit="%", low=4.0, high=7.0)
    assert verdict(said, [wide]).verdict == "supported"


def test_a_lower_bound_leaves_the_other_end_open() -> None:
    said = claim("figure", **GROWTH, relation="equals", value="7")
    bound = attribute("growth", "AAA", "2022", 5.0, unit="%", low=5.0)
    found = verdict(said, [bound])
    assert found.verdict == "supported"
    assert found.found[0].high is None


def test_units_of_one_kind_are_compared_and_others_left_out() -> None:
    said = claim(
        "figure", subject="AAA", measure="turnover", period="2024", relation="equals", value="28", unit="USD bn"
    )
    assert verdict(said, [attribute("turnover", "AAA", "2024", 28100.0, unit="USD m")]).verdict == "supported"
    assert verdict(said, [attribute("turnover", "AAA", "2024", 28.0, unit="EUR bn")]).verdict == "not_checkable"


def test_a_flow_of_eleven_months_does_not_answer_for_the_year() -> None:
    said = {
        "subject": "AAA",
        "measure": "turnover",
        "period": "2022",
        "relation": "equals",
        "value": "10",
        "unit": "USD bn",
    }
    months = [attribute("turnover", "AAA", "2022-01/2022-11", 10.0, unit="USD bn")]
    assert verdict(claim("figure", **said), months).verdict == "not_checkable"
    assert verdict(claim("level", **said), months).verdict == "supported"


def test_a_span_of_years_takes_any_whole_year_in_it() -> None:
    said = claim(
        "figure", subject="AAA", measure="turnover", period="2022/2023", relation="more_than", value="1", unit="USD bn"
    )
    assert verdict(said, [attribute("turnover", "AAA", "2023", 1.1, unit="USD bn")]).verdict == "supported"
    assert verdict(said, [attribute("turnover", "AAA", "2024", 1.1, unit="USD bn")]).verdict == "not_checkable"


def test_every_subject_must_be_borne_out() -> None:
    said = claim("level", subject="AAA;BBB", measure="oil", period="2022", relation="at_least", value="0.1", unit="1")
    rich, poor = attribute("oil", "AAA", "2022", 0.8), attribute("oil", "BBB", "2022", 0.02)
    assert verdict(said, [rich, poor]).verdict == "contradicted"
    assert verdict(said, [rich, attribute("oil", "BBB", "2022", 0.2)]).verdict == "supported"
    unknown = verdict(said, [rich])
    assert unknown.verdict == "not_checkable"
    assert "nothing is known of BBB" in unknown.why


# ---- figures made of several ----


def trade(imports: float, turnover: float, total_source: str = "office") -> list[Namespace]:
    return [
        attribute("imports", "AAA", "2021", imports, partner="PPP", unit="USD m"),
        attribute("imports", "AAA", "2021", 40.0, partner="WLD", unit="USD m", source=(total_source,), chosen="no"),
        attribute("turnover", "AAA", "2021", turnover, partner="WLD", unit="USD m", source=(total_source,)),
    ]


def test_imports_near_half_of_imports_may_be_a_quarter_of_trade() -> None:
    said = {"subject": "AAA", "object": "PPP", "period": "2021", "relation": "nearly", "value": "0.5", "unit": "1"}
    rows = trade(18.0, 75.0)
    of_trade = verdict(claim("share", measure="imports/turnover", **said), rows)
    assert of_trade.verdict == "contradicted"
    assert of_trade.found[0].value == pytest.approx(0.24)
    assert len(of_trade.found[0].where) == 1  # both rows stand on one planted line
    assert verdict(claim("share", measure="imports/imports", **said), rows).verdict == "supported"


def test_two_sources_are_mixed_only_where_the_case_itself_does() -> None:
    said = claim(
        "share",
        measure="imports/imports",
        subject="AAA",
        object="PPP",
        period="2021",
        relation="about",
        value="0.45",
        unit="1",
    )
    assert verdict(said, trade(18.0, 75.0, total_source="mirror")).verdict == "not_checkable"


def test_a_share_may_also_be_published() -> None:
    said = claim(
        "share",
        measure="imports/imports|import_share",
        subject="AAA",
        object="PPP",
        period="2022",
        relation="about",
        value="0.333",
        unit="1",
    )
    published = [attribute("import_share", "AAA", "2022", 0.307, partner="PPP")]
    assert verdict(said, published).verdict == "supported"


def test_the_ends_of_a_ratio_follow_from_the_ranges() -> None:
    rows = [
        attribute("imports", "AAA", "2021", 10.0, partner="PPP", low=8.0, high=12.0),
        attribute("exports", "AAA", "2021", 5.0, partner="PPP", low=4.0, high=8.0),
    ]
    said = claim(
        "ratio",
        measure="imports/exports",
        subject="AAA",
        object="PPP",
        period="2021",
        relation="more_than",
        value="1",
        unit="1",
    )
    only = verdict(said, rows).found[0]
    assert (only.low, only.value, only.high) == (1.0, 2.0, 3.0)


def test_a_sum_needs_every_part() -> None:
    said = claim(
        "total",
        measure="aircraft",
        subject="AAA;BBB",
        object="PPP",
        period="2021",
        relation="about",
        value="100",
        unit="count",
    )
    one = attribute("aircraft", "AAA", "2021", 46.0, partner="PPP", unit="count")
    other = attribute("aircraft", "BBB", "2021", 18.0, partner="PPP", unit="count")
    assert verdict(said, [one]).verdict == "not_checkable"
    both = verdict(said, [one, other])
    assert both.verdict == "contradicted"
    assert both.found[0].value == 64.0


def test_one_state_against_two_together() -> None:
    said = claim(
        "compare",
        measure="gas",
        subject="AAA",
        object="BBB;CCC",
        period="2022",
        relation="at_least",
        value="1",
        unit="1",
    )
    rows = [
        attribute("gas", actor, "2022", value, unit="bcm")
        for actor, value in (("AAA", 86.0), ("BBB", 47.0), ("CCC", 27.0))
    ]
    assert verdict(said, rows).verdict == "supported"
    assert verdict(said, [*rows[:2], attribute("gas", "CCC", "2022", 60.0, unit="bcm")]).verdict == "contradicted"


# ---- changes ----


def test_growth_is_computed_from_levels_of_one_source() -> None:
    said = claim(
        "growth",
        measure="turnover|turnover_growth",
        subject="AAA",
        object="PPP",
        base="2022",
        period="2023",
        relation="equals",
        value="25",
        unit="%",
    )
    rows = [
        attribute("turnover", "AAA", "2022", 9.3, partner="PPP", unit="USD bn"),
        attribute("turnover", "AAA", "2023", 9.8, partner="PPP", unit="USD bn"),
        attribute("turnover_growth", "AAA", "2023", 5.3, partner="PPP", unit="%", source=("agency",)),
    ]
    found = verdict(said, rows)
    assert found.verdict == "contradicted"
    assert [round(one.value, 1) for one in found.found] == [5.3, 5.4]


def test_a_factor_is_the_later_over_the_earlier() -> None:
    said = claim(
        "factor",
        measure="turnover",
        subject="AAA",
        object="PPP",
        base="2020",
        period="2024",
        relation="equals",
        value="1.5",
        unit="ratio",
    )
    rows = [
        attribute("turnover", "AAA", year, value, partner="PPP") for year, value in (("2020", 18.8), ("2024", 28.0))
    ]
    assert verdict(said, rows).verdict == "supported"


def test_a_fall_that_was_a_rise_contradicts_a_direction() -> None:
    said = claim(
        "direction", measure="money;growth", subject="AAA", base="2021", period="2022", relation="is", value="fall;fall"
    )
    growth = [attribute("growth", "AAA", year, value) for year, value in (("2021", 9.4), ("2022", 8.0))]
    rise = [attribute("money", "AAA", year, value) for year, value in (("2021", 2.9), ("2022", 5.3))]
    fall = [attribute("money", "AAA", year, value) for year, value in (("2021", 2.9), ("2022", 2.6))]
    assert verdict(said, growth + rise).verdict == "contradicted"
    assert verdict(said, growth + fall).verdict == "supported"
    assert verdict(said, growth).verdict == "not_checkable"


# ---- rankings ----

ROOM = {"subject": "AAA", "measure": "room", "relation": "lowest", "value": "1"}


def room(*values: float, spread: float = 0.0) -> dict[str, Estimate]:
    value = np.array(values)
    return {"room": Estimate(value, value - spread, value + spread, ("state",), "1", "room")}


def test_a_rank_holds_at_the_central_values_with_a_chance_from_the_ranges() -> None:
    said = claim("rank", **ROOM)
    sure = verdict(said, measures=room(0.3, 0.5, 0.6))
    assert (sure.verdict, sure.probability) == ("supported", 1.0)
    close = verdict(said, measures=room(0.3, 0.31, 0.9, spread=0.2))
    assert close.verdict == "supported"
    assert 0.5 < close.probability < 0.6
    assert verdict(said, measures=room(0.6, 0.5, 0.7)).verdict == "contradicted"


def test_a_rank_cannot_be_checked_without_the_measure_or_a_value() -> None:
    said = claim("rank", **ROOM)
    assert verdict(said).verdict == "not_checkable"
    assert verdict(said, measures=room(0.3, np.nan, 0.6)).verdict == "not_checkable"


def test_a_rank_is_refuted_by_one_known_rival_even_if_others_are_unknown() -> None:
    assert verdict(claim("rank", **ROOM), measures=room(0.5, np.nan, 0.4)).verdict == "contradicted"


def test_a_rank_by_a_measure_towards_a_power_takes_its_column() -> None:
    value = np.array([[0.1, 0.9], [0.2, 0.1], [0.3, 0.1]])
    measures = {"dependence": Estimate(value, value, value, ("state", "power"), "1")}
    said = {"subject": "AAA", "measure": "dependence", "relation": "highest", "value": "1"}
    assert verdict(claim("rank", object="QQQ", **said), measures=measures).verdict == "supported"
    assert verdict(claim("rank", object="PPP", **said), measures=measures).verdict == "contradicted"


def test_the_range_of_a_ranked_attribute_covers_what_other_sources_say() -> None:
    rows = [
        attribute("people", "AAA", "2021", 0.18),
        attribute("people", "BBB", "2021", 0.02),
        attribute("people", "BBB", "2021", 0.20, source=("old",), chosen="no"),
        attribute("people", "CCC", "2019", 0.01),
    ]
    said = claim("rank", subject="AAA", measure="people", period="2015/2022", relation="highest", value="1")
    found = verdict(said, rows)
    assert found.verdict == "supported"
    assert 0.9 < found.probability < 1.0


@pytest.mark.parametrize("place", [1, 2, 3])
def test_equals_share_every_place(place: int) -> None:
    same = np.zeros(3), np.full(3, 0.5), np.ones(3)
    assert rank_probability(*same, 0, place) == pytest.approx(1 / 3, abs=1e-3)


def test_the_chances_of_all_at_one_place_sum_to_one() -> None:
    rng = np.random.default_rng(3)
    low, value, high = np.sort(rng.random((3, 5)), axis=0)
    assert sum(rank_probability(low, value, high, k, 2) for k in range(5)) == pytest.approx(1, abs=1e-3)


def test_a_partner_is_ranked_among_single_actors_of_the_same_period() -> None:
    said = claim(
        "partner_rank", subject="AAA", object="PPP", measure="turnover", period="2023", relation="highest", value="1"
    )
    rows = [
        attribute("turnover", "AAA", "2023", 9.8, partner="PPP"),
        attribute("turnover", "AAA", "2023", 8.0, partner="QQQ"),
        attribute("turnover", "AAA", "2023", 50.0, partner="WLD"),
        attribute("turnover", "AAA", "2023", 20.0, partner="EEE"),
        attribute("turnover", "AAA", "2023-01/2023-06", 12.0, partner="DDD"),
    ]
    assert verdict(said, rows).verdict == "supported"
    assert verdict(said, [*rows, attribute("turnover", "AAA", "2023", 14.0, partner="DDD")]).verdict == "contradicted"
    assert verdict(said, rows[:1]).verdict == "not_checkable"


def test_a_measure_can_be_summed_over_some_channels() -> None:
    value = np.zeros((3, 2, 2))
    value[:, 0, :] = [[0.1, 0.5], [0.2, 0.1], [0.3, 0.1]]
    measures = {"contribution": Estimate(value, value, value, ("state", "power", "channel"), "1")}
    said = {"subject": "AAA", "object": "PPP", "relation": "highest", "value": "1"}
    assert verdict(claim("rank", measure="contribution:trade+people", **said), measures=measures).verdict == "supported"
    assert verdict(claim("rank", measure="contribution:trade", **said), measures=measures).verdict == "contradicted"


def test_one_power_ahead_of_another_on_the_mean_of_the_states() -> None:
    value = np.array([[0.1, 0.3], [0.2, 0.1], [np.nan, 0.9]])
    measures = {"dependence": Estimate(value, value, value, ("state", "power"), "1")}
    said = {"subject": "PPP", "object": "QQQ", "measure": "dependence"}
    found = verdict(claim("ahead", relation="lowest", **said), measures=measures)
    assert found.verdict == "supported"
    assert [one.value for one in found.found] == pytest.approx([0.15, 0.2])
    assert verdict(claim("ahead", relation="highest", **said), measures=measures).verdict == "contradicted"
    assert verdict(claim("ahead", relation="highest", **said)).verdict == "not_checkable"


# ---- acts ----


def ballot(state: str, vote: str, source: tuple[str, ...] = ("roll",)) -> Namespace:
    return Namespace(
        resolution="R1", state=state, vote=vote, date="2022-03-02", source=source, file="votes.csv", line=3
    )


def answered(state: str, option: str | None, source: tuple[str, ...] = ("press",), conflicts: Any = ()) -> Namespace:
    return Namespace(
        id=f"base:{state}",
        question=Namespace(id="base", text="Keep the base?", options=("close", "keep", "grant", "refuse")),
        state=state,
        chosen=option,
        date="2014-06",
        sources=source,
        conflicts=conflicts,
        file="decisions.yaml",
        line=6,
    )


def test_not_voting_is_not_abstaining() -> None:
    said = claim("vote", subject="AAA;BBB", measure="R1", relation="is", value="abstain")
    votes = (ballot("AAA", "abstain"), ballot("BBB", "absent"))
    found = verdict(said, votes=votes)
    assert found.verdict == "contradicted"
    assert "BBB absent" in found.why
    assert verdict(said, votes=(votes[0], ballot("BBB", "abstain"))).verdict == "supported"
    assert verdict(said, votes=(votes[0], ballot("BBB", "unknown"))).verdict == "not_checkable"


def test_a_vote_may_be_told_as_an_answer() -> None:
    said = claim("vote", subject="AAA", measure="R1|base", relation="is", value="close")
    assert verdict(said, decisions=(answered("AAA", "close"),)).verdict == "supported"


def test_an_answer_that_only_the_text_tells_cannot_be_checked() -> None:
    said = claim("decision", subject="AAA", measure="base", relation="is", value="close")
    assert verdict(said, decisions=(answered("AAA", "close", (TEXT,)),)).verdict == "not_checkable"
    assert verdict(said, decisions=(answered("AAA", "close"),)).verdict == "supported"
    assert verdict(said, decisions=(answered("AAA", "keep"),)).verdict == "contradicted"


def test_a_conflicting_source_counts_too() -> None:
    said = claim("decision", subject="AAA", measure="base", relation="is", value="close")
    conflict = Namespace(option="close", source=("other",), note="")
    found = verdict(said, decisions=(answered("AAA", "keep", conflicts=(conflict,)),))
    assert found.verdict == "supported"
    assert [one.agrees for one in found.found] == [False, True]


def test_an_answer_may_be_denied() -> None:
    said = claim("decision", subject="AAA", measure="base", relation="is_not", value="refuse")
    assert verdict(said, decisions=(answered("AAA", "refuse"),)).verdict == "contradicted"
    assert verdict(said, decisions=(answered("AAA", "grant"),)).verdict == "supported"


def member(status: str, since: str = "", until: str = "", actor: str = "AAA") -> Namespace:
    return Namespace(
        actor=(actor,),
        organisation="PACT",
        status=status,
        since=since,
        until=until,
        source=("list",),
        file="memberships.csv",
        line=4,
    )


def test_standing_is_that_of_the_time() -> None:
    said = claim("membership", subject="AAA", measure="PACT", period="2022", relation="is", value="member")
    assert verdict(said, memberships=(member("member", "2015"),)).verdict == "supported"
    assert verdict(said, memberships=(member("observer", "2015"),)).verdict == "contradicted"
    assert verdict(said, memberships=(member("left", "2006", "2012"),)).verdict == "contradicted"
    assert verdict(said, memberships=(member("member", "2023"),)).verdict == "not_checkable"


def test_joining_later_than_said_is_contradicted() -> None:
    said = claim("joined", subject="AAA", measure="PACT", period="2015-01", relation="is", value="member")
    assert verdict(said, memberships=(member("member", "2015-08"),)).verdict == "contradicted"
    assert verdict(said, memberships=(member("member", "2015-01-01"),)).verdict == "supported"
    assert verdict(said, memberships=(member("member", "2015"),)).verdict == "not_checkable"


def happening(date: str, source: tuple[str, ...] = ("press",)) -> Namespace:
    return Namespace(id="E1", date=date, what="it happened", source=source, file="events.csv", line=5)


def test_an_event_is_dated_by_others_than_the_text() -> None:
    said = claim("event", measure="E1", period="2023-03", relation="is")
    assert verdict(said, events=(happening("2023-02-28"),)).verdict == "contradicted"
    assert verdict(said, events=(happening("2023-03-05"),)).verdict == "supported"
    assert verdict(said, events=(happening("2023-03", (TEXT,)),)).verdict == "not_checkable"


def test_an_act_is_dated_by_an_attribute_that_counts_it() -> None:
    said = claim("event", subject="AAA", object="PPP", measure="invitations", period="2025-03", relation="is")
    rows = [attribute("invitations", "AAA", month, 1.0, partner="PPP") for month in ("2024-03", "2025-02")]
    assert verdict(said, rows).verdict == "contradicted"
    assert verdict(said, [attribute("invitations", "AAA", "2025-03-09", 1.0, partner="PPP")]).verdict == "supported"


def test_trade_in_the_other_direction_is_shown_beside_the_claim() -> None:
    said = claim(
        "supplied",
        subject="PPP",
        object="AAA",
        measure="drones",
        period="2000/2024",
        relation="more_than",
        value="0",
        unit="count",
    )
    rows = [
        attribute("drones", "PPP", "2000/2024", 0.0, partner="AAA", unit="count"),
        attribute("drones", "AAA", "2000/2024", 2.0, partner="PPP", unit="count"),
    ]
    found = verdict(said, rows)
    assert found.verdict == "contradicted"
    assert [one.agrees for one in found.found] == [False, None]
    assert found.why.endswith("The other way the case has 2.")


def test_a_count_of_no_visits_over_the_time_refutes_a_visit() -> None:
    said = claim("visited", subject="AAA;BBB", object="PPP", measure="visits", period="2023-03", relation="is")
    none = [attribute("visits", state, "2023-01/2023-09", 0.0, partner="PPP") for state in ("AAA", "BBB")]
    came = [attribute("visits", state, "2023-03-05", 1.0, partner="PPP") for state in ("AAA", "BBB")]
    assert verdict(said, none).verdict == "contradicted"
    assert verdict(said, came).verdict == "supported"
    assert verdict(said, came[:1]).verdict == "not_checkable"
    later = [attribute("visits", "AAA", "2023-11-09", 1.0, partner="PPP")]
    assert verdict(said, later).verdict == "not_checkable"


def test_missing_votes_are_counted() -> None:
    votes = (ballot("AAA", "absent"), ballot("BBB", "abstain"), ballot("CCC", "yes"), ballot("CCC", "unknown"))
    said = claim("rank", subject="AAA", measure="absence", relation="highest", value="1")
    assert verdict(said, votes=votes).verdict == "supported"


def test_the_isolated_state_trades_votes_and_joins_least() -> None:
    votes = (ballot("AAA", "absent"), ballot("BBB", "abstain"), ballot("CCC", "yes"))
    memberships = (member("member", actor="BBB"), member("member", actor="CCC"))
    rows = [attribute("trade_gdp", state, "2021", value) for state, value in (("AAA", 0.3), ("BBB", 0.9), ("CCC", 0.6))]
    said = claim("rank", subject="AAA", measure="isolation", relation="highest", value="1")
    found = verdict(said, rows, votes=votes, memberships=memberships)
    assert found.verdict == "supported"
    assert found.found[0].value == pytest.approx((1 + 1 + 2 / 3) / 3)
    assert found.found[0].source == ("roll", "office")


# ---- the whole ----


def test_a_verdict_is_plain_json() -> None:
    said = claim("figure", **GROWTH, relation="at_least", value="7", ledger=("F19",))
    found = verdict(said, [attribute("growth", "AAA", "2022", 7.2, unit="%", low=7.2)])
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert set(told) == {
        "id",
        "verdict",
        "asserted",
        "found",
        "sources",
        "text",
        "ledger",
        "why",
        "probability",
        "disputed",
    }
    assert told["asserted"] == {"relation": "at_least", "value": 7.0, "unit": "%", "period": ["2022"], "source": [TEXT]}
    assert told["found"][0]["where"] == ["attributes.csv:2"]
    assert told["found"][0]["high"] is None


def test_faulty_claims_are_all_named_at_once() -> None:
    wrong = [
        claim("figur", relation="equals", value="1", unit="1"),
        claim("figure", relation="rougly", value="1", unit="1"),
        claim("figure", relation="about", value="much", unit="1"),
        claim("figure", relation="about", value="1", unit="1", period="last year"),
    ]
    case = Planted(wrong)
    assert [problem.what for problem in faults(case)] == ["check", "relation", "value", "period"]
    with pytest.raises(CaseError, match="4 faults") as raised:
        audit(case)
    assert "figure" in str(raised.value)


@pytest.mark.parametrize(
    ("claim_row", "what"),
    [
        (claim("figure", subject="AAA", measure="growht", relation="about", value="1", unit="1"), "measure"),
        (claim("figure", subject="AAZ", measure="growth", relation="about", value="1", unit="1"), "subject"),
        (claim("decision", subject="AAA", measure="bass", relation="is", value="close"), "measure"),
        (claim("decision", subject="AAA", measure="base", relation="is", value="closed"), "value"),
        (claim("vote", subject="AAA", measure="R2", relation="is", value="abstain"), "measure"),
        (claim("membership", subject="AAA", measure="PAKT", relation="is", value="member"), "measure"),
        (claim("event", measure="E2", relation="is", period="2022"), "measure"),
    ],
)
def test_a_name_that_the_case_does_not_know_is_a_fault(claim_row: Namespace, what: str) -> None:
    case = Planted(
        [],
        [attribute("growth", "AAA", "2022", 1.0)],
        decisions=(answered("AAA", "close"),),
        votes=(ballot("AAA", "abstain"),),
        memberships=(member("member"),),
        events=(happening("2022"),),
    )
    case.claims = (claim_row,)
    assert [problem.what for problem in faults(case)] == [what]


def test_all_stands_for_every_state() -> None:
    said = claim("level", subject="all", measure="oil", period="2022", relation="at_least", value="0.1", unit="1")
    rows = [attribute("oil", state, "2022", 0.5) for state in Planted.states]
    assert len(verdict(said, rows).found) == 3


@pytest.mark.parametrize("name", list(checks))
def test_a_check_says_in_its_docstring_what_it_asks(name: str) -> None:
    assert len((checks[name].__doc__ or "").split()) > 8


# ---- the matrix of trade ----


def flow(exporter: str, importer: str, year: int, value: float | None, spread: float = 0.0, **cells: Any) -> Namespace:
    given = {"unit": "USD m", "kind": "estimated", "source": ("engine",), "how": f"{importer} imports", "line": 9}
    low, high = (None, None) if value is None else (value - spread, value + spread)
    ends = {"value": value, "low": low, "high": high, "file": "trade.csv"}
    return Namespace(exporter=exporter, importer=importer, year=year, **{**given, **ends, **cells})


BUYS = {"subject": "AAA", "object": "PPP", "measure": "imports", "period": "2022", "unit": "USD m"}


def bought(value: float, *, source: tuple[str, ...] = ("office",), year: str = "2022") -> Namespace:
    return attribute("imports", "AAA", year, value, partner="PPP", unit="USD m", source=source)


@pytest.mark.parametrize(
    ("reported", "reconciled", "spread", "expected", "outcome"),
    [
        (90.0, 120.0, 10.0, "supported", "bears it out"),
        (120.0, 80.0, 10.0, "contradicted", "speaks against it"),
        (120.0, 80.0, 30.0, "supported", "leaves it open"),
        (90.0, 120.0, 30.0, "contradicted", "leaves it open"),
    ],
)
def test_the_matrix_settles_what_its_whole_range_settles_and_reports_the_rest(
    reported: float, reconciled: float, spread: float, expected: str, outcome: str
) -> None:
    said = claim("figure", **BUYS, relation="more_than", value="100")
    found = verdict(said, [bought(reported)], trade=(flow("PPP", "AAA", 2022, reconciled, spread),))
    assert found.verdict == expected
    assert [one.basis for one in found.found] == ["report", "matrix"]
    assert [one.value for one in found.found] == [reported, reconciled]
    assert [one.how for one in found.found] == ["as told", "AAA imports"]
    assert outcome in found.why
    assert found.disputed is (outcome != "leaves it open")


def test_a_matrix_that_leaves_the_claim_open_supports_nothing_alone() -> None:
    said = claim("figure", **BUYS, relation="more_than", value="100")
    alone = verdict(said, [], trade=(flow("PPP", "AAA", 2022, 120.0, 30.0),))
    assert (alone.verdict, alone.found[0].agrees) == ("not_checkable", None)
    assert "no report for 2022; the matrix has 120 USD m (90 to 150)" in alone.why
    assert verdict(said, [], trade=(flow("PPP", "AAA", 2022, 120.0, 10.0),)).verdict == "supported"


def test_the_matrix_settles_only_the_years_that_it_covers() -> None:
    said = claim("figure", **BUYS | {"period": "2022;2023"}, relation="more_than", value="100")
    rows = [bought(90.0), bought(110.0, year="2023")]
    found = verdict(said, rows, trade=(flow("PPP", "AAA", 2022, 80.0, 10.0),))
    assert found.verdict == "supported"
    assert verdict(said, rows[:1], trade=(flow("PPP", "AAA", 2022, 80.0, 10.0),)).verdict == "contradicted"


@pytest.mark.parametrize(
    "unfit",
    [
        flow("PPP", "AAA", 2022, 120.0, kind="assumed"),
        flow("PPP", "AAA", 2022, 120.0, source=(TEXT,)),
        flow("PPP", "AAA", 2022, None),
    ],
    ids=["assumed", "of the text", "unknown"],
)
def test_a_flow_that_is_assumed_or_unknown_or_the_texts_own_is_no_evidence(unfit: Namespace) -> None:
    assert verdict(claim("figure", **BUYS, relation="more_than", value="100"), [], trade=(unfit,)).found == ()


def test_a_turnover_is_both_flows_with_the_widest_range_or_nothing() -> None:
    said = claim("figure", **BUYS | {"measure": "turnover"}, relation="equals", value="30")
    there, back = flow("PPP", "AAA", 2022, 20.0, 2.0), flow("AAA", "PPP", 2022, 10.0, 1.0, how="AAA exports")
    only = verdict(said, [], trade=(there, back, flow("PPP", "BBB", 2022, 500.0))).found[0]
    assert (only.low, only.value, only.high, only.how) == (27.0, 30.0, 33.0, "AAA exports + AAA imports")
    assert verdict(said, [], trade=(there,)).found == ()


def test_shares_and_ratios_and_changes_are_made_within_the_matrix_and_never_mixed_with_reports() -> None:
    matrix = (flow("PPP", "AAA", 2021, 20.0), flow("PPP", "AAA", 2022, 30.0), flow("AAA", "PPP", 2022, 15.0))
    sums = (flow("WLD", "AAA", 2022, 120.0, file="trade_readings.csv"),)
    rows = [bought(50.0)]

    def found(check: str, measure: str, base: str = "") -> list[tuple[float, str]]:
        said = claim(check, **BUYS | {"measure": measure, "base": base, "unit": "1"}, relation="equals", value="1")
        kept = verdict(said, rows, trade=matrix, trade_readings=sums).found
        return [(round(one.value, 6), one.basis) for one in kept]

    assert found("share", "imports/imports") == [(0.25, "matrix")]
    assert found("ratio", "imports/exports") == [(2.0, "matrix")]
    assert found("factor", "imports", "2021") == [(1.5, "matrix")]
    assert found("growth", "imports", "2021") == [(50.0, "matrix")]


def test_the_books_of_seller_and_buyer_may_both_answer_for_growth() -> None:
    said = claim(
        "growth", **BUYS | {"measure": "sold;imports", "base": "2021", "unit": "%"}, relation="about", value="100"
    )
    seller = [attribute("sold", "AAA", year, v, partner="PPP", source=("p",)) for year, v in (("2021", 4), ("2022", 8))]
    buyer = [bought(v, year=year) for year, v in (("2021", 10.0), ("2022", 13.0))]
    found = verdict(said, seller + buyer)
    assert [round(one.value) for one in found.found] == [100, 30]
    assert (found.verdict, found.disputed) == ("supported", True)
    assert "depends on whose figure is taken" in found.why


def test_witnesses_that_agree_dispute_nothing() -> None:
    said = claim("figure", **BUYS, relation="more_than", value="100")
    assert not verdict(said, [bought(120.0), bought(130.0, source=("agency",))]).disputed
    assert not verdict(said, [bought(20.0), bought(30.0, source=("agency",))]).disputed
    assert verdict(said, [bought(120.0), bought(30.0, source=("agency",))]).disputed
