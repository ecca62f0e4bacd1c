"""Scenarios: ordered shocks and the extra decisions that they put."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tightrope.base import ScenarioError, suggestion

from .decisions import Decision
from .documents import ScenarioEntry, ShockEntry
from .shocks import OPERATIONS, Shock

__all__ = ["Scenario", "resolved", "shock_of"]


@dataclass(frozen=True, eq=False)
class Scenario:
    """A world to simulate.

    Parameters
    ----------
    name, title
        For commands and for readers.
    asks
        The question that the scenario is there to answer.
    extends
        Scenario whose shocks come first; empty for none.
    shocks
        In order; later ones act on what earlier ones left.
    decisions
        Questions put to states, by date.
    ledger
        Ledger ids that it is the place of.
    source, note
        As in the file.
    """

    name: str
    title: str
    asks: str
    extends: str
    shocks: tuple[Shock, ...]
    decisions: tuple[Decision, ...]
    ledger: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""


def shock_of(entry: ShockEntry, scenario: ScenarioEntry, first: str, last: str) -> Shock:
    """Shock that an entry tells; it passed the checks.

    Parameters
    ----------
    entry
        As read.
    scenario
        Where it stands.
    first, last
        Quarters that stand for a start or end that is not given.

    Returns
    -------
    shock
        With its range filled in.
    """
    operation = next(name for name in OPERATIONS if getattr(entry, name) is not None)
    value: float = getattr(entry, operation)
    return Shock(
        what=entry.what,
        operation=operation,
        value=value,
        low=value if entry.low is None else entry.low,
        high=value if entry.high is None else entry.high,
        start=entry.start or first,
        until=entry.until or last,
        power=entry.power,
        state=entry.state,
        channel=entry.channel,
        target=entry.target,
        corridor=entry.corridor,
        kind=entry.kind,
        source=entry.source,
        how=entry.how,
        why=entry.why,
        note=entry.note,
        event=entry.event,
        scenario=scenario.name,
        ledger=entry.ledger,
        file=scenario.file,
        line=entry.line,
    )


def resolved(scenarios: Mapping[str, Scenario], name: str) -> Scenario:
    """A scenario with everything that it extends: base first.

    Parameters
    ----------
    scenarios
        All of the case; they passed the checks.
    name
        The wanted one.

    Returns
    -------
    scenario
        Its shocks and decisions are those of the whole chain.
    """
    if name not in scenarios:
        raise ScenarioError(f"Unknown scenario `{name}`. {suggestion(name, scenarios)}")
    chain = [scenarios[name]]
    while chain[-1].extends:
        chain.append(scenarios[chain[-1].extends])
    return replace(
        chain[0],
        shocks=tuple(shock for one in reversed(chain) for shock in one.shocks),
        decisions=tuple(decision for one in reversed(chain) for decision in one.decisions),
    )
