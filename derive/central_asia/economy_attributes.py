"""Rows of the economic attributes: published figures under the case's names, with one chosen where several stand for the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from figures import POWERS, STATES, Figure, Figures, evaluate
from rows import ATTRIBUTES, Row, text

OWN_TRADE = ("KAZ", "KGZ", "UZB")
PARTNERS = (*POWERS, *STATES, "DEU", "UKR", "WLD")
YEARS = range(2018, 2024)

OWN = re.compile(
    r"[Ss]tatisti|[Cc]ustoms|National Bank|Central Bank|NBKR|Ministry|ministry|minister|GosKom|Agency|Akorda|Khovar|Kazakh"
    r"|Tajik|Kyrgyz|Uzbek|Turkmen|prime|president|President"
)
BODIES = re.compile(r"World Bank|KNOMAD|IMF|ADB|OECD|EDB|UNCTAD|EBRD|Eurostat|CIA|Energy Institute|Federal Reserve")
WEAK = re.compile(
    r"weak|perhaps|as printed|secondary|implausibl|doubtful|partisan|inferred|inconsistent|as claimed|unofficial|conflicts|unconfirmed|rounded, economic"
)
ROUGH = re.compile(
    r"estimate|derived|inferred|about|around|approx|nearly|almost|rounded|plan|forecast|expected|target|claim|aim"
)
ASIDE = re.compile(r"ledger|article|contrast|agrees|close to|mirror gap|contradicts|README", re.I)
GRADES = (
    "the state's own books",
    "an office of the state",
    "an international body",
    "the partner's books or the press",
    "a weak source",
)

# Unit of the attribute -> units of figures that may stand for it, and what they are multiplied with.
UNITS: dict[str, dict[str, float]] = {
    "USD m": {"USD m": 1.0},
    "EUR m": {"EUR m": 1.0},
    "%": {"%": 1.0},
    "bcm": {"bcm": 1.0},
    "bcm/yr": {"bcm/year": 1.0},
    "Mt": {"Mt": 1.0},
    "Mt/yr": {"Mt/year": 1.0},
    "km": {"km": 1.0},
    "people": {"persons": 1.0, "people": 1.0},
    "count": {"firms": 1.0, "entries": 1.0, "registrations": 1.0, "banks": 1.0},
    "EUR per USD": {"EUR per USD": 1.0},
}


def factor(figure: Figure, unit: str) -> float | None:
    """What turns the figure into the attribute's unit; None where it cannot stand for it."""
    if unit == "1":
        if figure.unit == "% of GDP":
            return 0.01
        return 1.0 if figure.unit in ("1", "ratio", "flag") or figure.unit.startswith("share") else None
    return UNITS[unit].get(figure.unit)


def grade(figure: Figure) -> int:
    """Place of a figure in the order of trust, 0 first."""
    said = f"{figure.publisher} {figure.note}"
    if WEAK.search(said) or "as claimed" in figure.measure:
        return 4
    if figure.measure.endswith("national"):
        return 0
    if "mirror" in figure.note:
        return 3
    if OWN.search(figure.publisher) and "Russian" not in figure.publisher:
        return 1
    return 2 if BODIES.search(figure.publisher) else 3


def day(figure: Figure) -> str:
    """When the figure was published; the panel is the indicator itself, of which the others are copies, and counts as the newest."""
    return "9999" if figure.measure.endswith("panel") else figure.date


def row(at: Iterable[object], value: float, unit: str, **rest: Any) -> Row:
    """Return a row of the attributes."""
    attribute, actor, partner, period = map(str, at)
    low, high = rest.get("low"), rest.get("high")
    return {
        "attribute": attribute,
        "actor": actor,
        "partner": partner,
        "period": period,
        "value": text(value),
        "unit": unit,
        "low": text(None if low is None else min(low, value)),
        "high": text(None if high is None else max(high, value)),
        "kind": rest["kind"],
        "source": rest.get("source", ""),
        "how": rest.get("how", ""),
        "why": rest.get("why", ""),
        "chosen": rest.get("chosen", "yes"),
        "ledger": ";".join(rest.get("ledger", [])),
    }


def published(figure: Figure) -> str:
    """How a figure was published, in few words."""
    said = [part.strip() for part in figure.note.split(";") if part.strip() and not ASIDE.search(part)]
    return "; ".join([figure.measure.removesuffix(", national"), *said])


def is_wanted(figure: Figure, known: frozenset[str]) -> bool:
    """Whether the figure is about actors of the case; national tables are cut to partners that matter."""
    if figure.actor not in known or figure.partner not in (*known, "WLD", ""):
        return False
    if figure.measure.endswith(", national"):
        return figure.actor in OWN_TRADE and figure.partner in PARTNERS and int(figure.period) >= 2018
    return not (
        figure.measure in ("remittance matrix", "migrant matrix") and figure.value == 0 and figure.partner not in POWERS
    )


def choose(name: str, at: tuple[str, ...], figures: list[Figure], rules: dict[str, Any]) -> tuple[str, dict[int, str]]:
    """Return why one figure stands for `at`, and why each of the others does not."""
    is_latest = rules["attributes"][name].get("order") == "latest"
    ranked = sorted(figures, key=day, reverse=True)
    ranked.sort(key=(lambda f: grade(f) == 4) if is_latest else grade)
    best = ranked[0]
    said = ""
    why = "chosen: the newest vintage" if is_latest else f"chosen: {GRADES[grade(best)]} first, the newest among equals"
    for wish in rules["prefer"]:
        if tuple(map(str, wish["at"])) == at:
            fitting = [f for f in figures if wish["piece"] in f"{f.publisher} {f.date} {f.note} {f.measure}"]
            if len(fitting) != 1:
                raise ValueError(f"`{wish['piece']}` at {at} fits {len(fitting)} of {[str(f) for f in figures]}")
            best, why, said = fitting[0], wish["why"], wish.get("others", "")
    others = {
        id(f): said
        or "not chosen: "
        + (
            "an older vintage"
            if is_latest and day(f) < day(best)
            else f"{GRADES[grade(f)]}; another row stands for the period"
        )
        for f in figures
        if f is not best
    }
    return why, others


def published_rows(figures: Figures, rules: dict[str, Any], known: frozenset[str]) -> list[Row]:
    """Every published figure that stands for an attribute."""
    groups: dict[tuple[str, ...], list[Figure]] = {}
    for name, about in rules["attributes"].items():
        for figure in figures:
            if (
                figure.measure in about["from"]
                and is_wanted(figure, known)
                and factor(figure, about["unit"]) is not None
            ):
                partner = figure.partner if about["partner"] else ""
                groups.setdefault((name, figure.actor, partner, figure.period), []).append(figure)
    found = []
    for at, group in groups.items():
        unit = rules["attributes"][at[0]]["unit"]
        why, others = choose(at[0], at, group, rules)
        for figure in group:
            times = factor(figure, unit) or 1.0
            is_rough = bool(ROUGH.search(figure.note)) or grade(figure) == 4 or figure.measure.endswith("matrix")
            found.append(
                row(
                    at,
                    figure.value * times,
                    unit,
                    low=None if figure.low is None else figure.low * times,
                    high=None if figure.high is None else figure.high * times,
                    kind="estimated" if is_rough else "measured",
                    source=figure.source,
                    how=published(figure),
                    why=others.get(id(figure), why if len(group) > 1 else ""),
                    chosen="no" if id(figure) in others else "yes",
                )
            )
    return found


def trade_rows(figures: Figures) -> list[Row]:
    """Shares, growth, ranks and openness from the tables by partner."""
    found = []
    for state in OWN_TRADE:
        for year in YEARS:
            total = {
                f: figures.named(f"{state} WLD {year} | {f}, national") for f in ("exports", "imports", "turnover")
            }
            for partner in (*POWERS, *(s for s in STATES if s != state)):
                for flow, name in (
                    ("exports", "export_share"),
                    ("imports", "import_share"),
                    ("turnover", "turnover_share"),
                ):
                    part = figures.named(f"{state} {partner} {year} | {flow}, national")
                    found.append(
                        row(
                            (name, state, partner, year),
                            part.value / total[flow].value,
                            "1",
                            kind="estimated" if part.high is not None else "measured",
                            source=part.source,
                            how=f"{flow} with the partner over {flow} with all",
                            high=None if part.high is None else part.high / total[flow].value,
                        )
                    )
                if year > YEARS[0]:
                    found += growth(figures, state, partner, year)
            found += ranks(figures, state, year)
            gdp = figures.named(f"{state} - {year} | GDP")
            source = f"{total['turnover'].source};{gdp.source}"
            how = "goods exports and imports over gross domestic product"
            found.append(
                row(
                    ("trade_gdp", state, "", year),
                    total["turnover"].value / gdp.value,
                    "1",
                    kind="measured",
                    source=source,
                    how=how,
                )
            )
    for state, year in [(s, y) for s in ("TJK", "TKM") for y in range(2018, 2024) if (s, y) != ("TKM", 2018)]:
        sold, bought = (
            newest(figures, f"{state} WLD {year}", f"{f} of goods and services, total") for f in ("exports", "imports")
        )
        gdp = figures.named(f"{state} - {year} | GDP")
        source = ";".join(dict.fromkeys([sold.source, bought.source, gdp.source]))
        how = "exports and imports of goods and services over gross domestic product"
        if state == "TKM":
            how += ", which rests on the official exchange rate"
        value = (sold.value + bought.value) / gdp.value
        kind = "measured" if state == "TJK" else "estimated"
        low, high = (None, None) if state == "TJK" else (0.7 * value, 1.5 * value)
        found.append(
            row(("trade_gdp", state, "", year), value, "1", kind=kind, source=source, how=how, low=low, high=high)
        )
    return found


def newest(figures: Figures, head: str, measure: str) -> Figure:
    """Return the newest figure of a measure."""
    actor, partner, period = head.split()
    return max(
        (f for f in figures if (f.actor, f.partner, f.period, f.measure) == (actor, partner, period, measure)),
        key=lambda f: f.date,
    )


def growth(figures: Figures, state: str, partner: str, year: int) -> list[Row]:
    """Change of turnover with one partner on the year before; nothing where one of the two years is an estimate."""
    now, before = (figures.named(f"{state} {partner} {y} | turnover, national") for y in (year, year - 1))
    if not before.value or before.high is not None or now.high is not None:
        return []
    change = 100 * (now.value / before.value - 1)
    how = "turnover in dollars over that of the year before"
    return [row(("turnover_growth", state, partner, year), change, "%", kind="measured", source=now.source, how=how)]


def ranks(figures: Figures, state: str, year: int) -> list[Row]:
    """Place of the powers and neighbours among all states by turnover; members of the European Union count one by one."""
    lines = [
        f
        for f in figures
        if f.actor == state
        and f.period == str(year)
        and f.measure == "turnover, national"
        and f.partner not in ("EU", "WLD")
    ]
    ordered = sorted(lines, key=lambda f: -f.value)
    return [
        row(
            ("trade_rank", state, f.partner, year),
            place,
            "1",
            kind="estimated" if f.high is not None else "measured",
            source=f.source,
            how="place among all states by turnover; members of the European Union count one by one",
        )
        for place, f in enumerate(ordered, 1)
        if f.partner in (*POWERS, *STATES)
    ]


def mirrors(figures: Figures) -> list[Row]:
    """Trade of states that publish no partners, from the books of those of the five that do."""
    found = []
    for state in ("TJK", "TKM"):
        for partner in OWN_TRADE:
            for year in YEARS:
                for flow, theirs in (("exports", "imports"), ("imports", "exports"), ("turnover", "turnover")):
                    book = figures.named(f"{partner} {state} {year} | {theirs}, national")
                    found.append(
                        row(
                            (flow, state, partner, year),
                            book.value,
                            "USD m",
                            kind="estimated",
                            source=book.source,
                            how=f"the partner's {theirs}",
                            chosen="mirror",
                        )
                    )
    for partner in ("KAZ", "UZB"):
        for year in range(2018, 2022):
            for flow, theirs in (("exports", "imports"), ("imports", "exports"), ("turnover", "turnover")):
                book = figures.named(f"RUS {partner} {year} | {theirs}, national")
                found.append(
                    row(
                        (flow, partner, "RUS", year),
                        book.value,
                        "USD m",
                        kind="estimated",
                        source=book.source,
                        how=f"the partner's {theirs}",
                        chosen="mirror",
                    )
                )
    return found


def ruled_rows(figures: Figures, rules: dict[str, Any]) -> list[Row]:
    """Figures made of others, or assumed."""
    found = []
    for rule in rules["rows"]:
        used = {name: figures.named(figure) for name, figure in (rule.get("with") or {}).items()}
        values = {name: figure.value for name, figure in used.items()}
        low, high = (evaluate(rule[b], values) if b in rule else None for b in ("low", "high"))
        found.append(
            row(
                rule["at"],
                evaluate(rule["value"], values),
                rules["attributes"][rule["at"][0]]["unit"],
                low=low,
                high=high,
                kind=rule.get("kind", "assumed"),
                source=";".join(dict.fromkeys(figure.source for figure in used.values())),
                how=rule.get("how", ""),
                why=rule.get("why", ""),
                ledger=rule.get("ledger", []),
            )
        )
    return found


def settled(rows: list[Row]) -> list[Row]:
    """Leave one chosen row for each actor, partner and period: what is derived stands before single figures."""
    stand: dict[tuple[str, ...], Row] = {}
    for r in rows:
        at = tuple(r[n] for n in ATTRIBUTES[:4])
        if r["chosen"] == "mirror":
            r["chosen"] = "no" if at in stand else "yes"
            r["why"] = "not chosen: the partner's books; the state's own figure stands" if at in stand else ""
        if r["chosen"] == "yes":
            if at in stand:
                r["chosen"], r["why"] = (
                    "no",
                    "not chosen: the row derived from a whole table or from several figures stands",
                )
                stand[at]["why"] = (
                    stand[at]["why"] or "chosen: derived from a whole table or from several figures; see how"
                )
            else:
                stand[at] = r
    return rows


def attribute_rows(figures: Figures, rules: dict[str, Any], *, known: frozenset[str]) -> list[Row]:
    """Every economic attribute."""
    tables, single = trade_rows(figures), published_rows(figures, rules, known)
    rows = settled([*tables, *ruled_rows(figures, rules), *single, *mirrors(figures)])
    places = {tuple(map(str, place["at"])): place["ledger"] for place in rules["ledger"]}
    unused = dict(places)
    for r in rows:
        at = tuple(r[n] for n in ATTRIBUTES[:4])
        if at in places and r["chosen"] == "yes":
            r["ledger"] = ";".join(dict.fromkeys([*filter(None, r["ledger"].split(";")), *places[at]]))
            unused.pop(at, None)
    if unused:
        raise ValueError(f"no row stands at the places of the ledger: {unused}")
    return rows
