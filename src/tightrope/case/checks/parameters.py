"""Parameters: dates, labels, one value per cell, sums."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tightrope.base import Problem, TightropeError, period, suggestion

from ..documents import ParameterEntry
from ..draft import Draft
from ..labels import draft_labels
from ..parameters import ALL, dated_rows, in_force
from .check import check

_ROUNDING = 1e-6
_MOST_CELLS = 1_000_000
_MOST_DIMS = 6


@check()
def parameters_begin_on_dates(draft: Draft) -> Iterator[Problem]:
    """Values stand under `always` or the time from which they hold."""
    for name, entry in draft.parameters.items():
        if not entry.values:
            yield Problem(
                entry.file,
                entry.line_of("values"),
                "none",
                "at least one value",
                "Add `always: [...]`.",
                f"{name}.values",
            )
        for text in entry.values:
            try:
                sound = "/" not in period(text).text
            except TightropeError:
                sound = False
            if not sound:
                line = next((row.line for row in entry.values[text]), entry.line_of("values"))
                said = "`always`, or the year, quarter, month or day from which the values hold"
                yield Problem(entry.file, line, text[:80], said, "Correct the date.", f"{name}.values")


@check("actors.csv", "case.yaml", "codebook.yaml")
def parameter_labels_are_known(draft: Draft) -> Iterator[Problem]:
    """A row names one label for each dimension."""
    labels = draft_labels(draft)
    admitted = {dim: frozenset((*known, ALL)) for dim, known in labels.items()}
    for name, entry in draft.parameters.items():
        for text, rows in entry.values.items():
            for row in rows:
                what = f"{name}.{text}.at"
                if len(row.at) != len(entry.dims):
                    shown = f"[{', '.join(row.at)}]"
                    said = f"one label for each of [{', '.join(entry.dims)}]"
                    yield Problem(entry.file, row.line, shown, said, f"Use `{ALL}` for every label.", what)
                    continue
                for label, dim in zip(row.at, entry.dims, strict=True):
                    if label not in admitted[dim]:
                        yield Problem(entry.file, row.line, label, f"a {dim}", suggestion(label, labels[dim]), what)


@check()
def parameter_cells_have_one_value(draft: Draft) -> Iterator[Problem]:
    """No two rows of one date say the same cells."""
    for name, entry in draft.parameters.items():
        first: dict[tuple[str, tuple[str, ...]], int] = {}
        for _, text, row in dated_rows(entry):
            if (text, row.at) in first:
                said = f"one row per cell and date; line {first[text, row.at]} has it"
                yield Problem(
                    entry.file, row.line, f"[{', '.join(row.at)}]", said, "Delete one of the two.", f"{name}.{text}.at"
                )
            first.setdefault((text, row.at), row.line)


@check("actors.csv", "case.yaml", "codebook.yaml")
def parameters_fit_into_memory(draft: Draft) -> Iterator[Problem]:
    """The cells of a parameter are not so many that they must be a slip."""
    labels = draft_labels(draft)
    for name, entry in draft.parameters.items():
        if _n_cells(entry, labels) > _MOST_CELLS:
            shown = f"[{', '.join(entry.dims)}]"
            said = f"at most {_MOST_CELLS:,} cells and {_MOST_DIMS} dimensions"
            yield Problem(entry.file, entry.line_of("dims"), shown, said, "Drop dimensions.", f"{name}.dims")


def _n_cells(entry: ParameterEntry, labels: Mapping[str, Sequence[str]]) -> int:
    return _MOST_CELLS + 1 if len(entry.dims) > _MOST_DIMS else math.prod(len(labels[dim]) for dim in entry.dims)


def _is_usable(draft: Draft, entry: ParameterEntry) -> bool:
    """Whether every row of a parameter fits its dimensions, so that arrays can be made."""
    labels = draft_labels(draft)
    return _n_cells(entry, labels) <= _MOST_CELLS and all(
        len(row.at) == len(entry.dims)
        and all(label == ALL or label in labels[dim] for label, dim in zip(row.at, entry.dims, strict=True))
        for rows in entry.values.values()
        for row in rows
    )


@check("actors.csv", "case.yaml", "codebook.yaml", "parameters")
def stakes_sum_to_one(draft: Draft) -> Iterator[Problem]:
    """What the channels are worth to a state adds up to one, whenever it changes."""
    entry = draft.parameters.get("stake")
    if entry is None or entry.dims != ("state", "channel") or not _is_usable(draft, entry):
        return
    for day, text in sorted({(day, text) for day, text, _ in dated_rows(entry)}):
        value, _, _ = in_force(entry, draft_labels(draft), day)
        for state, total in zip(draft.states, value.sum(axis=1), strict=True):
            if not abs(total - 1) <= _ROUNDING:
                line = max(
                    (row.line for _, _, row in dated_rows(entry) if row.at[0] in (state, ALL)), default=entry.line
                )
                shown = "a channel is missing" if np.isnan(total) else f"{total:.6g}"
                remedy = "Give every channel a stake, and divide each by their sum."
                yield Problem(entry.file, line, shown, f"stakes of {state} that sum to 1 ({text})", remedy, "stake")


@check("actors.csv", "case.yaml", "codebook.yaml", "parameters")
def affinity_is_complete(draft: Draft) -> Iterator[Problem]:
    """Affinity between powers is known, symmetric, 1 with oneself and within [-1, 1]: the coding rule rests on it."""
    entry = draft.parameters.get("affinity")
    if entry is None:
        said = "a parameter `affinity` with dims [power, power]"
        yield Problem("parameters", 0, "missing", said, "Add it; the coding rule needs it.", "affinity")
        return
    if entry.dims != ("power", "power"):
        shown = f"[{', '.join(entry.dims)}]"
        yield Problem(
            entry.file, entry.line_of("dims"), shown, "[power, power]", "Correct the dimensions.", "affinity.dims"
        )
        return
    if not _is_usable(draft, entry):
        return
    value, _, _ = in_force(entry, draft_labels(draft), period("always").end)
    for i, one in enumerate(draft.powers):
        for j, other in enumerate(draft.powers[: i + 1]):
            there, back = value[i, j], value[j, i]
            wanted = "1" if i == j else "one number from -1 to 1 in both directions"
            fits = there == 1 if i == j else there == back and -1 <= there <= 1
            if not fits:
                shown = f"[{one}, {other}] {_shown(there)}, [{other}, {one}] {_shown(back)}"
                remedy = "Correct or add the rows; `symmetric: true` lets one row stand for both directions."
                yield Problem(entry.file, entry.line, shown, wanted, remedy, "affinity")


def _shown(number: float) -> str:
    return "not known" if np.isnan(number) else f"{number:g}"
