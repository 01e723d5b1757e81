"""Standards as the plan prints them: what they are about, with their value, and where they come from."""

from __future__ import annotations

import pandas as pd

from planbook.analysis.standards import documents, numbered, printed, said

CATALOGUE = pd.DataFrame({"code": ["W02", "W05"], "item": ["绿地", "景观小品"]})
STANDARDS = pd.DataFrame(
    {
        "item": ["消防设施", "", "绿地"],
        "codes": [("J12",), ("W02", "W05"), ("W02",)],
        "requirement": ["消火栓间距不大于{}", "选用本地植物", "绿地面积不减少"],
        "value": ["120", "", ""],
        "unit": ["m", "", ""],
        "source": ["导则", "", "标准"],
        "assumed": [False, True, True],
    }
)


def test_a_requirement_is_said_with_its_value_in_its_place_and_in_chinese_units() -> None:
    assert printed(STANDARDS, CATALOGUE)["said"].to_list() == [
        "消火栓间距不大于120米",
        "选用本地植物",
        "绿地面积不减少",
    ]
    assert said("建筑面积以{}为宜", "800", "㎡") == "建筑面积以800平方米为宜"


def test_a_value_without_a_place_follows_its_requirement() -> None:
    assert said("防水等级", "Ⅱ级", "") == "防水等级：Ⅱ级"


def test_a_requirement_about_several_items_names_them_all() -> None:
    assert printed(STANDARDS, CATALOGUE)["concerns"].to_list() == ["消防设施", "绿地、景观小品", "绿地"]


def test_the_basis_is_the_documents_number_or_that_there_is_none() -> None:
    assert printed(STANDARDS, CATALOGUE)["basis"].to_list() == ["①", "示例", "②"]
    assert documents(STANDARDS) == ["导则", "标准"]
    assert numbered([str(n) for n in range(11)])[-2:] == ["⑩", "[11]"]
