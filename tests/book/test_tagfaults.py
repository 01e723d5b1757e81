"""A tag that is not as it should be: the line, what is wrong there, and the cure; what is not known here is quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from planbook.book.narrative import renderer
from planbook.errors import InputError
from planbook.words import catalogue


def told(folder: Path, text: str) -> str:
    (folder / "09-plan.qmd").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        renderer(folder, {"fact": str})("09-plan.qmd")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "message", "cure"),
    [
        ("一\n{% fi true %}二{% endif %}", 2, "there is no tag {% fi %}", "{% if %}"),
        ("{% if true %}\n一\n{% if true %}二{% endif %}\n三\n", 1, "{% if %} is not closed", "write {% endif %}"),
        ("{% set a %}\n{% set b = 1 %}\n{## {% set c %} ##}\n一", 1, "{% set %} is not closed", "write {% endset %}"),
        ("{% set a %}一\n{% endsat %}", 2, "there is no tag {% endsat %}", "{% endset %}"),
        ("{% if true %}一{% else %}\n{% else %}二{% endif %}", 2, "may not stand here", "remove it"),
        ('{% extends "09-plam.qmd" %}', 1, "there is no chapter 09-plam.qmd", "09-plan.qmd"),
        ("{% block a %}\n一{% endif %}", 2, "{% block %} is still open", "{% endblock %} before it"),
        ("{% if true %}\n{% endif %}\n{% endif %}", 3, "what it belongs to is not open", "remove it"),
        ("一\n{## 二\n三", 2, "{## is not closed", "##}"),
        ('一\n{{ fact("a")}}户', 2, "} may not stand here", "a blank stands inside each end"),
        ('一\n{{ fact("a" }}户', 2, "before } something is missing: )", "a blank stands inside each end"),
        ('{{ fact("a")\n户', 2, "before 户 something is missing: }}", "a blank stands inside each end"),
        ('{{ fact("a") ', 1, "before the end of the file something is missing: }}", "a blank stands inside each end"),
        ("{{ fact(“a”) }}", 1, "“ means nothing in a tag", "half-width"),
        ('{{ fact("a) }}', 1, 'the quotation mark " is not closed', "half-width"),
        ("{% if %}一{% endif %}", 1, "%} may not stand here", "half-width"),
        ("{% if fact = 1 %}一{% endif %}", 1, "compared with ==", ""),
        ("{% block a %}{% endblock %}\n{% block a %}{% endblock %}", 2, "two blocks are called a", "another name"),
        ("{{ 1 | sum_up }}", 1, "this tag cannot be read: No filter named 'sum_up'.", ""),
    ],
)
def test_a_fault_is_told_with_its_line_and_its_cure(
    tmp_path: Path, text: str, line: int, message: str, cure: str
) -> None:
    said = told(tmp_path, text)
    assert said.startswith(f"chapters/09-plan.qmd: line {line}: ")
    assert message in said and cure in said.partition("→")[2]


def test_a_consultant_is_told_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANBOOK_LANG", "zh")
    catalogue.cache_clear()
    try:
        assert told(tmp_path, "一\n{% if true %}二\n") == (
            "chapters/09-plan.qmd 第2行: {% if %} 没有结束\n  → 请在应当结束的地方写上 {% endif %}"
        )
    finally:
        catalogue.cache_clear()


def test_what_can_be_read_but_not_carried_out_is_no_defect(tmp_path: Path) -> None:
    assert told(tmp_path, "{{ nmae }}").endswith("line 1: nothing is called nmae here")
    assert told(tmp_path, "{% break %}").endswith("this cannot be carried out: 'break' outside loop")
