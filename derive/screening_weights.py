"""Remake the weights of the re-export score from planted worlds.

    python derive/screening_weights.py            # rewrites src/tightrope/trade/screen/weights.json
    python derive/screening_weights.py --check    # says whether they are up to date

Worlds 1000 to 1031 are fitted on and 2000 to 2015 calibrated on. Those that the benchmark and the tests judge on have
other seeds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tightrope.trade.screen.fitting import fit_weights
from tightrope.trade.screen.score import to_json

PLACE = Path(__file__).parents[1] / "src" / "tightrope" / "trade" / "screen" / "weights.json"
FIT_ON, CALIBRATE_ON = range(1000, 1032), range(2000, 2016)


def main(check: bool) -> None:
    """Rewrite the file, or stop with a message if it would change."""
    text = json.dumps(to_json(fit_weights(FIT_ON, CALIBRATE_ON)), indent=None, separators=(",", ":"))
    text = (
        text.replace('"patterns":{', '"patterns":{\n').replace("]}},", "]}},\n").replace('"terms":', '\n"terms":')
        + "\n"
    )
    if check and PLACE.read_text(encoding="utf-8") != text:
        raise SystemExit("weights.json is out of date. Run: python derive/screening_weights.py")
    PLACE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(check="--check" in sys.argv)
