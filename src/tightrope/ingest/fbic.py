"""Read the Formal Bilateral Influence Capacity index (receiver-years, one column per influencer and part)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

__all__ = ["influence"]


def influence(path: Path, influencers: dict[str, str]) -> pd.DataFrame:
    """Return rows `state, partner, year, part, value` for the influencers given as {column suffix: ISO-3}.

    Parts: `fbic`, `econb`, `econd`, `polb`, `secb`, `secd` (economic, political, security; b = bandwidth, d = dependence).
    """
    wide = pd.read_csv(path)
    parts = ("fbic", "econb", "econd", "polb", "secb", "secd")
    rows = [
        wide[["iso3", "year"]].assign(partner=iso, part=part, value=wide[f"{part}_{suffix}"])
        for suffix, iso in influencers.items()
        for part in parts
    ]
    return pd.concat(rows, ignore_index=True).rename(columns={"iso3": "state"})
