"""What trade statistics write in their cells: parties, products, months, directions, and how columns are called."""

from __future__ import annotations

import re

from .countries import aggregate, country

__all__ = ["EXPECTED", "NAMES", "TOTAL", "WHOLE", "direction", "month", "party", "product", "side"]

NAMES: dict[str, tuple[str, ...]] = {
    "exporter": ("exporter", "exporter_iso3"),
    "importer": ("importer", "importer_iso3"),
    "reported_by": ("reported_by",),
    "reporter": (
        "reporteriso", "reporter iso", "reporter_iso", "reporter_iso3", "reporter", "reportercode", "reporter code",
        "reporter_code", "reporterdesc",
    ),
    "partner": (
        "partneriso", "partner iso", "partner_iso", "partner_iso3", "partner", "partnercode", "partner code",
        "partner_code", "partnerdesc",
    ),
    "product": (
        "cmdcode", "commodity code", "commodity_code", "code", "product_code", "product", "cn8", "hs6", "hs",
    ),
    "month": ("period_iso", "time_period", "period", "month", "date"),
    "year": ("refyear", "year"),
    "month_of_year": ("refmonth",),
    "flow": ("flowcode", "trade flow code", "trade_code", "flow", "trade flow", "trade_flow", "flowdesc"),
    "value": (
        "primaryvalue", "value_in_euros", "value_in_eur", "obs_value", "trade value (us$)", "trade_value_us",
        "tradevalue", "value",
    ),
    "weight": ("netwgt", "netweight (kg)", "netweight_kg", "quantity_in_kg", "quantity_kg", "weight", "weight_kg"),
    "weight_100kg": ("quantity_in_100kg",),
    "indicator": ("indicators", "indicator"),
}  # fmt: skip
"""What the columns are called in one release or another, in lower case, the best first."""

WHOLE: dict[str, tuple[str, ...]] = {
    "stat_procedure": ("total", "t-total", "4", "t"),
    "motcode": ("0",),
    "mot_code": ("0",),
    "customscode": ("c00",),
    "moscode": ("0",),
    "partner2code": ("0",),
}
"""Columns by which a file may break a flow down, with the values that stand for the whole."""

MONTHS = {
    name: k
    for k, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
EXPORTS, IMPORTS = {"export", "exports", "x", "2", "e", "2-export"}, {"import", "imports", "m", "1", "i", "1-import"}
EXPECTED = (
    "Eurostat (REPORTER, PARTNER, PRODUCT or CODE, PERIOD or TIME_PERIOD, FLOW, VALUE), UN Comtrade (reporterISO or Reporter "
    "Code, partnerISO or Partner Code, cmdCode or Commodity Code, period, flowCode or Trade Flow, primaryValue or Trade "
    "Value (US$)), or a tidy table (exporter, importer, product, month, value)"
)
TOTAL = "TOTAL"


def party(text: str) -> str:
    """ISO-3 code or bloc; nothing for a group that is no bloc, `?` for an unknown name."""
    one = country(text)
    if one is None:
        one = aggregate(text)
    return "?" if one is None else one


def product(text: str) -> str | None:
    """Digits of a product code, with the zero that a spreadsheet took away, or `TOTAL`; `None` if it is neither.

    >>> product("Truffles, prepared [20039010]"), product("1012100"), product("Total"), product("8418XXXX")
    ('20039010', '01012100', 'TOTAL', None)
    """
    text = text.strip()
    inner = re.search(r"\[(\w+)\]\s*$", text)
    code = (inner.group(1) if inner else re.split(r"[\s:\-]", text)[0]).removesuffix(".0").replace(".", "")
    if code.upper() == TOTAL or code.upper() == "AG":
        return TOTAL
    if not re.fullmatch(r"\d{1,10}", code):
        return None
    return code if len(code) % 2 == 0 else "0" + code


def month(text: str) -> str | None:
    """A month as `2022-03`; `None` for anything else, years too.

    >>> [month(text) for text in ("2022-03", "202203", "2022M03", "Mar. 2022", "2022-03-01 00:00:00", "2022")]
    ['2022-03', '2022-03', '2022-03', '2022-03', '2022-03', None]
    """
    text = text.strip()
    if match := re.match(r"(\d{4})[-M/]?(0[1-9]|1[0-2])(?:-?\d\d(?:[ T].*)?)?$", text):
        return f"{match[1]}-{match[2]}"
    if (match := re.match(r"([A-Za-z]{3})[a-z]*\.?[ -](\d{4})$", text)) and match[1].lower() in MONTHS:
        return f"{match[2]}-{MONTHS[match[1].lower()]:02d}"
    return None


def direction(text: str) -> str | None:
    """Who reports, from whether a row is exports or imports; `None` for re-exports and what else there is."""
    word = text.strip().lower()
    return "exporter" if word in EXPORTS else "importer" if word in IMPORTS else None


def side(text: str) -> str | None:
    """Who reports, as a tidy table says it."""
    word = text.strip().lower()
    return word if word in ("exporter", "importer") else None
