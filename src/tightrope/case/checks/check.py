"""What a check is, and running them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from tightrope.base import CaseError, Problem, Registry

from ..draft import Draft

__all__ = ["CHECKS", "Check", "check", "run_checks"]

Rule = Callable[[Draft], Iterator[Problem]]


@dataclass(frozen=True)
class Check:
    """A rule with the files that it can only judge if they were read whole.

    Parameters
    ----------
    rule
        Yields a problem for each place that breaks it.
    needs
        Files or folders.
    """

    rule: Rule
    needs: tuple[str, ...]


CHECKS: Registry[Check] = Registry("check", error=CaseError)
"""All checks by name."""


def check(*needs: str) -> Callable[[Rule], Rule]:
    """Enter a rule into `CHECKS` under the name of its function.

    Parameters
    ----------
    needs
        Files or folders that must have been read without problem, because the rule would otherwise report what
        only follows from a problem already reported.

    Returns
    -------
    decorator
        Gives the rule back.
    """

    def enter(rule: Rule) -> Rule:
        CHECKS.register(rule.__name__)(Check(rule, needs))
        return rule

    return enter


def run_checks(draft: Draft, *, skip: Collection[str] = ()) -> list[Problem]:
    """Problems that the checks find.

    Parameters
    ----------
    draft
        What was read.
    skip
        Names of checks to leave out.

    Returns
    -------
    problems
        In the order of the checks.
    """
    for name in skip:
        CHECKS[name]  # an unknown name is an error, not a check quietly run
    return [
        problem
        for name, one in CHECKS.items()
        if name not in skip and draft.is_whole(*one.needs)
        for problem in one.rule(draft)
    ]
