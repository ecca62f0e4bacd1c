"""All states of the world on the roll calls of a case, as plain arrays for a fit that shares coefficients with its decisions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tightrope.base import CaseError, period, suggestion
from tightrope.case.coding import FLAGS, coded
from tightrope.measure.dependence import dependence
from tightrope.measure.threat import capability_ratio, exposure, nearness, threat

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.case.rows import Row

__all__ = ["CapacityScale", "Figures", "Panel", "capacity_scale", "figures", "panel"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

NONE_IS_ZERO = ("land_route", "defence_pact")
"""Figures that cover all states and have no row where there is nothing."""


class Panel(NamedTuple):
    """Votes of all states; a cell is a state on a roll call on which its vote is known.

    Options are those of the kind of question, in the codebook's order; where kinds differ in their number, `open` is 0
    beyond the last. Everything that depends on the state is of the last year that ended before the vote.
    """

    stance: Array
    """How each power sees each option, (cell, option, power), -1 to 1."""
    degree: Array
    """How far each option goes, (cell, option)."""
    regime: Array
    """Flag: serves the regime's security, (cell, option)."""
    norm: Array
    """Flag: upholds the norm of sovereignty, (cell, option)."""
    statusquo: Array
    """Flag: leaves things as they are, (cell, option)."""
    open: Array
    """1 where the option exists, (cell, option)."""
    absent: Array
    """1 where the option is `absent`, (cell, option)."""
    scale: Array
    """How decided choices of this kind are, (cell,)."""
    dependence_capacity: Array
    """Influence capacity of each power, (cell, power), unit 1; NaN where not known. Dependence is about this times `capacity_scale`."""
    threat: Array
    """Threat of each power, (cell, power), unit 1; NaN where not known."""
    alignment: Array
    """Agreement in votes beyond chance, (cell, power), -1 to 1; NaN where not known."""
    away: Array
    """Log odds that the state misses a roll call, from three years, (cell,); NaN where not known."""
    pact: Array
    """1 where a defence pact binds the state to the power, (cell, power)."""
    own: Array
    """1 where the state is the power or a member of it, (cell, power)."""
    chosen: Ints
    """Number of the option that was chosen, (cell,)."""
    state: Ints
    """Position in `states`, (cell,)."""
    roll: Ints
    """Position in `rolls`, (cell,)."""
    date: NDArray[np.datetime64]
    """Day of the vote, (cell,)."""
    states: tuple[str, ...]
    """ISO 3166 codes."""
    rolls: tuple[str, ...]
    """Ids of the roll calls, by date."""
    powers: tuple[str, ...]
    """Labels of the last axis."""


class Figures(NamedTuple):
    """Rows of peers.csv of one attribute as an array."""

    value: Array
    """(state,) or (state, power); NaN where not known."""
    period: str
    """Year that they stand for."""


class CapacityScale(NamedTuple):
    """Dependence on a power per unit of its influence capacity."""

    value: float
    """Slope through the origin, unit 1."""
    se: float
    """Standard error."""
    fit: float
    """Part of the variance of dependence around its mean that the line explains; below 0 it does worse than the mean."""
    correlation: float
    """Of the two figures."""
    n: int
    """Pairs of a state and a power."""


def panel(case: Case, *, rolls: Sequence[str] | None = None, aggression: Mapping[str, Array] | None = None) -> Panel:
    """Votes of all states with what may explain them.

    Parameters
    ----------
    case
        A case with rows in peer_votes.csv and peers.csv.
    rolls
        Ids of the roll calls to use; all by default.
    aggression
        For some roll calls, by id, the aggression of each power, (power,); the parameter at the day of the vote where
        not given. Scenarios raise it by shocks, which a case's parameters do not hold.

    Returns
    -------
    panel
        Cells by roll call, then by state.

    Raises
    ------
    CaseError
        If the case has no such votes, or a roll call is not among them.

    Assumes
    -------
    Exposure to a power is its base and the land route: co-ethnics and coveted assets are known for the states of the
    case alone, and counted for none here. Aggression and attention are those that the case gives for its own states.

    Source
    ------
    Stances: docs/codebook.md. Threat: `measure.threat`.
    """
    chosen = _votes(case, rolls)
    states = tuple(sorted({row.state for rows in chosen.values() for row in rows}))
    parts = [_one(case, name, rows, states, (aggression or {}).get(name)) for name, rows in chosen.items()]
    widest = max(part["open"].shape[1] for part in parts)
    arrays = {name: np.concatenate([_wide(part[name], name, widest) for part in parts]) for name in parts[0]}
    arrays["roll"] = np.concatenate([np.full(len(p["chosen"]), k) for k, p in enumerate(parts)])
    return Panel(**arrays, states=states, rolls=tuple(chosen), powers=case.powers)


_BY_OPTION = ("stance", "degree", "regime", "norm", "statusquo", "open", "absent")


def _wide(x: Array, name: str, options: int) -> Array:
    if name not in _BY_OPTION or x.shape[1] == options:
        return x
    return np.pad(x, [(0, 0), (0, options - x.shape[1]), *[(0, 0)] * (x.ndim - 2)])


def _votes(case: Case, rolls: Sequence[str] | None) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in case.tables["peer_votes"]:
        found.setdefault(row.question, []).append(row)
    if not found:
        raise CaseError(f"The case {case.name} has no votes of all states. Fill peer_votes.csv and peers.csv.")
    for name in rolls or ():
        if name not in found:
            raise CaseError(f"`{name}` is no roll call of peer_votes.csv. {suggestion(name, found)}")
    names = sorted(found if rolls is None else rolls, key=lambda name: (found[name][0].date, name))
    return {name: sorted(found[name], key=lambda row: row.state) for name in names}


def _one(
    case: Case, roll: str, rows: Sequence[Row], states: Sequence[str], aggression: Array | None
) -> dict[str, Array]:
    """Arrays of one roll call."""
    first, here = rows[0], [states.index(row.state) for row in rows]
    kind, day = case.kinds[first.kind], period(first.date).start
    options, n = tuple(kind.options), len(rows)
    code = coded(
        kind,
        dict(first.roles),
        options,
        powers=case.powers,
        channels=case.channels,
        affinity=case.parameter("affinity").value,
    )
    flags = {name: np.tile(code.flags[:, FLAGS.index(name)], (n, 1)) for name in ("regime", "norm", "statusquo")}
    known = {name: figures(case, name, states, day).value[here] for name in ("capacity", "alignment", "defence_pact")}
    habit = figures(case, "absence", states, day).value[here]
    return flags | {
        "stance": np.tile(code.stance, (n, 1, 1)),
        "degree": np.tile(code.degree, (n, 1)),
        "open": np.ones((n, len(options))),
        "absent": np.tile([float(option == "absent") for option in options], (n, 1)),
        "scale": np.full(n, kind.scale),
        "dependence_capacity": known["capacity"],
        "threat": _threat(case, states, day, aggression)[here],
        "alignment": known["alignment"],
        "away": np.log(habit / (1 - habit)),
        "pact": known["defence_pact"],
        "own": _own(case, states)[here],
        "chosen": np.array([options.index(row.vote) for row in rows]),
        "state": np.array(here),
        "date": np.full(n, np.datetime64(day)),
    }


def _own(case: Case, states: Sequence[str]) -> Array:
    members = [case.actors[power].members or (power,) for power in case.powers]
    return np.array([[float(state in named) for named in members] for state in states])


def _threat(case: Case, states: Sequence[str], day: datetime.date, aggression: Array | None) -> Array:
    at = day.isoformat()
    level = {name: case.parameter(name, at).value for name in ("aggression", "attention")}
    weight = {name: case.parameter(name, at).value for name in ("distance_scale", "exposure_base", "exposure_border")}
    strength = figures(case, "capability", states, day).value
    route = figures(case, "land_route", states, day).value
    exposed = exposure(
        base=weight["exposure_base"],
        coethnic_weight=0.0,
        coethnic=0.0,
        asset_weight=0.0,
        asset=0.0,
        border_weight=weight["exposure_border"],
        border=route,
    )
    made: Array = threat(
        capability_ratio(figures(case, "capability", case.powers, day).value, strength),
        nearness(figures(case, "distance", states, day).value, weight["distance_scale"]),
        level["aggression"] if aggression is None else np.asarray(aggression, dtype=np.float64),
        exposed,
        level["attention"],
    )
    return made


def figures(case: Case, attribute: str, states: Sequence[str], day: datetime.date) -> Figures:
    """Figures of peers.csv that were known before a day.

    Parameters
    ----------
    case
        Any case.
    attribute
        As in the table.
    states
        Whose; ids of powers where the table has rows of theirs.
    day
        The latest year of the attribute that ended before it counts, the same for all states.

    Returns
    -------
    figures
        (state, power), or (state,) where the attribute is not about a power. NaN where no row tells; 0 for
        `land_route` and `defence_pact`, which have a row only where there is something.

    Raises
    ------
    CaseError
        If the table has nothing of the attribute before the day.
    """
    rows = [row for row in case.tables["peers"] if row.attribute == attribute]
    spans = {row.period: period(row.period) for row in rows}
    early = {text: span for text, span in spans.items() if span.is_static or span.end < day}
    if not early:
        raise CaseError(
            f"peers.csv has no `{attribute}` of a year that ended before {day}. Add rows, or leave the roll call out."
        )
    latest = max(early, key=lambda text: (not early[text].is_static, early[text].end))
    place = {state: i for i, state in enumerate(states)}
    column = {power: p for p, power in enumerate(case.powers)}
    fill = 0.0 if attribute in NONE_IS_ZERO else np.nan
    value = np.full((len(states), len(case.powers)) if rows[0].partner else len(states), fill)
    for row in rows:
        if row.period == latest and row.state in place and row.value is not None:
            value[(place[row.state], column[row.partner]) if row.partner else place[row.state]] = row.value
    return Figures(value, latest)


def capacity_scale(case: Case, year: int | None = None) -> CapacityScale:
    """Dependence per unit of influence capacity, over the states of the case and the powers with such a figure.

    Parameters
    ----------
    case
        A case whose attributes have `fbic`, and whose ties are known in the year.
    year
        By default that in which the case's period starts; of capacity the latest year up to it.

    Returns
    -------
    scale
        To turn the capacity of all states into something like the dependence of the case.

    Raises
    ------
    CaseError
        If fewer than three pairs have both figures.

    Assumes
    -------
    Dependence is nothing where capacity is nothing and grows in proportion; pairs err independently, not alike in size.

    Source
    ------
    Least squares through the origin; standard error of [White1980]_, with n / (n - 1).
    """
    chosen = year or int(case.start[:4])
    at = f"{chosen}Q4"
    depends = dependence(
        case.share(chosen).value, case.parameter("stake", at).value, case.parameter("replaceability", at).value
    )
    capacity = case.dyad("fbic", chosen).value
    both = np.isfinite(depends) & np.isfinite(capacity)
    n, x, y = int(both.sum()), capacity[both], depends[both]
    if n < 3:
        raise CaseError(f"{n} pairs of the case {case.name} have `fbic` and all ties in {chosen}; three are needed.")
    slope = float(x @ y / (x @ x))
    left = y - slope * x
    se = float(np.sqrt(((x * left) ** 2).sum() * n / (n - 1)) / (x @ x))
    fit = 1 - float(left @ left) / float(((y - y.mean()) ** 2).sum())
    return CapacityScale(slope, se, fit, float(np.corrcoef(x, y)[0, 1]), n)
