"""`tightrope votes forecast` and `score`: how states will vote, and how good that is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import TightropeError

from .votes import File, Json, Parts, States, Titles, app, codes, print_set_aside, write_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tightrope.votes import Ballots

__all__ = ["forecast", "forecast_json", "pulls", "pulls_json", "score", "score_json"]

Train = Annotated[
    Path, typer.Option(help="Roll calls to learn from; any format that `similarity` reads.", show_default=False)
]
Given = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="Powers whose votes on the roll calls are known: ISO-3 codes joined by commas."),
]
Mode = Annotated[
    str,
    typer.Option(
        help="forecast: nothing of the session is known but its agenda and the given powers' votes. imputation: other "
        "states' votes on the roll calls are known. auto: imputation if the roll calls are in the training file."
    ),
]


@app.command()
def forecast(
    train: Train,
    rolls: Annotated[Path, typer.Option(help="Roll calls to forecast.", show_default=False)],
    given: Given = None,
    states: States = None,
    mode: Mode = "auto",
    titles: Titles = None,
    parts: Parts = True,
    as_json: Json = False,
) -> None:
    """Forecast how states vote: the probability of yes, abstain, no and absent on each roll call."""
    from .ballots import read_ballots

    past, ahead = (read_ballots(file, titles=titles, parts=parts) for file in (train, rolls))
    found = forecast_json(past, ahead, codes(given or ""), codes(states or ""), mode)
    if as_json:
        write_json(found)
        return
    for row in found["rows"]:
        told = "  ".join(f"{option} {row[option]:.3f}" for option in ("yes", "abstain", "no", "absent"))
        print(f"{row['roll']}  {row['state']}  {told}")
    print_set_aside(found["set_aside"])


@app.command()
def score(
    train: Train,
    test: Annotated[Path, typer.Option(help="Roll calls with the votes that came out.", show_default=False)],
    given: Given = None,
    states: States = None,
    mode: Mode = "auto",
    titles: Titles = None,
    parts: Parts = True,
    as_json: Json = False,
) -> None:
    """Score forecasts of the votes in a test file, beside the baselines."""
    from .ballots import read_ballots

    past, ahead = (read_ballots(file, titles=titles, parts=parts) for file in (train, test))
    found = score_json(past, ahead, codes(given or ""), codes(states or ""), mode)
    if as_json:
        write_json(found)
        return
    from .votes_scores import show_score

    show_score(found)
    print_set_aside(found["set_aside"])


@app.command()
def pulls(
    file: File,
    powers: Annotated[str, typer.Option(help="Powers, ISO-3 codes joined by commas.")],
    sessions: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="First and last session to use, joined by a dash; all by default."),
    ] = None,
    states: States = None,
    titles: Titles = None,
    parts: Parts = True,
    as_json: Json = False,
) -> None:
    """Estimate how strongly each state follows each power, net of the others."""
    from .ballots import read_ballots

    found = pulls_json(read_ballots(file, titles=titles, parts=parts), codes(powers), codes(states or ""), sessions)
    if as_json:
        write_json(found)
        return
    for row in found["pulls"]:
        print(f"{row['state']}  {row['power']}  {row['pull']:+.2f} ± {row['sd']:.2f}")
    print_set_aside(found["set_aside"])


def pulls_json(votes: Ballots, powers: Sequence[str], states: Sequence[str], sessions: str | None) -> dict[str, Any]:
    """What `votes pulls --json` prints."""
    from tightrope.votes.items import TOPICS
    from tightrope.votes.pulls import pulls as estimated

    wanted = sorted({votes.states[votes.state(code)] for code in states or votes.states} - set(powers))
    if sessions:
        first, last = _span(sessions)
        votes = votes.on((votes.sessions >= first) & (votes.sessions <= last))
    found = estimated(votes, powers)
    topics = [
        {"topic": topic, "power": power, "adds": float(found.by_topic[t, p])}
        for t, topic in enumerate((*TOPICS, "other"))
        for p, power in enumerate(found.powers)
    ]
    rows = [
        {"state": code, "power": power, "pull": float(found.pull[s, p]), "sd": float(found.error[s, p])}
        for code in wanted
        for s in [found.states.index(code)]
        for p, power in enumerate(found.powers)
    ]
    return {"n": found.n, "pulls": rows, "topics": topics, "set_aside": dict(votes.set_aside)}


def _span(sessions: str) -> tuple[int, int]:
    first, _, last = sessions.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise TightropeError(f"--sessions {sessions}: write the first and the last session, as in 66-74.")
    return int(first), int(last or first)


def forecast_json(
    train: Ballots, rolls: Ballots, given: Sequence[str], states: Sequence[str], mode: str
) -> dict[str, Any]:
    """What `votes forecast --json` prints."""
    from tightrope.votes.agenda import agenda
    from tightrope.votes.forecast import fit_forecast
    from tightrope.votes.imputation import impute
    from tightrope.votes.trial import before, chosen_states, known_together, with_states

    chosen = _mode(train, rolls, mode)
    aside = _both(train, rolls)
    if chosen == "imputation":
        if not states:
            raise TightropeError("Imputation hides the votes that it is to tell. Name the states in `--states`.")
        seen = known_together(train, rolls, [c for c in states if chosen_states(train, [c], given)])
        place = {roll: k for k, roll in enumerate(seen.ids)}
        columns = chosen_states(seen, states, given)
        told, names = impute(seen)[[place[roll] for roll in rolls.ids]], seen.states
    else:
        past, late = before(train, int(rolls.sessions.min()))
        columns = chosen_states(past, states, given)
        for code in given:
            rolls.state(code)
        aligned, left = with_states(rolls, past.states)
        told, names = fit_forecast(past, tuple(given)).probabilities(agenda(aligned, given)), past.states
        aside |= late | left
    return {
        "mode": chosen,
        "given": list(given),
        "rows": _rows(told, rolls.ids, names, columns),
        "set_aside": aside,
    }


def score_json(train: Ballots, test: Ballots, given: Sequence[str], states: Sequence[str], mode: str) -> dict[str, Any]:
    """What `votes score --json` prints."""
    from tightrope.votes.score import report
    from tightrope.votes.trial import forecast_trial, imputation_trial

    chosen = _mode(train, test, mode)
    trial = (imputation_trial if chosen == "imputation" else forecast_trial)(train, test, given=given, states=states)
    found = report(trial.scored)
    if not found["n"]:
        raise TightropeError(
            "The test file has no vote cast by the states that are scored. Name others in `--states`, or give a test "
            "file that has their votes."
        )
    return {
        "mode": chosen,
        "given": list(given),
        **found,
        "set_aside": {**_both(train, test), **trial.set_aside},
    }


def _mode(train: Ballots, rolls: Ballots, mode: str) -> str:
    from tightrope.base import suggestion
    from tightrope.votes.trial import MODES, mode_of

    if mode not in ("auto", *MODES):
        raise TightropeError(f"Unknown mode `{mode}`. {suggestion(mode, ('auto', *MODES))}")
    return mode_of(train, rolls) if mode == "auto" else mode


def _both(train: Ballots, rolls: Ballots) -> dict[str, int]:
    every = {**train.set_aside, **rolls.set_aside}
    return {reason: train.set_aside.get(reason, 0) + rolls.set_aside.get(reason, 0) for reason in every}


def _rows(
    told: NDArray[np.float64], rolls: Sequence[str], names: Sequence[str], columns: Sequence[int]
) -> list[dict[str, Any]]:
    from tightrope.votes.agenda import OPTIONS

    return [
        {"roll": roll, "state": names[k], **dict(zip(OPTIONS, told[r, k].tolist(), strict=True))}
        for r, roll in enumerate(rolls)
        for k in columns
    ]
