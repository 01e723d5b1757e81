"""Standards as the plan prints them: what they are about, with their value, and where they come from."""

from __future__ import annotations

import pandas as pd

from planbook.analysis.standards import documents, numbered, printed

CATALOGUE = pd.DataFrame({"code": ["W02", "W05"], "item": ["绿地", "景观小品"]})
STANDARDS = pd.DataFrame(
    {
        "item": ["消防设施", "", "绿地"],
        "codes": [("J12",), ("W02", "W05"), ("W02",)],
        "requirement": ["消火栓的间距", "选用本地植物", "绿地面积不减少"],
        "value": ["120", "", ""],
        "unit": ["m", "", ""],
        "source": ["导则", "", "标准"],
        "assumed": [False, True, True],
    }
)


def test_a_requirement_is_said_with_its_value() -> None:
    assert printed(STANDARDS, CATALOGUE)["said"].to_list() == ["消火栓的间距：120m", "选用本地植物", "绿地面积不减少"]


def test_a_requirement_about_several_items_names_them_all() -> None:
    assert printed(STANDARDS, CATALOGUE)["concerns"].to_list() == ["消防设施", "绿地、景观小品", "绿地"]


def test_the_basis_is_the_documents_number_and_assumptions_are_said() -> None:
    assert printed(STANDARDS, CATALOGUE)["basis"].to_list() == ["①", "示例", "②示例"]
    assert documents(STANDARDS) == ["导则", "标准"]
    assert numbered([str(n) for n in range(11)])[-2:] == ["⑩", "[11]"]
