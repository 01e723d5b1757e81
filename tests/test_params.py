"""Parameters: what a unit inherits, what is refused, and how the message helps."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from planbook.errors import InputError, PlanbookError, UsageError
from planbook.params import Params, Period, find_unit, load_params, parse_overrides, schema, unit_ids
from planbook.project import Project

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """A prefecture of one county, as short as it can be."""
    (tmp_path / "params").mkdir()
    (tmp_path / "chapters").mkdir()
    (tmp_path / "params" / "jia.yml").write_text(
        'unit: {code: "110000", name: 甲地区, level: prefecture, government: 甲署, department: 甲局}\n'
        "counties: [yi]\n"
        "round: 2020-08\n"
        "targets: {2021: 30, 2022: 20, 2023: 18, 2024: 15}\n"
        "rules:\n"
        "  post_share_cap: 15\n",
        "utf-8",
    )
    (tmp_path / "params" / "yi.yml").write_text(
        'extends: jia\nunit: {code: "110101", name: 乙县, level: county, aliases: [老乙县]}\n', "utf-8"
    )
    return Project(tmp_path)


def refused(project: Project, unit: str = "yi", *overrides: str) -> str:
    with pytest.raises(PlanbookError) as caught:
        load_params(project, unit, parse_overrides(overrides))
    return str(caught.value)


def test_a_county_inherits_all_it_does_not_say_itself(small: Project) -> None:
    params = load_params(small, "yi")
    assert params.title == "乙县老旧小区改造专项规划"
    assert params.unit.department == "甲局"
    assert params.counties == ()
    assert params.target(2025) == Decimal(17)


def test_an_override_reaches_the_rest_of_the_last_year(small: Project) -> None:
    params = load_params(small, "yi", parse_overrides(["targets.2021=35"]))
    assert (params.target(2021), params.target(2025)) == (Decimal(35), Decimal(12))


def test_a_fraction_stays_exact(small: Project) -> None:
    params = load_params(small, "yi", parse_overrides(["rules.post_share_cap=14.1"]))
    assert params.rules.post_share_cap == Decimal("14.1")


def test_a_mistyped_key_names_file_line_and_the_nearest(small: Project) -> None:
    path = small.params / "yi.yml"
    path.write_text(path.read_text("utf-8") + "rules:\n  post_share_cup: 12\n", "utf-8")
    said = refused(small)
    assert "params/yi.yml: line 4" in said
    assert "rules.post_share_cap" in said


def test_a_wrong_value_of_the_parent_names_the_parents_line(small: Project) -> None:
    path = small.params / "jia.yml"
    path.write_text(path.read_text("utf-8").replace("post_share_cap: 15", "post_share_cap: 150"), "utf-8")
    assert "params/jia.yml: line 6" in refused(small)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("targets.2030=3", "2030"),
        ("targets.2021=70", "more than the whole"),
        ("document.editoin=送审稿", "document.edition"),
        ("document.edition=终稿", "-P document.edition"),
        ("unit.code=12", "-P unit.code: has to be six digits"),
        ("document.date=三月", "-P document.date: has to be a month, such as 2020-12"),
        ("rules.post_share_cap=很多", "-P rules.post_share_cap: has to be a number"),
        ("rules.post_share_cap=300", "-P rules.post_share_cap: has to be 100 or less"),
        ("unit.level=town", "has to be one of prefecture, county"),
        ("strict=maybe", "has to be true or false"),
        ("period.first=2021.5", "has to be a whole number"),
        ("nonsense", "key.path=value"),
        ("round.x.y=1", "no further keys"),
    ],
)
def test_a_wrong_override_says_what_and_where(small: Project, override: str, said: str) -> None:
    assert said in refused(small, "yi", override)


def test_a_round_may_be_called_by_a_year(small: Project) -> None:
    params = load_params(small, "yi", parse_overrides(["round=2021", "since=1999"]))
    assert (params.round, params.since) == ("2021", "1999"), "whether it is there the survey says"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extends: jai\n", "did you mean jia?"),
        ("extends: yi\n", "extends itself"),
        ("extends: jia\nextends: jia\n", "given twice"),
        ("a: [\n", "line"),
        ("- 1\n", "not a mapping"),
    ],
)
def test_a_broken_file_is_refused(small: Project, text: str, said: str) -> None:
    (small.params / "yi.yml").write_text(text, "utf-8")
    assert said in refused(small)


def test_text_in_another_encoding_is_refused_with_the_cure(small: Project) -> None:
    (small.params / "yi.yml").write_bytes("extends: jia # 乙县".encode("gb18030"))
    assert "UTF-8" in refused(small)


def test_a_unit_is_found_by_id_name_code_and_former_name(small: Project) -> None:
    assert {find_unit(small, word) for word in ("yi", "乙县", "110101", "老乙县")} == {"yi"}
    with pytest.raises(UsageError, match="乙县"):
        find_unit(small, "乙具")
    with pytest.raises(InputError, match="jia"):
        load_params(small, "jai")


def test_every_unit_of_this_project_is_sound() -> None:
    project = Project(ROOT)
    units = {unit: load_params(project, unit) for unit in unit_ids(project)}
    prefecture = units.pop("tacheng")
    assert sorted(prefecture.counties) == sorted(units)
    codes = [units[county].unit.code for county in prefecture.counties]
    assert codes == sorted(codes) and all(code.startswith("6542") for code in codes)


def test_the_schema_for_editors_is_up_to_date() -> None:
    assert (ROOT / "params" / "schema.json").read_text("utf-8") == schema(), "remake it: planbook.params.schema()"
    declared = json.loads(schema())["properties"]
    assert set(declared) == {*Params.model_fields, "extends"}
    for path in (ROOT / "params").glob("*.yml"):
        assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=schema.json"), path.name


def test_params_say_only_what_differs() -> None:
    """A county's file repeats nothing of its prefecture's."""
    for path in (ROOT / "params").glob("*.yml"):
        if path.stem != "tacheng":
            assert not re.search(r"^(targets|rules|period|round):", path.read_text("utf-8"), re.M), path.name


@pytest.mark.parametrize(
    ("last", "span"), [(2021, "一年"), (2023, "三年"), (2025, "五年"), (2030, "十年"), (2035, "十五年")]
)
def test_a_plan_is_named_after_the_length_of_its_period(last: int, span: str) -> None:
    assert Period(first=2021, last=last).span == span
