"""Remake the weights of the re-export score from planted worlds: some minutes.

    python derive/screening_weights.py            # rewrites src/tightrope/trade/screen/weights.json
    python derive/screening_weights.py --check    # says whether they are up to date, and writes nothing

Worlds 1000 to 1031 are fitted on and 2000 to 2031 calibrated on. Those that the benchmark and the tests judge on have
other seeds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tightrope.trade.screen.fitting import fit_weights
from tightrope.trade.screen.score import to_json

PLACE = Path(__file__).parents[1] / "src" / "tightrope" / "trade" / "screen" / "weights.json"
FIT_ON, CALIBRATE_ON = range(1000, 1032), range(2000, 2032)


def main(check: bool) -> None:
    """Rewrite the file; or only say what would change in it, and fail if anything would."""
    fresh = text(to_json(fit_weights(FIT_ON, CALIBRATE_ON)))
    if not check:
        PLACE.write_text(fresh, encoding="utf-8")
        return
    changes = list(differences(json.loads(fresh), json.loads(PLACE.read_text(encoding="utf-8"))))
    if changes:
        some = "\n".join(changes[:10])
        raise SystemExit(
            f"weights.json is out of date: {len(changes)} numbers differ.\n{some}\nRun: python derive/screening_weights.py"
        )
    print("weights.json is up to date.")


def text(fresh: dict[str, Any]) -> str:
    """One pattern a line, so that a change is seen in review."""
    plain = json.dumps(fresh, separators=(",", ":"))
    return (
        plain.replace('"patterns":{', '"patterns":{\n').replace("]}},", "]}},\n").replace('"terms":', '\n"terms":')
        + "\n"
    )


def differences(fresh: Any, old: Any, *, at: str = "", slack: float = 2e-3) -> Iterator[str]:
    """Places in which two files of weights differ: numbers by more than `slack`, which a processor's way of summing explains."""
    if isinstance(fresh, dict) and isinstance(old, dict) and fresh.keys() == old.keys():
        for key in fresh:
            yield from differences(fresh[key], old[key], at=f"{at}.{key}" if at else key, slack=slack)
    elif isinstance(fresh, list) and isinstance(old, list) and len(fresh) == len(old):
        for k, pair in enumerate(zip(fresh, old, strict=True)):
            yield from differences(*pair, at=f"{at}[{k}]", slack=slack)
    elif isinstance(fresh, (int, float)) and isinstance(old, (int, float)):
        if abs(fresh - old) > slack:
            yield f"{at}: {old} in the file, {fresh} now"
    elif fresh != old:
        yield f"{at}: {str(old)[:60]} in the file, {str(fresh)[:60]} now"


if __name__ == "__main__":
    main(check="--check" in sys.argv)
