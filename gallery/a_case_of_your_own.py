"""Two made-up states between two made-up powers: from nothing to a result.

The scaffold fills a case with neutral assumptions, each with a range and a reason, so that it checks clean and runs. Then
figures replace assumptions, file by file, and `tightrope check` says what does not fit.
"""

import tempfile
from pathlib import Path

import tightrope as tr

with tempfile.TemporaryDirectory() as folder:
    place = Path(folder) / "islands"
    tr.new_case(place, states=("AAA", "BBB"), powers=("CCC", "DDD"))
    print("files:", *sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()))

    case = tr.load_case(place)
    print("numbers by kind:", case.numbers())
    result = tr.run(case, members=64)
    for row in result.table("room"):
        print(row["state"], row["year"], row["mean"])

    # A wrong figure is refused with its place and the remedy.
    ties = place / "ties.csv"
    ties.write_text(ties.read_text(encoding="utf-8").replace(",0.", ",7.", 1), encoding="utf-8")
    try:
        tr.load_case(place)
    except ValueError as error:
        print(error)
