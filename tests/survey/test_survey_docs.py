"""What docs/ says of the survey is what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from survey_docs import DOCS, HEADS, page_text

from planbook.survey.check import issue_codes
from planbook.survey.export import Community, Doubt, Export
from planbook.survey.mends import read_mends


@pytest.mark.parametrize("page", HEADS)
def test_the_table_of_codes_is_that_of_the_code(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    assert text == page_text(page), "run tools/survey_docs.py"
    assert [code for code, *_ in issue_codes()] == re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)


@pytest.mark.parametrize("page", HEADS)
def test_the_mends_shown_are_mends(page: str, tmp_path: Path) -> None:
    shown = re.search(r"```yaml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    assert shown and len(yaml.safe_load(shown[1])) == 2
    (tmp_path / "corrections.yml").write_text(shown[1], "utf-8")
    assert len(read_mends(tmp_path).placed) == 2


def test_the_json_shown_has_the_shape_of_the_model() -> None:
    shown = re.search(r"```json\n(.*?)```", (DOCS / "survey.md").read_text("utf-8"), re.DOTALL)
    found = json.loads(shown[1]) if shown else {}
    assert list(found) == list(Export.model_fields)
    for community in found["communities"]:
        Community.model_validate(community)
    for issue in found["issues"]:
        Doubt.model_validate(issue)
