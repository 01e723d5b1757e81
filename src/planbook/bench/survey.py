"""Reading a survey: so many workbooks of so many rows, never seen before, then again from the cache."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from openpyxl import Workbook

from planbook.package import pack, unpack
from planbook.survey import form, layout
from planbook.survey.cache import cache_path, read_cache, write_cache
from planbook.survey.county import County
from planbook.survey.read import Given, Setting, read_files

COUNTY = County("bench", "某某县", "000000")
SETTING = Setting((COUNTY,), COUNTY, 2020)
MARK = "@@@"  # in every name; each workbook has its own in its place, so that none knows the names of another
SIGNS = "春夏秋冬山川湖海日月星辰松竹梅兰菊荷桃李"
CHUNK = 8  # workbooks that a worker reads at a time


@dataclass(frozen=True)
class SurveyFigures:
    """What was measured. `cold` and `warm`: seconds until all workbooks were read, by `workers` processes, and from the
    cache by one; `cpu` and `cached`: milliseconds of a workbook, the median; `communities`: how many were read."""

    workbooks: int
    rows: int
    workers: int
    communities: int
    cold: float
    cpu: float
    warm: float
    cached: float


def bench_survey(folder: Path, workbooks: int, rows: int) -> SurveyFigures:
    """Writes `workbooks` of `rows` communities, each with its questionnaire, into `folder`, reads and checks them with
    all processors, then once more from the cache that was left. Nothing else may be in `folder`."""
    cache, workers = folder / "cache", os.cpu_count() or 1
    paths = list(write_workbooks(folder, workbooks, rows))
    chunks = [(paths[start : start + CHUNK], cache) for start in range(0, len(paths), CHUNK)]
    begun = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        read = [one for chunk in pool.map(_read, chunks) for one in chunk]
    cold = time.perf_counter() - begun
    again = [_again(path, cache) for path in paths]
    return SurveyFigures(
        workbooks=workbooks,
        rows=rows,
        workers=workers,
        communities=sum(communities for _cpu, communities in read),
        cold=cold,
        cpu=1000 * median(cpu for cpu, _communities in read),
        warm=sum(again),
        cached=1000 * median(again),
    )


def write_workbooks(folder: Path, workbooks: int, rows: int) -> Iterator[Path]:
    """Workbooks of the form that differ in the names of their communities."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = unpack(_pattern(rows))
    for number in range(workbooks):
        own = "".join(SIGNS[number // len(SIGNS) ** place % len(SIGNS)] for place in range(len(MARK)))
        path = folder / f"{COUNTY.name}{number:05}.xlsx"
        path.write_bytes(pack({name: part.replace(MARK.encode(), own.encode()) for name, part in parts.items()}))
        yield path


def _pattern(rows: int) -> bytes:
    """The workbook that all others are made from: sound, so that every rule is worked through to its end."""
    communities = [_community(number, Random(number)) for number in range(rows)]
    book = Workbook()
    book.remove(book.worksheets[0])
    lines: dict[str, Sequence[dict[str, Any]]] = {
        "before": [one for one in communities if one["year_built"] <= form.LAST_BEFORE],
        "after": [one for one in communities if one["year_built"] > form.LAST_BEFORE],
        "willingness": [_questionnaire(one) for one in communities],
    }
    for sheet in form.SHEETS:
        page = book.create_sheet(sheet.name)
        layout.head(page, sheet, f"填报单位：{COUNTY.name}")
        for line in lines.get(sheet.key, ()):
            page.append([line.get(column.key) for column in sheet.columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _community(number: int, rng: Random) -> dict[str, Any]:
    households, each = rng.randint(20, 400), rng.choice((2.1, 2.4, 3.0))
    choices = {column.key: rng.choice(column.choices) for column in form.COMMUNITY_COLUMNS if column.choices}
    needs = {
        f"needs_{key}": "、".join(map(str, rng.sample(range(1, 16), 3))) for key in ("basic", "improve", "enhance")
    }
    return {
        **choices,
        **needs,
        "serial": number + 1,
        "county": COUNTY.name,
        "name": f"{MARK}{rng.choice(SIGNS)}{rng.choice(SIGNS)}{number}号院",
        "year_built": rng.randint(1970, 2005),
        "area": round(households * rng.uniform(0.006, 0.011), 2),
        "households": households,
        "buildings": households // 36 + 1,
        "investment": round(households * each, 2),
        "per_household": each,
        "plan_year": rng.randint(2021, 2025),
    }


def _questionnaire(community: dict[str, Any]) -> dict[str, Any]:
    sent = community["households"]
    answers = {"willing": sent - sent // 5, "neutral": sent // 5, "unwilling": 0}
    asked = {"sent": sent, "returned": sent, "willing_to_pay": sent // 3, "concerns": "供水、停车场（库）"}
    return {**{key: community[key] for key in ("serial", "county", "name")}, **asked, **answers}


def _read(chunk: tuple[Sequence[Path], Path]) -> list[tuple[float, int]]:
    """(seconds of the processor, communities) of each workbook, which is read, checked and kept in the cache."""
    paths, cache = chunk
    found = []
    for path in paths:
        begun = time.process_time()
        given = [Given(path.name, path.read_bytes())]
        surveys = read_files(given, SETTING)
        write_cache(surveys, cache_path(cache, given, SETTING))
        found.append((time.process_time() - begun, sum(len(survey.communities) for survey in surveys)))
    return found


def _again(path: Path, cache: Path) -> float:
    """The seconds it takes to have an unchanged workbook's survey again."""
    begun = time.perf_counter()
    kept = read_cache(cache_path(cache, [Given(path.name, path.read_bytes())], SETTING))
    if kept is None:
        raise RuntimeError(f"{path.name} is not in the cache")
    return time.perf_counter() - begun
