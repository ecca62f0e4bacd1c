"""What the screening looks at: monthly flows of each product from a coalition over hubs to a target, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError

__all__ = ["Array", "Panel"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """Flows by hub, product and month; NaN where nobody reports, 0 where the reporter had none.

    Parameters
    ----------
    hubs, products, months
        Labels of the axes; months as `2022-03`, in order.
    event
        Position in `months` of the first month under sanctions.
    listed
        Whether a product is under sanctions, (product,). Products that are not serve as controls.
    inflow
        Coalition to hub, as the coalition reports it, (hub, product, month), in the file's currency.
    direct
        Coalition to target, (product, month).
    onward
        Hub to target, as the hub reports it, (hub, product, month).
    mirror
        Coalition to hub, as the hub reports it, (hub, product, month).
    controls
        Coalition to each partner that is neither hub nor target, (partner, product, month); no partners if none are known.
    other_imports
        Hub's imports from outside the coalition, (hub, product, month).
    other_exports
        Hub's exports to others than the target, (hub, product, month).
    inflow_weight, onward_weight
        Net weight of `inflow` and `onward`, kg.
    partners
        Labels of the first axis of `controls`.
    groups
        Broad group of each product (its chapter), (product,), counted from 0.
    headings
        Heading of each product (first four digits), (product,), counted from 0.
    fewest_before
        A panel with fewer months before the event is refused: a year has to be seen once.
    """

    hubs: tuple[str, ...]
    products: tuple[str, ...]
    months: tuple[str, ...]
    event: int
    listed: NDArray[np.bool_]
    inflow: Array
    direct: Array
    onward: Array
    mirror: Array
    controls: Array
    other_imports: Array
    other_exports: Array
    inflow_weight: Array
    onward_weight: Array
    partners: tuple[str, ...] = ()
    groups: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    headings: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    fewest_before: int = 12

    def __post_init__(self) -> None:
        if not len(self.groups):
            object.__setattr__(self, "groups", _codes(self.products, 2))
            object.__setattr__(self, "headings", _codes(self.products, 4))
        before, after = self.event, len(self.months) - self.event
        if before < self.fewest_before or after < 1:
            raise TightropeError(
                f"The flows have {before} months before the event and {after} from it on. "
                f"Expected at least {self.fewest_before} before, to know what is usual, and 1 after. "
                "Give a longer file or another --event."
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of hubs, products and months."""
        return len(self.hubs), len(self.products), len(self.months)

    @property
    def season(self) -> NDArray[np.int64]:
        """Month of the year, from 0, of each month."""
        return np.array([int(month[5:7]) - 1 for month in self.months])

    def without(self, *names: str) -> Panel:
        """The panel as it would be if some flows were not known.

        >>> from tightrope.trade.screen.planted import planted
        >>> bool(np.isnan(planted(1).panel.without("onward").onward).all())
        True
        """
        unknown: dict[str, Any] = {name: np.full_like(getattr(self, name), np.nan) for name in names}
        if "controls" in unknown:
            unknown |= {"controls": self.controls[:0], "partners": ()}
        return replace(self, **unknown)


def _codes(products: tuple[str, ...], digits: int) -> NDArray[np.int64]:
    return np.unique([code[:digits] for code in products], return_inverse=True)[1].astype(np.int64)
