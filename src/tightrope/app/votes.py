"""`tightrope votes`: who stands where, from roll calls in a file of the user's."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import TightropeError

if TYPE_CHECKING:
    from tightrope.votes import Ballots
    from tightrope.votes.ideal import IdealPoints
    from tightrope.votes.ordinal import Prior
    from tightrope.votes.similarity import Similarity

__all__ = ["app", "ideal_json", "print_set_aside", "similarity_json", "write_json"]

app = typer.Typer(
    name="votes", help="Who stands where, and how a state would vote, from roll calls.", no_args_is_help=True
)

File = Annotated[
    Path,
    typer.Argument(
        help="Roll calls: UN Digital Library CSV, Bailey-Strezhnev-Voeten wide or long file, or resolution,date,iso3,vote; "
        "CSV, CSV.gz or Parquet.",
        show_default=False,
    ),
]
States = Annotated[Optional[str], typer.Option(help="Only these states: ISO-3 codes joined by commas.")]  # noqa: UP045
Titles = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(help="Descriptions of roll calls to join on rcid and date; they also say which are on paragraphs."),
]
Parts = Annotated[bool, typer.Option("--parts/--no-parts", help="Keep votes on paragraphs and amendments.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@app.command()
def similarity(
    file: File,
    measure: Annotated[str, typer.Option(help="s, kappa, pi or tau_b.")] = "s",
    by: Annotated[Optional[str], typer.Option(help="session or year; all roll calls together by default.")] = None,  # noqa: UP045
    distance: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="absolute, squared or nominal; by default absolute for s, squared for kappa and pi."),
    ] = None,
    absent: Annotated[str, typer.Option(help="drop, or abstain: absence counts as abstention.")] = "drop",
    states: States = None,
    titles: Titles = None,
    parts: Parts = True,
    as_json: Json = False,
) -> None:
    """Measure how alike each pair of states votes."""
    from tightrope.votes.similarity import similarity as measured

    from .ballots import read_ballots

    votes = read_ballots(file, titles=titles, parts=parts)
    if states:
        votes = votes.of(codes(states))
    found = measured(votes, measure, by=by, distance=distance, absent=absent)
    if as_json:
        write_json(similarity_json(found, votes, by))
    else:
        from .votes_console import show_similarity

        show_similarity(found, measure, by)
        print_set_aside(votes.set_aside)


@app.command()
def ideal(
    file: File,
    dims: Annotated[int, typer.Option(min=1, max=5, help="Number of dimensions.")] = 1,
    absence: Annotated[
        str, typer.Option(help="model: a logit by state and session beside the points; or ignore.")
    ] = "model",
    drift: Annotated[
        str, typer.Option(help="How far states move from session to session: usual, estimate, or a number.")
    ] = "usual",
    states: States = None,
    titles: Titles = None,
    parts: Parts = True,
    as_json: Json = False,
    out: Annotated[Optional[Path], typer.Option(help="Write the points here: .csv or .json.")] = None,  # noqa: UP045
) -> None:
    """Fit where each state stood in each session."""
    from tightrope.votes.ideal import ideal_points

    from .ballots import read_ballots

    if out is not None and out.suffix not in (".csv", ".json"):
        raise TightropeError(f"--out {out}: expected a name that ends in .csv or .json.")
    votes = read_ballots(file, titles=titles, parts=parts)
    if states:
        votes = votes.of(codes(states))
    found = ideal_points(votes, dims, prior=_prior(votes, dims, drift), absent=absence)
    answer = ideal_json(found, votes)
    if out is not None:
        _write_points(out, answer)
    if as_json:
        write_json(answer)
        return
    if out is None:
        from .votes_console import show_ideal

        show_ideal(found)
    else:
        print(f"{out}: {len(answer['points']):,} points of {len(found.states)} states.", file=sys.stderr)
    print_set_aside(answer["set_aside"])


def _prior(votes: Ballots, dims: int, drift: str) -> Prior:
    from tightrope.votes.evidence import estimated
    from tightrope.votes.ordinal import Prior, panel

    if drift == "usual":
        return Prior.usual(dims)
    if drift == "estimate":
        return estimated(panel(votes), dims).prior
    try:
        return replace(Prior.usual(dims), drift=float(drift))
    except ValueError:
        raise TightropeError(f"--drift {drift}: expected `usual`, `estimate` or a positive number.") from None


def ideal_json(found: IdealPoints, votes: Ballots) -> dict[str, Any]:
    """What `votes ideal --json` prints: one entry per state and session in which it cast a vote."""
    aside = dict(votes.set_aside)
    if silent := len(votes.states) - len(found.states):
        aside["states that cast no vote"] = silent
    fit = found.fit
    return {
        "points": list(_points(found)),
        "fit": {
            "converged": fit.converged,
            "iterations": fit.iterations,
            "seconds": round(fit.seconds, 3),
            "log_likelihood": fit.log_likelihood,
            "dims": found.points.shape[2],
            "drift": found.prior.drift,
        },
        "set_aside": aside,
    }


def _points(found: IdealPoints) -> Iterator[dict[str, Any]]:
    value, sd = found.points.tolist(), found.sd.tolist()
    away = None if found.absence is None else found.absence.chance.tolist()
    for t, session in enumerate(found.sessions.tolist()):
        for i, state in enumerate(found.states):
            if value[t][i][0] != value[t][i][0]:
                continue
            row: dict[str, Any] = {"state": state, "session": session}
            for d, (x, error) in enumerate(zip(value[t][i], sd[t][i], strict=True), 1):
                row |= {f"dim{d}": x, f"sd{d}": error}
            if away is not None:
                row["absent"] = away[t][i]
            yield row


def _write_points(path: Path, answer: Mapping[str, Any]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            if path.suffix == ".json":
                json.dump(answer, file, ensure_ascii=False, allow_nan=False)
            else:
                writer = csv.DictWriter(file, list(answer["points"][0]))
                writer.writeheader()
                writer.writerows(answer["points"])
    except OSError as error:
        raise TightropeError(f"{path} cannot be written: {error.strerror}. Give --out another place.") from None


def codes(text: str) -> list[str]:
    """The codes in a text that joins them by commas."""
    return [code.strip().upper() for code in text.split(",") if code.strip()]


def similarity_json(found: Similarity, votes: Ballots, by: str | None) -> dict[str, Any]:
    """What `votes similarity --json` prints: one entry per pair and group in which the two met."""
    return {"pairs": list(_pairs(found, by)), "set_aside": dict(votes.set_aside)}


def _pairs(found: Similarity, by: str | None) -> Iterator[dict[str, Any]]:
    for g, group in enumerate(found.groups):
        value, n = found.value[g].tolist(), found.n[g].tolist()
        for a, one in enumerate(found.states):
            for b in range(a + 1, len(found.states)):
                if n[a][b] == 0:
                    continue
                yield {
                    "a": one,
                    "b": found.states[b],
                    "session": group if by == "session" else None,
                    **({"year": group} if by == "year" else {}),
                    "value": None if value[a][b] != value[a][b] else value[a][b],
                    "n": int(n[a][b]),
                }


def print_set_aside(set_aside: Mapping[str, int]) -> None:
    """Tell on standard error what of the file was not used, and why."""
    for reason, count in set_aside.items():
        print(f"set aside: {count:,} {reason}", file=sys.stderr)


def write_json(value: Any) -> None:
    """Print one JSON object; a value that JSON has no word for is an error."""
    json.dump(value, sys.stdout, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
