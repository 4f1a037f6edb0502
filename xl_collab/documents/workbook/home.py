"""首页: where the project stands, on one screen, by native formulas with cached values.

The next step, ten figures, six steps, what is due, what each department owes, and a link to every sheet. The
formulas and their results are in `home_figures.py`, what is printed of it in `home_paper.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_collab.a1 import column_letters
from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import Canvas, write_formula
from xl_collab.documents.interface import Button
from xl_collab.documents.table_sheets import DATE_TEXT, stale_line
from xl_collab.documents.workbook.home_figures import (
    ALL_DONE,
    COLOURED,
    DONE_OF,
    LIST_ROWS,
    SOURCES,
    DueItem,
    HomeFigures,
    HomeFormulas,
    Stage,
    key_of_item,
    shortened,
)
from xl_collab.documents.workbook.home_paper import Paper
from xl_collab.documents.workbook.home_step import INDEX_PLACE, index_cell, place_of_step, step_cells
from xl_collab.plan.meta import DAY, ERRORS, ROOTS, UNANSWERED, WARNINGS, Checked
from xl_collab.plan.next_step import INDEX, standing
from xl_collab.project.edits import Edit
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import RAG, STAGE, t

FIRST, LAST = 1, 24
"""The page is 24 narrow columns beside a margin, so that rows of 5, 6 and 8 boxes fit."""
_UNIT = 6.3
_KEYS = 27
"""First of the hidden columns with the sort keys of the list."""
_LINKS_IN_ROW, _LINK_ROWS = 8, 3

_NO_NAME = t("（请在“设置”中填写项目名称）", "(enter the project's name in Settings)")
_DATED, _TODAY = t("数据日期 ", "Data date "), t("截至今天 ", "As of today ")
_OPEN = t("未定", "Open")
_TASKS = t(" 项任务已完成", " tasks done")
_NEXT, _COLON = t("下一里程碑", "Next milestone"), t("：", ": ")
_OVERDUE, _CONFIRM = t("逾期待办", "Overdue actions"), t("待确认", "To confirm")
_UNANSWERED = t("红色未应对", "Red, no answer")
_CHECKED = t("错误 {}、警告 {}（{}）", "Errors {}, warnings {} ({})")
_UNCHECKED = t("还没有校验", "Not checked yet")
_ESTIMATED = t(
    "推定：部分任务的数字涉及还没有官方放假安排的年份",
    "Estimated: figures rest on years without official holidays yet",
)
_ON = t("（{}）", " ({})")
_SOON, _OWED = t("未来七天", "Next seven days"), t("各部门待交", "Open by department")
_SOON_HEADS = (t("日期", "Date"), t("编号", "ID"), t("事项", "What"), t("责任部门/人", "Owner"))
_OWED_HEADS = (
    t("部门", "Department"),
    t("未完成", "Open"),
    t("红", "Red"),
    t("逾期待办", "Overdue"),
)
_SOON_SPANS = ((1, 2), (3, 4), (5, 10), (11, 13))
_TEXT_SPANS = {(3, 4), (5, 10), (11, 13), (15, 18)}
_OWED_SPANS = ((15, 18), (19, 20), (21, 22), (23, 24))

_TITLE, _STALE, _FIGURE, _CAPTION, _SAID = 0, 1, 2, 3, 4
_STAGE, _STATE, _SECTION, _HEADS, _LIST = 5, 6, 8, 9, 10
_LINKS = _LIST + LIST_ROWS + 1
_BUTTONS = _LINKS + _LINK_ROWS + 1
_STALE_SPAN = (14, LAST)
_UNIT_PIXELS = 49
_ROW, _BUTTON_ROW, _GAP = 16.5, 22.5, 3
_HEIGHTS = {
    _TITLE: 24,
    _STALE: 18,
    _FIGURE: 25.5,
    _CAPTION: 15,
    _SAID: 15,
    7: _GAP,
    _SECTION: 16.5,
    _LINKS - 1: _GAP,
}
"""In points: with the buttons some 480 pixels, what a laptop of 1366 x 768 shows below the ribbon."""

_WRAPPED = dict.fromkeys((_STALE, _CAPTION, _SAID, _STATE, *range(_LIST, _LIST + LIST_ROWS)), 2)
"""Lines on paper of rows whose texts may be longer than their boxes there."""


def draw_home(
    worksheet: Worksheet, canvas: Canvas, checked: Checked | None = None, edits: Sequence[Edit] = ()
) -> HomeFigures:
    """Draw 首页 from the declaration's sheets and the project's figures, which are handed back.

    `checked` is what a check of this very run found; without one what `_meta` says is shown. `edits` are
    those of this run that the next step has to know of.
    """
    home = _Home(worksheet, canvas, checked)
    home.page()
    home.title()
    home.next_step(edits)
    home.figures()
    home.causes_and_doubts()
    home.stages()
    home.upcoming()
    home.debts()
    home.links(edits)
    home.paper.draw(_WRAPPED, canvas.project_name())
    return home.found


def draw_buttons(worksheet: Worksheet, canvas: Canvas, buttons: Sequence[Button]) -> None:
    """A row of buttons below the links, equally wide; nothing when there are none."""
    if not buttons:
        return
    worksheet.set_row(_BUTTONS - 1, _GAP)
    worksheet.set_row(_BUTTONS, _BUTTON_ROW)
    width = (LAST - FIRST + 1) * _UNIT_PIXELS // len(buttons)
    for number, button in enumerate(buttons):
        column, into = divmod(number * width, _UNIT_PIXELS)
        look = {
            "width": width - 6,
            "height": 27,
            "x_offset": into + 3,
            "y_offset": 2,
            "object_position": 2,
            "description": button.tip,
            "fill": {"color": looks.BRAND},
            "line": {"none": True},
            "font": {"name": looks.FONT, "size": 10, "bold": True, "color": looks.WHITE},
            "align": {"vertical": "middle", "horizontal": "center"},
        }
        worksheet.insert_textbox(_BUTTONS, FIRST + column, button.label, look)


def _day(reference: str) -> str:
    return DATE_TEXT.format(reference)


class _Home:
    def __init__(self, worksheet: Worksheet, canvas: Canvas, checked: Checked | None) -> None:
        self.sheet, self.canvas, self.theme = worksheet, canvas, canvas.theme
        self.lang = canvas.lang
        self.formulas = HomeFormulas(canvas)
        self.found = HomeFigures(canvas.project, canvas.declaration, canvas.lang)
        self.checked = checked or self.found.checked
        self.paper = Paper(worksheet, canvas.theme)

    def page(self) -> None:
        """Columns and row heights."""
        self.sheet.hide_gridlines(2)
        self.sheet.set_default_row(_ROW)
        self.sheet.set_column(0, 0, 2)
        self.sheet.set_column(FIRST, LAST, _UNIT)
        self.sheet.set_column(_KEYS, _KEYS + len(SOURCES) + 1, 12, None, {"hidden": True})
        for row, height in _HEIGHTS.items():
            self.sheet.set_row(row, height)

    def put(self, row: int, span: tuple[int, int], formula: str, value: object, look: Format) -> None:
        """A formula over a span of columns."""
        self._merge(row, span, look)
        write_formula(self.sheet, row, span[0], formula, look, value)
        self.paper.keep(row, span, look, value)

    def say(self, row: int, span: tuple[int, int], text: str, look: Format) -> None:
        """A fixed text over a span of columns."""
        self._merge(row, span, look)
        self.sheet.write_string(row, span[0], text, look)
        self.paper.keep(row, span, look, text, fixed=True)

    def _merge(self, row: int, span: tuple[int, int], look: Format) -> None:
        if span[1] > span[0]:
            self.sheet.merge_range(row, span[0], row, span[1], "", look)

    def array(self, row: int, column: int, formula: str, value: object, look: Format) -> None:
        """A one-cell array formula."""
        shown: Any = "" if value is None else value
        self.sheet.write_array_formula(row, column, row, column, f"{{={formula}}}", look, shown)

    def title(self) -> None:
        """The project's name, and the day that everything is as of."""
        name = self.canvas.project_name()
        missing = _NO_NAME.of(self.lang)
        look = self.theme("title", shrink=True)
        self.put(_TITLE, (1, 16), f'IF(project_name="","{missing}",project_name)', name or missing, look)
        dated, today = _DATED.of(self.lang), _TODAY.of(self.lang)
        prefix = dated if self.canvas.project.settings.data_date else today
        formula = f'IF(data_date="","{today}","{dated}")&{_day("as_of")}'
        day = f"{prefix}{self.canvas.project.as_of}"
        self.put(_TITLE, (17, LAST), formula, day, self.theme("hint", "right"))
        look = self.theme("banner", "right", shrink=True)
        self.put(_STALE, _STALE_SPAN, stale_line(self.canvas), "", look)

    def next_step(self, edits: Sequence[Edit]) -> None:
        """What to do next; the link to its sheet is marked among the links below."""
        *hidden, (row, column, formula, shown) = step_cells(self.canvas, standing(self.canvas.project, edits))
        for at, key, figure, value in hidden:
            write_formula(self.sheet, at, key, figure, self.theme("plain"), value)
        look = self.theme("section", shrink=True, font_color=looks.BRAND)
        self.put(row, (column, _STALE_SPAN[0] - 1), formula, shown, look)
        cell = f"{column_letters(FIRST + 1)}{_LINKS + 1}"
        rule = {"type": "formula", "criteria": f'=AND({cell}<>"",{cell}={place_of_step()})'}
        rule["format"] = self.theme.tint("yellow")
        self.sheet.conditional_format(_LINKS, FIRST, _LINKS + _LINK_ROWS - 1, LAST, rule)

    # the figures

    def figures(self) -> None:
        """进度, 红黄绿蓝, 下一里程碑, 逾期待办, 待确认, 红色未应对, 校验结果."""
        self._progress((1, 3))
        for at, code in enumerate(("red", "yellow", "green", "blue")):
            span = (4 + 2 * at, 5 + 2 * at)
            label = RAG.label(code, self.lang)
            formula, count = self.formulas.rag_count(code), self.found.rag_count(code)
            self._figure(span, formula, count, f'"{label}"', label, tint=code)
        self._milestone((12, 15))
        late, confirm = _OVERDUE.of(self.lang), _CONFIRM.of(self.lang)
        overdue = int(self.found.overdue.sum())
        self._figure((16, 17), self.formulas.overdue(), overdue, f'"{late}"', late)
        self._figure((18, 19), self.formulas.to_confirm(), self.found.to_confirm, f'"{confirm}"', confirm)
        self._checks((20, 21), (22, LAST))

    def _checks(self, unanswered: tuple[int, int], counts: tuple[int, int]) -> None:
        """Reds that nobody answers, and what the last `validate` found, with its day."""
        found, none, label = self.checked, "–", _UNANSWERED.of(self.lang)
        day, errors, warnings = (self.formulas.kept(name) for name in (DAY, ERRORS, WARNINGS))
        number = self.formulas.kept(UNANSWERED)
        formula = f'IF({number}="","{none}",{number})'
        self._figure(unanswered, formula, found.unanswered if found else none, f'"{label}"', label)
        rule = {"type": "cell", "criteria": "between", "minimum": 1, "maximum": 1e6}
        rule["format"] = self.theme.tint("red")
        self.paper.rule((_FIGURE, unanswered[0]), (_FIGURE, unanswered[1]), rule)
        said, before = _CHECKED.of(self.lang), _UNCHECKED.of(self.lang)
        shown = found.errors + found.warnings if found else none
        formula = f'IF({day}="","{none}",{errors}+{warnings})'
        parts = zip(said.split("{}"), (errors, warnings, f"RIGHT({day},5)", '""'), strict=True)
        told = "&".join(f'"{text}"&{number}' for text, number in parts)
        words = said.format(found.errors, found.warnings, found.day[5:10]) if found else before
        self._figure(counts, formula, shown, f'IF({day}="","{before}",{told})', words)

    def causes_and_doubts(self) -> None:
        """Where delays began, as the last check found it; and whether figures rest on estimated years."""
        roots, day = self.formulas.kept(ROOTS), self.formulas.kept(DAY)
        left, right = _ON.of(self.lang).split("{}")
        formula = f'IF({roots}="","",{roots}&"{left}"&RIGHT({day},5)&"{right}")'
        found = self.checked
        shown = f"{found.roots}{left}{found.day[5:10]}{right}" if found and found.roots else ""
        self.put(_SAID, (1, 13), formula, shown, self.theme("hint", shrink=True))
        text = _ESTIMATED.of(self.lang)
        formula = f'IF({self.formulas.estimated()}=0,"","{text}")'
        shown = text if self.found.estimated else ""
        look = self.theme("hint", "right", shrink=True, font_color=looks.RAG_COLOURS["yellow"][0])
        self.put(_SAID, (14, LAST), formula, shown, look)

    def _figure(
        self,
        span: tuple[int, int],
        formula: str,
        value: object,
        label: str,
        shown: str,
        *,
        tint: str = "",
        number: str = "integer",
    ) -> None:
        ink, ground = looks.RAG_COLOURS.get(tint, (looks.BRAND, looks.BAND))
        colours = {"fg_color": ground, "left": 5, "right": 5}
        colours |= {"left_color": looks.WHITE, "right_color": looks.WHITE}
        look = self.theme("figure", number, font_color=ink, **colours)
        self.put(_FIGURE, span, formula, value, look)
        quiet = {"font_color": ink} if tint else {}
        self.put(_CAPTION, span, label, shown, self.theme("caption", shrink=True, **colours, **quiet))

    def _progress(self, span: tuple[int, int]) -> None:
        total, finished = self.formulas.total(), self.formulas.finished()
        share = f'IF({total}=0,"",({finished})/{total})'
        caption = f'({finished})&"/"&{total}&"{_TASKS.of(self.lang)}"'
        done, count = int(self.found.finished.sum()), int(self.found.counted.sum())
        shown = f"{done}/{count}{_TASKS.of(self.lang)}"
        self._figure(span, share, self.found.progress, caption, shown, number="percent")

    def _milestone(self, span: tuple[int, int]) -> None:
        """The day and name of the next milestone; its number stands in a hidden cell."""
        due = self.found.next_milestone
        key = f"${column_letters(_KEYS + 1)}${_FIGURE + 1}"
        number = _serial(due.day) if due else 0
        plain = self.theme("plain")
        self.array(_FIGURE, _KEYS, self.formulas.next_milestone(), number, plain)
        name = shortened(due.text, "milestone", self.lang) if due else ""
        self.array(_CAPTION, _KEYS, self.formulas.milestone_name(key), name, plain)
        label, colon = _NEXT.of(self.lang), _COLON.of(self.lang)
        caption = f'"{label}"&IF({key}=0,"","{colon}"&${column_letters(_KEYS + 1)}${_CAPTION + 1})'
        shown = f"{label}{colon}{name}" if due else label
        day = f'IF({key}=0,"–",{_day(key)})'
        self._figure(span, day, str(due.day) if due else "–", caption, shown)

    # six steps

    def stages(self) -> None:
        """The bar of steps: name above, state and finished/total below, coloured by the state."""
        for at, code in enumerate(STAGE.codes):
            span = (1 + 4 * at, 4 + 4 * at)
            edge = {"left": 5, "right": 5, "left_color": looks.WHITE, "right_color": looks.WHITE}
            label = f"{at + 1} {STAGE.label(code, self.lang)}"
            self.say(_STAGE, span, label, self.theme("header", shrink=True, text_wrap=False, **edge))
            formula = self.formulas.stage(code, _OPEN.of(self.lang))
            look = self.theme("plain", "centre", "middle", "band", **edge)
            self.put(_STATE, span, formula, self._state(self.found.stage(code)), look)
        cell = f"{column_letters(FIRST + 1)}${_STATE + 1}"
        words = [(RAG.label(code, self.lang), code) for code in ("red", "yellow", "green")]
        for word, code in [*words, (ALL_DONE.of(self.lang).strip(), "blue")]:
            rule = {"type": "formula", "criteria": f'=LEFT({cell},{len(word)})="{word}"'}
            rule["format"] = self.theme.tint(code)
            self.paper.rule((_STATE, FIRST), (_STATE, LAST), rule)

    def _state(self, stage: Stage) -> str:
        if not stage.total:
            return "–"
        share = f"{stage.finished}/{stage.total}"
        if stage.colour == "blue":
            return ALL_DONE.of(self.lang) + share
        word = RAG.label(stage.colour, self.lang) if stage.colour else _OPEN.of(self.lang)
        number = COLOURED.of(self.lang).format(stage.count) if stage.colour in ("red", "yellow") else ""
        return word + number + DONE_OF.of(self.lang) + share

    # lists

    def _heads(self, title: str, heads: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        self.say(_SECTION, (spans[0][0], spans[-1][1]), title, self.theme("section"))
        for head, span in zip(heads, spans, strict=True):
            side = "left" if span in _TEXT_SPANS else "centre"
            self.say(
                _HEADS, span, head, self.theme("header", side, text_wrap=False, shrink=True, font_size=9)
            )

    def upcoming(self) -> None:
        """What is due in the next seven days, soonest first."""
        self._heads(_SOON.of(self.lang), [h.of(self.lang) for h in _SOON_HEADS], _SOON_SPANS)
        due = self.found.upcoming
        for source in range(1, len(SOURCES)):
            last, look = self.formulas.last_dated(source), self.theme("plain")
            write_formula(self.sheet, _HEADS, _KEYS + source, last, look, self.found.last_dated(source))
        for rank in range(LIST_ROWS):
            item = due[rank] if rank < len(due) else None
            self._sort_keys(rank, item)
            self._due_line(rank, item)

    def _sort_keys(self, rank: int, item: DueItem | None) -> None:
        row, look = _LIST + rank, self.theme("plain")
        for source in range(len(SOURCES)):
            ranked = [due for due in self.found.upcoming if due.source == source + 1]
            value = key_of_item(ranked[rank]) if rank < len(ranked) else None
            if SOURCES[source][0] == "tracker":
                write_formula(self.sheet, row, _KEYS + source, self.formulas.task_key(rank + 1), look, value)
            else:
                last = f"${column_letters(_KEYS + source + 1)}${_HEADS + 1}"
                self.array(row, _KEYS + source, self.formulas.key_of(source, rank + 1, last), value, look)
        first, last = column_letters(_KEYS + 1), column_letters(_KEYS + len(SOURCES))
        area = f"${first}${_LIST + 1}:${last}${_LIST + LIST_ROWS}"
        formula = f'IFERROR(SMALL({area},{rank + 1}),"")'
        value = key_of_item(item) if item else None
        write_formula(self.sheet, row, _KEYS + len(SOURCES), formula, look, value)

    def _due_line(self, rank: int, item: DueItem | None) -> None:
        row = _LIST + rank
        key = f"${column_letters(_KEYS + len(SOURCES) + 1)}${row + 1}"
        look = self.theme("body", shrink=True)
        day = self.formulas.due_day(key)
        self.put(row, _SOON_SPANS[0], day, item.day if item else None, self.theme("body", "date"))
        nothing = self.formulas.nothing_due() if rank == 0 else ""
        text = shortened(item.text, "text", self.lang) if item else nothing
        owner = shortened(item.owner, "owner", self.lang) if item else ""
        shown = (item.id if item else "", text, owner)
        for place, value in enumerate(shown):
            formula = self.formulas.due_text(key, place, first=rank == 0)
            self.put(row, _SOON_SPANS[1 + place], formula, value, look)

    def debts(self) -> None:
        """Open, red and overdue by department."""
        self._heads(_OWED.of(self.lang), [h.of(self.lang) for h in _OWED_HEADS], _OWED_SPANS)
        found = self.found.debts()
        for number in range(LIST_ROWS):
            row = _LIST + number
            debt = found[number] if number < len(found) else None
            look = self.theme("body", shrink=True)
            name = self.formulas.department(number)
            self.put(row, _OWED_SPANS[0], name, debt.department if debt else "", look)
            cell = f"${column_letters(_OWED_SPANS[0][0] + 1)}${row + 1}"
            counts = (debt.open, debt.red, debt.overdue) if debt else (None, None, None)
            for what, value, span in zip(("open", "red", "overdue"), counts, _OWED_SPANS[1:], strict=True):
                self.put(row, span, self.formulas.debt(cell, what), value, self.theme("body", "integer"))
        self._mark_debts()

    def _mark_debts(self) -> None:
        """Red and overdue counts above zero have a colour; their heading is the word."""
        first, last = _OWED_SPANS[2][0], _OWED_SPANS[3][1]
        rule = {"type": "cell", "criteria": ">", "value": 0, "format": self.theme.tint("red")}
        # Text is greater than any number, so the empty lines need their own rule first.
        cell = f"{column_letters(first + 1)}{_LIST + 1}"
        text = {"type": "formula", "criteria": f"=ISTEXT({cell})", "format": self.theme.faint()}
        top, bottom = (_LIST, first), (_LIST + LIST_ROWS - 1, last)
        self.paper.rule(top, bottom, text | {"stop_if_true": True})
        self.paper.rule(top, bottom, rule)

    def links(self, edits: Sequence[Edit]) -> None:
        """A link to every sheet that can be seen, the last one to the list of documents."""
        shown = [s for s in self.canvas.declaration.sheets if s.state == "visible" and s.key != "home"]
        width = (LAST - FIRST + 1) // _LINKS_IN_ROW
        for number, sheet in enumerate(shown):
            row, place = divmod(number, _LINKS_IN_ROW)
            first = FIRST + place * width
            look = self.theme("link", "centre", "boxed", shrink=True)
            self._merge(_LINKS + row, (first, first + width - 1), look)
            target = f"internal:{self.canvas.tab(sheet)}!A1"
            self.sheet.write_url(_LINKS + row, first, target, look, sheet.name(self.lang))
        at, first, formula, named = index_cell(self.canvas, edits)
        look = self.theme("link", "centre", "boxed", shrink=True)
        self._merge(at, (first, first + width - 1), look)
        tab = GENERATED[INDEX].of(self.lang)
        self.sheet.write_url(at, first, f"internal:{INDEX_PLACE.format(tab=tab)}", look, tab)
        write_formula(self.sheet, at, first, formula, look, named)


def _serial(day: Any) -> int:
    return int(day.toordinal()) - 693594
