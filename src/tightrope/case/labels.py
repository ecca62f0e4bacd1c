"""Labels of every dimension that a case knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tightrope.base import FrozenDict

from .coding import FLAGS
from .documents import ParameterEntry
from .draft import Draft
from .parameters import ALL

__all__ = ["draft_labels", "free_labels"]


def draft_labels(draft: Draft) -> Mapping[str, tuple[str, ...]]:
    """Labels by dimension.

    Actors, channels, kinds and flags are declared; the labels of any other dimension of a parameter are those
    that its rows name, in alphabetical order.

    Parameters
    ----------
    draft
        What was read.

    Returns
    -------
    labels
        By name of the dimension.
    """
    declared = {
        "state": draft.states,
        "power": draft.powers,
        "actor": draft.actors,
        "channel": draft.channels,
        "kind": tuple(draft.kinds),
        "flag": FLAGS,
    }
    return FrozenDict({**free_labels(draft.parameters.values(), declared), **declared})


def free_labels(entries: Iterable[ParameterEntry], declared: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Labels of the dimensions that only parameters know.

    Parameters
    ----------
    entries
        The parameters.
    declared
        Dimensions whose labels are declared elsewhere.

    Returns
    -------
    labels
        By name of the dimension.
    """
    found: dict[str, set[str]] = {}
    for entry in entries:
        for place, dim in enumerate(entry.dims):
            if dim not in declared:
                named = found.setdefault(dim, set())
                named.update(row.at[place] for rows in entry.values.values() for row in rows if place < len(row.at))
    return {dim: tuple(sorted(named - {ALL})) for dim, named in found.items()}
