"""What holds for every screening, and what rows of statistics become."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit

from tightrope.base import TightropeError
from tightrope.trade.screen import Flows, Planted, Screening, panel, planted, screen
from tightrope.trade.screen.card import cards, records
from tightrope.trade.screen.discovery import placebo_panel
from tightrope.trade.screen.evidence import TERMS, evidence, seen
from tightrope.trade.screen.fitting import known_only
from tightrope.trade.screen.flows import OTHER
from tightrope.trade.screen.score import KNOWN, known, pattern_name, weights

FLOWS = ("inflow", "direct", "onward", "mirror", "controls", "other_imports", "other_exports")
ONLY_INFLOW = (False,) * len(KNOWN)


def by_label(found: Screening) -> dict[tuple[str, str, str], float]:
    p, r = found.panel, found.rows
    return {
        (p.hubs[h], p.products[q], p.months[p.event + t]): float(chance)
        for h, q, t, chance in zip(r.hub, r.product, r.month, r.probability, strict=True)
    }


def test_contributions_add_up_to_the_log_odds(screening: Screening) -> None:
    rows = screening.rows
    total = rows.base + sum(np.nan_to_num(part) for part in rows.contributions.values())
    np.testing.assert_allclose(total, logit(rows.probability), atol=1e-9)


def test_the_most_likely_come_first_within_their_interval(screening: Screening) -> None:
    rows = screening.rows
    assert (np.diff(rows.probability) <= 0).all()
    assert (np.diff(rows.q_value) >= -1e-12).all()
    assert (rows.low <= rows.probability).all()
    assert (rows.probability <= rows.high).all()
    assert (rows.flagged == (rows.q_value <= screening.rate)).all()


def test_value_at_stake_is_at_most_what_came_and_what_was_lost(screening: Screening) -> None:
    rows, p = screening.rows, screening.panel
    came = p.inflow[rows.hub, rows.product, p.event + rows.month]
    lost = screening.found.expected.direct[rows.product, p.event + rows.month]
    assert (rows.value_at_stake <= np.minimum(came, lost) + 1e-6).all()
    assert (rows.value_at_stake >= 0).all()


def test_doubling_the_currency_unit_changes_no_probability(world: Planted, screening: Screening) -> None:
    other = screen(replace(world.panel, **{name: 1000 * getattr(world.panel, name) for name in FLOWS}))
    a, b = by_label(screening), by_label(other)
    assert a.keys() == b.keys()
    np.testing.assert_allclose([a[key] for key in a], [b[key] for key in a], atol=1e-9)


def test_order_of_hubs_does_not_matter(world: Planted, screening: Screening) -> None:
    p = world.panel
    turned = {
        name: getattr(p, name)[::-1]
        for name in ("inflow", "onward", "mirror", "other_imports", "other_exports", "inflow_weight", "onward_weight")
    }
    a, b = by_label(screening), by_label(screen(replace(p, hubs=p.hubs[::-1], **turned)))
    np.testing.assert_allclose([a[key] for key in a], [b[key] for key in a], atol=1e-9)


def test_what_cannot_be_computed_is_missing_and_says_nothing(world: Planted) -> None:
    found = screen(known_only(world.panel, ONLY_INFLOW))
    gone = {name for name, part in found.rows.contributions.items() if np.isnan(part).all()}
    assert {"onward", "pass_through", "timing", "mirror_gap", "lost_in_transit", "unit_value", "price"} <= gone
    assert {"hub_growth", "category_growth", "local_demand", "own_exports"} <= gone
    assert found.patterns == {"inflow": 5 * (len(world.panel.months) - world.panel.event)}
    row = next(records(found))
    assert row["contributions"]["onward"] is None


def test_there_are_weights_for_every_pattern_of_what_is_known() -> None:
    assert len(weights().patterns) == 2 ** len(KNOWN)
    innocent = {term.name for term in TERMS if term.innocent}
    for pattern in weights().patterns.values():
        for name, rises in pattern.rises.items():
            assert (rises <= 0).all() if name in innocent else (rises >= 0).all()


def test_a_hub_that_reports_nothing_gets_the_pattern_without(world: Planted) -> None:
    onward = world.panel.onward.copy()
    onward[1] = np.nan
    flags = known(replace(world.panel, onward=onward))
    assert pattern_name(tuple(flags[0, 0].tolist())).startswith("onward")
    assert not pattern_name(tuple(flags[1, 0].tolist())).startswith("onward")


def test_every_term_is_finite_or_missing(world: Planted) -> None:
    for name, value in evidence(seen(world.panel)).items():
        assert value.shape == world.truth.shape, name
        assert not np.isinf(value).any(), name


def test_a_flow_as_usual_is_no_suspect_and_a_planted_flood_is() -> None:
    quiet = planted(77).panel
    level = quiet.inflow[..., : quiet.event].mean(axis=-1, keepdims=True)
    inflow = quiet.inflow.copy()
    inflow[..., quiet.event :] = level
    flood, product = inflow.copy(), int(np.argmax(quiet.listed & (level[0, :, 0] > 0)))
    flood[0, product, quiet.event :] += 50 * level[0, product] + 0.05 * quiet.direct[product, : quiet.event].mean()
    plain = known_only(quiet, (False, False, False, True, True))
    calm, loud = (by_label(screen(replace(plain, inflow=some))) for some in (inflow, flood))
    of_pair = [key for key in loud if key[:2] == (quiet.hubs[0], quiet.products[product])]
    assert max(calm[key] for key in of_pair) < 0.3
    assert min(loud[key] for key in of_pair[:3]) > 0.8


def test_placebo_months_lie_before_the_event(world: Planted) -> None:
    before = placebo_panel(world.panel)
    assert before is not None
    assert before.months[-1] < world.panel.months[world.panel.event]
    np.testing.assert_array_equal(before.inflow, world.panel.inflow[..., : world.panel.event])
    assert before.direct[:, before.event :].sum() < world.panel.direct[:, before.event : world.panel.event].sum()


def test_a_card_says_what_was_tested_and_what_not(world: Planted) -> None:
    found = screen(world.panel.without("onward", "inflow_weight", "onward_weight"))
    card = next(cards(found, 1, tiers={found.panel.products[int(found.rows.product[0])]: "TIER_1"}))
    assert card["tier"] == "TIER_1"
    assert "the hub asks a premium" in card["not_computed"]
    tested = {one["name"]: one["tested"] for one in card["innocent"]}
    assert tested["hub_growth"]
    assert tested["one_off"]
    assert not tested["price"]
    assert all(value is None for value in card["series"]["onward"])


def test_too_short_a_file_is_refused(world: Planted) -> None:
    p = world.panel
    with pytest.raises(TightropeError, match="at least 12 before"):
        replace(p, event=6)


# --- from rows to the panel ---------------------------------------------------------------------------


MONTHS = tuple(f"{2020 + k // 12}-{k % 12 + 1:02d}" for k in range(30))


def statistics(*extra: tuple[str, str, bool, str, str, float]) -> Flows:
    told = [
        (who, to, False, product, month, value)
        for month in MONTHS
        for who, to, product, value in (
            ("W", "KGZ", "854231", 5.0), ("W", "RUS", "854231", 100.0), ("W", "KAZ", "854231", 7.0),
            ("W", "KGZ", "010121", 3.0), ("W", "RUS", "010121", 50.0), ("W", "TUR", "854231", 9.0),
        )
    ]  # fmt: skip
    columns = list(zip(*[*told, *extra], strict=True))
    text, value = [np.array(columns[k]) for k in (0, 1, 3, 4)], np.array(columns[5], dtype=float)
    return Flows(
        text[0], text[1], np.array(columns[2], dtype=bool), text[2], text[3], value, np.full(len(value), np.nan)
    )


def asked(flows: Flows, **more: object) -> tuple[object, dict[str, int]]:
    given = {"coalition": "W", "target": "RUS", "hubs": ["KGZ", "KAZ"], "event": "2022-01"} | more
    return panel(flows, **given)  # type: ignore[arg-type]


def test_rows_become_flows_by_hub_product_and_month() -> None:
    made, aside = panel(
        statistics(), coalition="W", target="RUS", hubs=["KGZ", "KAZ"], event="2022-01", listed=["8542"]
    )
    assert made.products == ("010121", "854231")
    assert made.event == 24
    assert made.inflow[:, :, 0].tolist() == [[3.0, 5.0], [0.0, 7.0]]
    assert made.direct[:, 0].tolist() == [50.0, 100.0]
    assert made.partners == ("TUR",)
    assert made.listed.tolist() == [False, True]
    assert np.isnan(made.onward).all()
    assert aside == {}


def test_a_silent_reporter_is_unknown_and_a_silent_product_is_zero() -> None:
    reports = [("KGZ", "RUS", False, "854231", month, 2.0) for month in MONTHS[:20]]
    made, _ = panel(statistics(*reports), coalition="W", target="RUS", hubs=["KGZ", "KAZ"], event="2022-01")
    assert made.onward[0, 1, :20].tolist() == [2.0] * 20
    assert made.onward[0, 0, :20].tolist() == [0.0] * 20
    assert np.isnan(made.onward[0, :, 20:]).all()
    assert np.isnan(made.onward[1]).all()


def test_totals_give_the_trade_outside_the_file() -> None:
    totals = [("W", to, False, "TOTAL", month, 500.0) for to in ("KGZ", "KAZ", "RUS") for month in MONTHS]
    made, _ = panel(statistics(*totals), coalition="W", target="RUS", hubs=["KGZ", "KAZ"], event="2022-01")
    assert made.products[-1] == OTHER
    assert made.listed.tolist() == [True, True, False]
    assert made.inflow[:, -1, 0].tolist() == [492.0, 493.0]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"hubs": ["KGZ", "UZB"]}, "No flow to UZB"),
        ({"coalition": "Z"}, "No product flow from Z"),
        ({"event": "2031-01"}, "from 2020-01 to 2022-06"),
        ({"listed": ["999999"]}, "None of the 1 listed products"),
    ],
)
def test_questions_that_the_file_cannot_answer_are_refused(more: dict[str, object], says: str) -> None:
    with pytest.raises(TightropeError, match=says):
        asked(statistics(), **more)
