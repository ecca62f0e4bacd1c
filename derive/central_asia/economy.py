"""Derive the economic rows of the case `central_asia`: ties in six channels, and what is known of trade, money and people.

    python derive/central_asia/economy.py [DATA] [--case FOLDER]

DATA is the folder of source data sets (or the environment variable TIGHTROPE_DATA). The script replaces the rows that it owns in
`ties.csv` and `attributes.csv` of the case and adds the sources that these cite; run it again after the data or the rules change.

What a table gives state by state is taken here by one rule for all. What has to be judged stands in `economy_ties.yaml` and
`economy_attributes.yaml`, with its arithmetic, its range and its reason.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Any

from economy_attributes import attribute_rows
from figures import POWERS, STATES, Figure, Figures, evaluate, gather
from rows import ATTRIBUTES, TIES, Row, Sources, read, replace, text
from ruamel.yaml import YAML

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CHANNELS = ("trade", "energy", "remittances", "finance", "transport", "people")
OWN_TRADE = ("KAZ", "KGZ", "UZB")
YEARS = range(2018, 2024)


def tie(at: tuple[str, str, str, str], value: float, *, kind: str, source: str, **rest: Any) -> Row:
    """Return a row of the ties; bounds that are not given stay empty."""
    state, power, channel, period = at
    low, high = rest.get("low"), rest.get("high")
    return {
        "state": state,
        "power": power,
        "channel": channel,
        "period": str(period),
        "value": text(value, 4),
        "unit": "1",
        "low": text(None if low is None else max(0.0, min(low, value)), 4),
        "high": text(None if high is None else min(1.0, max(high, value)), 4),
        "kind": kind,
        "source": source,
        "how": rest.get("how", ""),
        "why": rest.get("why", ""),
        "chosen": "yes" if rest.get("chosen", True) else "no",
        "ledger": ";".join(rest.get("ledger", [])),
    }


def together(*sources: str) -> str:
    """Join keys of sources, each once, in order."""
    return ";".join(dict.fromkeys(key for joined in sources for key in joined.split(";") if key))


def national_trade(figures: Figures) -> list[Row]:
    """Shares of goods turnover where the state publishes all partners, and the same from the partner's books where they exist."""
    found = []
    for state in OWN_TRADE:
        for year in map(str, YEARS):
            total = figures.named(f"{state} WLD {year} | turnover, national")
            for power in POWERS:
                own = figures.named(f"{state} {power} {year} | turnover, national")
                at, ledger = (
                    (state, power, "trade", year),
                    ["F04"] if (state, power, year) == ("KAZ", "RUS", "2021") else [],
                )
                is_lost = own.high is not None
                found.append(
                    tie(
                        at,
                        own.value / total.value,
                        kind="estimated" if is_lost else "measured",
                        source=own.source,
                        low=0.7 * own.value / total.value if is_lost else None,
                        high=own.high / total.value if own.high is not None else None,
                        how="over turnover with all; " + own.note
                        if is_lost
                        else "exports and imports with the power over exports and imports with all"
                        + ("; " + own.note if own.note else ""),
                        ledger=ledger,
                    )
                )
                found += mirror(figures, own, total)
    return found


def mirror(figures: Figures, own: Figure, total: Figure) -> list[Row]:
    """The power's own figure in the place of the state's, in the part and in the total; an alternative, never chosen."""
    state, power, year = own.actor, own.partner, own.period
    if power == "RUS" and state in ("KAZ", "UZB") and int(year) <= 2021:
        book = figures.named(f"RUS {state} {year} | turnover, national")
        value, source, whose = book.value, book.source, "Russian customs' turnover"
    elif power == "EU":
        book = figures.named(f"{state} EU {year} | exports of partner")
        rate = figures.named(f"EU USA {year} | euro per dollar")
        sold = figures.named(f"{state} EU {year} | exports, national")
        value, source = book.value / rate.value + sold.value, together(book.source, rate.source)
        whose = "the Union's exports in dollars and the state's own exports"
    else:
        return []
    share = value / (total.value - own.value + value)
    return [
        tie(
            (state, power, "trade", year),
            share,
            kind="estimated",
            source=together(source, own.source),
            how=f"{whose} in the place of the state's own turnover, in it and in the total",
            why="not chosen: the state's own books stand for its ties; the gap is goods that pass through, and freight",
            chosen=False,
        )
    ]


def migrants(figures: Figures) -> list[Row]:
    """Shares of migrants abroad by destination."""
    found = []
    for state in STATES:
        total = figures.named(f"{state} WLD 2017 | migrant matrix")
        for power in POWERS:
            part = figures.named(f"{state} {power} 2017 | migrant matrix")
            share = part.value / total.value
            found.append(
                tie(
                    (state, power, "people", "2017"),
                    share,
                    kind="estimated",
                    source=part.source,
                    low=0.6 * share,
                    high=min(1.0, 1.3 * share + 0.01),
                    how="people born in the state who live in the power, over all who live abroad; the matrix rests on censuses "
                    "and misses seasonal work, hence the range",
                )
            )
    return found


def matrix_remittances(figures: Figures) -> list[Row]:
    """Shares of remittances in 2017 where the bank's matrix knows more than one sender."""
    found = []
    for state in ("KAZ", "KGZ", "TJK"):
        total = figures.named(f"{state} WLD 2017 | remittance matrix")
        for power in POWERS:
            part = figures.named(f"{state} {power} 2017 | remittance matrix")
            share = part.value / total.value
            found.append(
                tie(
                    (state, power, "remittances", "2017"),
                    share,
                    kind="estimated",
                    source=part.source,
                    low=0.5 * share,
                    high=min(1.0, 1.5 * share + 0.01),
                    how="the bank's estimate from migrant stocks and incomes, over its total",
                )
            )
    return found


def ruled(rule: dict[str, Any], figures: Figures, of: dict[tuple[str, ...], Row]) -> Row:
    """The row that one rule describes."""
    used = {name: lookup(figure, figures, of) for name, figure in (rule.get("with") or {}).items()}
    values = {name: figure.value for name, figure in used.items()}
    low, high = (evaluate(rule[b], values) if b in rule else None for b in ("low", "high"))
    value = evaluate(rule["value"], values)
    state, power, channel, period = map(str, rule["at"])
    kind = rule.get("kind", "assumed")
    how = rule.get("how", "" if not used else "figures from the sources, weights guessed")
    return tie(
        (state, power, channel, period),
        value,
        kind=kind,
        source=together(*(figure.source for figure in used.values())),
        low=low,
        high=high,
        how=how,
        why=rule.get("why", ""),
        chosen=rule.get("chosen", True),
        ledger=rule.get("ledger", []),
    )


def lookup(name: str, figures: Figures, of: dict[tuple[str, ...], Row]) -> Figure:
    """A published figure, or a trade share that was derived before."""
    if name.endswith("| trade share"):
        state, power, year = name.split()[:3]
        row = of[state, power, "trade", year]
        return Figure(state, power, "trade share", year, float(row["value"]), "1", row["source"], "")
    return figures.named(name)


def spread(rule: dict[str, Any], figures: Figures, of: dict[tuple[str, ...], Row]) -> list[Row]:
    """Shares of the other powers in what the power `after` leaves over."""
    state, channel, after = rule["state"], rule["channel"], rule["after"]
    total = figures.named(f"{state} WLD 2017 | {rule['by']}")
    leader = figures.named(f"{state} {after} 2017 | {rule['by']}") if after else None
    found = []
    for period in map(str, rule["periods"]):
        first = of[state, after, channel, period] if after else None
        left = 1 - float(first["value"]) if first else 1.0
        base = total.value - (leader.value if leader else 0.0)
        for power in POWERS:
            if power == after or (state, power, channel, period) in of:
                continue
            part = figures.named(f"{state} {power} 2017 | {rule['by']}")
            share = left * part.value / base
            found.append(
                tie(
                    (state, power, channel, period),
                    share,
                    kind="estimated",
                    source=together(part.source, first["source"] if first else ""),
                    low=0.3 * share,
                    high=2 * share + 0.005,
                    how=rule["how"],
                )
            )
    return found


def widened(rows: list[Row]) -> list[Row]:
    """Let the range of a chosen row that has none, or a narrower one, reach over the conflicting rows beside it."""
    beside: dict[tuple[str, ...], list[float]] = {}
    for row in rows:
        if row["chosen"] == "no":
            beside.setdefault(tuple(row[n] for n in TIES[:4]), []).append(float(row["value"]))
    for row in rows:
        others = beside.get(tuple(row[n] for n in TIES[:4]))
        if row["chosen"] == "yes" and others:
            value = float(row["value"])
            row["low"] = text(min([value, *others, float(row["low"] or value)]), 4)
            row["high"] = text(max([value, *others, float(row["high"] or value)]), 4)
            row["why"] = row["why"] or "chosen as the state's own figure; the range reaches over the rows beside it"
    return rows


def tie_rows(figures: Figures, rules: dict[str, Any]) -> list[Row]:
    """Every tie of the six economic channels."""
    rows = [*national_trade(figures), *migrants(figures), *matrix_remittances(figures)]
    of = {tuple(row[n] for n in TIES[:4]): row for row in rows if row["chosen"] == "yes"}
    for rule in rules["rows"]:
        row = ruled(rule, figures, of)
        rows.append(row)
        if row["chosen"] == "yes":
            of[tuple(row[n] for n in TIES[:4])] = row
    for rule in rules["spread"]:
        for row in spread(rule, figures, of):
            rows.append(row)
            of[tuple(row[n] for n in TIES[:4])] = row
    return widened(rows)


def derive(data: Path, case: Path) -> tuple[list[Row], list[Row], Sources, dict[str, dict[str, Any]]]:
    """Return the ties, the attributes, the sources and the dictionary of attributes; nothing is written."""
    yaml = YAML(typ="safe")
    ties = yaml.load((HERE / "economy_ties.yaml").read_text(encoding="utf-8"))
    attributes = yaml.load((HERE / "economy_attributes.yaml").read_text(encoding="utf-8"))
    actors = read(case / "actors.csv")
    members = frozenset(next(row for row in actors if row["id"] == "EU")["members"].split(";"))
    known = [row["id"] for row in actors]
    sources = Sources()
    figures = gather(data, sources, members=members, actors=known, inputs=ties["inputs"])
    rows = attribute_rows(figures, attributes, known=frozenset(known))
    return tie_rows(figures, ties), rows, sources, attributes["attributes"]


def cited(rows: list[Row]) -> set[str]:
    """Keys of the sources that rows cite."""
    return {key for row in rows for key in row["source"].split(";") if key}


def write_sources(path: Path, sources: Sources, keys: set[str]) -> None:
    """Add entries that the bibliography lacks, and keep it sorted by key."""
    entries = dict(
        re.findall(r"(?ms)^(@\w+\{([^,\s]+),.*?^\}\n)", path.read_text(encoding="utf-8")) if path.exists() else []
    )
    by_key = {key: entry for entry, key in entries.items()}
    by_key |= {key: sources.entries[key] for key in keys if key not in by_key}
    path.write_text("\n".join(by_key[key] for key in sorted(by_key)), encoding="utf-8")


def main() -> None:
    """Write the rows into the case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "data", type=Path, nargs="?", default=os.environ.get("TIGHTROPE_DATA"), help="folder of source data sets"
    )
    parser.add_argument("--case", type=Path, default=ROOT / "src" / "tightrope" / "cases" / "central_asia")
    asked = parser.parse_args()
    if asked.data is None:
        parser.error("name the data folder, or set TIGHTROPE_DATA")
    ties, attributes, sources, names = derive(asked.data, asked.case)
    replace(asked.case / "ties.csv", TIES, ties, lambda row: row["channel"] in CHANNELS)
    replace(asked.case / "attributes.csv", ATTRIBUTES, attributes, lambda row: row["attribute"] in names)
    write_sources(asked.case / "sources.bib", sources, cited(ties + attributes))
    print(f"{len(ties)} ties, {len(attributes)} attributes, {len(cited(ties + attributes))} sources")


if __name__ == "__main__":
    main()
