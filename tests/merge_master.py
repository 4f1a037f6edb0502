"""The master as the plain reading of the merge knows it: who wrote each cell, and what is open (rule 5).

merge_rules.py says what may enter here and where the other rules stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from life.office import Question, Row, Told
from merge_following import follow
from merge_words import (
    EARLIER,
    LATER,
    NO_CELLS,
    Line,
    Pair,
    Sending,
    Word,
    Write,
    called,
    holds,
    meaning,
    order,
)

Cell = tuple[Line, str, str]
"""A cell of a followed row, and the department that speaks of it."""


class Master:
    """Rows that are followed, and the words and questions about their cells."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = [dict(row) for row in rows]
        self.tick = 0
        self.lines: list[Line] = []
        self.sendings: dict[int, Sending] = {}
        self.statements: list[list[Word]] = []
        self.asked: dict[str, dict[Cell, object]] = {}
        self.told: list[Told] = []
        self._look()

    def look(self) -> None:
        self._look()
        self._said()

    def _now(self) -> int:
        self.tick += 1
        return self.tick

    def _said(self) -> list[Told]:
        said, self.told = self.told, []
        return said

    def _look(self) -> None:
        """Whatever stands in the master and was written by nothing known, the coordinator wrote."""
        follow(self.lines, self.rows)
        for line in self.lines:
            for column in set(line.row or ()) - set(NO_CELLS):
                last = line.last(column)
                if last is None or meaning(last.value) != line.value(column):
                    self._write(line, column, line.value(column))

    def _write(
        self, line: Line, column: str, value: object, word: Word | None = None, took: str = ""
    ) -> None:
        if line.row is not None:
            line.row[column] = value
            line.called = called(line.row)
        line.writes.setdefault(column, []).append(Write(self._now(), value, word, took))
        self._close_what_stands(line, column)

    # What a department said (rule 2 names it)

    def _words(self, cell: Cell) -> list[Word]:
        """ "All the department said of the cell, also settled, asked or declined, not withdrawn." """
        line = cell[0]
        return [w for w in line.words if w.cell == cell and w.state != "withdrawn"]

    def _latest(self, cell: Cell) -> Word | None:
        """The department's last word: one that is not certainly later replaces none (P33); an answer that
        takes a word makes it the last. Whether they meant to put a cell back is asked: no word till then."""
        words = [w for w in self._words(cell) if w.state != "late" and not w.put_back]
        steps = [(w.said, w, False) for w in words]
        steps += [(w.chosen, w, True) for w in self._words(cell) if w.chosen]
        latest: Word | None = None
        for _, word, chosen in sorted(steps, key=lambda step: step[0]):
            if chosen or latest is None or order(word.mark, latest.mark) == LATER:
                latest = word
        return latest

    def _tell(self, kind: str, line: Line, column: str | None, value: object, rid: str) -> None:
        uid = line.row.get("_uid") if line.row is not None else None
        self.told.append(Told(kind, uid, column, value, rid))  # type: ignore[arg-type]

    # Rule 5: questions

    def _open_words(self, cell: Cell) -> list[Word]:
        return [w for w in self._words(cell) if w.open]

    def _close_what_stands(self, line: Line, column: str) -> None:
        """ "It closes, told, when the master takes its value" """
        # Open: of several candidates only the one that the master now shows; nobody has judged the others.
        for word in [w for w in line.words if w.open and w.column == column]:
            if word.value == line.value(column):
                self._settle(word)
                self._tell("told", line, column, word.value, word.mark.rid)

    def _settle(self, word: Word) -> None:
        last = word.line.last(word.column)
        word.state, word.settled_by = "same", last.word if last else None

    def _close_what_it_replaces(self, new: Word) -> None:
        """ "or a later word of the department replaces it." """
        for old in self._open_words(new.cell):
            if old.value != new.value and order(old.mark, new.mark) == EARLIER:
                old.state = "replaced"
                self._tell("told", old.line, old.column, old.value, old.mark.rid)

    def questions(self) -> list[Question]:
        self._look()
        self.asked = {}
        return [question for group in self._groups() for question in self._listed(group)]

    def _cells(self) -> list[Cell]:
        words = (w for line in self.lines for w in line.words if w.open)
        return list(dict.fromkeys(w.cell for w in words))

    def _groups(self) -> list[list[Cell]]:
        """ "One question a cell and department"; cells of one statement (rule 6) are one question."""
        groups = [[cell] for cell in self._cells()]
        for statement in self.statements:
            cells = {w.cell for w in statement if w.open}
            joined = [group for group in groups if cells & set(group)]
            groups = [group for group in groups if group not in joined]
            groups += [[cell for group in joined for cell in group]] if joined else []
        return groups

    def _listed(self, group: list[Cell]) -> Iterator[Question]:
        """ "with today's values" """
        key = "+".join(f"{self.lines.index(line)}.{column}@{dept}" for line, column, dept in group)
        self.asked[key] = {cell: cell[0].value(cell[1]) for cell in group}
        for cell in group:
            line, column, dept = cell
            theirs = tuple(dict.fromkeys(w.value for w in self._open_words(cell)))
            row: Row = line.row or {}
            yield Question(key, row.get("_uid"), column, dept, row.get(column), theirs)  # type: ignore[arg-type]

    def answer(self, key: str, pick: str, value: object = None) -> None:
        """ "A choice made on a value that has changed since is asked anew. One answer ends all its
        candidates." """
        self._look()
        if any(cell[0].value(cell[1]) != master for cell, master in self.asked[key].items()):
            return
        cells = list(self.asked[key])
        if pick == "other" and len(cells) > 1:
            raise ValueError("a statement of several cells is taken or left as a whole")
        taken = self._taken(cells, value) if pick == "theirs" else []
        for cell in cells:
            mine = [w for w in taken if w.cell == cell]
            written = (mine[-1].value,) if mine else (value,) if pick == "other" else ()
            self._answer_cell(cell, mine, written)
        self._said()

    def _taken(self, cells: list[Cell], value: object) -> list[Word]:
        """The words that an answer takes: those with the value; with one of a statement all that it says."""
        words = [w for cell in cells for w in self._open_words(cell)]
        taken = [w for w in words if w.value == meaning(value)]
        statements = [s for s in self.statements if set(s) & set(taken)]
        taken += [w for w in words if statements and w in statements[-1]]
        taken = [w for w in words if (w.cell, w.value) in [(t.cell, t.value) for t in taken]]
        if not taken or any(not holds(w.column, w.value) or w.line.row is None for w in taken):
            raise ValueError(f"cannot be taken: {value!r}")
        return taken

    def _answer_cell(self, cell: Cell, taken: list[Word], written: tuple[object, ...]) -> None:
        line, column, dept = cell
        candidates, before, when = self._open_words(cell), line.value(column), self._now()
        for word in candidates:
            word.state = "chosen" if word in taken else "declined"
            word.chosen, word.declined = (when, 0) if word in taken else (0, when)
        for value in written:
            self._write(line, column, value, took=dept if taken else "")
        if not written:
            self._leave_standing(line, column)
        for word in candidates:
            # Open: the pair with what the answer wrote is answered too: both stood in the question.
            for master in {before, line.value(column)}:
                line.answered.append(Pair(self._now(), column, dept, word.value, master))

    def _leave_standing(self, line: Line, column: str) -> None:
        """Rule 11: "Answers stand." Open: so does what an answer left in the master, whoever said it."""
        last = line.last(column)
        if last is not None and last.word is not None:
            last.word.kept = True
            line.writes[column][-1] = Write(last.when, last.value, None, last.word.dept)
