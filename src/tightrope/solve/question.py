"""From what a user writes, such as `KGZ:B16=sign`, to a decision of the case and one of its options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tightrope.base.errors import RunError
from tightrope.base.nearest import suggestion

if TYPE_CHECKING:
    from tightrope.case import Case, Decision

__all__ = ["ACCEPT", "budgets", "moved"]

ACCEPT = "accept"
"""Where a question has no option of this name: the option that goes furthest in what is asked (degree 1)."""


def moved(case: Case, text: str, scenario: str) -> tuple[Decision, str]:
    """The decision and option that a move names.

    Parameters
    ----------
    case, scenario
        Whose questions.
    text
        `STATE:QUESTION=OPTION`. The question is the id of one, or a ledger id that leads to exactly one. `accept` stands
        for the option that goes furthest where none has that name.

    Returns
    -------
    decision, option
        Of the scenario.

    Raises
    ------
    RunError
        If the text has another form or names what there is not, with what was probably meant.

    Examples
    --------
    >>> from tightrope.case import load_case
    >>> decision, option = moved(load_case("central_asia"), "KGZ:B16=accept", "history")
    >>> decision.id, option
    ('us_agreement_2022:KGZ', 'sign')
    """
    place, equals, option = text.partition("=")
    state, colon, name = place.partition(":")
    if not (equals and colon and state and name and option):
        raise RunError(f"--move {text}: expected STATE:QUESTION=OPTION, such as KGZ:us_agreement_2022=sign.")
    if state not in case.states:
        raise RunError(f"--move {text}: `{state}` is no state of {case.name}. {suggestion(state, case.states)}")
    decision = _decision(case, state, name, scenario, text)
    return decision, _option(decision, option, text)


def _decision(case: Case, state: str, name: str, scenario: str, text: str) -> Decision:
    every = case.scenario(scenario).decisions
    of_id = [d for d in every if d.question.id == name]
    found = of_id or [d for d in every if name in (*d.ledger, *d.question.ledger)]
    here = [d for d in found if d.state == state]
    if len(here) == 1:
        return here[0]
    if len(here) > 1:
        ids = ", ".join(d.question.id for d in here)
        raise RunError(f"--move {text}: `{name}` stands for several questions to {state}: {ids}. Name one of them.")
    if found:
        facing = ", ".join(sorted({f"{d.state}:{d.question.id}" for d in found}))
        raise RunError(f"--move {text}: {state} did not face `{name}` in scenario {scenario}; asked were {facing}.")
    elsewhere = [s for s in case.scenarios if any(d.question.id == name for d in case.scenario(s).decisions)]
    if elsewhere:
        raise RunError(f"--move {text}: `{name}` is asked in scenario {', '.join(elsewhere)}; add --scenario NAME.")
    if name in case.ledger:
        raise RunError(
            f"--move {text}: `{name}` is about no decision. `tightrope sources` shows where it lives. "
            f"{suggestion(name, _names(every, state))}"
        )
    raise RunError(
        f"--move {text}: no question `{name}` in scenario {scenario}. {suggestion(name, _names(every, state))}"
    )


def _names(every: tuple[Decision, ...], state: str) -> list[str]:
    mine = [d for d in every if d.state == state]
    return sorted({d.question.id for d in mine} | {id_ for d in mine for id_ in d.ledger})


def _option(decision: Decision, option: str, text: str) -> str:
    if option in decision.options:
        return option
    if option == ACCEPT:
        degree = decision.degree.tolist()
        furthest = [o for o, d in zip(decision.options, degree, strict=True) if d == max(degree)]
        if len(furthest) == 1:
            return furthest[0]
        raise RunError(f"--move {text}: `accept` may mean {' or '.join(furthest)}. Name one of them.")
    raise RunError(
        f"--move {text}: {decision.question.id} has no option `{option}`. {suggestion(option, decision.options)}"
    )


def budgets(text: str | None, players: tuple[str, ...], usual: Mapping[str, float]) -> dict[str, float]:
    """What each player may spend.

    Parameters
    ----------
    text
        One number for all, or `USA=2,RUS=1`; None for the usual.
    players
        Powers that play.
    usual
        Budget of each where none is said.

    Returns
    -------
    budgets
        By player, in costs of a full offer.

    Raises
    ------
    RunError
        With everything wrong: a number that is none, is negative or endless, a power that does not play, two budgets for
        one.

    Examples
    --------
    >>> budgets("USA=2", ("USA", "RUS"), {"USA": 1.0, "RUS": 1.0})
    {'USA': 2.0, 'RUS': 1.0}
    """
    found = {player: float(usual[player]) for player in players}
    if text is None:
        return found
    wrong: list[str] = []
    said: dict[str, float] = {}
    single = "=" not in text and "," not in text
    for part in [f"{player}={text}" for player in players] if single else text.split(","):
        name, _, amount = (x.strip() for x in part.partition("="))
        value = _number(amount)
        if name not in players:
            wrong.append(f"`{part.strip()}`: {name or 'nobody'} does not play. {suggestion(name, players)}")
        elif value is None:
            wrong.append(f"`{part.strip()}`: expected POWER=NUMBER with a number of 0 or more.")
        elif said.get(name, value) != value:
            wrong.append(f"{name} has two budgets, {said[name]:g} and {value:g}. Give one.")
        else:
            said[name] = value
    if wrong:
        raise RunError("--budget contradicts itself or says what cannot be:\n  " + "\n  ".join(dict.fromkeys(wrong)))
    return found | said


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
