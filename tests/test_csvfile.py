"""CSV files as people and Excel really save them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planbook.csvfile import Column, read_table
from planbook.errors import InputError

COLUMNS = (
    Column("id", unique=True, pattern="[a-z]+", example="abc"),
    Column("text", required=False),
    Column("day", "date", required=False),
    Column("many", "list", required=False),
    Column("place", "whole", required=False),
    Column("sure", "flag"),
)
HEADER = "id,text,day,many,place,sure\n"


def read(folder: Path, content: str | bytes) -> pd.DataFrame:
    path = folder / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_table(path, "data/a.csv", COLUMNS).frame()


def complaint(folder: Path, content: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, content)
    return str(caught.value)


def test_what_excel_saves_is_read(tmp_path: Path) -> None:
    """BOM, CRLF, Excel's dates and booleans, full-width semicolons, empty cells left out at a line's end."""
    text = HEADER + 'a,"一,二",2020/8/6,x；y;z,3,TRUE\nb,, 2020/8 ,,,FALSE\nc\n'
    frame = read(tmp_path, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert frame["text"].tolist() == ["一,二", "", ""]
    assert frame["day"].tolist() == ["2020-08-06", "2020-08", ""]
    assert frame["many"].tolist() == [("x", "y", "z"), (), ()]
    assert frame["place"].tolist() == [3, pd.NA, pd.NA]
    assert frame["sure"].tolist() == [True, False, False]


def test_rows_are_counted_as_excel_counts_them(tmp_path: Path) -> None:
    """A cell of two lines is one row, an empty line a row of its own."""
    frame = read(tmp_path, HEADER + 'a,"one\ntwo"\n\n,,,,,\nb\n')
    assert frame["row"].tolist() == [2, 5]
    assert frame["text"].iloc[0] == "one\ntwo"


def test_a_file_without_rows_has_its_columns_nevertheless(tmp_path: Path) -> None:
    frame = read(tmp_path, HEADER)
    assert frame.empty and list(frame.columns) == [*HEADER.strip().split(","), "file", "sheet", "row"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "row 1, column id: missing column"),
        ("id,text,dya,many,place,sure\n", "row 1, column dya: unknown column\n  → did you mean day?"),
        ("id,text,day,many,place,sure,id\n", "row 1, column id: this column is there twice"),
        (HEADER + "a,一,二,x,1,true,more\n", "row 2, column 7: more cells than the header has columns, first more"),
        (HEADER + "a\na\n", "row 3, column id: a stands in row 2, too"),
        (HEADER + ",text\n", "row 2, column id: empty\n  → write it like abc"),
        (HEADER + "A1\n", "row 2, column id: A1 is not of the right form\n  → write it like abc"),
        (HEADER + "a,,2021-02-29\n", "row 2, column day: 2021-02-29 cannot be read"),
        (HEADER + "a,,2021-02/01\n", "row 2, column day: 2021-02/01 cannot be read"),
        (HEADER + "a,,,,1.5\n", "row 2, column place: 1.5 cannot be read\n  → write a whole number from 1"),
        (HEADER + "a,,,,,yes\n", "row 2, column sure: yes cannot be read\n  → write true or false"),
        (HEADER + 'a,"open\n', "line 2: not valid CSV"),
        ((HEADER + "a,中文\n").encode("gbk"), "data/a.csv: not UTF-8 text\n  → save it in Excel as"),
    ],
)
def test_a_fault_is_told_with_its_place_and_cure(tmp_path: Path, content: str | bytes, says: str) -> None:
    assert says in complaint(tmp_path, content)
