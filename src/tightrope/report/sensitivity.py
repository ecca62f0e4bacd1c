"""The page of a sensitivity analysis: one HTML file with a tornado chart for each headline."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from .charts.tornado import tornado
from .export import drawing
from .words import number, percent, signed

__all__ = ["sensitivity_html"]

STYLE = """
body { font: 15px/1.5 Inter, "Helvetica Neue", Helvetica, Arial, sans-serif; color: #1d2733; max-width: 1000px; margin: 2em auto; padding: 0 1em }
h2 { font-size: 1.05em; margin: 2.2em 0 0.2em } p { margin: 0.3em 0 } code { background: #f2f4f6; padding: 0.1em 0.3em }
table { border-collapse: collapse; margin: 0.8em 0 } th, td { text-align: left; padding: 0.15em 0.9em 0.15em 0; border-bottom: 1px solid #e3e7eb; vertical-align: top }
td.n { text-align: right; font-variant-numeric: tabular-nums } svg { max-width: 100%; height: auto }
"""


def sensitivity_html(found: Mapping[str, Any], command: str) -> str:
    """The page.

    Parameters
    ----------
    found
        What `tightrope sensitivity --json` prints.
    command
        The command that gave it.

    Returns
    -------
    html
        One text that opens offline and loads nothing.
    """
    case, assumed = found["case"], found["assumed"]
    aside = "".join(f"<li>{count} {_text(reason)}</li>" for reason, count in assumed["set_aside"].items())
    parts = [
        f"<h1>Which assumptions move the conclusions: {_text(case['name'])}</h1>",
        f"<p><code>{_text(command)}</code>, case digest {case['digest']}, {found['histories']:,} histories.</p>",
        f"<p>{assumed['varied']} of {assumed['all']} assumed numbers were varied one at a time, each through its range. Not "
        f"varied:</p><ul>{aside or '<li>none</li>'}</ul>",
        "<h2>The strongest assumptions over all headlines</h2>",
        _strongest(found),
        *(_headline(one) for one in found["headlines"]),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Sensitivity</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _text(value: Any) -> str:
    return html.escape(str(value))


def _strongest(found: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{_text(row['number'])}</td><td>{_text(row['where'])}</td><td class=n>{row['value']:g}</td>"
        f"<td>{row['low']:g} to {row['high']:g}</td><td class=n>{100 * row['share']:.1f}%</td><td>{_text(row['why'])}</td></tr>"
        for row in found["numbers"][: found["top"]]
    )
    head = "<tr><th>assumption</th><th>where</th><th>value</th><th>range</th><th>part of all effects</th><th>why so</th></tr>"
    return f"<table>{head}{rows}</table>"


def _headline(one: Mapping[str, Any]) -> str:
    import vl_convert

    unit = "" if one["unit"] == "1" else f" {one['unit']}"
    parts = [
        f'<h2 id="{_text(one["id"])}">{_text(one["says"])}</h2>',
        f"<p>{_text(one['quantity'][:1].upper() + one['quantity'][1:])}: {signed(one['central'], 3)}{_text(unit)} at stated values.",
    ]
    if one["is_conclusion"]:
        parts[-1] += f" Held in {percent(one['held'])} of the screened worlds."
        parts.append(f"<p>{_text(overturns(one))}</p>")
    if one["tornado"]:
        parts.append(vl_convert.vegalite_to_svg(json.dumps(drawing(tornado, one))))
    else:
        parts.append("<p>No assumption moves it.</p>")
    groups = ", ".join(f"{_text(g['group'])} {number(g['mean_size'], 3)}" for g in one["groups"])
    if groups and one["effects"]:
        top = one["effects"][0]
        parts.append(
            f"<p>Mean size of elementary effects: {_text(top['number'])} {number(top['mean_size'], 3)}; together {groups}.</p>"
        )
    if one["shares"]:
        parts.append(_shares(one))
    return "\n".join(parts)


def _shares(one: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{_text(row['number'])}</td><td class=n>{number(row['first'])} ± {number(row['first_half_width'])}</td>"
        f"<td class=n>{number(row['total'])} ± {number(row['total_half_width'])}</td></tr>"
        for row in one["shares"][:8]
    )
    return f"<table><tr><th>share of variance</th><th>alone</th><th>with others</th></tr>{rows}</table>"


def overturns(one: Mapping[str, Any]) -> str:
    """What overturns a conclusion, as a sentence for each number; that none does within its range, where so."""
    said = [
        f"{o['number']} at {o['to']:.3g} instead of {o['from']:.3g} overturns it"
        + (", within its range." if o["within"] else f", {o['part']:.1f} times the way to the end of its range.")
        for o in one["overturned_by"]
    ]
    if not any(o["within"] for o in one["overturned_by"]):
        said.insert(0, f"None of the {len(one['tornado'])} strongest assumptions overturns it alone within its range.")
    return " ".join(said)
