"""What was chosen, and the probability that an ensemble gave to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .step import ODDS_UNIT

if TYPE_CHECKING:
    from tightrope.case import Case, Decision

    from .ensemble import Histories

__all__ = ["chosen"]

Row = dict[str, Any]


def chosen(case: Case, histories: Histories, *, fitted: bool, aside: Counter[str]) -> Row:
    """Log score and Brier score of the decisions and votes of the simulated time.

    Parameters
    ----------
    case, histories
        The case and its ensemble.
    fitted
        Whether the weights were fitted to these decisions.
    aside
        Receives the decisions that cannot be scored, by reason.

    Returns
    -------
    chosen
        `overall`, `by_state`, `by_kind`, `by_year`, each with `n`, `log_score` (mean natural logarithm of the probability
        of what was chosen; higher is better), `brier` (0 to 2), `hit` (part in which the likeliest was chosen), and the
        same two scores of `uniform`, by which every option is as likely.

    Assumes
    -------
    An option that no member reached has the least probability that the odds can hold.

    Source
    ------
    [Good1952]_; [Brier1950]_.
    """
    rows = []
    for d in case.scenario(histories.scenario).decisions:
        if d.id not in histories.odds:
            aside["decisions: not simulated"] += 1
        elif d.chosen is None:
            aside["decisions: what was chosen is not known"] += 1
        elif d.quarter not in histories.quarters:
            aside["decisions: before the simulated time"] += 1
        else:
            rows.append(_row(d, histories))
    return {
        "circular": fitted,
        "why": "the weights of the decision model were fitted to these decisions" if fitted else "",
        "overall": _summary(rows),
        "by_state": _by(rows, lambda row: str(row["state"])),
        "by_kind": _by(rows, lambda row: str(row["kind"])),
        "by_year": _by(rows, lambda row: str(row["year"])),
    }


def _row(d: Decision, histories: Histories) -> Row:
    odds = np.asarray(histories.odds[d.id], dtype=np.float64)
    true = np.array([option == d.chosen for option in d.options])
    n = len(d.options)
    return {
        "state": d.state,
        "kind": d.question.kind,
        "year": d.quarter[:4],
        "log_score": float(np.log(max(float(odds[true].sum()), ODDS_UNIT))),
        "brier": float(((odds - true) ** 2).sum()),
        "hit": bool(true[odds.argmax()]),
        "uniform_log_score": float(-np.log(n)),
        "uniform_brier": 1 - 1 / n,
    }


def _by(rows: list[Row], key: Callable[[Row], str]) -> dict[str, Row]:
    return {name: _summary([row for row in rows if key(row) == name]) for name in sorted({key(row) for row in rows})}


def _summary(rows: list[Row]) -> Row:
    def mean(name: str) -> float | None:
        return float(np.mean([row[name] for row in rows])) if rows else None

    return {
        "n": len(rows),
        "log_score": mean("log_score"),
        "brier": mean("brier"),
        "hit": mean("hit"),
        "uniform": {"log_score": mean("uniform_log_score"), "brier": mean("uniform_brier")},
    }
