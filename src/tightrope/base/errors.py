"""What can go wrong, said so that the reader can repair it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "CaseError",
    "FitError",
    "Problem",
    "RunError",
    "ScenarioError",
    "SourceError",
    "TightropeError",
]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in one place.

    Parameters
    ----------
    file
        File inside the case folder, with forward slashes.
    line
        Line counted from 1; 0 where the file as a whole is meant.
    value
        What stands there.
    expected
        What should stand there.
    remedy
        What to do.
    what
        Name of the thing: a column, a key, a cell.
    """

    file: str
    line: int
    value: str
    expected: str
    remedy: str
    what: str

    def __post_init__(self) -> None:
        # what stands in a broken file may be empty, endless, or able to upset a terminal
        for name in ("value", "expected", "remedy", "what"):
            object.__setattr__(self, name, _shown(getattr(self, name)))

    def __str__(self) -> str:
        place = f"{self.file} line {self.line}" if self.line else self.file
        return f"{place}: {self.what}: {self.value}. Expected {self.expected}. {self.remedy}"


def _shown(text: str) -> str:
    short = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    return "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in short) or "empty"


_LONGEST = 400


class TightropeError(ValueError):
    """Base of every error that Tightrope raises on purpose.

    Parameters
    ----------
    message
        One sentence for the reader.
    problems
        Everything found wrong, listed below the sentence.
    """

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(message, self.problems)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


class CaseError(TightropeError):
    """A case, or a name asked of it, is not usable."""


class SourceError(TightropeError):
    """The list of sources is not usable."""


class ScenarioError(TightropeError):
    """A scenario is not usable."""


class FitError(TightropeError):
    """A fitted model is missing, stale or not to be trusted."""


class RunError(TightropeError):
    """A run cannot start, go on or be read."""
