"""From the text of a cell or scalar to a value, or to a sentence that says what was expected."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from tightrope.base import ALWAYS, TightropeError, period, quarter_index

__all__ = [
    "Colour",
    "DateText",
    "Flag",
    "Identifier",
    "Keys",
    "Ledger",
    "Number",
    "Options",
    "Paths",
    "PeriodText",
    "QuarterText",
    "Roles",
    "Text",
    "Words",
    "choice",
    "expected",
    "ledger_ids",
]

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_NOT_A_NUMBER = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Z][A-Z0-9]*", re.ASCII)
_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII)
_RANGE = re.compile(r"([A-Z]+)(\d+)-([A-Z]+)?(\d+)", re.ASCII)


_MOST_IDS = 20_000


def expected(what: str, remedy: str) -> PydanticCustomError:
    """Error that says what a value should have been.

    Parameters
    ----------
    what
        Phrase that follows the word "expected".
    remedy
        Sentence.

    Returns
    -------
    error
        To be raised.
    """
    return PydanticCustomError("expected", "{what}", {"what": what, "remedy": remedy})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise expected("a text", "Write one text; quote it if it holds a colon, a bracket or a #.")
    return str(value).strip()


def _number(value: Any) -> float:
    if not isinstance(value, str):
        raise expected("a number", "Write one number.")
    text = str(value).strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
    if _NOT_A_NUMBER.fullmatch(text) or _NUMBER.fullmatch(text):
        raise expected("a finite number", "Leave it empty where it is not known.")
    if text.endswith("%"):
        raise expected("a plain number such as 0.25", "Write percentages as the unit says, without the sign.")
    if "," in text:
        raise expected("a plain number such as 1234.5", "Use a point for decimals and no mark for thousands.")
    raise expected("a number", "Correct it, or leave it empty where it is not known.")


def _flag(value: Any) -> bool:
    text = _text(value).lower()
    if text not in ("true", "false", "yes", "no"):
        raise expected("true or false", "Write one of the two.")
    return text in ("true", "yes")


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return _split(value)
    parts = [] if value is None else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise expected("a list of words", "Write [a, b] in YAML, a;b in CSV.")
    return tuple(part.strip() for part in parts if part.strip())


@lru_cache(maxsize=10_000)  # tables name few sources on many lines
def _split(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split(";") if (part := piece.strip()))


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_words(value)))


def _options(value: Any) -> tuple[str, ...]:
    words = _words(value)
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise expected(f"each word once, `{twice}` is there twice", "Delete one of the two.")
    return words


def ledger_ids(words: tuple[str, ...]) -> tuple[str, ...]:
    """Ids with ranges written out.

    Parameters
    ----------
    words
        Ids, or ranges of them such as `T01-T03`.

    Returns
    -------
    ids
        In the order given.

    Examples
    --------
    >>> ledger_ids(("T01-T03", "X1"))
    ('T01', 'T02', 'T03', 'X1')
    """
    ids: list[str] = []
    for word in words:
        match = _RANGE.fullmatch(word)
        if match is None:
            ids.append(word)
            continue
        letters, first, other, last = match.groups()
        if other not in (None, letters) or not 0 <= int(last) - int(first) < 10_000:
            raise expected(
                f"a range such as T01-T14, not `{word}`", "Put the same letters at both ends, the smaller number first."
            )
        if len(ids) > _MOST_IDS:
            raise expected(f"at most {_MOST_IDS} ids", "Shorten the ranges.")
        ids += [f"{letters}{number:0{len(first)}}" for number in range(int(first), int(last) + 1)]
    return tuple(ids)


def _ledger(value: Any) -> tuple[str, ...]:
    return ledger_ids(_keys(value))


def _paths(value: Any) -> tuple[str, ...]:
    paths = _keys(value)
    for path in paths:
        if not _PATH.fullmatch(path):
            raise expected("dotted paths such as package.module.function", f"Correct `{path[:60]}`.")
    return paths


def _roles(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    roles: dict[str, tuple[str, ...]] = {}
    for part in _words(value):
        role, sign, named = (piece.strip() for piece in part.partition("="))
        powers = tuple(dict.fromkeys(one.strip() for one in named.split("+") if one.strip()))
        if not (role and sign and powers):
            raise expected("roles such as against=AAA;backer=BBB+CCC", f"Correct `{part[:60]}`.")
        if role in roles:
            raise expected(f"each role once, `{role}` is there twice", "Join its powers by `+`.")
        roles[role] = powers
    return tuple(roles.items())


def _period(value: Any) -> str:
    text = _text(value)
    try:
        return period(text).text
    except TightropeError as error:
        reason = str(error).partition(": ")[2]
        raise expected(
            "a year 2022, quarter 2022Q1, month 2022-03, day 2022-03-02, span 2018/2022 or `always`",
            "Use one of these forms." if reason.startswith("write") else f"Correct it: {reason}",
        ) from None


def _date(value: Any) -> str:
    text = _period(value)
    if text == ALWAYS:
        raise expected("a date such as 2022-03-02, 2022-03 or 2022", "Say when it was.")
    return text


def _quarter(value: Any) -> str:
    text = _text(value)
    try:
        quarter_index(text)
    except TightropeError:
        raise expected("a quarter such as 2022Q1", "Write year, Q and 1 to 4.") from None
    return text


def _identifier(value: Any) -> str:
    text = _text(value)
    if not _IDENTIFIER.fullmatch(text) or text in ("ALL", "WLD"):
        raise expected(
            "an id of capitals and digits such as KAZ, not ALL or WLD", "Use the ISO 3166 code of a country."
        )
    return text


def _trader(value: Any) -> str:
    return "WLD" if _text(value) == "WLD" else _identifier(value)


def _colour(value: Any) -> str:
    text = _text(value)
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text, re.ASCII):
        raise expected("a colour such as #1f4e79", "Write # and six hexadecimal digits.")
    return text.lower()


def choice(*options: str) -> Any:
    """Type of a value that is one of a few words.

    Parameters
    ----------
    options
        The words.

    Returns
    -------
    type
        For use as an annotation.
    """

    def one(value: Any) -> str:
        text = _text(value)
        if text not in options:
            raise expected("one of " + ", ".join(options), "Choose one of them.")
        return text

    return Annotated[str, BeforeValidator(one)]


Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[float, BeforeValidator(_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Keys = Annotated[tuple[str, ...], BeforeValidator(_keys)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Options = Annotated[tuple[str, ...], BeforeValidator(_options)]
Roles = Annotated[tuple[tuple[str, tuple[str, ...]], ...], BeforeValidator(_roles)]
Ledger = Annotated[tuple[str, ...], BeforeValidator(_ledger)]
Paths = Annotated[tuple[str, ...], BeforeValidator(_paths)]
PeriodText = Annotated[str, BeforeValidator(_period)]
DateText = Annotated[str, BeforeValidator(_date)]
QuarterText = Annotated[str, BeforeValidator(_quarter)]
Identifier = Annotated[str, BeforeValidator(_identifier)]
Trader = Annotated[str, BeforeValidator(_trader)]
Colour = Annotated[str, BeforeValidator(_colour)]
