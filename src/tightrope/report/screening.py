"""Evidence cards of a screening as one HTML file that opens offline: charts are plain SVG, and there is no script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tightrope.base import RunError

from .page import page_template

__all__ = ["cards_html", "write_cards"]

WIDTH, HEIGHT, LEFT, RIGHT = 560, 104, 62, 8
INK, QUIET, LINE, SEEN, USUAL, OTHER, MARK = "#1d2733", "#5b6672", "#e3e7eb", "#1f4e79", "#c2571a", "#98a2ad", "#fbe9dd"


def write_cards(cards: Sequence[Mapping[str, Any]], about: Mapping[str, Any], path: Path) -> Path:
    """Write the cards.

    Parameters
    ----------
    cards
        Of one row each: `rank, hub, product, label, month, probability, low, high, q_value, value_at_stake, reasons,
        innocent, series, numbers, not_computed, tier`.
    about
        `title`, `facts` (pairs of words), `caveats` (sentences), `currency`, `target`.
    path
        The HTML file; its folder must exist.
    """
    try:
        path.write_text(cards_html(cards, about), encoding="utf-8")
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}. Name another place.") from None
    return path


def cards_html(cards: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> str:
    """The cards as one HTML text."""
    shown = [
        dict(card) | {"charts": charts(card, str(about["target"])), "bars": bars(card["reasons"])} for card in cards
    ]
    return page_template("screening.html").render(cards=shown, about=about, money=money, chance=chance)


def money(value: float | None) -> str:
    """An amount with three digits and a word for thousands and millions.

    >>> money(1234567.0), money(950.0), money(None)
    ('1.23 m', '950', '–')
    """
    if value is None:
        return "–"
    for size, word in ((1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{word}"
    return f"{value:.0f}"


def chance(value: float) -> str:
    """A probability with two digits; neither certain nor impossible.

    >>> chance(0.9987), chance(0.5), chance(0.001)
    ('>0.99', '0.50', '<0.01')
    """
    return ">0.99" if value >= 0.995 else "<0.01" if value < 0.005 else f"{value:.2f}"


def bars(reasons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Contributions as parts of the largest one, in per cent of half the width."""
    most = max((abs(reason["log_odds"]) for reason in reasons), default=1.0)
    return [
        dict(reason)
        | {
            "long": round(50 * abs(reason["log_odds"]) / most, 1),
            "side": "for" if reason["log_odds"] > 0 else "against",
        }
        for reason in reasons
    ]


def charts(card: Mapping[str, Any], target: str) -> str:
    """The chart of each flow that is known, one below the other, with the row's month marked."""
    series, hub = card["series"], card["hub"]
    drawn = [
        ("inflow", f"To {hub}", ("inflow", "inflow_expected", "inflow_synthetic")),
        ("direct", f"Straight to {target}", ("direct", "direct_expected", None)),
        ("onward", f"From {hub} to {target}", ("onward", "onward_expected", None)),
    ]
    shown = [(title, names) for key, title, names in drawn if any(value is not None for value in series[key])]
    parts = [
        _panel(series, title, names, card["month"], k * HEIGHT, is_last=k == len(shown) - 1)
        for k, (title, names) in enumerate(shown)
    ]
    tall = len(shown) * HEIGHT + 18
    return (
        f'<svg viewBox="0 0 {WIDTH} {tall}" width="{WIDTH}" height="{tall}" role="img" '
        f'aria-label="Monthly flows of {card["product"]}: seen and expected">{"".join(parts)}</svg>'
    )


def _panel(
    series: Mapping[str, Any], title: str, names: tuple[str, str, str | None], month: str, top: float, *, is_last: bool
) -> str:
    seen, usual, other = (series[name] if name else [] for name in names)
    months, event = series["months"], series["event"]
    step = (WIDTH - LEFT - RIGHT) / len(months)
    most = max((v for some in (seen, usual) for v in some if v is not None), default=1.0) or 1.0
    base, room = top + HEIGHT - 8, HEIGHT - 36

    def x(k: float) -> float:
        return LEFT + step * (k + 0.5)

    def y(value: float) -> float:
        return base - room * min(value / most, 1.0)

    out = [f'<text x="0" y="{top + 14:.0f}" fill="{INK}" font-size="12" font-weight="600">{title}</text>']
    at = months.index(month)
    out.append(
        f'<rect x="{x(at) - step / 2:.1f}" y="{top + 22:.0f}" width="{step:.1f}" height="{HEIGHT - 30}" fill="{MARK}"/>'
    )
    for part in (0.0, 0.5, 1.0):
        out.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(part * most):.1f}" y2="{y(part * most):.1f}" stroke="{LINE}"/>'
        )
    for part in (0.0, 1.0):
        out.append(_label(LEFT - 6, y(part * most) + 3.5, money(part * most), "end"))
    for k, value in enumerate(seen):
        if value is not None:
            out.append(
                f'<rect x="{x(k) - step * 0.36:.1f}" y="{y(value):.1f}" width="{step * 0.72:.1f}" '
                f'height="{base - y(value):.1f}" fill="{SEEN}" opacity="{0.95 if k == at else 0.55}"/>'
            )
    out.append(_line(other, x, y, OTHER, "2 3"))
    out.append(_line(usual, x, y, USUAL, ""))
    edge = LEFT + step * event
    out.append(
        f'<line x1="{edge:.1f}" x2="{edge:.1f}" y1="{top + 20:.0f}" y2="{base:.1f}" stroke="{INK}" stroke-dasharray="3 2"/>'
    )
    if is_last:
        for k, name in enumerate(months):
            if name.endswith("-01") or k == event or name == month:
                if k != event and k != at and min(abs(k - event), abs(k - at)) < 4:
                    continue
                if k == event and k != at and abs(k - at) < 4:
                    continue
                out.append(_label(x(k), base + 14, name, "end" if k > len(months) - 3 else "middle"))
    return "".join(out)


def _line(values: Sequence[float | None], x: Any, y: Any, colour: str, dash: str) -> str:
    """A line that breaks where a value is missing."""
    path, pen = [], "M"
    for k, value in enumerate(values):
        if value is None or math.isnan(value):
            pen = "M"
            continue
        path.append(f"{pen}{x(k):.1f},{y(value):.1f}")
        pen = "L"
    style = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="1.6"{style}/>' if path else ""


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{QUIET}" font-size="10.5" text-anchor="{anchor}">{text}</text>'
