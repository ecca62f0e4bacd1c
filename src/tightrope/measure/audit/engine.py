"""The audit: every claim of a case against the case's own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tightrope.base.errors import CaseError, Problem
from tightrope.base.estimate import Estimate

from .claim import Claim, claim_of, claim_problems
from .evidence import Evidence
from .names import name_problems
from .registry import checks
from .verdict import Verdict

__all__ = ["audit", "faults"]


def audit(case: Any, measures: Mapping[str, Estimate] | None = None) -> tuple[Verdict, ...]:
    """What the case's data say to each of its claims.

    Parameters
    ----------
    case
        With claims, tables, decisions, actors, states and powers.
    measures
        Measures of the case by name, over (state,) or (state, power), for claims that rank by them. Without one a
        claim that needs it is not checkable.

    Returns
    -------
    verdicts
        One per row of claims.csv, in its order.

    Raises
    ------
    CaseError
        With every claim that names no check, relation, number or period that the audit knows.

    Assumes
    -------
    A text is no witness to itself: rows that rest on the claim's sources alone are left out, and so are rows of kind
    `assumed`. A vague claim is read in its favour: one independent figure that bears it out is enough, and the
    verdict shows the others. Where the case has a matrix of trade, and its whole range lies on one side of what is
    claimed, the matrix settles the years that it covers.

    Source
    ------
    The rules are ours; docs/explain/audit.md gives the reasons.
    """
    problems = faults(case)
    if problems:
        raise CaseError(
            f"{len(problems)} fault{'s' * (len(problems) > 1)} in the claims of {case.name}; none was checked.",
            problems,
        )
    return tuple(_verdict(claim, case, measures or {}) for claim in _claims(case))


def faults(case: Any) -> tuple[Problem, ...]:
    """What must be mended in the claims before they can be checked.

    Parameters
    ----------
    case
        With claims and states.

    Returns
    -------
    problems
        With file and line; empty for sound claims.
    """
    problems: list[Problem] = []
    for claim in _claims(case):
        problems += claim_problems(claim)
        if claim.check in checks:
            problems += name_problems(claim, case)
    return tuple(problems)


def _claims(case: Any) -> tuple[Claim, ...]:
    return tuple(claim_of(row, tuple(case.states)) for row in case.claims)


def _verdict(claim: Claim, case: Any, measures: Mapping[str, Estimate]) -> Verdict:
    judgement = checks[claim.check](claim, Evidence(case, measures, frozenset(claim.source)))
    return Verdict(
        id=claim.id,
        verdict=judgement.verdict,
        asserted=claim.asserted,
        found=judgement.found,
        why=judgement.why,
        text=claim.text,
        ledger=claim.ledger,
        probability=judgement.probability,
        disputed=judgement.disputed,
    )
