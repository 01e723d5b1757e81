"""The reference data says what the published plan says, and a faulty file is told to its reader row by row."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from planbook.errors import InputError
from planbook.project import Project
from planbook.reference import CATEGORIES, LEVELS, Reference, load_reference

ROOT = Path(__file__).parents[1]
FACTS: dict[str, Any] = yaml.safe_load((ROOT / "tests/data/seed_facts.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(Project(ROOT))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy whose files a test may spoil."""
    (tmp_path / "data").mkdir()
    for name in ("catalogue.csv", "policies.csv", "standards.csv"):
        shutil.copy(ROOT / "data" / name, tmp_path / "data" / name)
    return Project(tmp_path)


def spoil(project: Project, name: str, old: str, new: str) -> str:
    """Replaces `old` by `new` and tells the row it stands in; loads, and returns what the user reads."""
    path = project.data / name
    text = path.read_text("utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8-sig")
    with pytest.raises(InputError) as caught:
        load_reference(project)
    return str(caught.value)


def row_of(project: Project, name: str, text: str) -> int:
    lines = (project.data / name).read_text("utf-8-sig").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def iso(printed: str) -> str:
    """2019年7月30日 → 2019-07-30; 2020年上半年 → 2020."""
    found = re.match(r"(\d{4})年(?:(\d+)月)?(?:(\d+)日)?", printed)
    assert found
    year, *rest = (part for part in found.groups() if part)
    return "-".join([year, *(f"{int(part):02}" for part in rest)])


def facts(entries: list[dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """(title with its status, number, date) of each, as the register should have them."""
    for entry in entries:
        title = entry.get("read", entry["printed"])
        yield re.sub("[《》]", "", title), entry.get("number", ""), iso(entry["date"]) if "date" in entry else ""


def documents(frame: Any) -> list[tuple[str, str, str]]:
    titles = frame["title"] + frame["status"].map(lambda status: f"（{status}）" if status else "")
    return list(zip(titles, frame["number"], frame["date"], strict=True))


# ---------------------------------------------------------------------------------------------------- content


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_of_chapter_1_has_the_plans_documents_with_number_and_date(reference: Reference, level: str) -> None:
    policies = reference.policies
    told = policies[policies["section"].map(lambda listed: "决策部署" in listed) & (policies["level"] == level)]
    assert documents(told) == list(facts(FACTS["decisions"][level]))
    assert (told["gist"].str.len() >= 15).all()


@pytest.mark.parametrize(("name", "size"), [("法律法规", 15), ("政策标准", 20)])
def test_each_list_of_chapter_2_has_the_plans_entries_in_its_order(reference: Reference, name: str, size: int) -> None:
    policies = reference.policies
    listed = policies[policies["section"].map(lambda sections: name in sections)].sort_values("order")
    assert listed["order"].tolist() == list(range(1, size + 1))
    for found, printed in zip(documents(listed), facts(FACTS["lists"][name]), strict=True):
        assert found[:2] == printed[:2]
        assert found[2].startswith(printed[2])


def test_documents_are_told_in_the_order_of_their_dates(reference: Reference) -> None:
    told = reference.policies[reference.policies["section"].map(lambda listed: "决策部署" in listed)]
    assert list(told["level"].drop_duplicates()) == list(LEVELS)
    for _level, part in told.groupby("level"):
        assert part["date"].tolist() == sorted(part["date"])


def test_the_catalogue_has_the_plans_items_tiers_and_subitems(reference: Reference) -> None:
    catalogue = reference.catalogue
    assert len(catalogue) == 51
    assert catalogue["tier"].value_counts().to_dict() == {"必选": 18, "可选": 17, "优选": 16}
    assert catalogue["subitem"].nunique() == 14
    for name, _prefix, _key in CATEGORIES:
        mine = catalogue[catalogue["category"] == name]
        assert {tier: int((mine["tier"] == tier).sum()) for tier in FACTS["tiers"][name]} == FACTS["tiers"][name]
        assert mine["subitem"].nunique() == FACTS["subitems"][name]


def test_every_item_of_the_catalogue_has_a_requirement(reference: Reference) -> None:
    covered = {code for codes in reference.standards["codes"] for code in codes}
    assert covered == set(reference.catalogue["code"])


def test_every_value_of_chapter_8_is_there_and_none_of_them_is_assumed(reference: Reference) -> None:
    sourced = reference.standards[~reference.standards["assumed"]]
    found = {
        (reference.item_name(code), standard["strictness"], standard["value"] + standard["unit"])
        for standard in sourced.to_dict("records")
        for code in standard["codes"]
        if standard["value"]
    }
    assert found == {tuple(entry) for entry in FACTS["values"]}


def test_what_the_plan_gives_no_requirement_for_is_marked_as_assumed(reference: Reference) -> None:
    standards = reference.standards
    basic = standards["category"] == "基础类"
    assert standards[~basic]["assumed"].all()
    assert standards[basic & standards["assumed"]]["item"].tolist() == ["弱电", "架空线规整"]
    assert standards[~basic].groupby("subitem").size().between(2, 6).all()


def test_no_text_names_a_place_of_the_region(reference: Reference) -> None:
    units = [yaml.safe_load(path.read_text("utf-8"))["unit"] for path in (ROOT / "params").glob("*.yml")]
    names = {name for unit in units for name in (unit["name"], *unit.get("aliases", ()))}
    assert len(names) > 7
    for frame in (reference.policies, reference.standards):
        for text in frame.select_dtypes("str").stack():
            assert not [name for name in names if name in text], text


def test_a_row_is_addressed_as_excel_shows_it(reference: Reference) -> None:
    project = Project(ROOT)
    for name, frame in (("policies.csv", reference.policies), ("standards.csv", reference.standards)):
        assert set(frame["file"]) == {f"data/{name}"} and set(frame["sheet"]) == {""}
        for record in frame.to_dict("records"):
            assert record["row"] == row_of(project, name, f"{record['id']},")


def test_every_file_looked_for_is_reported_even_one_that_is_missing(project: Project) -> None:
    seen: list[str] = []
    load_reference(project, lambda path: seen.append(path.name))
    assert seen == ["catalogue.csv", "policies.csv", "standards.csv"]
    (project.data / "policies.csv").unlink()
    with pytest.raises(InputError, match=r"data/policies\.csv: no such file"):
        load_reference(project, lambda path: seen.append(path.name))
    assert seen[3:] == ["catalogue.csv", "policies.csv"]


def test_the_catalogue_may_lack_the_column_assumed(project: Project) -> None:
    path = project.data / "catalogue.csv"
    rows = [line.split(",")[:5] for line in path.read_text("utf-8-sig").splitlines()]
    path.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    catalogue = load_reference(project).catalogue
    assert len(catalogue) == 51 and not catalogue["assumed"].any()


# ---------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("name", "old", "new", "column", "says"),
    [
        ("policies.csv", ",2019-07-30,", ",2019-13-30,", "date", ["2019-13-30 cannot be read", "2020-08-26"]),
        ("policies.csv", "2019-02,", "Feb-19,", "date", ["Feb-19 cannot be read", "write 2020, 2020-08"]),
        ("policies.csv", "国家部门,其他", "国家部,其他", "level", ["国家部 is not one of", "did you mean 国家部门?"]),
        ("policies.csv", "politburo-2020-04-17", "politburo-2019-07-30", "id", ["stands in row 3, too"]),
        ("policies.csv", ",10,试行", ",9,试行", "order", ["9 stands in row 27, too", "政策标准"]),
        ("policies.csv", ",10,试行", ",,试行", "order", ["empty", "政策标准"]),
        ("policies.csv", "从疫情防控出发，要求尽快补上老旧小区卫生防疫和社区服务的欠账。", "", "gist", ["决策部署"]),
        ("policies.csv", ",政府工作报告", ",《政府工作报告》", "title", ["《政府工作报告》", "like 政府工作报告"]),
        (
            "standards.csv",
            ",J05,",
            ",J50,",
            "codes",
            ["the catalogue has no J50", "see the codes in data/catalogue.csv"],
        ),
        ("standards.csv", "供水,J01", "供气,J01", "item", ["J01 stands under 供水", "did you mean 供水?"]),
        ("standards.csv", "完善类,环境设施完善", "完善类,配套设施完善", "subitem", ["环境设施完善"]),
        ("standards.csv", "环境设施完善,,W02", "环境设施完善,绿地,W02", "item", ["one item, but 2 codes"]),
        ("standards.csv", "技术导则（试行）", "技术导责（试行）", "source", ["no document", "技术导则"]),
        ("standards.csv", ",宜,,true", ",宜,,false", "source", ["empty", "set assumed to true"]),
        ("standards.csv", ",应,,true", ",必须,,true", "strictness", ["必须 is not one of 应, 宜, 可"]),
        ("catalogue.csv", "W03,完善类", "T93,完善类", "code", ["T93 is not a code of 完善类", "begin with W"]),
    ],
)
def test_a_fault_names_file_row_column_and_cure(
    project: Project, name: str, old: str, new: str, column: str, says: list[str]
) -> None:
    row = row_of(project, name, old)
    message = spoil(project, name, old, new)
    assert f"data/{name}: row {row}, column {column}: " in message
    for part in says:
        assert part in message
    assert "→" in message


def test_all_faults_of_a_file_are_told_at_once(project: Project) -> None:
    path = project.data / "policies.csv"
    text = (
        path.read_text("utf-8-sig")
        .replace("2019-07-30,", "2019-07-32,")
        .replace("党中央,会议,2019-12", "市,会议,2019-12")
    )
    path.write_text(text, "utf-8-sig")
    with pytest.raises(InputError) as caught:
        load_reference(project)
    assert re.findall(r"row (\d+), column (\w+)", str(caught.value)) == [("3", "date"), ("4", "level")]
