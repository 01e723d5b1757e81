"""A table brought to another round: cell by cell by the names of its rows; rows that came or went as tracked rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from planbook.book.printed import Grid, Saying, cells, grid
from planbook.book.wordtext import FIELD, Line, Row, Table, W
from planbook.refresh.decide import decide
from planbook.refresh.outcome import Change, Look, Outcome
from planbook.refresh.revise import Reviser, retag

Cells = Sequence[Saying]
NUMBER = "序号"  # heads a column of running numbers
OURS = 0.3  # a table that shares no more of its cells with one of ours is not it


def find_tables(made: Sequence[Grid], now: Sequence[Table]) -> dict[int, int]:
    """Numbers of tables now → of those as made: by the bookmark in the caption, else by what the cells say. Of a table
    that was copied each copy is the same table."""
    of: dict[int, int] = {}
    for at, table in enumerate(now):
        shares = [share(one, grid(table)) for one in made]
        named = [number for number, one in enumerate(made) if one.key and one.key == table.key]
        best = max(named or range(len(made)), key=shares.__getitem__, default=None)
        if best is not None and shares[best] > (OURS if named else 1 - OURS):
            of[at] = best
    return of


def share(one: Grid, other: Grid) -> float:
    """How many of the cells two tables have in common, from 0 to 1."""
    counts = [Counter(cell.text for row in table.rows for cell in row) for table in (one, other)]
    most = max(counter.total() for counter in counts)
    return (counts[0] & counts[1]).total() / most if most else 0.0


def same_shape(made: Grid, now: Grid) -> bool:
    """Have all rows the same numbers of cells, or at least those of the heads?"""
    widths = [[len(row) for row in table.rows[: table.heads]] for table in (made, now)]
    bodies = [{len(row) for row in table.rows[table.heads :]} for table in (made, now)]
    return widths[0] == widths[1] and bodies[1] <= bodies[0]


def refresh_table(made: Grid, table: Table, new: Grid, revise: Reviser, out: Outcome) -> None:
    """Brings a table whose shape is the same in all three to the new round."""
    now = grid(table)
    heads = made.heads
    for at in range(heads):
        _row(made.rows[at], table.rows[at], new.rows[at], table.caption, revise, out)
    bodies = made.rows[heads:], now.rows[heads:], new.rows[heads:]
    numbered = heads > 0 and made.rows[0][0].text == NUMBER
    ours = pair_rows(bodies[0], bodies[1])  # as made → now
    news = _to_new(bodies[0], bodies[2])  # as made → new
    for at, row in enumerate(bodies[0]):
        if at not in ours:
            continue
        current = table.rows[heads + ours[at]]
        if at in news:
            _row(row, current, bodies[2][news[at]], table.caption, revise, out, numbered)
        elif [cell.text for cell in cells(current)] == [cell.text for cell in row]:
            revise.delete_row(current.element)
            out.rows_gone += 1
        else:
            out.looks.append(Look("row", table.caption, _name(row), after="gone"))
    back = {there: ours.get(here) for here, there in news.items()}
    _insert(table, heads, bodies[2], back, revise, out)


def _insert(
    table: Table, heads: int, new: Sequence[Cells], back: dict[int, int | None], revise: Reviser, out: Outcome
) -> None:
    """The rows that the new round has and the old had not, each behind the row that it follows."""
    if len(table.rows) <= heads:
        return
    place = table.rows[heads - 1].element if heads else None
    for at, row in enumerate(new):
        if at in back:
            here = back[at]
            place = table.rows[heads + here].element if here is not None else place
            continue
        alike = [one.element for one in table.rows[heads:] if len(one.element.findall(f"{W}tc")) == len(row)]
        like = next((one for one in alike if one is place), alike[0] if alike else None)
        if like is None or place is None:
            out.looks.append(Look("row", table.caption, _name(row), after="come"))
            continue
        place = revise.insert_row(place, like, row)
        out.rows_come += 1


def _row(
    made: Cells, row: Row, new: Cells, caption: str, revise: Reviser, out: Outcome, numbered: bool = False
) -> None:
    """`numbered`: its first cell is its running number, at whose change nobody has to look."""
    told = len(out.changes)
    for number, (before, lines, after) in enumerate(zip(made, row.cells, new, strict=False)):
        _cell(before, lines, after, f"{caption}｜{_name(made)}", revise, out)
        if numbered and number == 0:
            del out.changes[told:]


def _cell(made: Saying, lines: list[Line], new: Saying, where: str, revise: Reviser, out: Outcome) -> None:
    now = "\n".join(line.text for line in lines)
    verdict = decide(made.text, now, new.text)
    parts = new.text.split("\n")
    if verdict == "update" and len(parts) not in (1, len(lines)):
        parts, lines = [new.text], lines[:1] if len(lines) == 1 else []
    if verdict == "overwritten" or (verdict == "update" and not lines):
        if made.text != new.text or made.spans:  # words of theirs where nothing changed are no matter
            out.looks.append(Look("overwritten", where, before=made.text, now=now, after=new.text))
        return
    steady = len(lines) == 1 and made.pattern[::2] == new.pattern[::2] and tuple(lines[0].spans) == made.spans
    if verdict == "update" and not steady and FIELD in made.text + new.text:  # its references would go with it
        out.looks.append(Look("wording", where, before=made.text, after=new.text))
        return
    if verdict == "update":
        texts = parts if len(parts) == len(lines) else [new.text]
        if steady:
            for old, fresh in reversed(list(zip(made.spans, new.spans, strict=True))):
                text = new.text[fresh.start : fresh.end]
                if text != made.text[old.start : old.end]:
                    revise.replace(lines[0], old.start, old.end, text)
        else:
            for line, text in zip(lines, texts, strict=True):
                if line.text != text:
                    revise.replace(line, 0, len(line.text), text, whole=bool(line.spans))
        out.changes.append(Change(where, made.text, new.text))
    if len(made.spans) == len(new.spans) and made.pattern[1::2] != new.pattern[1::2]:
        names = dict(zip(made.pattern[1::2], new.pattern[1::2], strict=True))
        for line in lines:
            retag(line, names)


# ------------------------------------------------------------------------------------------------ which row is which


def pair_rows(one: Sequence[Cells], other: Sequence[Cells]) -> dict[int, int]:
    """Rows of one table → rows of the other: by their names, and between two such by what their cells share."""
    names, others = _keys(one, other)
    at = {name: number for number, name in enumerate(others)}
    of = {number: at[name] for number, name in enumerate(names) if name in at}
    for number, row in enumerate(one):
        if number in of:
            continue
        above = max((of[n] for n in of if n < number), default=-1)
        below = min((of[n] for n in of if n > number and of[n] > above), default=len(other))
        free = [n for n in range(above + 1, below) if n not in of.values() and len(other[n]) == len(row)]
        best = max(free, key=lambda n: _alike(row, other[n]), default=None)
        if best is not None and _alike(row, other[best]) >= 0.5:
            of[number] = best
    return of


def _to_new(made: Sequence[Cells], new: Sequence[Cells]) -> dict[int, int]:
    """By names; where the same rows stand in another order, as in a ranking, by their places."""
    of = pair_rows(made, new)
    order = [of[number] for number in sorted(of)]
    if order == sorted(order):
        return of
    return {number: number for number in range(min(len(made), len(new))) if len(made[number]) == len(new[number])}


def _keys(one: Sequence[Cells], other: Sequence[Cells]) -> tuple[list[str], list[str]]:
    """Names of the rows of two tables, from as few of the columns of words as tell them apart in both."""
    columns = _wordy(one)
    for number in range(1, len(columns) + 1):
        keys = [["｜".join(_texts(row, columns[:number])) for row in rows] for rows in (one, other)]
        if all(len(set(names)) == len(names) for names in keys):
            return keys[0], keys[1]
    out = []
    for rows in (one, other):
        seen: Counter[str] = Counter()
        named = []
        for row in rows:
            name = "｜".join(_texts(row, columns))
            seen[name] += 1
            named.append(f"{name}#{seen[name]}")
        out.append(named)
    return out[0], out[1]


def _wordy(rows: Sequence[Cells]) -> list[int]:
    """The columns whose cells are words, not numbers of the survey nor serial numbers."""
    width = max((len(row) for row in rows), default=0)
    texts = {at: [row[at] for row in rows if at < len(row)] for at in range(width)}
    return [
        at
        for at, column in texts.items()
        if not any(cell.spans for cell in column) and not all(_numeric(cell.text) for cell in column)
    ]


def _numeric(text: str) -> bool:
    return not text.strip() or text.replace(".", "", 1).replace("—", "").strip().isdigit()


def _texts(row: Cells, columns: Sequence[int]) -> list[str]:
    return [row[at].text if at < len(row) else "" for at in columns]


def _name(row: Cells) -> str:
    found = [cell.text for cell in row if not _numeric(cell.text) and not cell.spans]
    return found[0].replace("\n", "") if found else (row[0].text if row else "")


def _alike(row: Cells, other: Cells) -> float:
    texts = [cell.text for cell in row], [cell.text for cell in other]
    same = sum(a == b for a, b in zip(*texts, strict=True))
    close = sum(SequenceMatcher(None, a, b).ratio() > 0.7 for a, b in zip(*texts, strict=True) if a != b)
    return (same + close / 2) / max(len(texts[0]), 1)


def steady_facts(made: Sequence[Grid], new: Sequence[Grid]) -> set[str]:
    """The facts of tables that stand in rows of the same names in both: an id may count rows, and so say another row's
    number in another round."""
    then, now = _rows_of(made), _rows_of(new)
    return {fact for fact, names in then.items() if names == now.get(fact, names)}


def _rows_of(tables: Sequence[Grid]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for row in table.rows:
            for span in (span for cell in row for span in cell.spans):
                out[span.fact].add(_name(row))
    return out
