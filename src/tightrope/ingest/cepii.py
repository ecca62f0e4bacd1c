"""Read the bilateral file of CEPII GeoDist."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

__all__ = ["common_language"]


def common_language(path: Path) -> pd.DataFrame:
    """Return rows `state, partner, official, ethno`: 1 where both share an official language, or one spoken by at least 9 %.

    Source: [MayerZignago2011]_.
    """
    table = pd.read_csv(path, usecols=["iso_o", "iso_d", "comlang_off", "comlang_ethno"])
    return table.rename(
        columns={"iso_o": "state", "iso_d": "partner", "comlang_off": "official", "comlang_ethno": "ethno"}
    )
