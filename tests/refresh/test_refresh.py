"""A document edited in all the ways people edit, brought to the later round."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree
from PIL import Image

from planbook.refresh.opened import open_word
from tests.refresh.conftest import Case, Refreshed
from tests.refresh.word import WORD, body, facts, figures, paragraphs, settled, tables, text_of

Edit = Callable[[Callable[[Document], None]], Refreshed]


def paragraph(document: Document, start: str) -> Paragraph:
    """The paragraph of the running text that begins so; numbers in controls count."""
    return next(one for one in document.paragraphs if text_of(one._p).startswith(start))


def control(document: Document, fact: str, at: int = 0) -> etree._Element:
    found = [
        one for one in document.element.body.iter(qn("w:sdt")) if one.find(qn("w:sdtPr")).find(qn("w:tag")) is not None
    ]
    return [one for one in found if one.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val")) == fact][at]


def retype(element: etree._Element, text: str) -> None:
    (first, *others) = element.iter(qn("w:t"))
    first.text = text
    for other in others:
        other.text = ""


def test_an_untouched_document_becomes_the_new_rounds(edited: Edit, case: Case, tmp_path: Path) -> None:
    done = edited(lambda document: None)
    fresh = case.fresh.word.path
    assert facts(done.accepted) == facts(fresh)
    assert tables(done.accepted) == tables(fresh)
    assert paragraphs(done.accepted) == paragraphs(fresh)
    assert figures(done.accepted) == figures(fresh) and figures(done.file) != figures(fresh)
    assert (done.outcome.rows_come, done.outcome.rows_gone) == (1, 1) and done.outcome.figures == ["户数"]
    assert [look.why for look in done.outcome.looks] == ["doubt"]  # 多于
    undone = settled(done.file, tmp_path / "rejected.docx", accept=False)
    assert paragraphs(undone) == paragraphs(case.made) and tables(undone) == tables(case.made)


def test_every_change_is_signed_and_dated_by_the_round(edited: Edit) -> None:
    done = edited(lambda document: None)
    marks = list(body(done.file).iter(f"{WORD}ins", f"{WORD}del"))
    assert {(m.get(f"{WORD}author"), m.get(f"{WORD}date")) for m in marks} == {("planbook", "2020-11-01T00:00:00Z")}
    ids = [element.get(f"{WORD}id") for element in body(done.file).iter() if element.get(f"{WORD}id")]
    assert len(marks) > 10 and len({m.get(f"{WORD}id") for m in marks}) == len(marks)
    ends = len(list(body(done.file).iter(f"{WORD}bookmarkEnd")))
    assert len(ids) == len(set(ids)) + ends


def test_the_same_edit_is_refreshed_to_the_same_bytes(edited: Edit) -> None:
    one = edited(lambda document: None)
    first = one.file.read_bytes()
    one.file.unlink()
    assert edited(lambda document: None).file.read_bytes() == first


def test_words_of_people_stay_around_new_numbers(edited: Edit, case: Case) -> None:
    def change(document: Document) -> None:
        paragraph(document, "最大的小区").add_run("这一段由工程组核过。")
        paragraph(document, "这些小区建成早").insert_paragraph_before("我们补写的一段，说明现场踏勘的情况。")
        dropped = paragraph(document, "建成早的")._p
        dropped.getparent().remove(dropped)

    done = edited(change)
    texts = paragraphs(done.accepted)
    largest = next(iter(facts(case.fresh.word.path)["stock.largest"]))
    assert f"最大的小区有{largest}户，楼龄不一，设施老化的程度也不一样。这一段由工程组核过。" in texts
    assert "我们补写的一段，说明现场踏勘的情况。" in texts
    assert not [text for text in texts if text.startswith("建成早的")]
    assert [after[-10:] for _before, after in done.outcome.edited] == ["这一段由工程组核过。"]
    assert done.outcome.added == ["我们补写的一段，说明现场踏勘的情况。"] and len(done.outcome.removed) == 1


def test_a_number_written_over_is_left_and_told(edited: Edit, case: Case) -> None:
    before = next(iter(facts(case.made)["stock.households"]))
    after = next(iter(facts(case.fresh.word.path)["stock.households"]))
    done = edited(lambda document: retype(control(document, "stock.households"), "4000"))
    assert done.looks("overwritten") == [(before, "4000", after)]
    assert facts(done.accepted)["stock.households"] == {"4000", after}


def test_a_number_that_people_brought_up_to_date_themselves_needs_no_word(edited: Edit, case: Case) -> None:
    after = next(iter(facts(case.fresh.word.path)["stock.households"]))
    done = edited(lambda document: retype(control(document, "stock.households"), after))
    assert not done.looks("overwritten") and facts(done.accepted)["stock.households"] == {after}


def test_a_number_split_into_runs_keeps_its_look(edited: Edit, case: Case) -> None:
    def split(document: Document) -> None:
        run = next(control(document, "stock.largest").iter(qn("w:r")))
        text = text_of(run)
        for sign in reversed(text):
            part = OxmlElement("w:r")
            look = OxmlElement("w:rPr")
            look.append(OxmlElement("w:b"))
            part.append(look)
            holder = OxmlElement("w:t")
            holder.text = sign
            part.append(holder)
            run.addnext(part)
        run.getparent().remove(run)

    done = edited(split)
    assert facts(done.accepted)["stock.largest"] == facts(case.fresh.word.path)["stock.largest"]
    (run,) = [
        r
        for s in body(done.accepted).iter(f"{WORD}sdt")
        if text_of(s) in facts(done.accepted)["stock.largest"]
        for r in s.iter(f"{WORD}r")
        if s.find(f"{WORD}sdtPr/{WORD}tag").get(f"{WORD}val") == "stock.largest"
    ]
    assert run.find(f"{WORD}rPr/{WORD}b") is not None


def test_copied_paragraphs_moved_sections_and_nested_controls_are_all_refreshed(edited: Edit, case: Case) -> None:
    def change(document: Document) -> None:
        one = paragraph(document, "最大的小区")._p
        one.addnext(copy.deepcopy(one))
        start = paragraph(document, "清单")._p
        moved = [start, *start.itersiblings()][:4]
        target = paragraph(document, "年代")._p
        for element in moved:
            if element.tag != qn("w:sectPr"):
                target.addprevious(element)
        inner = control(document, "limit.post-share")
        outer = copy.deepcopy(inner)
        content = outer.find(qn("w:sdtContent"))
        content.clear()
        inner.addprevious(outer)
        content.append(inner)

    done = edited(change)
    assert facts(done.accepted) == facts(case.fresh.word.path)
    assert sorted(map(len, tables(done.accepted))) == sorted(map(len, tables(case.fresh.word.path)))
    assert len([text for text in paragraphs(done.accepted) if text.startswith("最大的小区")]) == 2
    assert not done.looks("lost") and not done.looks("overwritten")


def test_a_number_without_its_control_is_found_by_its_words(edited: Edit, case: Case) -> None:
    def strip(document: Document) -> None:
        for fact in ("stock.largest", "stock.area"):
            one = control(document, fact)
            for run in list(one.iter(qn("w:r"))):
                one.addprevious(run)
            one.getparent().remove(one)
        paragraph(document, "最大的小区").add_run("另有说明。")

    done = edited(strip)
    largest, area = (next(iter(facts(case.fresh.word.path)[fact])) for fact in ("stock.largest", "stock.area"))
    text = "\n".join(paragraphs(done.accepted))
    assert f"最大的小区有{largest}户" in text and f"建筑面积{area}万平方米" in text
    assert not done.looks("lost")


def test_a_number_that_was_retyped_without_its_control_is_told(edited: Edit, case: Case) -> None:
    def strip(document: Document) -> None:
        one = control(document, "stock.largest")
        retype(one, "约四百")
        for run in list(one.iter(qn("w:r"))):
            one.addprevious(run)
        one.getparent().remove(one)

    done = edited(strip)
    assert [look.name for look in done.outcome.looks if look.why == "lost"] == ["stock.largest"]
    assert "最大的小区有约四百户" in "\n".join(paragraphs(done.accepted))


def test_changes_and_comments_of_people_are_kept(edited: Edit, case: Case) -> None:
    def change(document: Document) -> None:
        element = paragraph(document, "最大的小区")._p
        mark = OxmlElement("w:ins")
        for name, value in (("w:id", "7001"), ("w:author", "李工"), ("w:date", "2020-10-01T00:00:00Z")):
            mark.set(qn(name), value)
        one = control(document, "stock.largest")
        one.addprevious(mark)
        mark.append(one)  # somebody's insertion around a number
        struck = copy.deepcopy(mark)
        struck.tag = qn("w:del")
        struck.set(qn("w:id"), "7002")
        for child in list(struck):
            struck.remove(child)
        run = OxmlElement("w:r")
        gone = OxmlElement("w:delText")
        gone.text = "原有的话"
        run.append(gone)
        struck.append(run)
        element.append(struck)
        document.add_comment(paragraph(document, "这些小区建成早").runs, "请核对", author="王处")

    done = edited(change)
    largest = next(iter(facts(case.fresh.word.path)["stock.largest"]))
    assert f"最大的小区有{largest}户，楼龄不一，设施老化的程度也不一样。" in paragraphs(done.accepted)
    authors = {m.get(f"{WORD}author") for m in body(done.file).iter(f"{WORD}ins", f"{WORD}del")}
    assert authors == {"李工", "planbook"}
    assert [c.text for c in docx.Document(str(done.file)).comments] == ["请核对"]


def test_rows_and_cells_that_people_touched_stay(edited: Edit, case: Case) -> None:
    def change(document: Document) -> None:
        listed = document.tables[-1]
        retype(listed.rows[3].cells[1]._tc, "改过的名字")
        row = copy.deepcopy(listed.rows[-1]._tr)
        for cell, text in zip(row.iter(qn("w:tc")), ("99", "我们添的小区", "1"), strict=True):
            retype(cell, text)
        listed.rows[-1]._tr.addnext(row)
        dropped = listed.rows[10]._tr
        dropped.getparent().remove(dropped)

    done = edited(change)
    names = [row[1] for row in tables(done.accepted)[-1]]
    assert "改过的名字" in names and names[-1] == "我们添的小区" and "新添花园" in names
    assert len(names) == len(tables(case.fresh.word.path)[-1])


def test_a_second_refresh_starts_from_the_first(edited: Edit, refreshed: Callable[[Path], Refreshed]) -> None:
    done = edited(lambda document: retype(control(document, "stock.households"), "4000"))
    again = refreshed(done.file)
    assert not again.outcome.changes and not again.outcome.figures
    assert [now for _before, now, _after in again.looks("overwritten")] == ["4000"]
    assert not again.outcome.edited and not again.outcome.added


def test_what_was_accepted_is_settled_and_what_was_rejected_is_peoples_own(
    edited: Edit, refreshed: Callable[[Path], Refreshed], tmp_path: Path
) -> None:
    done = edited(lambda document: None)
    accepted = refreshed(settled(done.file, tmp_path / "接受.docx"))
    assert not accepted.outcome.changes and not accepted.outcome.looks
    rejected = refreshed(settled(done.file, tmp_path / "拒绝.docx", accept=False))
    assert not rejected.outcome.changes
    assert {look.why for look in rejected.outcome.looks} == {"overwritten", "figure"}


def test_a_table_whose_columns_people_changed_keeps_them_and_gets_its_numbers(edited: Edit, case: Case) -> None:
    def change(document: Document) -> None:
        for table in document.tables:
            for row in table._tbl.iter(qn("w:tr")):
                last = list(row.iter(qn("w:tc")))[-1]
                added = copy.deepcopy(last)
                retype(added, "备注")
                for tag in list(added.iter(qn("w:tag"))):
                    tag.getparent().remove(tag)
                last.addnext(added)

    done = edited(change)
    eras, listed = tables(done.accepted)
    fresh_eras, fresh_listed = tables(case.fresh.word.path)
    assert [row[:-1] for row in eras] == fresh_eras
    assert [(look.why, look.after) for look in done.outcome.looks if look.why == "table"] == [("table", "reshaped")] * 2
    numbers = {row[1]: row[2] for row in fresh_listed}
    assert all(numbers.get(name, number) == number for _n, name, number, _note in listed)  # nobody got another's


def test_a_picture_that_people_put_there_stays(edited: Edit, case: Case, tmp_path: Path) -> None:
    photo = tmp_path / "现场.png"
    Image.new("RGB", (40, 30), "green").save(photo)

    def change(document: Document) -> None:
        blip = next(document.element.body.iter(qn("a:blip")))
        blip.set(qn("r:embed"), document.part.get_or_add_image(str(photo))[0])

    done = edited(change)
    assert done.looks("figure") == [("", "", "overwritten")] and not done.outcome.figures
    assert figures(done.accepted) == figures(done.edited)


def test_a_document_saved_by_libreoffice_is_refreshed_just_so(
    case: Case, tmp_path: Path, refreshed: Callable[[Path], Refreshed]
) -> None:
    """It drops the tags of all controls, renames parts and splits runs."""
    done = refreshed(saved_by_office(case.made, tmp_path / "保存"))
    assert not open_word(done.edited).text.tangled and not facts(done.edited)
    assert tables(done.accepted) == tables(case.fresh.word.path)
    assert figures(done.accepted) == figures(case.fresh.word.path)
    text, fresh = "".join(paragraphs(done.accepted)), paragraphs(case.fresh.word.path)
    assert not [one for one in fresh if "户" in one and "表" not in one and "图" not in one and one not in text]


def test_libreoffice_opens_what_was_refreshed(edited: Edit, tmp_path: Path) -> None:
    """With the changes of planbook still marked as such."""
    done = edited(lambda document: None)
    saved = saved_by_office(done.file, tmp_path / "保存")
    authors = {mark.get(f"{WORD}author") for mark in body(saved).iter(f"{WORD}ins", f"{WORD}del")}
    accepted = settled(saved, tmp_path / "收.docx")
    kept = [[row for row in table if any(row)] for table in tables(accepted)]  # a deleted row is an empty one to it
    assert authors == {"planbook"} and kept == tables(done.accepted)


def saved_by_office(path: Path, folder: Path) -> Path:
    office = shutil.which("soffice")
    if not office and os.environ.get("CI"):
        pytest.fail("no soffice: .ci/run installs it")
    if not office:
        pytest.skip("no soffice: apt-get install libreoffice-writer")
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = [str(office), home, "--headless", "--convert-to", "docx", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / path.name
