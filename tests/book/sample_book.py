"""A small finished book as the assembler leaves it, with everything the dialect allows."""

from __future__ import annotations

import shutil
from pathlib import Path

import planbook.book

HERE = Path(__file__).parent
PLAN = Path(planbook.book.__file__).parent / "_plan"
PROJECTS = 120


def write_book(folder: Path) -> Path:
    """The sample folder, its generated chapter with a long table, and a copy of the templates."""
    shutil.copytree(HERE / "sample", folder)
    shutil.copytree(PLAN, folder / "_plan")
    (folder / "04-list.qmd").write_text(_project_list(), "utf-8")
    return folder


def _project_list() -> str:
    widths = (8, 14, 34, 12, 12, 20)
    heads = ("序号", "县（市）", "小区名称", "户数（户）", "面积（万㎡）", "改造内容")
    columns = "".join(f'<col style="width: {width}%">' for width in widths)
    rows = "\n".join(
        f'<tr><td style="text-align: center">{n}</td><td>甲市</td><td>{_name(n)}</td>{_right(_fact(n))}'
        f"{_right(f'{n / 100 + 0.5:.2f}')}<td>{'供水、排水、供热管网，屋面防水' if n % 7 == 0 else '供水'}</td></tr>"
        for n in range(1, PROJECTS + 1)
    )
    return f"""# 项目清单 {{#sec-list}}

全部项目见[@tbl-projects]。

::: {{#tbl-projects .small}}

单位：户、万平方米

```{{=html}}
<table>
<colgroup>{columns}</colgroup>
<thead><tr>{"".join(f"<th>{head}</th>" for head in heads)}</tr></thead>
<tbody>
{rows}
<tr class="total"><td colspan="3" style="text-align: center">合计</td>{_right(12060)}{_right("132.60")}<td></td></tr>
</tbody>
</table>
```

注：名称以不动产登记为准。

改造项目一览
:::
"""


def _name(n: int) -> str:
    """Names as surveys have them: some look like Markdown or like a list."""
    odd = {4: "1. 新华路住宅楼", 5: "- 老楼"}
    common = ("幸福里1~3号楼、5~7号楼*甲*区", "红旗小区", "和布克赛尔镇查干库勒乡牧民定居点第二社区家属院")
    return odd.get(n) or common[n % 3]


def _fact(n: int) -> str:
    return f'<span class="fact" data-fact="project.{n}.households">{40 + n}</span>'


def _right(text: object) -> str:
    return f'<td style="text-align: right">{text}</td>'
