"""Who is meant: countries and blocs as trade statistics call them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tightrope.base import FrozenDict

__all__ = ["aggregate", "aggregates", "blocs", "countries", "country"]

HERE = Path(__file__).parent


@cache
def countries() -> Mapping[str, str]:
    """ISO-3 code by what a file may call a country: ISO-3, ISO-2 or M49 code, or a name, in lower case.

    Codes and names: Unicode CLDR; further names as Eurostat and the Statistics Agency of Uzbekistan write them.
    """
    found: dict[str, str] = {}
    for row in _rows("country_names.csv"):
        codes = [
            row["iso3"],
            row["iso2"],
            *row["m49"].split("|"),
            *(code.lstrip("0") for code in row["m49"].split("|")),
        ]
        for name in (*codes, *row["names"].split("|")):
            if name:
                found.setdefault(_plain(name), row["iso3"])
    return FrozenDict(found)


@cache
def blocs() -> Mapping[str, tuple[str, ...]]:
    """Members of each bloc, as ISO-3 codes: the European Union since February 2020, and the Group of Seven."""
    return FrozenDict({row["bloc"]: tuple(row["members"].split("|")) for row in _rows("blocs.csv") if row["bloc"]})


@cache
def aggregates() -> Mapping[str, str]:
    """What files call groups of countries, in lower case, with the bloc that it is or nothing."""
    return FrozenDict({_plain(name): row["bloc"] for row in _rows("blocs.csv") for name in row["names"].split("|")})


def country(label: str) -> str | None:
    """ISO-3 code of a label; `None` if it names no single country.

    What stands in brackets after a name is left out, and so is a name after a code.

    >>> country("Germany (incl. German Democratic Republic 'DD' from 1991)"), country("KG"), country("398")
    ('DEU', 'KGZ', 'KAZ')
    >>> country("European Union - 27 countries (AT, BE, ...)") is None
    True
    """
    return _found(label, countries())


def aggregate(label: str) -> str | None:
    """Bloc that a label names, empty for a group that is no bloc here, `None` if it names no group.

    >>> aggregate("EU27_2020"), aggregate("Euro area (AT-01/1999, ...)"), aggregate("Kazakhstan")
    ('EU', '', None)
    """
    return _found(label, aggregates())


def _found(label: str, known: Mapping[str, str]) -> str | None:
    text = label.strip()
    for one in (text, re.sub(r"\s*\(.*", "", text), re.split(r"[:\-]", text)[0]):
        if (code := known.get(_plain(one))) is not None:
            return code
    return None


def _plain(name: str) -> str:
    return name.strip().lower().replace("’", "'")


def _rows(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
