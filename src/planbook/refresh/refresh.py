"""The three documents brought together: as planbook made it, as people left it, as the new round has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lxml import etree

from planbook.book.printed import Grid, Printed, Saying, Source, add_part, as_part, grid
from planbook.book.wordtext import FIELD, Line, Table
from planbook.refresh import tables as grids
from planbook.refresh.decide import decide
from planbook.refresh.figures import refresh_figures
from planbook.refresh.lines import Pairs, as_saying, find_lost, pair
from planbook.refresh.opened import MAIN, Fresh, Opened
from planbook.refresh.outcome import Change, Look, Outcome
from planbook.refresh.revise import Reviser
from planbook.refresh.reworded import Edit, cuts_field, differing, sentence_at, sentence_places, with_facts, word_edits
from planbook.refresh.wording import Moved, doubt


def refresh(edited: Opened, made: Printed, fresh: Fresh, out: Outcome) -> dict[str, bytes]:
    """The parts of the refreshed document; what was done and what is left is added to `out`."""
    revise = Reviser(edited.root, fresh.date)
    parts = dict(edited.parts)
    merge = _Merge(edited, made, fresh, revise, out)
    merge.tables()
    merge.lines()
    figures = refresh_figures(edited, made, fresh, revise, parts, out)
    parts[MAIN] = etree.tostring(edited.root, xml_declaration=True, encoding="UTF-8", standalone=True)
    printed = merge.now_made(figures)
    if edited.part:
        parts[edited.part] = as_part(printed)
    else:
        add_part(parts, printed)
    return parts


class _Merge:
    def __init__(self, edited: Opened, made: Printed, fresh: Fresh, revise: Reviser, out: Outcome) -> None:
        self.edited, self.made, self.fresh, self.revise, self.out = edited, made, fresh, revise, out
        self.printed: dict[str, str] = {}
        for one in (*made.sayings, *(cell for table in made.grids for row in table.rows for cell in row)):
            for span in one.spans:
                self.printed.setdefault(span.fact, one.text[span.start : span.end])
        self.kept_grids: dict[int, Grid] = {}  # tables that were refreshed, as the new round has them
        self.kept_sayings: dict[int, Saying] = {}  # and lines

    # -- tables

    def tables(self) -> None:
        now = list(self.edited.text.tables())
        of = grids.find_tables(self.made.grids, now)
        news = {table.key: table for table in self.fresh.printed.grids}
        for at, table in enumerate(now):
            number = of.get(at)
            if number is None:
                self._by_tags(table)
                continue
            made = self.made.grids[number]
            new = news.get(made.key)
            if new is None:
                self.out.looks.append(Look("table", made.caption, after="gone"))
            elif not grids.same_shape(made, new):
                self.out.looks.append(Look("table", made.caption, after="columns"))
            elif not grids.same_shape(made, grid(table)):
                self.out.looks.append(Look("table", made.caption, after="reshaped"))
            else:
                grids.refresh_table(made, table, new, self.revise, self.out)
                self.kept_grids[number] = new
                continue
            self._by_tags(table)

    def _by_tags(self, table: Table) -> None:
        """A table that is not known, or has another shape: its numbers whose tags mean the same in both rounds."""
        steady = grids.steady_facts(self.made.grids, self.fresh.printed.grids)
        for row in table.rows:
            for line in (line for cell in row.cells for line in cell):
                line.spans = [span for span in line.spans if span.fact in steady]
                self._line(line, table.caption or line.text)

    # -- running text

    def lines(self) -> None:
        now = [line for line in self.edited.text.lines() if line.text.strip(f"{FIELD} \n")]
        pairs = pair(self.made.sayings, [as_saying(line) for line in now])
        self._tell_edits(pairs, now)
        reworded, come, gone = self._rewordings()
        for at, line in enumerate(now):
            number = pairs.of[at]
            made = self.made.sayings[number] if number is not None else None
            said = reworded.get(number) if number is not None else None
            if made is not None:
                for span in find_lost(made, line):
                    text = made.text[span.start : span.end]
                    self.out.looks.append(Look("lost", line.text, span.fact, text, after=self._new(span.fact) or ""))
            words = self._words(number, said, line) if number is not None and said is not None else []
            self._line(line, line.text, words)
        there = {number for number in pairs.of if number is not None}
        self.out.looks += [Look("wording", "", before=self.made.sayings[at].text) for at in gone if at in there]
        self.out.looks += [Look("wording", "", after=text) for text in come]
        for fact in self.edited.text.emptied:
            if fact in self.printed:
                self.out.looks.append(Look("emptied", "", fact, self.printed[fact], after=self._new(fact) or ""))
        for fact in self.edited.text.tangled:
            printed = self.printed.get(fact, "")
            self.out.looks.append(Look("overwritten", "", fact, printed, after=self._new(fact) or ""))

    def _words(self, number: int, new: Saying, line: Line) -> list[Edit]:
        """A line whose words people left as they were follows the new round's book; else a person has to look."""
        made = self.made.sayings[number]
        edits = list(word_edits(made, new))
        if made.text == line.text and not any(cuts_field(one, made) for one in edits):
            self.kept_sayings[number] = new
            return edits
        before, after = differing(made, new)
        self.out.looks.append(Look("wording", line.text, before=before, after=after))
        return []

    def _tell_edits(self, pairs: Pairs, now: list[Line]) -> None:
        for at, line in enumerate(now):
            number = pairs.of[at]
            if number is None:
                self.out.added.append(line.text)
            elif at in pairs.changed:
                self.out.edited.append((self.made.sayings[number].text, line.text))
        self.out.removed += [self.made.sayings[number].text for number in pairs.removed]

    def _rewordings(self) -> tuple[dict[int, Saying], list[str], tuple[int, ...]]:
        """Lines as made → the lines that the new round's book has for them, where it has other words; the lines that
        only the new round's book has; the numbers of those that it has no longer."""
        made, new = self.made.sayings, self.fresh.printed.sayings
        pairs = pair(made, new)
        out = {number: new[at] for at in sorted(pairs.changed) if (number := pairs.of[at]) is not None}
        come = [one.text for one, number in zip(new, pairs.of, strict=True) if number is None]
        return out, come, pairs.removed

    def _line(self, line: Line, where: str, words: Sequence[Edit] = ()) -> None:
        """Sentences that read otherwise in the new round, and numbers with tags elsewhere, from right to left."""
        text = line.text
        edits = [(one.start, one.end, one.after, True) for one in words]
        self.out.changes += [Change(one.after or one.before, one.before, one.after) for one in words]
        moved: list[tuple[int, Moved]] = []
        for span in sorted(line.spans, key=lambda one: one.start):
            if any(one.start <= span.start < one.end for one in words):
                continue
            now, new = text[span.start : span.end], self._new(span.fact)
            printed = self.printed.get(span.fact)
            verdict = decide(printed, now, new)
            sentence = sentence_at(text, span.start) or where
            if verdict == "update" and new is not None:
                edits.append((span.start, span.end, new, False))
                self.out.changes.append(Change(sentence, now, new))
            elif verdict == "overwritten":
                self.out.looks.append(Look("overwritten", sentence, span.fact, printed or "", now, new or ""))
            elif verdict == "gone":
                self.out.looks.append(Look("gone", sentence, span.fact, now))
            after = new if verdict == "update" and new is not None else now
            moved.append((span.start, Moved(now, after, self.fresh.facts.get(span.fact, ("", ""))[1])))
        for start, end, new, whole in sorted(edits, reverse=True):
            self.revise.replace(line, start, end, new, whole=whole)
        for start, end in sentence_places(text):
            inside = [one for at, one in moved if start <= at < end]
            if why := doubt(text[start:end], inside):
                self.out.looks.append(Look("doubt", _told(text[start:end], inside), after=why))

    def _new(self, fact: str) -> str | None:
        found = self.fresh.facts.get(fact)
        return found[0] if found else None

    # -- what it says from now on

    def now_made(self, figures: Mapping[str, str]) -> Printed:
        """The document as if planbook had made it so: what differs from this next time is again people's."""
        facts = {fact: self._new(fact) or text for fact, text in self.printed.items()}
        sayings = tuple(
            self.kept_sayings.get(number) or with_facts(one, facts) for number, one in enumerate(self.made.sayings)
        )
        tables = tuple(
            self.kept_grids.get(number)
            or replace(table, rows=tuple(tuple(with_facts(cell, facts) for cell in row) for row in table.rows))
            for number, table in enumerate(self.made.grids)
        )
        new = self.fresh.printed.source
        source = Source(self.made.source.unit, new.round, self.made.source.overrides, new.planbook)
        return Printed(source, sayings, tables, figures)


def _told(sentence: str, facts: list[Moved]) -> str:
    changed = "、".join(f"{one.before} → {one.after}" for one in facts if one.before != one.after)
    return f"{sentence.strip()}（{changed}）"
