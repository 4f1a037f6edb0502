"""adopt: the rows of a foreign tracker become a Book of ours, with a report of every cell's fate.

Columns that we have no place for stay with their rows, to the right of the tracker's own columns: there
they are sorted and filtered along, which a sheet of their own would not be. What may not enter: files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from xl_collab.a1 import column_letters
from xl_collab.importing.actual_rows import ACTUAL_OF
from xl_collab.importing.adoption import ColumnLine, ImportReport
from xl_collab.importing.adoption_columns import Extra, TrackerSheet, departments, numbered, predecessors
from xl_collab.importing.adoption_levels import Levels
from xl_collab.importing.cell_values import Source, StatusColumns, as_text, parties, texts
from xl_collab.importing.columns import ForeignBook, ForeignColumn, is_filled, shown
from xl_collab.importing.date_columns import Dates
from xl_collab.importing.dates import year_named
from xl_collab.importing.headings import Guess, heading_key, target_label
from xl_collab.importing.left_out import left_rows
from xl_collab.importing.legend import COMMENT
from xl_collab.importing.look_proposals import (
    CHANGED,
    KINDS as LOOK_KINDS,
    Accepted,
    SightedTable,
    outside_cells,
    without_hidden,
)
from xl_collab.importing.table_finder import ForeignTable, find_tables
from xl_collab.importing.words import GROUP, PERIOD, PERSON, PROGRESS
from xl_collab.project.parties import parse_parties
from xl_collab.project.scenarios import BLANK
from xl_collab.project.sentences import fitted
from xl_collab.project.tables import Book, Table
from xl_collab.schema.declaration import Declaration
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import FEEDBACK, STAGE, Lang, Text, t

Mapped = Mapping[int, str | None]
"""Column number → what it becomes; None keeps it as it is."""

KEPT = t("附加列（原样保留，在跟踪表右侧）", "Extra column (kept as it is, right of the tracker)")
ALSO = t("{label}；原文另存附加列“{name}”", "{label}; own words also in the extra column “{name}”")
HOW = {
    "name": t("标题相符", "By its name"),
    "given": t("用户指定", "As told"),
    "level": t("按任务的层级", "By the levels of the work"),
    "alike": t("标题相近，已确认", "Similar name, confirmed"),
    "often": t("常见叫法，已确认", "Frequent name, confirmed"),
    "values": t("按内容判断，已确认", "By its values, confirmed"),
    "none": t("没有对应的列", "No column of ours"),
    "unsure": t("没有把握（可能是“{label}”），未采用", "Not sure (perhaps {label}): not taken"),
}
MERGED_PERSON = t("并入“{heading}”", "Joined to {heading}")
FROM_SECTION = t("分组标题成为各行的环节", "Section titles became the stage of their rows")
FORMULAS = t("工作表里有 {n} 个公式，取其结果", "The sheet has {n} formulas; their results were taken")
ORDERED = t("“{heading}”的日期按{order}读", "The days of {heading} were read as {order}")
ORDER_WORDS = {
    "ymd": t("年/月/日", "year/month/day"),
    "mdy": t("月/日/年", "month/day/year"),
    "dmy": t("日/月/年", "day/month/year"),
}
HIDDEN = t("这个工作表在原文件里是隐藏的", "The sheet is hidden in the source file")
SECTION_HEADING = t("分组", "Section")
_DATES = ("planned_start", "actual_start", PERIOD, "forecast", "actual", "deadline")


@dataclass(frozen=True)
class Adopted:
    """A foreign tracker as ours: contents, the declaration with the extra columns, and the report."""

    book: Book
    declaration: Declaration
    report: ImportReport


def default_mapping(table: ForeignTable) -> dict[int, str | None]:
    """What may be taken without asking: the sure guesses."""
    return {c.number: c.guess.target if c.guess and c.guess.sure else None for c in table.columns}


def adopt(
    foreign: ForeignBook,
    table: ForeignTable,
    mapping: Mapped | None = None,
    lang: Lang = "zh",
    tables: Sequence[ForeignTable] | None = None,
    accept: Accepted | None = None,
) -> Adopted:
    """Turn a foreign table into a tracker.

    mapping  what each column becomes (default: `default_mapping`); a column not named stays as it is
    tables   the other tables that were found, for the report (default: found again)
    accept   the looks whose proposals are taken, and as what (default: none)
    """
    return _Adoption(foreign, table, mapping or default_mapping(table), lang, tables, accept or {}).adopted()


class _Adoption:
    """One import under way."""

    def __init__(
        self,
        foreign: ForeignBook,
        table: ForeignTable,
        mapping: Mapped,
        lang: Lang,
        tables: Sequence[ForeignTable] | None,
        accept: Accepted,
    ) -> None:
        self.foreign, self.table, self.lang, self.accept = foreign, table, lang, accept
        self.tables = find_tables(foreign) if tables is None else tables
        self.mapping = {c.number: mapping.get(c.number) for c in table.columns}
        named = replace(table, columns=_named(table.columns, self.mapping))
        self.columns = {c.guess.target: c for c in named.columns if c.guess is not None}
        self.every_row = without_hidden(named.rows(), table.sheet, accept)
        self.rows = [row.number for row in self.every_row if row.kind == "task"]
        self.breaks = [row.number for row in self.every_row if row.kind == "section"]
        self._make_way()
        self.source = Source(table.sheet, self.rows)
        self.out: dict[str, list[object]] = {}
        self.extras: list[Extra] = []
        self.keep: set[int] = set()

    def adopted(self) -> Adopted:
        """Everything done, in the order in which one thing needs another."""
        self._prose()
        self._dates()
        self._owners()
        self._states()
        self._stages()
        self._choices()
        self._looks()
        self._ids()
        self._extras()
        sheet = TrackerSheet.with_extras(self.extras, self.lang)
        contacts = departments(self.out, self._is_department_column())
        report = self._report([str(record["department"]) for record in contacts], sheet)
        return Adopted(self._book(sheet, contacts, report.project), SHEETS.replacing(sheet.sheet), report)

    def _make_way(self) -> None:
        """Under section titles, which are the stage, a coarser level goes before the task's name."""
        level = self.columns.get("stage")
        is_level = level is not None and level.guess is not None and level.guess.how == "level"
        if level is None or not is_level or not self.breaks or GROUP in self.columns:
            return
        self.columns[GROUP] = self.columns.pop("stage")
        self.mapping[level.number] = GROUP

    # columns

    def _prose(self) -> None:
        for target in ("output", "note"):
            if target in self.columns:
                self.out[target] = texts(self.source, self.columns[target])
        levels = Levels(self.source, self.columns, self.breaks, self.lang)
        self.out["task"], self.levels = levels.tasks(), levels
        for target in ("owner", "support"):
            self.out[target] = parties(self.source, self.columns[target]) if target in self.columns else []

    def _dates(self) -> None:
        found = {target: self.columns[target] for target in _DATES if target in self.columns}
        reader = Dates(self.source, found, self._title_year())
        for target in found:
            self.out[target] = reader.read(target)
        self._take_period(self.out.pop(PERIOD, None))
        if reader.starts:
            starts = self.out.setdefault("planned_start", [None] * len(self.rows))
            for i, day in reader.starts.items():
                starts[i] = starts[i] or day
        self._actual_rows()
        self.done, self.day_orders = reader.done, tuple(reader.orders())

    def _actual_rows(self) -> None:
        """The days of rows that only say what became of the task above them."""
        pairs = [b.number for a, b in pairwise(self.every_row) if (a.kind, b.kind) == ("task", "actual")]
        if len(pairs) != len(self.rows):
            return
        found = {target: self.columns[target] for target in ACTUAL_OF if target in self.columns}
        reader = Dates(Source(self.table.sheet, pairs, self.source.changes), found, self._title_year())
        for target in found:
            if ACTUAL_OF[target] not in self.columns:
                self.out[ACTUAL_OF[target]] = reader.read(target)

    def _take_period(self, cells: list[object] | None) -> None:
        """The ends of a span column: the due date, where no other column has one."""
        if cells is None:
            return
        if "deadline" not in self.columns:
            self.out["deadline"] = cells
        else:
            self.keep.add(self.columns[PERIOD].number)

    def _states(self) -> None:
        states = StatusColumns(self.source, self.lang)
        for target in ("percent", "status", PROGRESS):
            if target in self.columns:
                column = self.columns[target]
                if target == "percent":
                    states.read_percents(column)
                else:
                    states.read_states(column, numbers=target == PROGRESS)
        for i in self.done:
            states.status[i] = states.status[i] or "done"
        self.keep |= states.unread | self.source.kept
        self.out["status"] = states.labels()
        self.out["percent"] = list(states.percent)

    def _stages(self) -> None:
        """The stage of each row: its own column's word, else the section that it stands under."""
        cells = self.levels.stages()
        top, under = self._sections()
        pairs = zip(cells, top, strict=True)
        stages = [_stage(section if own is None else own, self.lang) for own, section in pairs]
        self.out["stage"] = stages
        rest = [
            " / ".join(filter(None, ("" if own is None else section, deeper))) or None
            for own, section, deeper in zip(cells, top, under, strict=True)
        ]
        if any(rest):
            self.extras.append(Extra(SECTION_HEADING.of(self.lang), rest))

    def _sections(self) -> tuple[list[str], list[str]]:
        """For every task row the name of its section, and of those inside that."""
        top: list[str] = []
        under: list[str] = []
        open_ones: list[tuple[int, str]] = []
        for row in self.every_row:
            if row.level and row.kind in ("section", "task"):
                open_ones = [one for one in open_ones if one[0] < row.level]
            if row.kind == "task":
                names = [name for _, name in open_ones] or [""]
                top.append(names[0])
                under.append(" / ".join(names[1:]))
            if row.section and row.kind in ("section", "task"):
                open_ones.append((row.level, row.section))
        return top, under

    def _owners(self) -> None:
        """A person beside the department joins it: 市场部（张三）; several departments keep theirs apart."""
        person = self.columns.get(PERSON)
        if person is None:
            return
        people = [as_text(value) for value in parties(self.source, person, accounts=True)]
        owners = self.out["owner"] or [None] * len(self.rows)
        joined: list[object] = []
        for i, (owner, name) in enumerate(zip(owners, people, strict=True)):
            both = self._joined(i, str(owner or ""), name, person)
            joined.append(both or None)
        self.out["owner"] = joined

    def _joined(self, i: int, owner: str, name: str, column: ForeignColumn) -> str:
        if not owner or not name:
            return owner or name
        parties = parse_parties(owner)
        alone = parties.lead is not None and not parties.supporters and not parties.everyone
        if not alone or parties.unread or parties.lead.person or any(sign in name for sign in "()（）"):  # type: ignore[union-attr]
            self.keep.add(column.number)
            return owner
        both = f"{owner} ({name})" if self.lang == "en" else f"{owner}（{name}）"
        why = fitted(MERGED_PERSON, heading=target_label("owner"))
        self.source.note(self.rows[i], column, name, both, why)
        return both

    def _choices(self) -> None:
        column = self.columns.get("feedback")
        if column is not None:
            cells = []
            for i, value in enumerate(texts(self.source, column)):
                code = None if value is None else FEEDBACK.code(value)
                label = None if code is None else FEEDBACK.label(code, self.lang)
                if value is not None and code is None:
                    self.keep.add(column.number)
                    self.source.note(self.rows[i], column, value, None, "choice", check=True)
                elif value is not None and label != value:
                    self.source.note(self.rows[i], column, value, label, "status")
                cells.append(label)
            self.out["feedback"] = list(cells)
        lead = self.columns.get("lead_days")
        if lead is not None:
            self.out["lead_days"] = texts(self.source, lead)

    def _looks(self) -> None:
        """Colours, strike-through, comments, hidden rows: proposals, of which the accepted ones are taken."""
        outside = outside_cells(self.foreign, self.table, self.rows)
        seen = SightedTable(
            self.table, self.rows, self.columns, self.out["stage"], outside, self.lang, self.accept
        )
        status, notes = list(self.out["status"]), list(self.out.get("note") or [None] * len(self.rows))
        self.looks = seen.decide(seen.proposals(), status, notes)
        self.seen_remarks = (*self.foreign.unseen, *seen.remarks)
        self._note_states(status)
        self.out |= {"status": status, "note": notes}

    def _note_states(self, status: Sequence[object]) -> None:
        """The states of the source that gave way to an accepted proposal."""
        column = self.columns.get("status") or self.columns.get(PROGRESS)
        kinds = {one.row: LOOK_KINDS[one.kind] for one in self.looks if one.state == "accepted"}
        for row, old, new in zip(self.rows, self.out["status"], status, strict=True):
            if old is not None and old != new and column is not None:
                own = self.table.sheet.shown_cell(row, column.number)
                self.source.note(row, column, own, new, fitted(CHANGED, kind=kinds[row]), check=True)

    def _ids(self) -> None:
        column = self.columns.get("id")
        old = [as_text(v) for v in texts(self.source, column)] if column else [""] * len(self.rows)
        found = numbered(old)
        self.out["id"] = list(found.ids)
        if column is not None and not found.kept:
            self.keep.add(column.number)
            full = [i for i, text in enumerate(old) if text]
            before, after = (f"{ids[full[0]]}…{ids[full[-1]]}" for ids in (old, found.ids))
            for i in full:
                self.source.note(self.rows[i], column, before, after, found.why)
        links = self.columns.get("predecessors")
        if links is not None:
            values = [as_text(v) for v in texts(self.source, links)]
            self.out["predecessors"] = predecessors(
                self.source, links, values, found, self._counted(found.ids)
            )

    def _counted(self, ids: Sequence[str]) -> dict[str, str]:
        """The place of each task row below the headings, sections counted, as programs number their rows."""
        places = [row.number for row in self.every_row if row.kind in ("task", "section")]
        counted = {number: str(place) for place, number in enumerate(places, start=1)}
        return {counted[row]: name for row, name in zip(self.rows, ids, strict=True)}

    def _extras(self) -> None:
        """Columns that have no place of their own, or whose words were not taken over whole."""
        for column in self.table.columns:
            if self.mapping[column.number] is None or column.number in self.keep:
                cells = self.source.values(column, quiet=self.mapping[column.number] is not None)
                if any(map(is_filled, cells)):
                    name = column.heading or self._nameless(column)
                    self.extras.append(Extra(name, cells, column.number))

    def _nameless(self, column: ForeignColumn) -> str:
        letter = _letter(column)
        return f"Column {letter}" if self.lang == "en" else f"{letter} 列（无标题）"

    def _is_department_column(self) -> bool:
        """Whether the owner column names departments, so that even unusual names are ones."""
        column = self.columns.get("owner")
        return column is not None and not heading_key(column.heading).endswith(("人", "owner", "lead"))

    # what surrounds the table

    def _titles(self) -> list[str]:
        sheet, table = self.table.sheet, self.table
        above = ((row, n) for row in range(1, table.top) for n in range(1, sheet.width + 1))
        return [shown(sheet.cell(*at)) for at in above if is_filled(sheet.cell(*at))]

    def _title_year(self) -> int | None:
        titles = self._titles()
        return year_named(*titles) or year_named(self.table.sheet.name) or year_named(self.foreign.name)

    def _project(self) -> str:
        """The first line above the headings that can be a name; else the file's name."""
        titles = (" ".join(title.split()) for title in self._titles())
        names = (title for title in titles if 3 < len(title) <= 60 and ":" not in title.replace("：", ":"))
        return next(names, self.foreign.name.rpartition(".")[0] or self.foreign.name)

    # the results

    def _book(self, sheet: TrackerSheet, contacts: Sequence[Mapping[str, object]], project: str) -> Book:
        book = BLANK.book(self.lang)
        records = [
            {name: cells[i] for name, cells in (*self.out.items(), *sheet.cells.items()) if cells}
            for i in range(len(self.rows))
        ]
        tables = {
            **book.tables,
            "tracker": _tab(Table.of(sheet.sheet, records), self.lang),
            "contacts": _tab(Table.of(SHEETS.table("contacts"), contacts), self.lang),
        }
        settings = {**book.settings, "project": project}
        return replace(book, tables=tables, forms={**book.forms, "settings": settings})

    def _report(self, found: Sequence[str], sheet: TrackerSheet) -> ImportReport:
        table = self.table
        return ImportReport(
            self.foreign.name,
            table.sheet.name,
            table.area,
            (table.top, table.header),
            self._project(),
            len(self.rows),
            tuple(self._line(column, sheet.names) for column in table.columns),
            self.source.changes.lines(),
            tuple(left_rows(self.foreign, table, self.every_row, self.tables, self._comments_taken())),
            tuple(found),
            tuple(other.name for other in self.tables if other.name != table.name),
            tuple(self._remarks()),
            tuple(self.looks),
        )

    def _comments_taken(self) -> set[str]:
        return {one.place for one in self.looks if one.kind == COMMENT and one.state == "accepted"}

    def _line(self, column: ForeignColumn, names: Mapping[int, str]) -> ColumnLine:
        target = self.mapping[column.number]
        label = KEPT if target is None else target_label(target)
        if target is not None and column.number in names:
            name = names[column.number]
            label = fitted(ALSO, label=label, name=name)
        filled = sum(map(is_filled, self.source.values(column, quiet=True)))
        letter, how = _letter(column), self._how(column, target)
        guess = column.guess.target if column.guess else ""
        return ColumnLine(letter, column.heading, target, label, how, filled, _sure(column), guess)

    def _how(self, column: ForeignColumn, target: str | None) -> Text:
        guess = column.guess
        if target is None and guess is not None and not guess.sure:
            return fitted(HOW["unsure"], label=target_label(guess.target))
        if target is None:
            return HOW["none"]
        return HOW[guess.how] if guess is not None and guess.target == target else HOW["given"]

    def _remarks(self) -> Iterator[Text]:
        if any(row.kind == "section" for row in self.every_row) and "stage" not in self.columns:
            yield FROM_SECTION
        for heading, order in self.day_orders:
            yield fitted(ORDERED, heading=heading, order=ORDER_WORDS[order])
        if self.table.sheet.formulas:
            yield fitted(FORMULAS, n=str(self.table.sheet.formulas))
        if self.table.sheet.hidden:
            yield HIDDEN
        yield from self.seen_remarks


def _named(columns: Sequence[ForeignColumn], mapping: Mapped) -> tuple[ForeignColumn, ...]:
    """The columns with what they were finally taken for, so that rows are judged by that."""
    return tuple(replace(c, guess=_final(c, mapping[c.number])) for c in columns)


def _final(column: ForeignColumn, target: str | None) -> Guess | None:
    if column.guess is not None and column.guess.target == target:
        return column.guess
    return None if target is None else Guess(target, 1.0, "given")


def _sure(column: ForeignColumn) -> bool:
    return column.guess is None or column.guess.sure


def _letter(column: ForeignColumn) -> str:
    return column_letters(column.number)


def _stage(value: object, lang: Lang) -> object:
    """Our label for one of our stages, else the words as they are."""
    if not value:
        return None
    code = STAGE.code(value)
    return as_text(value) if code is None else STAGE.label(code, lang)


def _tab(table: Table, lang: Lang) -> Table:
    return replace(table, tab=table.sheet.name(lang))
