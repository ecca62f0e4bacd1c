"""The list of checks, filled by the topic files as they are imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightrope.base.errors import CaseError
from tightrope.base.registry import Registry

from .verdict import CONTRADICTED, NOT_CHECKABLE, SUPPORTED, Found

if TYPE_CHECKING:
    from .claim import Claim
    from .evidence import Evidence

__all__ = ["Judgement", "checks"]


@dataclass(frozen=True)
class Judgement:
    """What a check makes of a claim.

    Parameters
    ----------
    verdict
        `supported`, `contradicted` or `not_checkable`.
    found
        What it was judged by.
    why
        One sentence.
    probability
        Chance that a ranking holds; None for other checks.
    disputed
        Whether some sources alone would support the claim and others contradict it.
    """

    verdict: str
    found: tuple[Found, ...]
    why: str
    probability: float | None = None
    disputed: bool = False


Check = Callable[["Claim", "Evidence"], Judgement]

checks: Registry[Check] = Registry("check", error=CaseError)
"""Every check by the name that claims.csv calls it by."""


def verdict_of(groups: list[list[bool]]) -> str:
    """Verdict over several subjects, each with what its sources say.

    Parameters
    ----------
    groups
        For each subject, whether each thing found about it agrees with the claim.

    Returns
    -------
    verdict
        `contradicted` if all that is found about some subject disagrees; `supported` if for every subject something
        agrees; else `not_checkable`, which is also the answer to nothing.
    """
    if any(group and not any(group) for group in groups):
        return CONTRADICTED
    if groups and all(any(group) for group in groups):
        return SUPPORTED
    return NOT_CHECKABLE
