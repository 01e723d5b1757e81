"""The appendix of sources: a line a number, found by what is printed, with where it comes from."""

from __future__ import annotations

from typing import Any

from planbook.book.narrative import Published
from planbook.book.provenance import Provenance, rows_said

TEXT = """# 现状 {#sec-current}

共[18]{.fact fact="stock"}个。

## 意愿 {#sec-will}

[18]{.fact fact="plan"}个，又[18]{.fact fact="again"}个，[18]{.fact fact="other"}项。
"""


def source(rows: str, sheet: str = "2000年底以前", file: str = "乙县.xlsx") -> dict[str, Any]:
    return {"file": file, "sheet": sheet, "rows": rows}


def fact(how: str, rows: str, unit: str = "个") -> dict[str, Any]:
    return {"display": "18", "value": 18, "unit": unit, "how": how, "of": [], "sources": [source(rows)], "status": "ok"}


def listed(**facts: Any) -> str:
    chapter = {"facts": facts, "figures": {}, "tables": {}, "rules": []}
    sources = Provenance({"03-current.qmd": TEXT}, Published({"03": chapter}))
    return f"{sources.count}\n{sources.facts()}"


def test_what_prints_counts_and_rests_on_the_same_is_one_line_where_it_is_read_first() -> None:
    same, rest = fact("小区的个数", "5-9"), fact("小区的个数", "5-9", "项")
    made = listed(stock=same, again=same, plan=fact("列入计划的小区的个数", "5-9"), other=rest)
    assert made.startswith("3\n")
    assert made.count("<td") == 3 * 5
    assert "第一章等2处" in made  # and 意愿
    assert made.index("第一章等2处") < made.index("列入计划的小区的个数") < made.index("18</span>项")


def test_rows_are_said_in_lines_that_a_narrow_column_holds() -> None:
    assert rows_said([source("5-9,12", "居民意愿")]) == "居民意愿第5至9、12行"
    assert rows_said([source("5-15,17-22")]) == "2000年底以前\n第5至15、17至22行"
    assert rows_said([source("5"), source("7", "2000年底以后")]) == "2000年底以前第5行\n2000年底以后第7行"
    assert rows_said([source("5"), source("5-9", file="甲县.xlsx")]) == "2000年底以前6行\n（2个工作簿）"
    assert rows_said([source("5")], named=True) == "乙县\n2000年底以前第5行"  # in a book of several workbooks
    assert rows_said([{"params": "period.first"}, source("2-4", "", "policies.csv")]) == "政策清单3行\n规划参数"
