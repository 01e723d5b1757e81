"""Where a fact, a table and a figure are printed."""

from __future__ import annotations

from planbook.book.places import LISTING, Place, caption_numbers, find_places, section_numbers

TEXT = """# 目标 {#sec-targets}

共[12]{.fact fact="plan.households"}户。

## 分期 {#sec-phases}

再说一次[12]{.fact fact="plan.households"}户，又[12]{.fact fact="plan.households"}户。

::: {#tbl-goal .small}

```{=html}
<table><tr><td><span class="fact" data-fact="goal.share">30.0</span></td></tr></table>
```

目标
:::

### 没有标签的1\\.5级

![图](figures/goal){#fig-goal fig-alt="图" width=80%}
"""
FIGURE = {"goal": {"data": {"heads": ["年", "户"], "rows": [[{"text": "2021年"}, {"text": "12", "fact": "drawn"}]]}}}


def test_a_fact_is_placed_in_its_section_in_its_table_or_behind_its_figure() -> None:
    places = find_places({"04-targets.qmd": TEXT}, FIGURE)
    file = "04-targets.qmd"
    assert places.facts["plan.households"] == (
        Place(file, "目标", "sec-targets"),
        Place(file, "分期", "sec-phases"),
    )
    assert places.facts["goal.share"] == (Place(file, "分期", "sec-phases", "tbl-goal"),)
    assert places.facts["drawn"] == (Place(file, "没有标签的1.5级", "sec-phases", "fig-goal"),)
    assert places.tables["goal"] == (Place(file, "分期", "sec-phases"),)
    assert places.in_text == ("plan.households",)


def test_the_list_of_facts_is_no_place_of_theirs() -> None:
    assert not find_places({"x.qmd": TEXT.replace("#tbl-goal", f"#tbl-{LISTING}")}, FIGURE).facts.get("goal.share")


def test_text_has_its_own_order_whatever_a_table_prints_first() -> None:
    first = TEXT.replace("共[12]", '[30]{.fact fact="late"}，共[12]') + '\n[30.0]{.fact fact="goal.share"}%。\n'
    assert find_places({"04-targets.qmd": first}, FIGURE).in_text == ("late", "plan.households", "goal.share")


def test_tables_and_figures_are_called_as_their_captions_are() -> None:
    preface = "# 前言 {#sec-preface .unnumbered}\n"
    texts = {"index.qmd": preface, "04-targets.qmd": TEXT, "12-projects.qmd": TEXT.replace("goal", "list")}
    assert caption_numbers(texts, ["12-projects.qmd"]) == {
        "tbl-goal": "表 1-1",
        "fig-goal": "图 1-1",
        "tbl-list": "附表 1-1",
        "fig-list": "附图 1-1",
    }


def test_sections_are_called_as_references_call_them() -> None:
    text = "# 现状 {#sec-a}\n\n## 概况 {#sec-b}\n\n### 规模\n\n#### 户数 {#sec-c}\n\n### 其他\n\n## 特征\n"
    texts = {"index.qmd": "# 前言 {#sec-preface .unnumbered}\n", "03.qmd": TEXT, "04.qmd": text, "12.qmd": text}
    names = section_numbers(texts, ["12.qmd"])
    assert names["index.qmd", "前言", "sec-preface"] == "前言"
    assert [name for (file, *_), name in names.items() if file == "04.qmd"] == [
        "第二章", "第二章第一节", "第二章第一节（一）", "第二章第一节（一）1", "第二章第一节（二）", "第二章第二节",
    ]  # fmt: skip
    assert names["12.qmd", "户数", "sec-c"] == "附录一第一节（一）1"


def test_a_heading_without_a_number_and_that_of_a_callout_are_not_counted() -> None:
    text = "# 现状 {#sec-a}\n\n## 说明 {.unnumbered}\n\n::: {.callout-note}\n## 提示\n:::\n\n## 概况 {#sec-b}\n"
    names = section_numbers({"03.qmd": text}, [])
    assert names["03.qmd", "概况", "sec-b"] == "第一章第一节" and names["03.qmd", "说明", "sec-a"] == "说明"
