"""The manifest and the portal made from it: true for what lies on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import html

from planbook.book.deliver import Deliverable
from planbook.book.manifest import Built, read_manifest, write_manifest
from planbook.book.portal import compare, write_portal
from planbook.errors import InputError


def summary(name: str, level: str = "county", **more: Any) -> dict[str, Any]:
    return {
        "name": name, "level": level, "code": "1", "title": f"{name}规划", "file": f"{name}规划", "edition": "送审稿",
        "survey": "2020年8月摸底调查", "notes": [], "pages": 3,
        "facts": [{"name": "户数", "display": "12", "unit": "户"}],
        "audit": {"pass": 2, "fail": 0, "not_applicable": 0, "not_computable": 0}, "failed": [], **more,
    }  # fmt: skip


def built(round: str, *files: tuple[str, str], **about: Any) -> Built:
    return Built({"round": round}, summary(**{"name": "乙县", **about}), [Deliverable(*file) for file in files])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name in ("yi/乙县规划.pdf", "yi/乙县规划.docx", "yi/乙县规划.html", "jia/html/index.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_the_manifest_keeps_what_is_still_there(out: Path) -> None:
    first = built("2020-05", ("yi/乙县规划.pdf", "1"), ("yi/乙县规划.docx", "2"), ("yi/gone.xlsx", "3"))
    write_manifest(out, {"yi": first, "jia": built("2020-05", ("jia/html/index.html", "4"))})
    write_manifest(out, {"yi": built("2020-08", ("yi/乙县规划.pdf", "5"))})
    units = read_manifest(out)
    assert list(units) == ["jia", "yi"]
    found = {file: (entry["sha256"], entry["made_from"]["round"]) for file, entry in units["yi"]["files"].items()}
    assert found == {"yi/乙县规划.docx": ("2", "2020-05"), "yi/乙县规划.pdf": ("5", "2020-08")}


def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[]", "utf-8")
    with pytest.raises(InputError, match="not the manifest"):
        write_manifest(tmp_path, {})


def test_the_portal_shows_prefectures_first_and_links_what_there_is(out: Path) -> None:
    units = write_manifest(
        out,
        {
            "jia": built("2020-08", ("jia/html/index.html", "4"), name="甲<地>区", level="prefecture", code="9"),
            "yi": built(
                "2020-08", ("yi/乙县规划.pdf", "1"), ("yi/乙县规划.html", "2"),
                failed=[{"title": "某规则", "details": ["甲填5户"], "mend": "核对"}],
                audit={"pass": 1, "fail": 1, "not_applicable": 0, "not_computable": 0}, notes=["示例数据"],
            ),
        },
    )  # fmt: skip
    page = html.parse(str(write_portal(out, units))).getroot()
    books = page.findall(".//ul[@class='books']/li")
    assert [book.find("h3").text for book in books] == ["甲<地>区", "乙县"]
    assert books[0].get("class") == "prefecture"
    links = {a.text: a.get("href") for a in books[1].findall(".//a")}
    assert list(links) == ["单页网页", "PDF"]
    assert "1条不符合" in books[1].text_content() and "某规则：甲填5户。核对。" in books[1].text_content()
    assert "示例数据" in books[1].text_content()
    assert page.findtext(".//p[@class='about']").endswith("，网页、单页网页和PDF一致。")  # no format that was not made
    assert not [link for *_, link, _ in page.iterlinks() if "//" in link]


def test_counties_are_compared_by_what_the_longest_bar_shows_and_a_missing_figure_has_none() -> None:
    def county(name: str, display: str) -> dict[str, Any]:
        unit = "" if display == "未调查" else "户"
        return {"name": name, "facts": [{"name": "计划改造户数", "display": display, "unit": unit}]}

    (one,) = compare([county("甲县", "200"), county("乙县", "未调查"), county("丙县", "50")])
    assert (one.name, one.unit) == ("计划改造户数", "户")
    assert [(bar.name, bar.display, bar.share) for bar in one.bars] == [
        ("甲县", "200", "100.00"), ("乙县", "未调查", "0.00"), ("丙县", "50", "25.00"),
    ]  # fmt: skip
    assert compare([county("甲县", "200")]) == []
