"""The narrative: values are text, mistakes name their line."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planbook.book.narrative import Published, escape, renderer
from planbook.book.pandoc import find_pandoc
from planbook.errors import InputError

FACT = {"value": 5549, "unit": "户", "display": "5549", "how": "", "status": "ok"}
SHARE = {"value": "47.25", "unit": "%", "display": "47.3", "how": "", "status": "ok"}
MISSING = {"value": None, "unit": "%", "display": "无法计算", "how": "", "status": "not_computable"}


@pytest.fixture
def published() -> Published:
    facts = {"plan.2021.households": FACT, "plan.share": SHARE, "plan.gap": MISSING}
    figures = {"year": {"id": "year", "caption": "1~3号楼", "alt": '他说"好"', "width": 90}}
    chapter: dict[str, Any] = {"facts": facts, "figures": figures, "tables": {}, "rules": []}
    return Published({"09": chapter})


def written(tmp_path: Path, published: Published, text: str) -> str:
    (tmp_path / "09-plan.qmd").write_text(text, "utf-8")
    context = {"fact": published.fact, "value": published.value, "has": published.has, "figure": published.figure}
    return renderer(tmp_path, {**context, "name": "A*甲*1~3号楼$5$"})("09-plan.qmd")


def test_a_fact_prints_its_display_and_keeps_its_id(tmp_path: Path, published: Published) -> None:
    text = '{{ fact("plan.2021.households") }}户 {#sec-a} {{< pagebreak >}}'
    assert (
        written(tmp_path, published, text) == '[5549]{.fact fact="plan.2021.households"}户 {#sec-a} {{< pagebreak >}}'
    )


def test_conditions_use_exact_values_and_missing_ones_are_none(tmp_path: Path, published: Published) -> None:
    text = '{% if value("plan.share") > 47.2 %}多{% endif %}'
    text += '{% if value("plan.gap") is none %}缺{% endif %}{{ has("plan.gap") }}'
    assert written(tmp_path, published, text) == "多缺False"


def test_a_line_of_tags_leaves_nothing_and_a_tag_within_a_line_leaves_the_line(
    tmp_path: Path, published: Published
) -> None:
    text = "一{% if name %}二{% endif %}\n\n{% if name %}\n三\n  {% if name %}四{% endif %}\n{% endif %}\n\n五\n"
    assert written(tmp_path, published, text) == "一二\n\n三\n四\n\n五\n"


def test_a_name_with_markup_in_it_is_text(tmp_path: Path, published: Published) -> None:
    assert written(tmp_path, published, "{{ name }}") == r"A\*甲\*1\~3号楼\$5\$"
    assert r"![1\~3号楼](figures/year){#fig-year" in written(tmp_path, published, '{{ figure("year") }}')


def test_what_a_macro_wrote_is_not_escaped_again(tmp_path: Path, published: Published) -> None:
    text = '{% macro said() %}{{ fact("plan.share") }}{{ name }}{% endmacro %}{{ said() | prose }}'
    assert written(tmp_path, published, text) == r'[47.3]{.fact fact="plan.share"}A\*甲\*1\~3号楼\$5\$'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{{ fact("plan.2021.household") }}', "plan.2021.households"),
        ('{{ figure("yaer") }}', "the nearest is year"),
        ("{{ nmae }}", "nmae"),
        ("{% if %}", "%} may not stand here"),
        ('{{ value("plan.gap") + 1 }}', "NoneType"),
    ],
)
def test_a_mistake_names_chapter_line_and_the_nearest(
    tmp_path: Path, published: Published, line: str, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        written(tmp_path, published, f"# 题\n\n一\n{line}\n")
    assert caught.value.place == "chapters/09-plan.qmd: line 4"
    assert said in caught.value.message


def test_two_notebooks_may_not_publish_one_fact_with_two_values() -> None:
    one: dict[str, Any] = {"facts": {"a": FACT}, "figures": {}, "tables": {}, "rules": []}
    other = {**one, "facts": {"a": {**FACT, "value": 1}}}
    assert Published({"03": one, "04": one}).facts["a"]["value"] == 5549
    with pytest.raises(InputError, match="two notebooks"):
        Published({"03": one, "04": other})


HOSTILE = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp"))
    | st.sampled_from("*_~^$`[](){}<>#|\\@!&-+.'\""),
    min_size=1, max_size=12,
)  # fmt: skip


@given(st.lists(HOSTILE, min_size=1, max_size=20))
def test_any_text_survives_markdown_as_it_is(names: list[str]) -> None:
    source = "\n\n".join(f"名{escape(name)}称" for name in names)
    command = [str(find_pandoc()), "--from", "markdown-smart", "--to", "plain", "--wrap=none"]
    plain = subprocess.run(command, input=source, capture_output=True, encoding="utf-8", check=True).stdout
    assert plain.strip().split("\n\n") == [f"名{name}称" for name in names]
