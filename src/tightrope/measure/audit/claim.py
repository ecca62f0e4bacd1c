"""One row of claims.csv, read the way the checks need it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tightrope.base.errors import Problem, TightropeError
from tightrope.base.nearest import suggestion
from tightrope.base.time import period

from .registry import checks
from .relations import ANSWERS, ORDERS, relations
from .verdict import Asserted

__all__ = ["Claim", "claim_of", "claim_problems"]


@dataclass(frozen=True)
class Claim:
    """What a text asserts, in the columns of claims.csv with lists as tuples."""

    id: str
    text: str
    check: str
    subject: tuple[str, ...]
    object: tuple[str, ...]
    measure: str
    base: str
    period: tuple[str, ...]
    relation: str
    value: str
    unit: str
    tolerance: float | None
    source: tuple[str, ...]
    note: str
    ledger: tuple[str, ...]
    file: str
    line: int

    @property
    def number(self) -> float:
        """The asserted value as a number."""
        return float(self.value)

    @property
    def answers(self) -> tuple[str, ...]:
        """The asserted value as answers, any of which would do."""
        return parts(self.value)

    @property
    def asserted(self) -> Asserted:
        """What the text says, for the verdict."""
        value: float | str | None
        try:
            value = float(self.value)
        except ValueError:
            value = self.value or None
        return Asserted(self.relation, value, self.unit, self.period, self.source)

    @property
    def partners(self) -> tuple[str, ...]:
        """Towards whom the subjects' numbers may be; one empty text where they are towards nobody."""
        return self.object or ("",)

    @property
    def readings(self) -> tuple[str, str]:
        """The measure to compute from and the one in which it may be published, from `a|b`."""
        first, _, second = self.measure.partition("|")
        return first.strip(), second.strip()


def parts(cell: Any) -> tuple[str, ...]:
    """A list cell as a tuple, whether the loader has split it or not.

    Parameters
    ----------
    cell
        None, a text joined by `;`, or any collection of texts.

    Returns
    -------
    parts
        Without empty ones.

    Examples
    --------
    >>> parts("KAZ; UZB")
    ('KAZ', 'UZB')
    """
    items = cell.split(";") if isinstance(cell, str) else (cell or ())
    return tuple(text for text in (str(item).strip() for item in items) if text)


def claim_of(row: Any, states: tuple[str, ...]) -> Claim:
    """The claim in a row of claims.csv.

    Parameters
    ----------
    row
        With the columns as attributes, and `file` and `line`.
    states
        The states that `all` stands for.

    Returns
    -------
    claim
        Empty cells as empty texts and tuples.
    """
    text = {
        name: str(getattr(row, name, None) or "").strip()
        for name in ("id", "text", "check", "measure", "base", "relation", "value", "unit", "note")
    }
    subject = parts(row.subject)
    tolerance = row.tolerance
    return Claim(
        **text,
        subject=states if subject == ("all",) else subject,
        object=parts(row.object),
        period=parts(row.period),
        tolerance=None if tolerance in (None, "") else float(tolerance),
        source=parts(row.source),
        ledger=parts(row.ledger),
        file=str(row.file),
        line=int(row.line),
    )


def claim_problems(claim: Claim) -> Iterator[Problem]:
    """What makes a claim impossible to check, so that the file must be mended.

    Parameters
    ----------
    claim
        A row of claims.csv.

    Yields
    ------
    problem
        One per fault: an unknown check or relation, a value that is no number, a text that is no period.
    """

    def problem(what: str, value: str, expected: str, remedy: str) -> Problem:
        return Problem(claim.file, claim.line, value or "empty", expected, remedy, what)

    if claim.check not in checks:
        yield problem("check", claim.check, "one of " + ", ".join(checks), suggestion(claim.check, checks))
    known = (*relations, *ORDERS, *ANSWERS)
    if claim.relation not in known:
        yield problem("relation", claim.relation, "one of " + ", ".join(known), suggestion(claim.relation, known))
    if claim.relation in relations and not _is_number(claim.value):
        yield problem("value", claim.value, f"a number, because the relation is {claim.relation}", "Write the number.")
    if claim.relation in relations and not claim.unit:
        yield problem("unit", "", "the unit of the value", "Write it as the case's own rows do, `1` for a pure number.")
    for text in (*claim.period, *([claim.base] if claim.base else [])):
        try:
            period(text)
        except TightropeError as error:
            yield problem("period", text, "a period", str(error))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
