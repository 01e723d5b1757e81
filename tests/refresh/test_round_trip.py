"""A real county's plan: made for one round, edited in Word, refreshed to another, against that round's own book."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from planbook.project import Project
from tests.refresh.test_refresh import control, paragraph, retype
from tests.refresh.word import body, facts, figures, paragraphs, settled, tables, text_of
from tests.small import ROUND, change_yaml
from tests.test_cli import run

ROOT = Path(__file__).resolve().parents[2]
LATER = "2020-11"
PAGE = (ROOT / "docs" / "refresh.md").read_text("utf-8")
SHOWN = re.findall(r"```console\n\$ python3 build\.py refresh [^\n]*\n(.*?)```", PAGE, re.S)


def later_round(project: Project) -> None:
    """What docs/refresh.md tells to do: copy the round, name it, and write 40 households more into one community."""
    shutil.copytree(project.rounds / ROUND, project.rounds / LATER)
    change_yaml(project.rounds / LATER / "round.yml", date=LATER, label="2020年11月", planted=[])
    path = next((project.rounds / LATER).glob("裕民县*.xlsx"))
    book = openpyxl.load_workbook(path)
    sheet = book["2000年底以前"]
    sheet["G7"] = int(sheet["G7"].value) + 40
    book.save(path)


def by_people(document: Document) -> None:
    """Text, formatting, a number, a deletion and a move."""
    paragraph(document, "老旧小区建成早").add_run("编制中征求了各社区的意见。")
    paragraph(document, "规划期为").runs[0].bold = True
    retype(control(document, "stock.communities", 1), "23")
    dropped = paragraph(document, "落到裕民县")._p
    dropped.getparent().remove(dropped)
    moved = paragraph(document, "把四级部署连起来看")._p
    paragraph(document, "老旧小区改造先在少数城市试点")._p.addprevious(moved)


def test_every_number_is_the_new_rounds_and_every_edit_is_kept(
    again: Project, built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    later_round(again)
    edited = tmp_path / "修改稿.docx"
    (made,) = (built.book / "yumin").glob("*.docx")
    document = docx.Document(str(made))
    by_people(document)
    document.save(str(edited))
    monkeypatch.chdir(again.root)
    code, said = run(capsys, "refresh", str(edited), "--round", LATER)
    file = tmp_path / f"修改稿-{LATER}.docx"
    (fresh,) = (again.build / "refresh" / LATER / "yumin").glob("*.docx")
    accepted = settled(file, tmp_path / "接受.docx")

    after, wanted, before = facts(accepted), facts(fresh), facts(made)
    assert code == 1 and sum(before[fact] != wanted[fact] for fact in before) > 30
    assert after["stock.communities"] == wanted["stock.communities"] | {"23"}
    assert {id: text for id, text in after.items() if id != "stock.communities"} == {
        id: text for id, text in wanted.items() if id != "stock.communities"
    }
    assert tables(accepted) == tables(fresh)
    assert figures(accepted) == figures(fresh) != figures(made)
    _edits_are_kept(accepted)
    undone = settled(file, tmp_path / "拒绝.docx", accept=False)
    assert paragraphs(undone) == paragraphs(edited) and tables(undone) == tables(edited)

    (shown,) = SHOWN
    printed = iter(_squeezed(said))
    assert not [line for line in _squeezed(shown) if line != "…" and line not in printed]


def _edits_are_kept(path: Path) -> None:
    texts = paragraphs(path)
    assert any(text.endswith("编制中征求了各社区的意见。") for text in texts)
    assert not [text for text in texts if text.startswith("落到裕民县")]
    bold = next(one for one in body(path).iter(qn("w:p")) if text_of(one).startswith("规划期为"))
    assert next(bold.iter(qn("w:r"))).find(qn("w:rPr")).find(qn("w:b")) is not None
    at = next(number for number, text in enumerate(texts) if text.startswith("把四级部署连起来看"))
    assert texts[at + 1].startswith("老旧小区改造先在少数城市试点")


def _squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
