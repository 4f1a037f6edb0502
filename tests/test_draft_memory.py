"""Whatever is typed wherever into a draft, the next draft holds it: at its place, or at the foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import make
import pytest
from hypothesis import Phase, given, settings, strategies as st
from xlsxwriter.workbook import Workbook

from xl_collab.documents.blocks import Heading, Page, Ref, scratch
from xl_collab.documents.theme import Theme
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.planning import Draft, plan_draft
from xl_collab.project.drafts import Obstacle, Remembered, Typed, recalled, texts
from xl_collab.project.sentences import say
from xl_collab.project.tables import GeneratedSheet
from xl_collab.schema.words import Lang, t

HEAD = t("一、进展", "1 Progress")
HEADINGS = [Heading(1, t("编号", "ID")), Heading(2, t("任务", "Task")), Heading(4, t("备注", "Remark"))]
COUNT = t("共 {n} 项。", "{n} in all.")
FIELD = t("原因", "Cause")
Rows = list[list[Any]]
QUICK = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def drawn(ids: Sequence[str], typed: Sequence[Typed] = (), lang: Lang = "zh", said: str = "任务") -> bytes:
    """A small draft: a sentence, a table with a column to fill in, a field, a signature."""

    def fill(workbook: Workbook, theme: Theme) -> None:
        page = Page(workbook, theme, tab="x", widths=[10] * 8, project="", links={}, typed=typed)
        page.title("标题")
        page.section(HEAD)
        page.sentences([say(COUNT, n=len(ids), ids=list(ids))])
        page.table(HEADINGS, [(Ref(name), f"{said}{name}", None) for name in ids], empty=t("无", "None"))
        page.blank_field(FIELD)
        page.signatures(["主持人"], t("签字", "Signed"), t("日期", "Date"))
        page.finish()

    return scratch("x", lang, fill)


def rows_of(data: bytes) -> Rows:
    return Sheets(Package.from_bytes(data)).grid("x").rows


def told(rows: Rows) -> Remembered:
    found = recalled(rows)
    assert found is not None
    return found


def with_typed(rows: Rows, cells: Mapping[tuple[int, int], str]) -> Rows:
    """The sheet after somebody typed into cells (index of row and column)."""
    return [[cells.get((r, c), value) for c, value in enumerate(row)] for r, row in enumerate(rows)]


IDS = st.lists(st.sampled_from([f"T{n}" for n in range(8)]), unique=True, max_size=6)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
CELLS = st.dictionaries(st.tuples(st.integers(0, 14), st.integers(0, 8)), TEXTS, max_size=8)


@QUICK
@given(IDS, IDS, IDS, CELLS, st.sampled_from(["zh", "en"]))
def test_no_text_is_ever_lost(
    first: list[str], second: list[str], third: list[str], cells: dict[tuple[int, int], str], lang: Lang
) -> None:
    sheet = rows_of(drawn(first, lang=lang))
    sheet = with_typed(sheet, {at: text for at, text in cells.items() if at[0] < len(sheet)})
    typed = told(sheet).typed
    for ids in (second, third):
        fresh = drawn(ids, typed, lang)
        assert Draft.of(fresh).holds(typed)
        again = told(rows_of(fresh))
        assert again.obstacle == ""
        assert sorted(texts(one.value for one in again.typed)) == sorted(texts(one.value for one in typed))
        assert drawn(ids, again.typed, lang) == fresh
        typed = again.typed


@QUICK
@given(IDS.filter(len), IDS, TEXTS.filter(str.strip), st.data())
def test_a_remark_stays_with_its_row(
    first: list[str], second: list[str], text: str, data: st.DataObject
) -> None:
    mine = data.draw(st.sampled_from(first))
    sheet = rows_of(drawn(first))
    at = [row[1] for row in sheet].index(mine)
    typed = told(with_typed(sheet, {(at, 4): text})).typed
    assert typed == (Typed(f"一、进展/{mine}|备注", text),)
    fresh = rows_of(drawn(second, typed))
    remarks = {row[1]: row[4] for row in fresh if row[1] in first or row[1] in second}
    assert remarks.get(mine, text) == text
    assert not any(value for name, value in remarks.items() if name != mine)
    at_foot = [row[1] for row in fresh][-2:] == [f"一、进展 · {mine} · 备注", text]
    assert at_foot == (mine not in second)


def test_rows_that_people_sort_keep_their_remarks() -> None:
    sheet = rows_of(drawn(["T1", "T2"]))
    top = [row[1] for row in sheet].index("T1")
    sheet[top], sheet[top + 1] = sheet[top + 1], sheet[top]
    assert told(sheet).typed == ()
    sheet[top][4] = "对的"
    assert [one.key for one in told(sheet).typed] == ["一、进展/T2|备注"]


def test_what_the_tool_now_says_itself_is_nobodys_any_more() -> None:
    sheet = rows_of(drawn(["T1"]))
    at = [row[1] for row in sheet].index("T1")
    typed = told(with_typed(sheet, {(at, 2): "要务T1"})).typed
    fresh = rows_of(drawn(["T1"], typed, said="要务"))
    assert (fresh[at][2], told(fresh).typed) == ("要务T1", ())


def test_a_sentence_keeps_its_edit_while_its_figures_change() -> None:
    sheet = rows_of(drawn(["T1", "T2"]))
    at = [row[1] for row in sheet].index("共 2 项。")
    typed = told(with_typed(sheet, {(at, 1): "共 2 项，都很急。"})).typed
    assert "共 2 项，都很急。" in [row[1] for row in rows_of(drawn(["T1", "T2", "T3"], typed))][: at + 1]


def test_two_rows_of_one_key_are_not_guessed_at() -> None:
    """Somebody copied a whole row, its hidden notes too."""
    sheet = rows_of(drawn(["T1"]))
    at = [row[1] for row in sheet].index("T1")
    assert told([*sheet[: at + 1], list(sheet[at]), *sheet[at + 1 :]]).obstacle == "rows"


def test_notes_that_somebody_spoiled_are_not_trusted() -> None:
    sheet = rows_of(drawn(["T1"]))
    for spoiled in ("{", "[]", '{"k":1}', '{"k":"x","c":[[1]]}', "hello"):
        changed = [list(row) for row in sheet]
        changed[4][-1] = spoiled
        assert told(changed).obstacle == "rows"
    assert recalled([row[:-1] for row in sheet]) is None


@pytest.mark.parametrize("why", ["rows", "columns", "formulas", "objects", "unknown"])
def test_a_sheet_in_whose_way_something_stands_is_left_alone_and_named(why: Obstacle) -> None:
    old = GeneratedSheet("x", "minutes", "k", touched=False, obstacle=why)
    new = Draft.of(drawn(["T1"]))
    change = plan_draft(make.sheet("minutes", "k", "x"), new, [old], ["x"])
    assert (change.how, change.tab, change.touched, change.obstacle) == ("inserted", "x-2", "x", why)
