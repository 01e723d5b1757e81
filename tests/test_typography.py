"""Type sizes and measures as offices write them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from planbook.typography import Typography


@pytest.mark.parametrize(
    ("written", "points"), [("小四", "12pt"), ("五号", "10.5pt"), ("14pt", "14pt"), ("16磅", "16pt"), (12, "12pt")]
)
def test_a_size_is_a_name_or_points(written: object, points: str) -> None:
    assert Typography.model_validate({"size": written}).as_metadata() == {"size": points}


@pytest.mark.parametrize("written", ["大", "12px", "小五号半", 100, 2])
def test_anything_else_is_no_size(written: object) -> None:
    with pytest.raises(ValidationError):
        Typography.model_validate({"size": written})


def test_faces_are_passed_on_as_font_files_name_them() -> None:
    asked = Typography.model_validate({"body": "仿宋", "heading": "Noto Sans SC", "margins": {"top": 3.7}})
    assert asked.families == ("FangSong", "Noto Sans SC")
    assert asked.as_metadata() == {
        "body": "FangSong", "heading": "Noto Sans SC",
        "top": "3.7cm", "bottom": "2.54cm", "left": "2.8cm", "right": "2.8cm",
    }  # fmt: skip


def test_nothing_asked_is_nothing_said() -> None:
    assert Typography().as_metadata() == {}
