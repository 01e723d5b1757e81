"""Survey workbooks: what one takes to be read and checked, and from the cache."""

from __future__ import annotations

from planbook.bench.place import Bench
from planbook.bench.survey import bench_survey
from planbook.bench.timing import Result

COUNT, ROWS = 100, 400
MANY, MINUTES = 3000, 6  # the goal, on two processors


def survey(bench: Bench) -> Result:
    read, cached = f"a workbook of {ROWS} rows, read and checked", "the same from the cache"
    result = Result("survey", f"{COUNT} workbooks, {ROWS} rows each", {read: [], cached: []})
    for turn in range(bench.times):
        found = bench_survey(bench.folder / f"survey-{turn}", COUNT, ROWS)
        result.seconds[read].append(found.cold / COUNT)
        result.seconds[cached].append(found.cached / 1000)
        minutes = found.cold / COUNT * MANY / 60
        took = f"{COUNT} in {found.cold:.1f} s by {found.workers} processes"
        result.remarks.append(f"{took}: {MANY} in {minutes:.1f} minutes, goal {MINUTES}")
    return result
