"""Chapters read right whatever the survey holds: nobody asks, one does, all do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace as Space
from typing import Any

import pytest

from planbook.book.narrative import Markdown, renderer
from planbook.params import Period

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"


def read(name: str, values: Mapping[str, Any], *, county: bool = False, **context: Any) -> str:
    """A chapter as assembled from hand-made values; what is not given is 0, tables and figures are their ids."""

    def value(id: str) -> Any:
        return values.get(id, 0)

    unit = Space(name="甲县" if county else "甲地区", is_county=county)
    grade = Space(level="基础级", assumed=True)
    survey = Space(label="2020年8月", surveyor="社区填报", assumed=())
    return renderer(
        CHAPTERS,
        {
            "unit": unit,
            "params": Space(rules=Space(built_before=2000, built_latest=2005), grade=grade, unit=unit),
            "period": Period(),
            "survey": survey,
            "counties": ("甲县",) if county else ("甲县", "乙县"),
            "missing": (),
            "value": value,
            "fact": lambda id: Markdown(value(id)),
            "has": lambda id: id in values,
            "table": lambda id: Markdown(f"表{id}"),
            "figure": lambda id: Markdown(f"图{id}"),
            "names": "、".join,
            **context,
        },
    )(name)


def phrase(folder: Path, call: str, values: Mapping[str, Any]) -> str:
    """What one of the common phrases says of some values."""
    shutil.copyfile(CHAPTERS / "_phrases.qmd", folder / "_phrases.qmd")
    chapter = f'{{% from "_phrases.qmd" import asking, those %}}\n{{{{ {call} | prose }}}}'
    (folder / "01-said.qmd").write_text(chapter, "utf-8")
    context = {"value": lambda id: values.get(id, 0), "fact": lambda id: Markdown(values[id]), "names": "、".join}
    return renderer(folder, context)("01-said.qmd").strip()


def section(text: str, label: str) -> str:
    """The text below the heading with a label, up to the next heading, without line breaks."""
    found = re.search(rf"\{{#{label}\}}\n(.*?)(?=\n#|\Z)", text, re.S)
    assert found
    return found[1].replace("\n", "")


def test_a_subitem_tells_how_many_ask_for_each_item_most_first() -> None:
    text = read(
        "07-contents.qmd",
        {
            "stock.before.communities": 9,
            "needs.j12.asking": 2,
            "needs.j13.asking": 5,
            "contents.basic.4.asking": 6,
            "contents.basic.4.share": "66.7",
            "needs.j10.asking": 4,
            "needs.j10.share": "44.4",
            "needs.w18.asking": 9,
            "needs.t02.asking": 9,
            "needs.t03.asking": 1,
            "contents.enhance.2.asking": 9,
        },
    )
    assert section(text, "sec-contents-basic-4").endswith("的小区有6个，占66.7%；按分项计，安防设施5个、消防设施2个。")
    assert section(text, "sec-contents-basic-2").endswith("提出小区道路诉求的小区有4个，占44.4%。")
    assert section(text, "sec-contents-improve-4").endswith("全部小区都提出加装电梯的诉求。")
    assert section(text, "sec-contents-enhance-2").endswith(
        "全部小区都提出卫生服务站的诉求；其余分项中，公共卫生防疫设施1个。"
    )
    assert section(text, "sec-contents-improve-3").endswith("本轮没有小区提出单元门与楼道窗、外立面附着物整治的诉求。")
    assert section(text, "sec-contents-basic-1").endswith("本轮没有小区提出这一子项的诉求。")


def test_items_nobody_asks_for_are_named_beside_those_somebody_does() -> None:
    text = read(
        "07-contents.qmd",
        {
            "stock.before.communities": 9,
            "needs.j14.asking": 3,
            "contents.basic.5.asking": 3,
            "contents.basic.5.share": "33.3",
        },
    )
    assert section(text, "sec-contents-basic-5").endswith(
        "按分项计，建筑外墙3个，没有小区提出建筑楼梯、建筑屋面、建筑节能改造、防雷设施的诉求。"
    )


def test_one_community_is_spoken_of_as_one() -> None:
    text = read(
        "07-contents.qmd",
        {
            "stock.before.communities": 1,
            "needs.j12.asking": 1,
            "contents.basic.4.asking": 1,
            "contents.basic.asking": 1,
        },
        county=True,
    )
    assert section(text, "sec-contents-basic-4").endswith("本轮该小区提出了消防设施，没有提出安防设施。")
    assert "唯一一个小区" in text
    assert "图contents-demand" not in text


def test_without_old_communities_nothing_is_counted() -> None:
    text = read("07-contents.qmd", {})
    assert "没有登记到2000年底以前建成的小区" in text
    assert not any(word in text for word in ("提出其中", "按分项计", "本轮没有小区提出", "全部小区"))


def test_historic_communities_are_listed_if_there_are_any() -> None:
    none = section(read("07-contents.qmd", {}), "sec-contents-historic-1")
    assert "没有登记到历史文化街区内的小区" in none
    assert "表historic" not in none
    some = {"stock.historic.communities": 3, "historic.planned": 2}
    assert "其中列入五年计划的2个" in section(read("07-contents.qmd", some), "sec-contents-historic-1")
    one = {"stock.historic.communities": 1, "historic.planned": 1}
    found = section(read("07-contents.qmd", one), "sec-contents-historic-1")
    assert "这个小区已经列入五年计划" in found
    assert found.endswith("表historic")


def test_a_county_reads_its_own_grade_a_prefecture_all() -> None:
    own = read("08-standards.qmd", {"grade.level": "完善级"}, county=True)
    assert "# 分类指导改造 {" in own
    assert "甲县列为完善级（示例）。" in own
    assert "表grades" not in own
    every = read("08-standards.qmd", {})
    assert "# 各县（市）分类指导改造 {" in every
    assert "表grades" in every


def test_a_county_nobody_plans_in_is_named_and_has_no_list() -> None:
    text = read("12-projects.qmd", {"plan.communities": 4, "projects.2.communities": 4, "stock.communities": 4})
    assert "按计划年度列于[@tbl-projects-2]。" in text
    assert "甲县没有小区列入计划。" in text
    assert "表projects-1" not in text
    assert "全部列入五年计划" in text


def test_only_those_chapter_2_does_not_list_are_listed_as_outside_the_plan() -> None:
    registered = {"stock.communities": 9, "outside.communities": 5}
    late = {**registered, "scope.out.communities": 5, "scope.out.late.communities": 5}
    out = section(read("12-projects.qmd", late), "sec-projects-outside")
    assert "逐个列在[@tbl-scope-out]" in out and "按原因分，2005年底以后建成的5个。" in out
    assert "outside]" not in out and "表outside" not in out
    mixed = section(read("12-projects.qmd", {**registered, "outside.eligible.communities": 2}), "sec-projects-outside")
    assert "tbl-scope-out" not in mixed and "按原因分，符合改造范围而没有安排在规划期内的2个" in mixed
    assert mixed.endswith("表outside")


def whole_unit() -> dict[str, Any]:
    """What chapters 5 and 10 ask of a unit and its parameters."""
    unit = Space(name="甲地区", is_county=False, government="甲地区行政公署", department="甲地区住建局")
    rules = Space(built_before=2000, built_latest=2005, funded_years=(2019, 2020))
    return {"unit": unit, "params": Space(rules=rules, milestone=2022, unit=unit)}


def test_only_blanks_that_may_still_be_planned_must_be_filled_in() -> None:
    def said(**values: int) -> str:
        known = {f"manage.{key}": value for key, value in values.items()}
        known["manage.blank.communities"] = 3
        text = read("10-safeguards.qmd", {"manage.communities": 9, **known}, **whole_unit())
        return section(text, "sec-safeguards-management")

    assert "另有3个没有填报，列入年度计划以前必须明确" in said()
    assert "另有3个没有填报，均已列入中央补助，不在本规划的计划之内" in said(**{"blank.funded": 3})
    assert "其中2个已列入中央补助，不在本规划的计划之内，其余的" in said(**{"blank.funded": 2})


def test_residents_are_asked_again_where_a_community_of_the_plan_gave_no_answer() -> None:
    def said(**values: int) -> str:
        known = {f"consent.{key}": value for key, value in values.items()}
        text = read("05-requirements.qmd", {"will.returned": 90, **known}, **whole_unit())
        return text[text.index("准备阶段——") : text.index("设计阶段——")].replace("\n", "")

    assert "本轮没有小区纳入改造范围" in said()
    assert "纳入改造范围的小区都没有发放或者没有收回问卷" in said(communities=4, unheard=4)
    assert "没有发放或者没有收回问卷的有1个" in said(communities=4, unheard=1, unopposed=2)
    heard = said(communities=4, unopposed=2)
    assert "纳入改造范围的小区都收回了问卷" in heard and "没有人反对的小区有2个，优先安排。" in heard
    assert "补做" not in heard


def test_a_survey_without_fault_says_so_in_a_sentence() -> None:
    text = read("appendix-survey.qmd", {})
    assert "填写格式无须更正" in text
    assert "没有发现填写错误" in text
    doubtful = read("appendix-survey.qmd", {"issues.all": 3, "issues.warning": 3, "corrections.all": 2})
    assert "共列出3处" in doubtful
    assert "列为警告的3处" in doubtful
    assert "有错误的单元格" not in doubtful
    assert "表corrections" in doubtful


@pytest.mark.parametrize(
    ("asking", "total", "said"),
    [
        (0, 1, "这个小区没有打算由社区代管"),
        (1, 1, "这个小区打算由社区代管"),
        (0, 9, "早年的小区都没有打算由社区代管"),
        (9, 9, "早年的小区全部打算由社区代管"),
        (3, 9, "早年的小区中，打算由社区代管的有3个，占33.3%"),
    ],
)
def test_some_of_the_communities_are_spoken_of_by_their_number(
    tmp_path: Path, asking: int, total: int, said: str
) -> None:
    values = {"stock.before.communities": total, "a": asking, "a-share": "33.3"}
    assert phrase(tmp_path, 'those("a", "a-share", "打算由社区代管", "早年的小区")', values) == said


def test_items_with_the_same_answer_are_said_in_one_clause(tmp_path: Path) -> None:
    def said(total: int, **asking: int) -> str:
        values: dict[str, Any] = {f"needs.{code}.asking": number for code, number in asking.items()}
        values |= {f"needs.{code}.share": "44.4" for code in asking}
        return phrase(
            tmp_path, 'asking([("w02", "绿地"), ("w11", "健身")])', {"stock.before.communities": total, **values}
        )

    assert said(9) == "没有小区提出绿地、健身诉求"
    assert said(9, w02=9, w11=4) == "全部小区都提出绿地诉求；提出健身诉求的小区有4个，占44.4%"
    assert said(1, w02=1, w11=1) == "这个小区提出绿地、健身诉求"
    assert said(1, w11=1) == "这个小区提出健身诉求；没有提出绿地诉求"


def test_counties_of_one_size_have_no_largest() -> None:
    def said(largest: int) -> str:
        stock = {"stock.communities": 9, "stock.households": 900, "stock.smallest.value": 450, "stock.smallest": "乙县"}
        stock |= {"stock.largest": "甲县", "stock.largest.value": largest, "stock.largest.share": "50.0"}
        unit = Space(name="甲地区", is_county=False, department="甲地区住建局")
        params = Space(rules=Space(built_before=2000, built_latest=2005))
        survey = Space(label="2020年8月", surveyor="社区填报", coverage="甲地区", needs_weights=(2, 1), assumed=())
        return read("03-current.qmd", stock, unit=unit, params=params, survey=survey)

    assert "甲县最多，有500户，占总户数的50.0%；乙县最少" in said(500)
    alike = said(450)
    assert "最多，有" not in alike and "分县（市）的数字见[@tbl-stock]" in alike


def test_a_year_off_its_target_is_named_with_both_shares() -> None:
    def phases(**values: Any) -> str:
        rules = Space(built_before=2000, built_latest=2005, target_tolerance=2)
        params = Space(rules=rules, milestone=2022)
        known = {"goal.households": 90, "goal.2021.households": 40, "limit.tolerance": 2, "goal.2021.gap": 0, **values}
        return section(read("04-targets.qmd", known, params=params), "sec-targets-phases")

    met = phases(**{"plan.communities": 30})
    assert "各年计划与目标相差均不超过2个百分点" in met
    high = {"goal.2021.gap": 14, "goal.2021.share": "44.4", "goal.2021.target": 30}
    off = phases(**{"plan.communities": 30, **high})
    assert "2021年计划占44.4%，高于30%的目标，相差超过允许的2个百分点" in off
    few = phases(**{"plan.communities": 1, **high, "goal.2022.gap": -20, "goal.2022.target": 20})
    assert "2022年没有安排，目标为20%，相差都超过" in few
    assert "列入计划的小区只有1个" in few
    none = phases(**{"goal.households": 0})
    assert "没有小区列入计划" in none and "表goal" not in none


def plan(values: Mapping[str, Any], label: str) -> str:
    rules = Space(built_before=2000, built_latest=2005, post_share_cap=15)
    return section(read("09-plan.qmd", values, county=True, params=Space(rules=rules), rules=[]), label)


def test_a_year_without_communities_prints_no_empty_tables() -> None:
    values = {"plan.communities": 1, "plan.households": 72, "plan.2021.communities": 1, "plan.2021.households": 72}
    first, second = plan(values, "sec-plan-2021"), plan(values, "sec-plan-2022")
    assert "五年计划全部安排在这一年" in first and first.endswith("表annual-2021")
    assert second == "2022年没有安排改造小区。"


def test_communities_that_do_not_agree_are_not_to_be_begun() -> None:
    values = {"plan.communities": 9, "plan.households": 900, "plan.before.households": 900, "consent.communities": 9}
    assert "意见统一以前不得开工" not in plan(values, "sec-plan-size")
    some = plan({**values, "consent.minority": 2}, "sec-plan-size")
    assert "愿意改造的不到一半的有2个，意见统一以前不得开工" in some
    every = plan({**values, "consent.minority": 9}, "sec-plan-size")
    assert "小区愿意改造的都不到一半，意见统一以前不得开工" in every


def test_what_society_pays_is_held_against_what_it_should_pay() -> None:
    money = {"plan.communities": 9, "plan.investment": 100, "fund.enhance": 10, "fund.largest.value": 90}
    assert "还没有落实" in plan({**money, "fund.source-6": 0}, "sec-plan-funding")
    assert "社会资本为4万元，少于提升类的投资" in plan({**money, "fund.source-6": 4}, "sec-plan-funding")
    assert plan({**money, "fund.source-6": 12}, "sec-plan-funding").count("社会") == 1
    assert "表funding" not in plan({"plan.communities": 9}, "sec-plan-funding")


def test_a_county_without_old_communities_prints_no_empty_analysis() -> None:
    survey = {"stock.communities": 1, "stock.households": 72}
    rules = Space(built_before=2000, built_latest=2005)
    unit = Space(name="甲县", is_county=True, department="甲县住建局")
    text = read("03-current.qmd", survey, unit=unit, params=Space(rules=rules), counties=("甲县",))
    assert "本轮没有登记到这样的小区" in section(text, "sec-current-needs")
    assert not any(f"表{id}" in text for id in ("property", "renovation", "needs", "willingness", "stock-before"))
    assert "图year-built" in text


def test_rules_that_cannot_be_judged_are_told_apart_from_those_that_fail() -> None:
    def said(*rules: tuple[str, str, list[str]]) -> str:
        told = [
            {"id": title, "verdict": verdict, "title": title, "details": details, "rows": [], "mend": "核对"}
            for verdict, title, details in rules
        ]
        rules_of = Space(built_before=2000, built_latest=2005, post_share_cap=15)
        text = read("09-plan.qmd", {}, county=True, rules=told, params=Space(rules=rules_of))
        return section(text, "sec-plan-audit")

    assert "全部规则均无不符合的情形。" in said(("pass", "甲", [])) and "无法判定" not in said(("pass", "甲", []))
    both = said(("fail", "乙", ["填5户"]), ("not_computable", "丙", ["丙县没有结果"]), ("not_computable", "丁", []))
    assert "须在报批前处理完毕，即“乙”：填5户。核对。资料不足、无法判定的规则如下" in both
    assert both.endswith("1. 丙：丙县没有结果。核对。2. 丁：核对。")


def since(values: Mapping[str, Any], *, county: bool = True) -> str:
    """The appendix about an earlier round, without line breaks."""
    context = {"since": Space(label="2020年5月"), "table": lambda id, most=0: Markdown(f"表{id}")}
    return read("13-since.qmd", values, county=county, **context).replace("\n", "")


def test_a_county_that_was_not_surveyed_before_has_nothing_to_compare() -> None:
    text = since({"stock.communities": 22, "stock.households": 2758})
    assert "没有收到甲县的小区资料，没有可以比较的数据。本轮登记的22个小区、2758户都是首次登记。" in text
    assert text.count("#sec-") == 2 and "表" not in text.partition("数据。")[2]


def test_two_rounds_that_agree_are_said_to_in_one_sentence() -> None:
    both = {f"{prefix}stock.{key}": 22 for prefix in ("", "since.") for key in ("communities", "households")}
    text = since(both)
    assert text.endswith("两轮登记的小区和填报内容完全相同，登记的小区都是22个、22户，各项指标没有变化。")
    assert "表since" not in text and "图since" not in text


def test_counties_of_one_round_only_are_named_and_the_rest_compared() -> None:
    known = {
        "since.stock.communities": 9, "stock.communities": 12, "change.newly.counties": "乙县",
        "change.newly.communities": 3, "change.newly.households": 300, "change.common.counties": 1,
        "common.communities": 9, "since.common.communities": 9,
    }  # fmt: skip
    text = since(known, county=False)
    assert "乙县在2020年5月没有报送调查表，本轮首次报送。各项合计的增减包括上述县（市）" in text
    assert "小区的增减和改动只比较两轮都报送的1个县（市）。" in text
    assert "只看两轮都报送的县（市），登记的小区仍为9个" in text
    assert "户数的增减只有一项，见[@fig-since-households]：首次报送调查表的县（市）增加300户。" in text
    assert "表since-counties" in text and "共0个" not in text and "表since-came" not in text


def test_households_that_cancel_out_are_said_to() -> None:
    known = {
        "since.stock.communities": 9, "stock.communities": 9,
        "change.came.communities": 1, "change.gone.communities": 1,
        "change.came.households": 70, "change.gone.households": 70, "change.plan.left.communities": 1,
        "change.kept.communities": 8, "change.renamed.communities": 2,
    }  # fmt: skip
    text = since(known)
    assert "户数的增减由下列各项相抵，见[@fig-since-households]：" in text
    assert "新登记的小区增加70户，没有再登记的小区减少70户。" in text
    assert "五年计划的小区中，原有小区不再列入1个、0户。" in text
    assert "两轮都登记的小区有8个，其中改了名称的有2个，改动前后的内容见[@tbl-since-edits]。" in text


def test_a_plan_of_three_years_is_called_one() -> None:
    rules = Space(built_before=2000, built_latest=2005, post_share_cap=15)
    values = {"plan.communities": 1, "plan.households": 72, "plan.2021.communities": 1, "plan.2021.households": 72}
    period = Period(first=2021, last=2023)
    text = read("09-plan.qmd", values, county=True, params=Space(rules=rules), rules=[], period=period)
    assert "## 三年改造计划" in text and "三年计划全部安排在这一年" in text
    assert "五年" not in text
