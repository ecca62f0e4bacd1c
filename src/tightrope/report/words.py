"""How the report says things: numbers, ranges, names of outcomes, measures and kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tightrope.result import Cell, Record, Result

__all__ = ["Outcome", "enumeration", "number", "outcome", "percent", "plain", "span"]


@dataclass(frozen=True)
class Outcome:
    """How an outcome or measure is titled, in which unit, and how many digits tell enough."""

    title: str
    unit: str = ""
    digits: int = 2
    meaning: str = ""


OUTCOMES = {
    "dependence": Outcome("Dependence", meaning="part of the state's stakes that the power could take away"),
    "threat": Outcome("Threat", meaning="0 is none, 1 is total"),
    "leverage": Outcome("Leverage", meaning="what dependence and threat together put in the power's hand"),
    "room": Outcome("Room", meaning="part of the state's stakes that no single power can take away"),
    "alignment": Outcome("Alignment", meaning="-1 is opposed, 1 is of one mind"),
    "growth": Outcome("Growth", "percentage points a year"),
    "remittances": Outcome("Remittances", "of their level at the start"),
    "trade": Outcome("Trade", "of its level at the start"),
    "food_price": Outcome("Food prices", "of their level at the start"),
    "evasion": Outcome("Evasion", meaning="re-exports to sanctioned powers, in parts of trade with them before"),
    "bandwidth": Outcome("Bandwidth", meaning="breadth of the channels of influence"),
    "export_dependence": Outcome("Exports to it", meaning="part of the state's exports"),
    "import_dependence": Outcome("Imports from it", meaning="part of the state's imports"),
    "fbic_dependence": Outcome("Dependence (FBIC)", meaning="as the index of formal bilateral influence has it"),
}


def outcome(result: Result, name: str) -> Outcome:
    """Title and unit of an outcome, from the Result's own table where it has one."""
    for row in result.table("outcomes"):
        if row["outcome"] == name:
            title, unit = row.get("title"), row.get("unit")
            return Outcome(str(title or plain(name)), str(unit or ""), meaning=str(row.get("meaning") or ""))
    return OUTCOMES.get(name, Outcome(plain(name)))


def number(value: Cell, digits: int = 2) -> str:
    """A number as text with a real minus sign; a dash where it is not known.

    Examples
    --------
    >>> number(-0.415), number(0.0), number(None), number(12345.6, 0)
    ('−0.41', '0.00', '–', '12,346')
    """
    if value is None or isinstance(value, str):
        return value or "–"
    text = f"{value:,.{digits}f}"
    is_zero = not text.strip("-0.,")
    return text.lstrip("-") if is_zero else text.replace("-", "−")


def signed(value: Cell, digits: int = 2) -> str:
    """A difference with its sign."""
    text = number(value, digits)
    return f"+{text}" if isinstance(value, int | float) and value > 0 and text.strip("0.") else text


def span(low: Cell, high: Cell, digits: int = 2) -> str:
    """A range in words, empty where either end is not known."""
    if low is None or high is None:
        return ""
    return f"{number(low, digits)} to {number(high, digits)}"


def percent(share: Cell) -> str:
    """A share of one as a percentage without decimals."""
    return f"{100 * share:.0f}%" if isinstance(share, int | float) else "–"


def plain(name: Cell) -> str:
    """A name such as `vote_condemn` as a reader would write it.

    Examples
    --------
    >>> plain("not_checkable"), plain("host_base")
    ('Not checkable', 'Host base')
    """
    text = str(name or "").replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def enumeration(parts: Sequence[str]) -> str:
    """Parts as a sentence lists them.

    Examples
    --------
    >>> enumeration(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(parts[:-1]), *parts[-1:]] if len(parts) > 1 else parts)


def keys(cell: Cell) -> list[str]:
    """Keys in a cell, which are separated by semicolons."""
    return [key.strip() for key in str(cell or "").split(";") if key.strip()]


def newest(rows: Iterable[Record]) -> int | None:
    """The newest year among rows, None where no row names one."""
    years = [row.get("year") for row in rows]
    return max((year for year in years if isinstance(year, int)), default=None)
