"""`tightrope solve`: what would move a state, for one power or between several."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import TightropeError

if TYPE_CHECKING:
    from tightrope.solve import Item, Solution

__all__ = ["solve", "solve_json"]

DEFAULT_CASE = "central_asia"


def solve(
    case: Annotated[
        str, typer.Argument(help="Name of a built-in case, or a case folder.", show_default=True)
    ] = DEFAULT_CASE,
    move: Annotated[
        str,
        typer.Option(
            "--move",
            help="STATE:QUESTION=OPTION; the question by its id or its ledger id; `accept` for the option that goes "
            "furthest.",
            show_default=False,
        ),
    ] = "",
    for_: Annotated[
        str, typer.Option("--for", help="Power that wants it, or several joined by commas.", show_default=False)
    ] = "",
    against: Annotated[
        Optional[str],  # noqa: UP045  (Typer reads it)
        typer.Option(help="Powers that act as well, joined by commas; each wants what its stance says."),
    ] = None,
    to: Annotated[float, typer.Option(help="Probability that one power is to reach.")] = 0.5,
    budget: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Most that a power may spend, in costs of a full offer: a number, or USA=2,RUS=1."),
    ] = None,
    scenario: Annotated[str, typer.Option(help="In whose world.")] = "history",
    lead: Annotated[int, typer.Option(min=0, max=40, help="Quarters in which packages are in force before.")] = 4,
    members: Annotated[int, typer.Option(min=1, max=100_000, help="Draws of what is uncertain.")] = 512,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same answer.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Find what would move a state: one power's cheapest package, or what several do against each other."""
    if not move or not for_:
        raise TightropeError(
            "solve needs --for POWER and --move STATE:QUESTION=OPTION, such as --for USA --move KGZ:us_agreement_2022=sign."
        )
    from tightrope.case import load_case

    from .execute import keep_compiled

    loaded = load_case(case)
    keep_compiled()
    from tightrope.solve import solve as solved

    found = solved(
        loaded,
        move,
        for_=_codes(for_),
        against=_codes(against or ""),
        target=to,
        budget=budget,
        scenario=scenario,
        lead=lead,
        members=members,
        seed=seed,
    )
    if as_json:
        json.dump(solve_json(found), sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
        sys.stdout.write("\n")
    else:
        from .solve_console import show_solution

        show_solution(found)


def solve_json(found: Solution) -> dict[str, Any]:
    """What `solve --json` prints."""
    decision, case, chance = found.stage.decision, found.stage.case, found.chance
    again = found.stability
    return {
        "case": {"name": case.name, "digest": case.digest},
        "scenario": found.scenario,
        "seed": found.seed,
        "members": found.stage.members,
        "lead": found.stage.lead,
        "move": {
            "state": decision.state,
            "question": decision.question.id,
            "option": found.option,
            "quarter": decision.quarter,
        },
        "players": [
            {"power": power, "budget": None if math.isinf(budget) else budget}
            for power, budget in found.players.items()
        ],
        "target": found.target,
        "reachable": found.reachable,
        "best": found.best,
        "converged": found.converged,
        "probability": {
            "before": chance.before,
            "after": chance.after,
            "low": chance.low,
            "high": chance.high,
            "before_low": chance.before_low,
            "before_high": chance.before_high,
            "replayed": chance.replayed,
            "backfires": chance.backfires,
        },
        "options": [
            {"option": option, "before": before, "after": after}
            for option, before, after in zip(
                decision.options, found.odds_before.tolist(), found.odds[0].tolist(), strict=True
            )
        ],
        "package": [_item(item) for item in found.package],
        "cost": found.cost,
        "stability": None
        if again is None
        else {
            "repeats": again.repeats,
            "reached": again.reached,
            "cost": {"low": again.cost_low, "high": again.cost_high},
            "amounts": [
                {"lever": lever.name, "channel": lever.channel, "low": low, "high": high}
                for lever, low, high in again.amounts
            ],
        },
        "side_effects": [
            {
                "measure": one.measure,
                "state": one.state,
                "power": one.power,
                "decision": one.decision,
                "option": one.option,
                "before": one.before,
                "after": one.after,
                "change": one.change,
                "low": one.low,
                "high": one.high,
            }
            for one in found.side_effects
        ],
        "set_aside": found.set_aside,
        "exploitability": found.exploitability,
        "equilibria": [
            {
                "exploitability": one.exploitability,
                "gains": dict(zip(found.players, one.gains.tolist(), strict=True)),
                "pure": one.is_pure,
                "starts": starts,
                "probability": float(odds[decision.options.index(found.option)]),
                "package": [_item(item) for item in items],
            }
            for (one, items, starts), odds in zip(found.equilibria, found.odds, strict=False)
        ],
        "notes": list(found.notes),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "power": item.power,
        "state": item.state,
        "lever": item.lever.name,
        "channel": item.lever.channel,
        "amount": item.amount,
        "unit": item.lever.unit,
        "cost": item.cost,
        "weight": item.weight,
    }


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())
