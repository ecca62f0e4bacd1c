"""The list of evidence terms, in the order in which a card shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..panel import Array
from . import capacity, excess, innocent, mirror, neighbours, price, route
from .seen import Seen

__all__ = ["TERMS", "Term", "evidence"]


@dataclass(frozen=True)
class Term:
    """One kind of evidence.

    Parameters
    ----------
    name
        Its key.
    measure
        The number: from what was seen to (hub, product, month).
    innocent
        Whether it is an innocent explanation.
    meaning
        What it says, for a reader.
    """

    name: str
    measure: Callable[[Seen], Array]
    innocent: bool
    meaning: str


TERMS = (
    Term("excess", excess.excess, False, "more came in this month than expected"),
    Term("gain", excess.gain, False, "the gain is large beside a usual month"),
    Term("sustained", excess.sustained, False, "more came in over half a year than expected"),
    Term("persistence", excess.persistence, False, "months around it stand out as well"),
    Term("synthetic", excess.synthetic, False, "more came in than to comparable destinations"),
    Term("direct_loss", route.direct_loss, False, "the direct flow to the target was lost"),
    Term("substitution", route.substitution, False, "the gain is a sizeable part of the direct loss"),
    Term("triangle", route.triangle, False, "gain in, gain out and direct loss match"),
    Term("route_since", route.route_since, False, "they match over all months since the event"),
    Term("share_since", route.share_since, False, "the gain since the event is a sizeable part of the loss"),
    Term("onward", route.onward, False, "more went on to the target than expected"),
    Term("onward_month", route.onward_month, False, "more went on in the same month"),
    Term("onward_after", route.onward_after, False, "more went on over the half year after"),
    Term("pass_through", route.pass_through, False, "what came in went on"),
    Term("timing", route.timing, False, "the gain goes on over the months after, not in the same one"),
    Term("mirror_gap", mirror.mirror_gap, False, "the hub records less than was sent to it"),
    Term("lost_in_transit", mirror.lost_in_transit, False, "the gain never arrived in the hub's books"),
    Term("unrecorded", mirror.unrecorded, False, "the hub did not record what was sent in this month"),
    Term("no_prior_capacity", capacity.no_prior_capacity, False, "the hub hardly handled the product before"),
    Term("unit_value", price.unit_value, False, "the hub asks a premium"),
    Term("asking_price", price.asking_price, False, "the hub asks a premium in this month"),
    Term("misclassification", neighbours.misclassification, False, "an unlisted code gains what its heading lost"),
    Term("hub_growth", innocent.hub_growth, True, "the hub's other trade grows as well"),
    Term("category_growth", innocent.category_growth, True, "the product grows in other destinations as well"),
    Term("price", price.price, True, "the goods became dearer"),
    Term("one_off", innocent.one_off, True, "a single month stands out"),
    Term("local_demand", innocent.local_demand, True, "the hub buys more from others as well"),
    Term("own_exports", innocent.own_exports, True, "the hub sells more to others as well"),
)


def evidence(found: Seen) -> dict[str, Array]:
    """Each term from the event on, (hub, product, month since the event); NaN where it cannot be computed."""
    event = found.panel.event
    return {term.name: np.asarray(term.measure(found)[..., event:]) for term in TERMS}
