"""`tightrope bargain`: where actors end who bargain over one issue on a continuum."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from tightrope.decide.bargain import Bargaining, Election, Ensemble

__all__ = ["bargain", "bargain_json"]


def bargain(
    file: Annotated[
        Path, typer.Argument(help="CSV of actors: actor,capability,position,salience.", show_default=False)
    ],
    variant: Annotated[str, typer.Option(help="scholz, original or replication.")] = "scholz",
    rounds: Annotated[int, typer.Option(min=0, max=10_000, help="Most rounds of bargaining.")] = 10,
    stays: Annotated[
        Optional[float],  # noqa: UP045  (Typer reads it)
        typer.Option(help="Probability that a rival left alone stays where it is; 1 by default.", show_default=False),
    ] = None,
    voting: Annotated[
        str, typer.Option(help="binary, proportional_binary, proportional, proportional_cubic or cubic.")
    ] = "proportional",
    victory: Annotated[str, typer.Option(help="linear, square, quartic, octic or binary.")] = "linear",
    election: Annotated[str, typer.Option(help="conditional, markov_uniform or markov_incentive.")] = "conditional",
    members: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Bargains over inputs drawn near those stated.")
    ] = 1000,
    spread: Annotated[
        float, typer.Option(min=0, max=1, help="How far inputs are drawn, as a part of what is stated.")
    ] = 0.1,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same answer.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Forecast one issue on a continuum from who wants what, weighs what, and cares how much."""
    from dataclasses import replace

    from tightrope.decide.bargain import bargain as bargained
    from tightrope.decide.bargain import condorcet, ensemble, read_actors, rules

    from .votes import print_set_aside, write_json

    actors = read_actors(file)
    how = rules(variant)
    if stays is not None:
        how = replace(how, stays=stays)
    found = bargained(actors, rules=how, rounds=rounds)
    elected = condorcet(actors, vote=voting, win=victory, election=election)
    around = ensemble(actors, rules=how, rounds=rounds, members=members, spread=spread, seed=seed)
    answer = {"variant": variant, **bargain_json(found, elected, around)}
    answer["condorcet"] = {"voting": voting, "victory": victory, "election": election, **answer["condorcet"]}
    if as_json:
        write_json(answer)
    else:
        from .bargain_console import show_bargain

        show_bargain(answer)
        print_set_aside(actors.set_aside)


def bargain_json(found: Bargaining, elected: Election, around: Ensemble) -> dict[str, Any]:
    """What `bargain --json` prints, but for the names of the variant and of the election."""
    import numpy as np

    last = found.rounds[-1]
    ends = {"weighted_mean": around.weighted_mean[-1], "median": around.median[-1]}
    return {
        "rules": found.rules.as_dict(),
        "rounds": [_round(found, k) for k in range(len(found.rounds))],
        "stop": {"reason": found.stop, "round": len(found.rounds) - 1, "period": found.period},
        "forecast": {
            name: {
                "value": getattr(last, name),
                **dict(zip(("low", "middle", "high"), np.quantile(end, (0.05, 0.5, 0.95)).tolist(), strict=True)),
            }
            for name, end in ends.items()
        },
        "ensemble": {"members": len(around.position), "spread": around.spread, "seed": around.seed},
        "condorcet": {
            "options": [
                {"position": x, "actors": list(backers), "probability": p}
                for x, backers, p in zip(
                    elected.position.tolist(), elected.backers, elected.probability.tolist(), strict=True
                )
            ],
            "mean": elected.mean,
            "sd": elected.sd,
        },
        "salience": "per cent" if found.actors.is_percent else "share",
        "set_aside": dict(found.actors.set_aside),
    }


def _round(found: Bargaining, k: int) -> dict[str, Any]:
    from tightrope.decide.bargain.moves import KINDS

    names, one = found.actors.names, found.rounds[k]
    return {
        "round": k,
        "weighted_mean": one.weighted_mean,
        "median": one.median,
        "positions": dict(zip(names, one.position.tolist(), strict=True)),
        "moves": [
            {"actor": names[i], "kind": KINDS[kind], "rival": names[one.rival[i]]}
            for i, kind in enumerate(one.kind.tolist())
            if kind
        ],
    }
