"""Word's styles follow what params ask for."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Cm, Pt

from planbook.book.pandoc import render
from planbook.book.reference import as_asked
from planbook.fonts import SANS, SERIF, find_fonts
from planbook.typography import Typography
from tests.book.sample_book import PLAN
from tests.book.test_pdf import one_chapter
from tests.small import empty


def test_word_has_the_faces_sizes_and_margins_that_were_asked_for(tmp_path: Path) -> None:
    asked = Typography.model_validate(
        {"body": SERIF, "heading": SANS, "size": "三号", "line": "28磅", "margins": {"top": 3.7, "right": 2.6}}
    ).as_metadata()
    config = f"plan: {{typography: {json.dumps(asked)}}}\n"
    book = one_chapter(tmp_path / "book", "# 总则 {#sec-general}\n\n改造从**摸底**开始。\n", config)
    reference = book / "_plan" / "reference.docx"
    reference.write_bytes(as_asked(reference.read_bytes(), asked))
    (file,) = render(book, ["docx"], empty(tmp_path / "out"), fonts=find_fonts())
    document = Document(str(file))
    body, heading = document.styles["Body Text"], document.styles["Heading 1"]
    assert (body.font.size, body.paragraph_format.line_spacing, heading.font.size) == (Pt(16), Pt(28), Pt(24))
    with zipfile.ZipFile(file) as package:
        styles, text = (package.read(f"word/{name}.xml").decode() for name in ("styles", "document"))
    assert f'w:eastAsia="{SERIF}"' in styles
    assert f'w:eastAsia="{SANS}"' in text  # what is emphasised
    assert not any(face in styles + text for face in ("宋体", "黑体"))
    for section in document.sections:
        assert (round(section.top_margin / Cm(1), 1), round(section.right_margin / Cm(1), 1)) == (3.7, 2.6)


@pytest.mark.parametrize(("size", "line"), [("三号", "28磅"), ("二号", "30磅"), ("10.5pt", "14pt")])
def test_no_heading_is_higher_than_its_line(size: str, line: str) -> None:
    asked = Typography.model_validate({"size": size, "line": line}).as_metadata()
    reference = as_asked((PLAN / "reference.docx").read_bytes(), asked)
    styles = Document(io.BytesIO(reference)).styles
    for level in range(1, 5):
        heading = styles[f"Heading {level}"]
        assert heading.paragraph_format.line_spacing >= 1.2 * heading.font.size
    assert styles["Body Text"].paragraph_format.line_spacing == Pt(float(asked["line"].removesuffix("pt")))
