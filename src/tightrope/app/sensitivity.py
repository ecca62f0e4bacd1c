"""`tightrope sensitivity`: which assumptions move the conclusions, as JSON, on the screen and as a page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tightrope.base import RunError
from tightrope.simulate.inputs import refuse_incomplete

from .runner import wanted_scenarios

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.case.numbers import Number
    from tightrope.simulate.sensitivity import Finding, Study

__all__ = ["METHODS", "sensitivity", "show_sensitivity", "write_sensitivity"]

METHODS = ("morris", "sobol")

Row = dict[str, Any]


def sensitivity(
    case: Case,
    *,
    scenarios: Sequence[str],
    method: str = "morris",
    top: int = 12,
    trajectories: int = 10,
    samples: int = 256,
    members: int = 32,
    seed: int = 7,
    progress: Callable[[str, int], None] = lambda stage, done: None,
) -> Row:
    """Analyse a case and tell the result with the keys of docs/reference/json.md.

    Parameters
    ----------
    case
        Any case.
    scenarios
        Names, or `all`, whose differences to the baseline are looked at.
    method
        `morris`, or `sobol` for shares of variance on top of it.
    top, trajectories, samples, members, seed, progress
        As in `tightrope.simulate.sensitivity.study`.

    Raises
    ------
    RunError
        If SALib is not installed or the method is unknown.
    """
    if method not in METHODS:
        raise RunError(f"--method {method}: expected one of {', '.join(METHODS)}. Choose one of them.")
    try:
        import SALib  # noqa: F401
    except ImportError as error:
        raise RunError("Sensitivity analysis needs SALib: pip install 'tightrope[sensitivity]'") from error
    from tightrope.simulate.sensitivity import study

    refuse_incomplete(case)
    baseline, *others = wanted_scenarios(case, scenarios)
    done: Counter[str] = Counter()

    def told(stage: str, histories: int) -> None:
        done[stage] += histories
        progress(stage, histories)

    found = study(
        case,
        baseline,
        others,
        variance=method == "sobol",
        top=top,
        trajectories=trajectories,
        samples=samples,
        members=members,
        seed=seed,
        progress=told,
    )
    sizes = {"top": top, "trajectories": trajectories, "samples": samples if method == "sobol" else None}
    return {
        "case": {"name": case.name, "digest": case.digest},
        "method": method,
        "baseline": baseline,
        "scenarios": list(others),
        "seed": seed,
        "members": members,
        **sizes,
        "histories": sum(done.values()),
        "assumed": {
            "all": case.numbers()["assumed"],
            "varied": len(found.varied.single),
            "set_aside": found.varied.set_aside,
        },
        "groups": {name: len(index) for name, index in found.varied.groups.items()},
        "numbers": _numbers(found),
        "headlines": [_headline(found, one, top) for one in found.findings],
    }


def _told(number: Number) -> Row:
    return {"number": number.name, "where": number.where}


def _numbers(found: Study) -> list[Row]:
    """Every varied number with its part of the effects, the largest first."""
    effects = found.effects.mean_size[: len(found.varied.single)]
    part = effects / np.maximum(effects.sum(axis=0), 1e-12)
    rows = [
        _told(number)
        | {
            "unit": number.unit,
            "value": number.value,
            "low": number.low,
            "high": number.high,
            "why": number.why,
            "share": float(part[k].mean()),
            "most_on": found.findings[int(part[k].argmax())].headline.name if part[k].any() else None,
        }
        for k, number in enumerate(found.varied.numbers)
    ]
    return sorted(rows, key=lambda row: -row["share"])


def _headline(found: Study, one: Finding, top: int) -> Row:
    effects, single = found.effects, len(found.varied.single)
    order = np.argsort(-effects.mean_size[:single, one.column], kind="stable")[:top]

    def effect(k: int) -> Row:
        return {
            "mean_size": float(effects.mean_size[k, one.column]),
            "half_width": float(effects.half_width[k, one.column]),
            "mean": float(effects.mean[k, one.column]),
            "deviation": float(effects.deviation[k, one.column]),
        }

    is_conclusion = one.headline.is_conclusion
    return {
        "id": one.headline.name,
        "says": one.headline.says,
        "quantity": one.headline.quantity,
        "unit": one.headline.unit,
        "scenario": one.headline.scenario or None,
        "is_conclusion": is_conclusion,
        "central": one.central,
        "held": one.held if is_conclusion else None,
        "effects": [_told(found.varied.numbers[k]) | effect(k) for k in order if effects.mean_size[k, one.column] > 0],
        "groups": [{"group": name} | effect(single + k) for k, name in enumerate(found.varied.groups)],
        "tornado": [
            _told(bar.number)
            | {"low": bar.number.low, "high": bar.number.high, "at_low": bar.at_low, "at_high": bar.at_high}
            for bar in one.bars
        ],
        "overturned_within_range": any(o.within for o in one.overturns) if is_conclusion else None,
        "overturned_by": [
            _told(o.number)
            | {"from": o.number.value, "to": o.value, "within": o.within, "part": o.part, "margin": o.margin}
            for o in one.overturns
        ],
        "shares": _shares(found, one),
    }


def _shares(found: Study, one: Finding) -> list[Row]:
    """Shares of variance, the largest total first; empty if they were not asked for or nothing varies."""
    of = found.shares.get(one.headline.scenario or found.baseline)
    if of is None or one.headline.name not in of.headlines:
        return []
    column, shares = of.headlines.index(one.headline.name), of.shares
    if np.isnan(shares.total[:, column]).any():
        return []
    rows = [
        ({"number": factor, "where": None} if isinstance(factor, str) else _told(factor))
        | {
            "first": float(shares.first[k, column]),
            "total": float(shares.total[k, column]),
            "first_half_width": float(shares.first_half_width[k, column]),
            "total_half_width": float(shares.total_half_width[k, column]),
        }
        for k, factor in enumerate(of.factors)
    ]
    return sorted(rows, key=lambda row: -row["total"])


def write_sensitivity(found: Mapping[str, Any], folder: Path, command: str) -> list[Path]:
    """Write the page with its charts, and the JSON, into a folder.

    Parameters
    ----------
    found
        From `sensitivity`.
    folder
        Made if it does not exist.
    command
        That was given; shown on the page.
    """
    from tightrope.report.sensitivity import sensitivity_html

    page = sensitivity_html(found, command)
    written = {"sensitivity.html": page, "sensitivity.json": json.dumps(found, ensure_ascii=False, indent=1) + "\n"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunError(f"--out {folder}: cannot be written ({error.strerror}). Name another folder.") from error
    return [folder / name for name in written]


def show_sensitivity(found: Mapping[str, Any]) -> None:
    """Print what the screening covered, the strongest numbers, and each conclusion with what would overturn it."""
    console = Console()
    console = console if console.is_terminal else Console(width=max(console.width, 150))
    assumed = found["assumed"]
    console.print(
        f"[bold]{assumed['varied']} of {assumed['all']} assumed numbers varied[/], one at a time, in {found['histories']:,} "
        "histories; not varied: " + "; ".join(f"{n} {reason}" for reason, n in assumed["set_aside"].items())
    )
    table = Table(show_edge=False, title="Assumptions that move the headlines most", title_justify="left")
    for column in ("assumption", "where", "value", "range", "mean share of effects", "most on"):
        table.add_column(column, overflow="fold")
    for row in found["numbers"][: found["top"]]:
        table.add_row(
            row["number"],
            row["where"],
            f"{row['value']:g}",
            f"{row['low']:g} to {row['high']:g}",
            f"{row['share']:.1%}",
            row["most_on"],
        )
    console.print(table)
    table = Table(show_edge=False, title="Conclusions", title_justify="left")
    for column in ("conclusion", "by", "held", "strongest assumption: low, high", "overturned by"):
        table.add_column(column, overflow="fold")
    for row in found["headlines"]:
        if not row["is_conclusion"]:
            continue
        bar = row["tornado"][0] if row["tornado"] else None
        table.add_row(
            row["says"],
            f"{row['central']:+.3f}",
            f"{row['held']:.0%}",
            f"{bar['number']}: {bar['at_low']:+.3f}, {bar['at_high']:+.3f}" if bar else "none",
            overturning(row),
        )
    console.print(table)


def overturning(row: Mapping[str, Any]) -> str:
    """What overturns a conclusion, in words: within the range, else beyond it, else none."""
    inside = [o for o in row["overturned_by"] if o["within"]]
    if inside:
        return "; ".join(f"{o['number']} {o['from']:.3g} → {o['to']:.3g}" for o in inside)
    beyond = row["overturned_by"][:1]
    return "none within the range" + "".join(
        f"; beyond it {o['number']} {o['from']:.3g} → {o['to']:.3g}" for o in beyond
    )
