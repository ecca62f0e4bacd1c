"""The report: one HTML file that opens offline and reads only the Result.

Charts are drawn in the browser by the Vega libraries that vl-convert brings along. A content
security policy in the page forbids it to load anything from anywhere.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from tightrope.base import RunError
from tightrope.result import Record, Result, fields

from . import words
from .cast import Cast, cast
from .charts import CHARTS, NEEDS, alignment_sparkline
from .charts.timeline import baseline_paths
from .export import chart_spec, drawing
from .findings import findings, is_borne_out, score
from .geography import CREDIT
from .provenance import KIND_MEANINGS, decisions, pictured, pictured_year, provenance, reference

__all__ = ["page_template", "report_html", "write_report"]


def write_report(result: Result, path: str | Path) -> Path:
    """Write the report beside its place, then put it there, so that no half of it is ever seen.

    Parameters
    ----------
    result
        What to report.
    path
        The HTML file; its folder must exist.
    """
    target = Path(path).expanduser().resolve()
    page = report_html(result).encode("utf-8")
    try:
        handle, fresh = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(page)
        Path(fresh).chmod(0o644)
        Path(fresh).replace(target)
    except OSError as error:
        raise RunError(f"The report cannot be written to {target}: {error.strerror}. Name another place.") from error
    return target


def report_html(result: Result) -> str:
    """The report as one HTML text."""
    result = _with_every_column(result)
    with ThreadPoolExecutor(1) as pool:
        library = pool.submit(_library)
        specs = _specs(result)
        found = provenance(result) | _tallies(result)
        context = _context(result) | {"specs": specs}
        blocks = {
            "specs": _json(specs),
            "origins": _json(found),
            "sources": _json(_sources(result)),
            "inputs": _json(_interned(result.table("inputs"))),
        }
        page = page_template("report.html").render(context, blocks=blocks, library=library.result())
    return page


# --- what the page is made of ---------------------------------------------------------------------


SCRIPT = """
import sys, vl_convert
sys.stdout.buffer.write(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode())
"""


@cache
def _library() -> str:
    """Vega, Vega-Lite and vega-embed as one script.

    It is put together in a process of its own, beside the charts: that takes a second, in which
    vl-convert lets nothing else run.
    """
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=False)
    if done.returncode:
        raise RunError(f"The chart library cannot be put together: {done.stderr.decode()[-400:]}")
    return done.stdout.decode("utf-8").replace("</script", "<\\/script")


def page_template(name: str) -> jinja2.Template:
    """A template of this package, in an environment that escapes what it is given."""
    folder = files("tightrope.report").joinpath("template")
    texts = {item.name: item.read_text("utf-8") for item in folder.iterdir() if item.is_file()}
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(texts),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": words.number,
        "span": words.span,
        "percent": words.percent,
        "plain": words.plain,
        "keys": words.keys,
    }
    return environment.get_template(name)


def _json(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(_finite(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _finite(value: Any) -> Any:
    """The value without infinities, which JSON has no word for."""
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _specs(result: Result) -> dict[str, Any]:
    """The charts for which the Result has tables, and a sparkline for each state."""
    specs = {name: chart_spec(result, name) for name in CHARTS if _can_be_drawn(result, name)}
    for state in _with_alignment(result):
        specs[f"sparkline_{state}"] = drawing(alignment_sparkline, result, state)
        specs[f"sparkline_{state}"].pop("title", None)
    return specs


def _can_be_drawn(result: Result, name: str) -> bool:
    actors = cast(result)
    has_places = any(actors.place(state) for state in actors.states)
    return all(map(result.table, NEEDS[name])) and (name != "tie_map" or has_places)


def _with_alignment(result: Result) -> list[str]:
    states = [str(row["state"]) for row in baseline_paths(result) if row["outcome"] == "alignment"]
    return list(dict.fromkeys(states))


def _sources(result: Result) -> dict[str, dict[str, Any]]:
    """The sources by key; an address that is not of the web is no link."""
    told = {}
    for row in result.table("sources"):
        url = str(row.get("url") or "")
        link = url if url.startswith(("https://", "http://")) else None
        about = {"title": row.get("title"), "publisher": row.get("publisher"), "url": link, "note": row.get("note")}
        date = row.get("date") or row.get("year")
        told[str(row["key"])] = {k: v for k, v in (about | {"date": date}).items() if v is not None}
    return told


def _interned(rows: Sequence[Record]) -> dict[str, Any]:
    """Rows as columns of numbers and of places in a pool of texts, which repeat a lot."""
    pool: dict[str, int] = {}
    columns: dict[str, list[Any]] = {}
    texts = []
    for name in rows[0] if rows else ():
        cells = [row[name] for row in rows]
        if any(isinstance(cell, str) for cell in cells):
            texts.append(name)
            cells = [None if cell is None else pool.setdefault(str(cell), len(pool)) for cell in cells]
        columns[name] = cells
    return {"count": len(rows), "texts": texts, "pool": list(pool), "columns": columns}


def _with_every_column(result: Result) -> Result:
    """The Result with the columns that a table may lack, all unknown."""
    tables = {}
    for name, rows in result.tables.items():
        lacks = [f.name for f in fields(name, []) if f.name not in (rows[0] if rows else {})]
        tables[name] = [row | dict.fromkeys(lacks) for row in rows] if lacks else rows
    return replace(result, tables=tables)


def _tallies(result: Result) -> dict[str, dict[str, Any]]:
    """The origin of the numbers that count or average others."""
    found: dict[str, dict[str, Any]] = {}
    if told := score(result):
        what = "How well the decision model predicts what was chosen"
        how = f"over {told.count} answered questions that it was not fitted to; the table of decisions has each with its sources"
        found["t:score"] = {"what": what, "value": words.percent(told.mean_prob), "kind": "estimated", "how": how}
    for table, title in (("audit", "Claims by verdict"), ("rankings", "Rankings by verdict")):
        counts = Counter(words.plain(row.get("verdict")) for row in result.table(table))
        parts = [[verdict, str(count), "", ""] for verdict, count in counts.most_common()]
        how = "counted in the table below, which has each with its sources"
        found[f"t:{table}"] = {"what": title, "how": how, "parts": parts}
    return found


# --- what the template reads ----------------------------------------------------------------------


def _context(result: Result) -> dict[str, Any]:
    actors = cast(result)
    coefficients = [row for row in result.table("coefficients") if not row.get("state")]
    return {
        "result": result,
        "case": dict.fromkeys(("name", "title", "digest", "start", "end")) | dict(result.case),
        "manifest": dict.fromkeys(("members", "seed")) | dict(result.manifest),
        "warnings": [str(text) for text in result.manifest.get("warnings") or []],
        "actors": actors,
        "year": pictured_year(result),
        "findings": findings(result),
        "cards": [_card(result, actors, state) for state in actors.states],
        "score": score(result),
        "decided": _decided(result, actors),
        "asked": _asked(result, actors),
        "claims": _claims(result),
        "rankings": [row | {"held": is_borne_out(row.get("verdict"))} for row in result.table("rankings")],
        "events": sorted(result.table("events"), key=lambda row: str(row.get("date") or "")),
        "bibliography": _bibliography(result),
        "facts": _facts(result),
        "coefficients": coefficients,
        "meanings": list(dict.fromkeys(row.get("meaning") for row in coefficients if row.get("meaning"))),
        "kinds": KIND_MEANINGS,
        "credit": CREDIT,
        "reference": reference,
    }


def _card(result: Result, actors: Cast, state: str) -> dict[str, Any]:
    """What the card of a state shows: ties by power, room, postures."""
    measures = [row for row in pictured(result, "measures") if row["measure"] == "dependence"]
    ends = [row.get("high") or row.get("mean") or 0 for row in measures]
    top = max((float(end) for end in ends if isinstance(end, int | float)), default=0) or 1.0
    own = {row["power"]: row for row in measures if row["state"] == state}
    room = next((row for row in pictured(result, "room") if row["state"] == state), None)
    postures = [
        row
        for row in result.table("posture")
        if row["state"] == state and (row.get("basis") or "simulated") == "simulated"
    ]
    postures.sort(key=lambda row: -float(row.get("prob") or 0))
    return {
        "id": state,
        "name": actors.name(state),
        "colour": actors.colour(state),
        "ties": [own[power] | _bar(own[power], top) for power in actors.powers if power in own],
        "room": room,
        "postures": postures,
    }


def _bar(row: Record, top: float) -> dict[str, Any]:
    """A value and its range as parts of the longest range, in per cent."""

    def part(value: Any) -> float:
        return round(100 * max(0.0, float(value)) / top, 1) if isinstance(value, int | float) else 0.0

    low, high = part(row.get("low")), part(row.get("high"))
    return {"long": part(row.get("mean")), "from": low, "wide": max(0.0, round(high - low, 1))}


def _decided(result: Result, actors: Cast) -> list[dict[str, Any]]:
    """A row of the table of decisions for each id, by date."""
    rows = []
    for name, options in decisions(result).items():
        chosen = next((row for row in options if row.get("observed")), None)
        ranked = sorted(options, key=lambda row: -float(row.get("prob") or 0))
        rows.append(options[0] | {"ref": reference("d", name), "chosen": chosen, "options": ranked})
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["id"])))


def _asked(result: Result, actors: Cast) -> list[dict[str, Any]]:
    """Questions that scenarios put: for each its options, and by state the probabilities."""
    groups: dict[tuple[Any, Any], dict[str, Any]] = {}
    titles = {row["scenario"]: row.get("title") for row in result.table("scenarios")}
    for row in result.table("votes_in_scenarios"):
        question = row.get("question") or words.plain(str(row["id"]).partition(":")[0])
        title = titles.get(row["scenario"]) or words.plain(row["scenario"])
        group = groups.setdefault(
            (row["scenario"], question), {"title": title, "question": question, "options": [], "states": {}}
        )
        if row["option"] not in group["options"]:
            group["options"].append(row["option"])
        group["states"].setdefault(row["state"], {})[row["option"]] = row
    listed = list(groups.values())
    for before, group in zip([None, *listed], listed, strict=False):
        group["is_first"] = before is None or before["title"] != group["title"]
    return listed


def _claims(result: Result) -> list[Record]:
    """The audited claims, those that data contradict first."""
    rank = {"contradicted": 0, "supported": 1, "not_checkable": 2}
    return sorted(result.table("audit"), key=lambda row: rank.get(str(row.get("verdict")), 3))


def _bibliography(result: Result) -> list[dict[str, Any]]:
    """Sources with the count of the numbers that rest on them, most used first."""
    used = Counter(key for row in result.table("inputs") for key in words.keys(row.get("source")))
    links = _sources(result)
    rows = [row | {"used": used[str(row["key"])], **links[str(row["key"])]} for row in result.table("sources")]
    return sorted(
        ({"url": None} | row | {"url": links[str(row["key"])].get("url")} for row in rows),
        key=lambda row: (-int(row["used"]), str(row.get("publisher")), str(row.get("title"))),
    )


def _facts(result: Result) -> list[tuple[str, str]]:
    """The manifest as pairs of words, for the method note."""
    about, case = result.manifest, result.case
    pairs = [
        ("Case", ", digest ".join(str(case[key]) for key in ("name", "digest") if case.get(key))),
        ("Period", " to ".join(str(case[key]) for key in ("start", "end") if case.get(key))),
        ("Histories", words.number(about.get("members"), 0)),
        ("Seed", str(about.get("seed", "–"))),
        ("Scenarios", ", ".join(map(str, about.get("scenarios") or [])) or "–"),
        ("Command", str(about.get("command") or "–")),
        ("Time", str(about.get("time") or "–")),
        ("Versions", ", ".join(f"{name} {version}" for name, version in (about.get("versions") or {}).items())),
        ("Parameters", _flat(about.get("parameters") or {})),
    ]
    return [(name, text) for name, text in pairs if text and text != "–"]


def _flat(parameters: Mapping[str, Any], most: int = 60) -> str:
    shown = [f"{name} = {value}" for name, value in parameters.items() if not isinstance(value, dict | list)]
    more = len(parameters) - len(shown[:most])
    tail = [f"and {more} more in manifest.json"] if more else []
    return "; ".join([*shown[:most], *tail])
