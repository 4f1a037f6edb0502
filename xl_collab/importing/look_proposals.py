"""What looks say of a foreign tracker's rows, as proposals: shown with place and words, taken when accepted.

A colour or a line through a row proposes a state, a comment proposes words for 备注, a hidden row is asked
about. What may not enter: reading files, drawing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from xl_collab.errors import UsageError
from xl_collab.importing.columns import (
    ForeignBook,
    ForeignColumn,
    ForeignSheet,
    address,
    is_filled,
    shown,
)
from xl_collab.importing.legend import (
    COMMENT,
    HIDDEN,
    INK,
    STRUCK,
    USUAL,
    Meaning,
    legend_columns,
    legend_of,
    meaning_of,
)
from xl_collab.importing.looks import HUES, Cell, Looks
from xl_collab.importing.progress import read_progress
from xl_collab.importing.row_colours import RowColours
from xl_collab.importing.table_finder import ForeignRow, ForeignTable
from xl_collab.importing.words import PERIOD, PROGRESS
from xl_collab.project.sentences import fitted, listing
from xl_collab.project.text_size import shortened
from xl_collab.schema.words import STATUS, Lang, Text, t

PIECE = "piece"
KINDS: Mapping[str, Text] = {
    **{hue: t(f"{label.zh}底", f"{label.en.capitalize()} fill") for hue, label in HUES.items()},
    **{hue + INK: t(f"{label.zh}字", f"{label.en.capitalize()} text") for hue, label in HUES.items()},
    STRUCK: t("整行删除线", "Row struck through"),
    PIECE: t("格内删除线", "Struck-through text"),
    COMMENT: t("批注", "Comment"),
    HIDDEN: t("隐藏行", "Hidden row"),
}
"""What each kind of proposal is called."""
State = Literal["open", "accepted", "agrees", "overruled", "told"]
STATES: Mapping[State, Text] = {
    "open": t("提议", "Proposed"),
    "accepted": t("已采用", "Taken"),
    "agrees": t("与状态一致", "Agrees"),
    "overruled": t("以状态列为准", "Status counts"),
    "told": t("请看一眼", "Please look"),
}
BY_LEGEND = t("表内图例：{words}", "The sheet's legend: {words}")
BY_USER = t("用户指定：{words}", "As told: {words}")
BY_USE = t("表内没有图例，按常见用法", "No legend in the sheet: by common use")
SEVERAL = t("有几种读法，须写明", "There are several readings")
MARKED = t("原表标{colour}", "marked {colour} in the source")
MARKED_AS = t("原表标{colour}：{words}", "marked {colour} in the source: {words}")
STRUCK_AS = t("原表划掉：{words}", "struck through in the source: {words}")
SAID = t("{author}批注：{words}", "comment of {author}: {words}")
SAID_BY_NOBODY = t("批注：{words}", "comment: {words}")
TO_STATUS = t("状态记为“{status}”", "Status: {status}")
TO_NOTE = t("备注写“{words}”", "Note: {words}")
AND = t("；", "; ")
AS_HIDDEN = t("照常导入", "Imported like the others")
FILTERED = t("被筛选隐藏，照常导入", "Hidden by a filter; imported like the others")
CHANGED = t("按采用的提议改（{kind}）", "Changed by the accepted proposal ({kind})")
SILENT = t(
    "{colours}底色盖住整列或所有行、隔行交替或随环节而变，没有当作含义",
    "Fills in {colours} cover a whole column or all rows, alternate, or follow the stage: decoration",
)
RULES = t(
    "{areas} 的颜色来自条件格式，是算出来的，没有当作填充色读",
    "Colours of {areas} come from conditional formats; they are computed and were not read as fills",
)
COLUMNS_HIDDEN = t("隐藏的列照常导入：{letters}", "Hidden columns were imported like others: {letters}")

_TELLING = ("status", PROGRESS, "percent", "task", "deadline", PERIOD, "forecast", "actual", "id")
_MARKING = ("red", "grey", "green")
"""Colours of letters that people mark rows with; blue ones are links and figures to fill in."""
_GROUPS = {"looks": "all", "all": "all", "全部": "all", "外观": "all"}
_COLOURS = {"颜色": "colours", "colours": "colours", "colors": "colours", "底色": "colours"}
_NAMES: Mapping[str, str] = {
    **{
        name: hue for hue, label in HUES.items() for name in (hue, label.zh, f"{label.zh}色", f"{label.zh}底")
    },
    **{name: hue + INK for hue, label in HUES.items() for name in (hue + INK, f"{label.zh}字")},
    "gray": "grey",
    **dict.fromkeys((STRUCK, "strike", "删除线", "划掉", "整行删除线"), STRUCK),
    **dict.fromkeys((COMMENT, "comments", "note", "notes", "批注"), COMMENT),
    **dict.fromkeys((HIDDEN, "隐藏", "隐藏行"), HIDDEN),
}
_LEAVE = frozenset(("leave", "skip", "不导入", "不要", "略过"))

Accepted = Mapping[str, Meaning | None]
"""Kind → what it is to mean; None: what is proposed."""


@dataclass(frozen=True)
class LookProposal:
    """One look of one row: where it is, what stands there, what it would become, and how that was come by."""

    kind: str
    row: int
    place: str
    words: str
    meaning: Meaning | None
    why: Text
    state: State = "open"
    becomes: Text = field(default_factory=lambda: Text("", ""))

    @property
    def decidable(self) -> bool:
        """Whether it waits for an answer."""
        return self.state == "open"


def read_accept(texts: Sequence[str], found: Sequence[LookProposal]) -> dict[str, Meaning | None]:
    """What --accept says: looks, colours, red, struck, comment; grey=cancelled, red=重点, hidden=leave.

    Raises UsageError for a name that is none, for a look that the sheet has not, and for one with several
    readings of which none is said.
    """
    accepted: dict[str, Meaning | None] = {}
    there = {one.kind: one for one in found if one.kind in _NAMES.values()}
    sure = {kind for kind, one in there.items() if one.meaning is not None}
    for text in texts:
        name, sign, words = (piece.strip() for piece in text.replace("＝", "=").partition("="))
        key = name.casefold()
        if key in _GROUPS or key in _COLOURS:
            accepted.update((kind, None) for kind in sure if key in _GROUPS or _hue(kind))
            continue
        kind = _NAMES.get(key)
        if kind is None or kind not in there or (sign and not words):
            raise _unknown(text, there)
        if not sign and kind not in sure:
            raise _several(kind)
        accepted[kind] = _meaning(kind, words) if sign else None
    return accepted


def _meaning(kind: str, words: str) -> Meaning:
    if words.casefold() in _LEAVE:
        if kind != HIDDEN:
            raise UsageError(
                f"只有隐藏行可以写 leave（不导入），{kind} 不行",
                f"Only hidden rows can be left out, not {kind}",
            )
        return Meaning(leave=True)
    return meaning_of(words)


def _unknown(text: str, there: Collection[str]) -> UsageError:
    names = ", ".join(there)
    return UsageError(
        f"--accept 不认识“{text}”；这张表里看到的有：{names or '无'}；looks 表示全部",
        f"--accept does not know {text!r}; seen in this sheet: {names or 'nothing'}; looks means all of them",
    )


def _several(kind: str) -> UsageError:
    label = KINDS[kind]
    if kind == HIDDEN:
        return UsageError(
            "隐藏行有几种读法，请写明：--accept hidden=leave（不导入）或 --accept hidden=取消",
            "Hidden rows: say which; --accept hidden=leave leaves them out, or --accept hidden=cancelled",
        )
    return UsageError(
        f"{label.zh}有几种读法，请写明，如 --accept {kind}=取消、--accept {kind}=已完成",
        f"{label.en}: there are several readings; say which, such as --accept {kind}=cancelled",
    )


def without_hidden(
    rows: Sequence[ForeignRow], sheet: ForeignSheet, accepted: Accepted
) -> Sequence[ForeignRow]:
    """The rows of a table, hidden tasks set aside where --accept says that they stay out."""
    given = accepted.get(HIDDEN)
    if given is None or not given.leave or sheet.looks is None:
        return rows
    hidden = sheet.looks.hidden_rows
    return [
        replace(row, kind="hidden") if row.kind == "task" and row.number in hidden else row for row in rows
    ]


def outside_cells(
    foreign: ForeignBook, table: ForeignTable, rows: Sequence[int]
) -> list[tuple[int, int, object]]:
    """Where a legend may stand: cells of the table's sheet that belong to no task; sheets of explanations."""
    tasks = set(rows)
    beside = legend_columns(table.columns)
    inside = {(row, c.number) for row in tasks for c in table.columns if c.number not in beside}
    found = [cell for cell in table.sheet.filled() if cell[:2] not in inside]
    others = (sheet for sheet in foreign.sheets if sheet is not table.sheet and _EXPLAINS.search(sheet.name))
    texts = (value for sheet in others for _, _, value in sheet.filled())
    return [*found, *((-n, 1, value) for n, value in enumerate(texts, start=1_000))]


_EXPLAINS = re.compile(r"说明|图例|readme|legend|guide", re.IGNORECASE)


@dataclass
class SightedTable:
    """The looks of one table: finds proposals, and carries out the accepted ones.

    columns  what each target's column is; stages  the stage of each task row
    outside  the cells that belong to no task, for a legend
    """

    table: ForeignTable
    rows: Sequence[int]
    columns: Mapping[str, ForeignColumn]
    stages: Sequence[object]
    outside: Sequence[tuple[int, int, object]]
    lang: Lang
    accepted: Accepted = field(default_factory=dict)
    remarks: list[Text] = field(default_factory=list)

    @property
    def sheet(self) -> ForeignSheet:
        """The table's sheet."""
        return self.table.sheet

    def proposals(self) -> list[LookProposal]:
        """Every look that may be a message, row by row, nothing decided yet."""
        looks = self.sheet.looks
        found = list(self._comments())
        if looks is not None:
            legend = legend_of(self.sheet, self.outside)
            fills = list(self._colours(looks.fills, legend))
            filled = {one.row for one in fills}  # letters follow the fill there: dark red on light red
            inks = [one for one in self._colours(looks.inks, legend, INK) if one.row not in filled]
            found += [*fills, *inks, *self._struck(looks, legend), *self._hidden(looks)]
            self._remark(looks)
        order = list(KINDS)
        return sorted(found, key=lambda one: (order.index(one.kind), one.row, one.place))

    def _colours(
        self, colours: Mapping[Cell, str], legend: Mapping[str, str], suffix: str = ""
    ) -> Iterator[LookProposal]:
        """Rows that a colour marks; letters only in colours that people mark with or a legend explains."""
        telling = [self.columns[target].number for target in _TELLING if target in self.columns]
        beside = legend_columns(self.table.columns)
        numbers = [column.number for column in self.table.columns if column.number not in beside]
        explained = {hue for hue in HUES if hue + suffix in legend}
        marks = RowColours(self.sheet, self.rows, colours, numbers, telling, self.stages, explained)
        for found in marks.found():
            if not suffix or found.hue in _MARKING or found.hue in explained:
                meaning, why = self._read(found.hue + suffix, legend)
                task = self._task(found.row)
                yield LookProposal(found.hue + suffix, found.row, found.cells, task, meaning, why)
        if marks.silent and not suffix:
            names = listing([HUES[hue] for hue in HUES if hue in marks.silent])
            self.remarks.append(fitted(SILENT, colours=names))

    def _read(self, kind: str, legend: Mapping[str, str]) -> tuple[Meaning | None, Text]:
        given = self.accepted.get(kind)
        if given is not None:
            return given, fitted(BY_USER, words=_said_by_user(given))
        if kind in legend:
            return meaning_of(legend[kind]), fitted(BY_LEGEND, words=legend[kind])
        meaning = USUAL.get(kind)
        return meaning, SEVERAL if meaning is None else BY_USE

    def _struck(self, looks: Looks, legend: Mapping[str, str]) -> Iterator[LookProposal]:
        """Rows of which the task or half of the cells is struck through; and pieces that are."""
        for row in self.rows:
            full = [c.number for c in self.table.columns if is_filled(self.sheet.cell(row, c.number))]
            lines = [number for number in full if (row, number) in looks.struck]
            task = self.columns["task"].number if "task" in self.columns else 0
            if task in lines or (lines and 2 * len(lines) >= len(full)):
                meaning, why = self._read(STRUCK, legend)
                place = f"{address(row, lines[0])}:{address(row, lines[-1])}" if len(lines) > 1 else ""
                place = place or address(row, lines[0])
                yield LookProposal(STRUCK, row, place, self._task(row), meaning, why)
                lines = []
            yield from self._pieces(row, full, lines, looks)

    def _pieces(
        self, row: int, full: Sequence[int], lines: Collection[int], looks: Looks
    ) -> Iterator[LookProposal]:
        for number in full:
            at: Cell = (row, number)
            words = shown(self.sheet.cell(*at)) if number in lines else looks.struck_parts.get(at, "")
            if words:
                why = fitted(STRUCK_AS, words=words)
                yield LookProposal(PIECE, row, address(*at), words, None, why, "told")

    def _hidden(self, looks: Looks) -> Iterator[LookProposal]:
        given = self.accepted.get(HIDDEN)
        for row in self.rows:
            if row in looks.hidden_rows:
                why = FILTERED if looks.filtered else AS_HIDDEN
                why = why if given is None else fitted(BY_USER, words=_said_by_user(given))
                numbers = [column.number for column in self.table.columns]
                place = f"{address(row, numbers[0])}:{address(row, numbers[-1])}"
                yield LookProposal(HIDDEN, row, place, self._task(row), given, why)

    def _comments(self) -> Iterator[LookProposal]:
        if not self.sheet.notes:
            return
        at = {address(row, c.number): row for row in self.rows for c in self.table.columns}
        for place, words, author in self.sheet.notes:
            row = at.get(place)
            if row is not None:
                said = self._comment(words, author)
                meaning = replace(USUAL[COMMENT], words=said)
                yield LookProposal(COMMENT, row, place, said, meaning, t("单元格批注", "A cell's comment"))

    def _comment(self, words: str, author: str) -> str:
        text = fitted(SAID, author=author, words=words) if author else fitted(SAID_BY_NOBODY, words=words)
        return text.of(self.lang)

    def _task(self, row: int) -> str:
        column = self.columns.get("task") or self.table.columns[0]
        return shortened(shown(self.sheet.shown_cell(row, column.number)), 60)

    def _remark(self, looks: Looks) -> None:
        if looks.conditional:
            areas = ", ".join(looks.conditional[:5]) + (" …" if len(looks.conditional) > 5 else "")
            self.remarks.append(fitted(RULES, areas=areas))
        hidden = [c for c in self.table.columns if c.number in looks.hidden_columns]
        if hidden:
            letters = ", ".join(address(1, c.number).rstrip("1") for c in hidden)
            self.remarks.append(fitted(COLUMNS_HIDDEN, letters=letters))

    # carrying out

    def decide(
        self, found: Sequence[LookProposal], status: list[object], notes: list[object]
    ) -> list[LookProposal]:
        """The proposals with what became of each; accepted ones are written into `status` and `notes`.

        status, notes  the new tracker's cells by task row, changed in place
        """
        places = {row: i for i, row in enumerate(self.rows)}
        return [self._decide(one, places[one.row], status, notes) for one in found]

    def _decide(self, one: LookProposal, i: int, status: list[object], notes: list[object]) -> LookProposal:
        meaning = one.meaning
        if meaning is None or one.state == "told":
            return one
        code = (
            None if meaning.status is None else self._new_status(one, meaning, STATUS.code(status[i] or ""))
        )
        words = "" if self._says_late(one, meaning) else self._note(one, meaning)
        if code is None and not words:
            differs = STATUS.code(status[i] or "") != meaning.status
            return replace(
                one, state="overruled" if differs else "agrees", becomes=_becomes(meaning.status, "")
            )
        done = replace(one, becomes=_becomes(code, words))
        if one.kind not in self.accepted:
            return done
        if code is not None:
            status[i] = STATUS.label(code, self.lang)
        if words:
            before = shown(notes[i])
            notes[i] = f"{before}{AND.of(self.lang)}{words}" if before else words
        return replace(done, state="accepted")

    def _says_late(self, one: LookProposal, meaning: Meaning) -> bool:
        """Whether the row's own words already say what a colour for lateness says."""
        columns = [self.columns[name].number for name in ("status", PROGRESS) if name in self.columns]
        said = (read_progress(self.sheet.shown_cell(one.row, number)) for number in columns)
        return (
            _hue(one.kind) is not None
            and meaning.late
            and any(found is not None and found.late for found in said)
        )

    def _new_status(self, one: LookProposal, meaning: Meaning, given: str | None) -> str | None:
        """The state to write; None where the row has one that the look does not change."""
        if given == meaning.status:
            return None
        overrides = one.kind in (STRUCK, HIDDEN)
        return meaning.status if given is None or overrides else None

    def _note(self, one: LookProposal, meaning: Meaning) -> str:
        """What goes to 备注: a comment, a legend's word that is no state, that the row was marked late."""
        if one.kind == COMMENT:
            return meaning.words
        hue = _hue(one.kind)
        if hue is None:
            return fitted(STRUCK_AS, words=meaning.words).of(self.lang) if meaning.words else ""
        colour = HUES[hue]
        if meaning.words:
            return fitted(MARKED_AS, colour=colour, words=meaning.words).of(self.lang)
        return fitted(MARKED, colour=colour).of(self.lang) if meaning.late else ""


def _hue(kind: str) -> str | None:
    """The colour of a kind; None for lines, comments, hidden rows."""
    hue = kind.removesuffix(INK)
    return hue if hue in HUES else None


def _becomes(status: str | None, words: str) -> Text:
    """What an accepted proposal writes, in words."""
    parts = []
    if status is not None:
        parts.append(fitted(TO_STATUS, status=_label(status)))
    if words:
        parts.append(fitted(TO_NOTE, words=words))
    return Text(AND.zh.join(one.zh for one in parts), AND.en.join(one.en for one in parts))


def _label(status: str) -> Text:
    return Text(STATUS.label(status, "zh"), STATUS.label(status, "en"))


def _said_by_user(meaning: Meaning) -> Text | str:
    return meaning.words or (_label(meaning.status) if meaning.status else "")
