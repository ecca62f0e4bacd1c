"""Tables of a Result that come from the case and its measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tightrope.measure import measures
from tightrope.simulate import levels

if TYPE_CHECKING:
    from tightrope.base import Estimate
    from tightrope.case import Case

__all__ = ["actors", "by_year", "events", "inputs", "measured", "numbers", "sources"]

Row = dict[str, Any]

PAIRS = {
    "dependence": "dependence",
    "threat": "threat",
    "leverage": "leverage",
    "bandwidth": "bandwidth",
    "export_dependence": "export_dependence",
    "import_dependence": "import_dependence",
    "one_sidedness": "fbic_dependence",
    "capacity": "capacity",
}


def by_year(case: Case) -> dict[int, Mapping[str, Estimate]]:
    """Measures of every year of the case; years before the simulated period take the powers as at its start."""
    return {year: measures(case, year, levels=levels(case, year)) for year in case.years}


def measured(case: Case, years: Mapping[int, Mapping[str, Estimate]]) -> dict[str, list[Row]]:
    """Tables `measures`, `room`, `concentration` and `channels`."""
    pairs: list[Row] = []
    rooms: list[Row] = []
    concentrations: list[Row] = []
    channels: list[Row] = []
    weights = _weights(case)
    for year, of in years.items():
        for name, shown in PAIRS.items():
            pairs += _pairs(case, year, shown, of[name])
        if any(row.attribute == "alignment" and row.period == str(year) for row in case.tables["attributes"]):
            pairs += _pairs(case, year, "alignment", case.dyad("alignment", year))
        for i, state in enumerate(case.states):
            hold = of["leverage"].value[i]
            known = not np.isnan(hold).any()
            rooms.append(
                {"state": state, "year": year}
                | _cell(of["room"], i)
                | {"limiting_power": case.powers[int(np.argmax(hold))] if known else None}
            )
            for c, channel in enumerate(case.channels):
                cell = _cell(of["concentration"], (i, c))
                concentrations.append(
                    {
                        "state": state,
                        "channel": channel,
                        "year": year,
                        "hhi": cell["mean"],
                        "low": cell["low"],
                        "high": cell["high"],
                    }
                )
                channels += [
                    _tie(case, state, power, channel, year, of["contribution"].value[i, p, c]) | weights[state, channel]
                    for p, power in enumerate(case.powers)
                ]
    return {"measures": pairs, "room": rooms, "concentration": concentrations, "channels": channels}


def _tie(case: Case, state: str, power: str, channel: str, year: int, contribution: Any) -> Row:
    row = case.tie(state, power, channel, year)
    cell: Row = {"state": state, "power": power, "channel": channel, "year": year}
    if row is None:
        return cell | dict.fromkeys(("share", "low", "high", "contribution", "kind", "source", "how"))
    return cell | {
        "share": row.value,
        "low": row.value if row.low is None else row.low,
        "high": row.value if row.high is None else row.high,
        "contribution": _number(contribution),
        "kind": row.kind,
        "source": ";".join(row.source),
        "how": _how(row, year),
    }


def _weights(case: Case) -> dict[tuple[str, str], Row]:
    """Stake and replaceability behind the contributions of each state and channel, with their origin."""
    cells: dict[tuple[str, str], Row] = {(state, channel): {} for state in case.states for channel in case.channels}
    for name in ("stake", "replaceability"):
        of = case.parameter(name).value
        rows = [row for rows in case.parameters[name].values.values() for row in rows]
        for (state, channel), cell in cells.items():
            fits = [row for row in rows if row.at[0] in (state, "all") and row.at[1] in (channel, "all")]
            cell[name] = _number(of[case.states.index(state), case.channels.index(channel)])
            cell[f"{name}_kind"] = fits[-1].kind if fits else None
            cell[f"{name}_source"] = ";".join(fits[-1].source) if fits else None
    return cells


def _how(row: Any, year: int) -> str:
    text = row.how or row.why
    # A figure that stands for a later year says so.
    return text if row.period == str(year) else f"figure of {row.period}: {text}"


def _number(x: Any) -> float | None:
    return None if np.isnan(x) else float(x)


def _cell(of: Estimate, at: Any) -> Row:
    return {"mean": _number(of.value[at]), "low": _number(of.low[at]), "high": _number(of.high[at])}


def _pairs(case: Case, year: int, name: str, of: Estimate) -> list[Row]:
    return [
        {"state": state, "power": power, "measure": name, "year": year}
        | _cell(of, (i, p))
        | _origin(case, name, state, power, year)
        for i, state in enumerate(case.states)
        for p, power in enumerate(case.powers)
    ]


HOW = {
    "threat": "capability ratio, nearness, aggression, exposure and attention; the last three also from parameters/",
    "leverage": "dependence and threat together",
    "bandwidth": "ties weighed by the size of the economy, over the widest pair",
    "fbic_dependence": "shares weighed by stakes, replaceable or not",
    "capacity": "bandwidth times what passes through the power",
    "export_dependence": "exports to the power over all exports",
    "import_dependence": "imports from the power over all imports",
}
"""How each measure is made; dependence tells by channel, alignment by its own row."""

READINGS = {
    "threat": ("capability", "distance", "coethnic", "land_route"),
    "leverage": ("capability", "distance", "coethnic", "land_route"),
    "export_dependence": ("exports",),
    "import_dependence": ("imports",),
    "alignment": ("alignment",),
}
"""Attributes that a measure of a pair reads beside the ties."""


def _origin(case: Case, name: str, state: str, power: str, year: int) -> Row:
    rows = []
    for attribute in READINGS.get(name, ()):
        pair = case.attributes[attribute].partner
        cells = [(state, power), (state, "WLD")] if pair else [(state, ""), (power, "")]
        rows += [row for actor, partner in cells if (row := case.reading(attribute, actor, partner, year)) is not None]
    if name in ("leverage", "bandwidth", "fbic_dependence", "capacity"):
        ties = (case.tie(state, power, channel, year) for channel in case.channels)
        rows += [row for row in ties if row is not None]
    if not rows:
        return {"kind": None, "source": None, "how": HOW.get(name)}
    keys = dict.fromkeys(key for row in rows for key in row.source)
    single = name == "alignment"
    return {
        "kind": rows[0].kind if single else "estimated",
        "source": ";".join(keys),
        "how": rows[0].how if single else HOW.get(name),
    }


def actors(case: Case) -> list[Row]:
    """Table `actors`."""
    return [
        {
            "id": row.id,
            "name": row.name,
            "role": row.role,
            "lat": row.lat,
            "lon": row.lon,
            "colour": row.colour,
            "members": ";".join(row.members),
        }
        for row in case.tables["actors"]
    ]


def events(case: Case) -> list[Row]:
    """Table `events`."""
    return [
        {
            "id": row.id,
            "date": row.date,
            "type": row.type,
            "actor": _joined(row.actor),
            "toward": _joined(row.toward),
            "channel": _joined(row.channel),
            "what": row.what,
            "source": ";".join(row.source),
        }
        for row in case.tables["events"]
    ]


def _joined(cell: Any) -> str:
    return cell if isinstance(cell, str) else ";".join(cell or ())


def sources(case: Case) -> list[Row]:
    """Table `sources`."""
    return [
        {
            "key": s.key,
            "title": s.title,
            "publisher": s.publisher or s.author,
            "year": int(s.year) if s.year.isdigit() else None,
            "date": s.date,
            "url": s.url,
            "note": s.note,
        }
        for s in case.sources.values()
    ]


def numbers(case: Case) -> list[Row]:
    """Table `numbers`: how many of the case's numbers are of each kind."""
    counts = case.numbers()
    total = sum(counts.values())
    return [{"kind": kind, "count": n, "share": n / total if total else 0.0} for kind, n in counts.items()]


def inputs(case: Case) -> list[Row]:
    """Table `inputs`: every number of the case with its place, range and source."""
    rows = []
    for table, keys in (("ties", ("state", "power", "channel")), ("attributes", ("attribute", "actor", "partner"))):
        for row in case.tables[table]:
            what = " ".join(str(getattr(row, key)) for key in keys if getattr(row, key))
            rows.append(_input(f"{what} {row.period}", row))
    for name, parameter in case.parameters.items():
        for since, entries in parameter.values.items():
            rows += [_input(f"{name} {' '.join(e.at)} {since}", e, parameter.unit) for e in entries]
    for scenario in case.scenarios.values():
        for shock in scenario.shocks:
            whom = " ".join(x for x in (shock.power, shock.state, shock.target, shock.corridor, shock.channel) if x)
            rows.append(_input(f"{scenario.name}: {shock.what} {whom} {shock.operation} {shock.start}", shock, "1"))
    return rows


def _input(what: str, row: Any, unit: str = "") -> Row:
    return {
        "what": what,
        "where": f"{row.file}:{row.line}",
        "value": float(row.value),
        "low": None if row.low is None else float(row.low),
        "high": None if row.high is None else float(row.high),
        "unit": unit or row.unit,
        "kind": row.kind,
        "source": ";".join(row.source),
        "how": row.how,
        "why": row.why,
    }
