"""Replies merged into a tracker: what is applied, what is asked, and in which words.

Numbered cases are those of the list of bad inputs (sections E and F).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
from books import project, task
from hypothesis import given
from hypothesis import strategies as st

from xl_collab.actions.merge import (
    Collected,
    collect,
    master_of,
    read_choices,
    resolve_choices,
    take_back,
)
from xl_collab.model.edits import AppendRows, InsertSheet, Outcome, SetColumn
from xl_collab.model.merge_result import Conflict
from xl_collab.model.merge_snapshot import SnapshotUnreadable
from xl_collab.model.merge_values import canonical_column, decode, encode, unfit
from xl_collab.model.merge_words import KINDS, NOTICES, STATUSES, SUGGESTIONS
from xl_collab.model.merging import (
    Cell,
    Choice,
    History,
    Odd,
    Permission,
    Reply,
    Snapshot,
    Who,
    canonical,
    native,
    permission,
    row_key,
    same,
    snapshot,
)
from xl_collab.model.project import Project
from xl_collab.model.schema import Column
from xl_collab.model.sheets import TRACKER
from xl_collab.model.tables import CellError, CellFormula, Table

Record = dict[str, object]


def column(name: str) -> Column:
    return TRACKER.column(name)


# values


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("task", "制定方案", "  制定方案 \u3000"),
        ("note", "一\n二", "一\r\n二"),
        ("note", "一\n二", "一\r二"),
        ("task", "é", "e\u0301"),
        ("task", None, "   "),
        ("percent", 1, 1.0),
        ("percent", 0.3, 0.1 + 0.2),
        ("percent", 0.3, 0.3000000004),
        ("percent", 0.5, "５０％"),
        ("percent", 0.5, "50%"),
        ("lead_days", 5, "５"),
        ("lead_days", 5, 5.0),
        ("status", "done", "已完成"),
        ("status", "已完成", "完 成"),
        ("status", "已完成", "Done "),
        ("actual", date(2023, 10, 8), datetime(2023, 10, 8)),
        ("actual", date(2023, 10, 8), "2023.10.8"),
        ("actual", date(2023, 10, 8), "2023年10月8日"),
        ("actual", date(2023, 10, 8), "２０２３－１０－０８"),
        ("actual", date(2023, 10, 8), 20231008),
        ("actual", date(2023, 10, 8), 45207),
        ("deadline", date(2023, 10, 8), datetime(2023, 10, 8)),
        ("next_due", datetime(2023, 10, 8, 17, 0), datetime(2023, 10, 8, 16, 59, 59, 999999)),
        ("task", CellFormula("=A1+1", 3), CellFormula("= a1 + 1", 4)),
    ],
)
def test_the_same_in_other_words(name: str, one: object, other: object) -> None:
    assert same(canonical(column(name), one), canonical(column(name), other))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("task", "0012", 12),
        ("task", "a b", "ab"),
        ("percent", True, 1),
        ("percent", 0.5, 50),
        ("percent", 0.5, "50"),
        ("percent", 0.5, 0.500001),
        ("status", "已完成", "差不多"),
        ("actual", date(2023, 10, 8), "10.8"),
        ("actual", date(2023, 10, 8), date(2023, 8, 10)),
        ("deadline", date(2023, 10, 8), "2023-10-8"),
        ("task", None, CellError("#REF!")),
        ("task", "3", CellFormula("=1+2", 3)),
    ],
)
def test_not_the_same(name: str, one: object, other: object) -> None:
    assert not same(canonical(column(name), one), canonical(column(name), other))


@pytest.mark.parametrize("text", ["下周一", "待定", "10.8", "10月", "8/10/2023", "2023-02-30", "Q4"])
def test_case_56_unclear_dates_are_kept_as_text_and_do_not_fit(text: str) -> None:
    assert canonical(column("actual"), text) == text
    assert unfit(column("actual"), text) == "unreadable"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("status", "差不多", "unreadable"),
        ("percent", "一半", "unreadable"),
        ("percent", 50, "out_of_range"),
        ("percent", True, "unreadable"),
        ("lead_days", 2.5, "unreadable"),
        ("actual", 9999999999, "unreadable"),
        ("actual", True, "unreadable"),
        ("task", "字" * 32768, "too_long"),
        ("task", "😀" * 16384, "too_long"),
        ("task", "a\x00b", "illegal"),
        ("task", "a\x0bb", "illegal"),
        ("task", "\ud800", "illegal"),
        ("status", CellError("#N/A"), "error"),
        ("status", CellFormula("=1", 1), "formula"),
        ("task", "字" * 32767, ""),
        ("task", "😀" * 16383, ""),
        ("task", "=1+1", ""),
        ("percent", 0, ""),
        ("actual", None, ""),
    ],
)
def test_what_fits_a_column(name: str, value: object, why: str) -> None:
    assert unfit(column(name), canonical(column(name), value)) == why


cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=True, allow_infinity=True),
    st.datetimes(),
    st.dates(),
    st.sampled_from(("已完成", "50%", "2023.10.8", "0012", "\ud800", "5,000", "每周一17:00前")),
    st.builds(CellError, st.sampled_from(("#REF!", "#N/A"))),
    st.builds(CellFormula, st.text(max_size=5)),
)


@given(st.sampled_from(TRACKER.columns), cells)
def test_canonical_values_are_their_own_and_survive_json(col: Column, value: object) -> None:
    found = canonical(col, value)
    assert same(canonical(col, found), found)
    assert same(decode(encode(found)), found)
    if unfit(col, found) == "" and col.kind.value != "ids":
        for lang in ("zh", "en"):
            assert same(canonical(col, native(col, found, lang)), found)


@given(st.sampled_from(TRACKER.columns), st.lists(cells, max_size=6))
def test_a_column_is_read_as_its_cells(col: Column, values: list[object]) -> None:
    one_by_one = [canonical(col, value) for value in values]
    assert all(map(same, canonical_column(col, values), one_by_one))


def test_ids_as_keys() -> None:
    assert row_key(" ｔ００１\u200b") == row_key("T001") == "t001"
    assert row_key(12.0) == "12"
    assert row_key(None) == row_key("  ") == row_key(True) == ""


def test_snapshots_are_kept_losslessly() -> None:
    table = Table.of(TRACKER, [task("T001", percent=0.5, actual=datetime(2023, 10, 8)), task("0012")])
    taken = Snapshot({"tracker": snapshot(table)})
    again = Snapshot.from_json(taken.to_json())
    assert again == taken
    assert again.value("tracker", "t001", "actual") == date(2023, 10, 8)
    assert again.value("tracker", "t001", "stage") == "review"
    assert "rag" not in again.rows("tracker").columns  # formulas recalculate themselves
    with pytest.raises(SnapshotUnreadable):
        Snapshot.from_json(taken.to_json().replace('"version":1', '"version":2'))
    with pytest.raises(SnapshotUnreadable):
        Snapshot.from_json('{"version":1,"sheets":{"tracker":[]}}')


# who may edit what


def test_permissions_follow_the_declaration() -> None:
    rows = [
        task("T001", owner="研发部、生产部"),
        task("T002", owner="市场部", support="研发部"),
        task("T003", owner="各部门"),
        task("T004", owner="生产部"),
    ]
    found = permission(project(rows), "研发部")
    allowed = {
        (key, name): found.allows("tracker", key, name)
        for key in ("t001", "t002", "t003", "t004")
        for name in ("percent", "feedback", "task", "id", "rag", "baseline")
    }
    assert {cell for cell, may in allowed.items() if may} == {
        ("t001", "percent"),
        ("t001", "feedback"),
        ("t002", "feedback"),
        ("t003", "feedback"),
    }
    assert Permission.from_json(found.to_json()) == found


# a coordinator and two departments

ROWS = [
    task("T001", owner="研发部", support="市场部", status="进行中", percent=0.5),
    task("T002", owner="研发部", task="试产", output="样机"),
    task("T003", owner="研发部", task="改进", output="报告"),
    task("T004", owner="市场部", task="推广", output="方案"),
    task("T005", owner="市场部", task="培训", output="教材"),
    task("0012", owner="研发部", task="归档", output="档案"),
]


class Desk:
    """A coordinator who sends the tracker out, and merges what comes back."""

    def __init__(self, rows: list[Record] | None = None) -> None:
        self.rows = [dict(row) for row in rows or ROWS]
        self.history = History()
        self.open: tuple[Conflict, ...] = ()
        self.bases: dict[str, Snapshot] = {}
        self.permissions: dict[str, Permission] = {}
        self.send("dev", "研发部")
        self.send("mkt", "市场部")

    @property
    def project(self) -> Project:
        return project(self.rows)

    def send(self, token: str, department: str) -> None:
        self.bases[token] = master_of(self.project)
        self.permissions[token] = permission(self.project, department)

    def collect(self, *replies: Reply) -> Collected:
        outcome = collect(self.project, self.bases, replies, self.permissions, self.history, self.open)
        self._do(outcome)
        self.history, self.open = outcome.data.result.history, outcome.data.open
        return outcome.data

    def resolve(self, choices: Mapping[str, Choice]) -> None:
        outcome = resolve_choices(self.project, self.open, choices, self.history, self.bases)
        self._do(outcome)
        found = outcome.data.resolution
        self.history, self.open = found.history, tuple(found.remaining)
        self.notices = [notice.kind for notice in found.notices]

    def _do(self, outcome: Outcome[object]) -> None:
        """Carry edits out on the plain rows (row 5 is the first)."""
        for edit in outcome.edits:
            if isinstance(edit, SetColumn):
                for place, value in zip(edit.rows.tolist(), edit.values, strict=True):
                    self.rows[place - 5][edit.column] = value
            elif isinstance(edit, AppendRows):
                self.rows += [dict(record) for record in edit.records]
            else:
                assert isinstance(edit, InsertSheet)
                assert (edit.kind, edit.title) == ("conflicts", "冲突")

    def row(self, name: str) -> Record:
        return next(row for row in self.rows if row["id"] == name)


def copy(rows: list[Record] | None = None) -> list[Record]:
    return [dict(row) for row in rows or ROWS]


def edited(name: str, **cells: object) -> list[Record]:
    """The rows as sent, with some cells of one row changed."""
    return [row | cells if row["id"] == name else row for row in copy()]


def reply(token: str, rows: list[Record], modified: str = "2023-11-12T08:00", **more: object) -> Reply:
    table = replace(Table.of(TRACKER, rows), **more)  # type: ignore[arg-type]
    department = {"dev": "研发部", "mkt": "市场部"}.get(token, token)
    sha = hashlib.sha256(f"{token} {modified} {rows}".encode("utf-8", "replace")).hexdigest()
    who = Who(token, department, f"{token}@example.com", modified, sha)
    return Reply(who, {"tracker": snapshot(table)})


def kinds(found: Collected) -> list[tuple[str, str, str]]:
    return [(item.kind, item.cell.row, item.cell.column) for item in found.open]


def test_a_departments_own_changes_are_applied() -> None:
    desk = Desk()
    rows = edited("T001", percent=0.8, status="完成", actual="2023.11.10", feedback="已填")
    found = desk.collect(reply("dev", rows))
    assert len(found.result.changes) == 4
    assert not found.open
    done = desk.row("T001")
    assert (done["percent"], done["status"], done["feedback"]) == (0.8, "已完成", "已填")
    assert done["actual"] == date(2023, 11, 10)
    (summary,) = found.document.summary
    assert (summary.department, summary.applied, summary.conflicts, summary.parked) == ("研发部", 4, 0, 0)
    assert summary.replies[0].zh == "已合并"


def test_an_english_tracker_gets_english_labels() -> None:
    made = project(ROWS, settings={"language": "English"})
    bases, allowed = {"dev": master_of(made)}, {"dev": permission(made, "研发部")}
    outcome = collect(made, bases, [reply("dev", edited("T001", status="已完成"))], allowed)
    (edit,) = outcome.edits
    assert isinstance(edit, SetColumn)
    assert (edit.column, list(edit.rows), list(edit.values)) == ("status", [5], ["Done"])


def test_case_35_foreign_cells_are_set_aside_with_old_new_and_who() -> None:
    found = Desk().collect(reply("dev", edited("T004", percent=1)))
    assert not found.result.changes
    (line,) = found.document.lines
    assert (line.kind.zh, line.id, line.column.zh) == ("改了不归该部门填写的格", "T004", "完成率")
    assert (line.base, line.master, line.theirs) == (None, None, 1)
    assert (line.department, line.sender) == ("研发部", "dev@example.com")


def test_case_36_ids_owners_and_computed_cells_are_not_theirs() -> None:
    desk = Desk()
    rows = edited("T001", owner="市场部", baseline=date(2024, 1, 1))
    assert kinds(desk.collect(reply("dev", rows))) == [
        ("computed", "t001", "baseline"),
        ("trespass", "t001", "owner"),
    ]
    renamed = desk.collect(reply("dev", edited("T001", id="T099"), "2023-11-13"))
    assert [kind for kind, _, _ in kinds(renamed)] == ["delete_request", "unknown_id"]
    assert desk.rows == ROWS


def test_case_37_a_reply_in_doubt_waits_as_a_whole() -> None:
    desk = Desk()
    held = replace(reply("dev", edited("T001", percent=0.8, status="已完成")), held="发件人不符")
    found = desk.collect(held)
    assert not found.result.changes
    (line,) = found.document.lines
    assert (line.kind.zh, line.theirs, line.answerable) == ("回复待确认", "2 处改动未处理", False)
    assert found.document.summary[0].replies[0].zh == "待确认：发件人不符"
    confirmed = desk.collect(replace(held, held=""))
    assert len(confirmed.result.changes) == 2
    assert not confirmed.open


def test_case_39_an_unknown_token_goes_to_review() -> None:
    desk = Desk()
    stranger = replace(reply("dev", edited("T001", percent=0.8)))
    stranger = replace(stranger, who=replace(stranger.who, token="lost"))
    desk.permissions["lost"] = desk.permissions["dev"]
    found = desk.collect(stranger)
    assert not found.result.changes
    assert kinds(found) == [("no_base", "t001", "percent")]
    assert found.document.lines[0].suggestion.zh == "建议保留本表"


def test_case_41_a_stale_copy_is_merged_against_its_own_base() -> None:
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    desk.row("T002")["percent"] = 0.1
    rows = edited("T001", percent=0.8, status="已完成")
    found = desk.collect(reply("dev", rows))
    assert kinds(found) == [("conflict", "t001", "percent")]
    (line,) = found.document.lines
    assert (line.base, line.master, line.theirs) == (0.5, 0.6, 0.8)
    assert desk.row("T001")["status"] == "已完成"
    assert desk.row("T002")["percent"] == 0.1


def test_case_42_the_same_file_again_is_no_change() -> None:
    desk = Desk()
    answer = reply("dev", edited("T001", percent=0.8))
    desk.collect(answer)
    found = desk.collect(answer)
    assert not found.result.changes
    assert [status.status for status in found.result.replies] == ["repeat"]


def test_case_43_older_copies_and_reverts() -> None:
    desk = Desk()
    first = reply("dev", edited("T001", percent=0.6), "2023-11-10")
    second = reply("dev", edited("T001", percent=0.9), "2023-11-11")
    desk.collect(second)
    assert desk.collect(first).result.replies[0].status == "superseded"
    assert desk.row("T001")["percent"] == 0.9
    desk.row("T001")["percent"] = 0.5  # the owner takes it back
    desk.collect(second, first)
    assert desk.row("T001")["percent"] == 0.5


def test_a_corrected_reply_takes_its_earlier_change_back() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.6), "2023-11-10"))
    found = desk.collect(reply("dev", edited("T002", percent=0.1), "2023-11-11"))
    assert [(c.cell.row, c.new, c.why) for c in found.result.changes] == [
        ("t001", 0.5, "withdrawn"),
        ("t002", 0.1, "applied"),
    ]


def test_case_44_both_orders_give_the_same() -> None:
    one, two = reply("dev", edited("T001", feedback="已填")), reply("mkt", edited("T001", feedback="需协助"))
    masters, asked = [], []
    for order in ([[one], [two]], [[two], [one]], [[one, two]]):
        desk = Desk()
        for batch in order:
            desk.collect(*batch)
        masters.append(master_of(desk.project))
        asked.append(sorted(item.key for item in desk.open))
    assert masters[0] == masters[1] == masters[2] == master_of(Desk().project)
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) == 2


def test_departments_that_agree_do_not_conflict() -> None:
    desk = Desk()
    found = desk.collect(*(reply(token, edited("T001", feedback="已填")) for token in ("dev", "mkt")))
    (change,) = found.result.changes
    assert (change.new, change.who.department, change.also[0].department) == ("filled", "市场部", "研发部")


def test_case_46_a_missing_row_is_a_request() -> None:
    desk = Desk()
    rows = [row for row in copy() if row["id"] != "T002"]
    found = desk.collect(reply("dev", rows))
    assert kinds(found) == [("delete_request", "t002", "-")]
    assert len(desk.rows) == 6
    desk.resolve({found.open[0].key: Choice("theirs")})
    assert len(desk.rows) == 6  # by hand, never by the merge
    assert desk.notices == ["delete_by_hand"]
    assert not desk.collect(reply("dev", rows)).open


def test_case_46_a_file_cut_down_stops() -> None:
    found = Desk().collect(reply("dev", edited("T001", percent=0.8)[:4]))
    assert not found.result.changes
    (status,) = found.result.replies
    assert (status.status, status.reason) == ("stopped", "rows_missing")
    (line,) = found.document.lines
    assert line.theirs == "3 处改动未处理"


def test_a_row_deleted_here_and_changed_there_is_asked_about() -> None:
    desk = Desk()
    desk.rows = [row for row in desk.rows if row["id"] != "T002"]
    found = desk.collect(reply("dev", edited("T002", percent=0.4, status="进行中")))
    assert {kind for kind, _, _ in kinds(found)} == {"edit_delete"}
    desk.resolve({item.key: Choice("theirs") for item in found.open})
    back = desk.row("T002")
    assert (back["task"], back["percent"], back["status"]) == ("试产", 0.4, "进行中")


def test_a_row_changed_here_and_deleted_there_is_asked_about() -> None:
    desk = Desk()
    desk.row("T002")["note"] = "重要"
    found = desk.collect(reply("dev", [row for row in copy() if row["id"] != "T002"]))
    assert kinds(found) == [("delete_edit", "t002", "-")]
    assert "t002" in master_of(desk.project).rows("tracker").keys


def test_case_47_sorted_filtered_and_totalled_is_the_same() -> None:
    rows = edited("T001", percent=0.8)[::-1]
    rows.insert(2, {"task": "合计"})
    desk = Desk()
    found = desk.collect(reply("dev", rows))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("t001", 0.8)]
    assert [kind for kind, _, _ in kinds(found)] == ["new_row"]


@pytest.mark.parametrize("columns", [("task", "output"), ("status", "percent")])
def test_case_48_sorted_without_the_id_column_stops(columns: tuple[str, ...]) -> None:
    percents = [0.5, 0.1, 0.2, 0.3, 0.4, 0.6]
    desk = Desk([row | {"percent": p} for row, p in zip(copy(), percents, strict=True)])
    rows = [dict(row) for row in desk.rows]
    shifted = [rows[(n + 1) % 6] for n in range(6)]
    rows = [row | {c: other.get(c) for c in columns} for row, other in zip(rows, shifted, strict=True)]
    found = desk.collect(reply("dev", rows))
    assert not found.result.changes
    assert [(s.status, s.reason) for s in found.result.replies] == [("stopped", "shuffled")]


def test_a_stopped_file_does_not_take_back_the_good_one_before() -> None:
    desk = Desk()
    desk.collect(reply("dev", edited("T001", percent=0.8), "2023-11-10"))
    desk.collect(reply("dev", copy()[:2], "2023-11-11"))
    assert desk.row("T001")["percent"] == 0.8


def test_case_49_duplicate_rows() -> None:
    desk = Desk()
    rows = edited("T001", percent=0.8)
    found = desk.collect(reply("dev", [*rows, dict(rows[0])]))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("t001", 0.8)]
    assert [n.kind for n in found.result.notices] == ["duplicate_collapsed"]
    again = Desk().collect(reply("dev", [*rows, rows[0] | {"task": "另一件事"}]))
    assert not again.result.changes
    assert kinds(again) == [("duplicate_id", "t001", "+")] * 2


def test_case_50_new_rows_get_an_id_when_they_are_accepted() -> None:
    desk = Desk()
    new = {"stage": "方案评审", "owner": "研发部", "task": "新任务", "deadline": date(2023, 12, 20)}
    answer = reply("dev", [*copy(), new])
    found = desk.collect(answer)
    assert [kind for kind, _, _ in kinds(found)] == ["new_row"]
    assert (
        found.document.lines[0].theirs
        == "环节：方案评审；责任部门/人：研发部；主要任务：新任务；时间节点：2023-12-20"
    )
    desk.resolve({found.open[0].key: Choice("theirs")})
    assert desk.rows[-1] == {"id": "T006", **new}
    replayed = desk.collect(answer)
    assert not replayed.open
    assert len(desk.rows) == 7


def test_case_50_unknown_ids_are_asked_about() -> None:
    desk = Desk()
    found = desk.collect(reply("dev", [*copy(), task("T099", owner="研发部")]))
    assert kinds(found) == [("unknown_id", "t099", "+")]
    desk.resolve({found.open[0].key: Choice("theirs")})
    assert desk.rows[-1]["id"] == "T099"


def test_the_same_new_row_from_two_departments_is_one() -> None:
    added = [*copy(), task("T099", owner="研发部")]
    found = Desk().collect(reply("dev", added), reply("mkt", added))
    assert kinds(found) == [("unknown_id", "t099", "+")]
    assert [n.kind for n in found.result.notices] == ["same_addition"]
    other = [*copy(), task("T099", owner="市场部")]
    assert kinds(Desk().collect(reply("dev", added), reply("mkt", other))) == [("add_add", "t099", "+")] * 2


@pytest.mark.parametrize("spelling", [" T001 ", "T001\u00a0", "T0\u200b01", "Ｔ００１", "t001"])
def test_case_51_ids_in_other_spellings_are_matched(spelling: str) -> None:
    found = Desk().collect(reply("dev", edited("T001", id=spelling, percent=0.8)))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("t001", 0.8)]
    assert not found.open


def test_case_51_a_number_for_0012_is_matched_and_told() -> None:
    found = Desk().collect(reply("dev", edited("0012", id=12.0, percent=0.8)))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("0012", 0.8)]
    assert found.document.notices[0].zh == "研发部：编号“12”按 0012 处理"


def test_case_52_a_missing_column_is_not_cleared() -> None:
    rows = [{k: v for k, v in row.items() if k != "status"} for row in edited("T001", percent=0.8)]
    found = Desk().collect(reply("dev", rows, missing=("status",)))
    assert [(c.cell.column, c.new) for c in found.result.changes] == [("percent", 0.8)]
    assert "研发部：回复里没有“状态”这一列，视为未改" in [n.zh for n in found.document.notices]


def test_case_54_cells_under_a_merged_range_are_not_cleared() -> None:
    letter = chr(ord("A") + [c.name for c in TRACKER.columns].index("percent"))
    rows = edited("T001", percent=0.8)
    rows[1]["percent"] = None
    desk = Desk()
    desk.rows[1]["percent"] = 0.2
    desk.send("dev", "研发部")
    found = desk.collect(reply("dev", rows, merged=(f"{letter}5:{letter}6",)))
    assert [(c.cell.row, c.new) for c in found.result.changes] == [("t001", 0.8)]
    assert kinds(found) == [("merged", "t002", "percent")]
    assert desk.row("T002")["percent"] == 0.2


def test_case_55_a_date_without_year_takes_it_from_its_row() -> None:
    found = Desk().collect(reply("dev", edited("T001", actual="10月8日")))
    assert [c.new for c in found.result.changes] == [date(2023, 10, 8)]
    assert found.document.notices[0].zh == "研发部：T001 的日期没有年份，按相邻日期推断：10月8日 → 2023-10-08"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"actual": "下周一"}, "unreadable"),
        ({"status": "差不多了"}, "unreadable"),
        ({"percent": 80}, "out_of_range"),
        ({"percent": CellFormula("=1+1", 2)}, "formula"),
        ({"status": CellError("#REF!")}, "error"),
        ({"status": "字" * 40000}, "too_long"),
        ({"feedback": "a\x00"}, "illegal"),
    ],
)
def test_cases_29_32_56_58_59_what_cannot_be_taken_is_set_aside(cells: Record, kind: str) -> None:
    desk = Desk()
    found = desk.collect(reply("dev", edited("T001", **cells)))
    assert [k for k, _, _ in kinds(found)] == [kind]
    assert desk.rows == ROWS
    desk.resolve({found.open[0].key: Choice("theirs")})
    assert desk.notices == ["unfit_value"]
    assert desk.rows == ROWS


def test_case_60_a_file_that_was_only_saved_again_changes_nothing() -> None:
    """The shapes in which LibreOffice, WPS and openpyxl give the same cells back."""
    desk = Desk(
        [row | {"actual": date(2023, 11, 1), "percent": 0.1 + 0.2, "note": "一\n二"} for row in copy()]
    )
    rows: list[Record] = []
    for row in desk.rows:
        again = row | {"actual": datetime(2023, 11, 1), "percent": 0.3, "note": "一\r\n二", "feedback": ""}
        rows.append({**again, "deadline": datetime(2023, 12, 1), "support": again.get("support") or ""})
    found = desk.collect(reply("dev", rows))
    assert not found.result.changes
    assert not found.open


# choices


def test_choices_are_read_as_people_fill_them_in() -> None:
    records = [
        {"key": "a", "choice": "用对方", "value": None},
        {"key": "b", "choice": "Keep this table's"},
        {"key": "c", "choice": "另填", "value": 0.7},
        {"key": "d", "choice": None, "value": "0.7"},
        {"key": "e", "choice": "另填", "value": ""},
        {"key": "f", "choice": "再说"},
        {"key": "g"},
    ]
    assert read_choices(records) == {
        "a": Choice("theirs"),
        "b": Choice("master"),
        "c": Choice("other", 0.7),
        "d": Choice("other", "0.7"),
    }


@pytest.fixture
def disputed() -> Desk:
    """T001's percent was 0.5; here it became 0.6, there 0.8."""
    desk = Desk()
    desk.row("T001")["percent"] = 0.6
    desk.collect(reply("dev", edited("T001", percent=0.8)))
    return desk


@pytest.mark.parametrize(
    ("choice", "value"),
    [(Choice("theirs"), 0.8), (Choice("master"), 0.6), (Choice("other", "70%"), 0.7)],
)
def test_a_choice_settles_a_conflict_for_good(disputed: Desk, choice: Choice, value: float) -> None:
    disputed.resolve({disputed.open[0].key: choice})
    assert disputed.row("T001")["percent"] == value
    assert not disputed.open
    assert not disputed.collect(reply("dev", edited("T001", percent=0.8))).open


def test_a_value_that_does_not_fit_is_asked_again(disputed: Desk) -> None:
    disputed.resolve({disputed.open[0].key: Choice("other", "快好了")})
    assert disputed.notices == ["unfit_value"]
    assert disputed.row("T001")["percent"] == 0.6
    assert len(disputed.open) == 1


def test_a_cell_that_changed_since_is_asked_again(disputed: Desk) -> None:
    disputed.row("T001")["percent"] = 0.65
    disputed.resolve({disputed.open[0].key: Choice("theirs")})
    assert disputed.notices == ["changed_meanwhile"]
    assert disputed.row("T001")["percent"] == 0.65
    assert disputed.open[0].master == 0.65


def test_contradictory_choices_write_nothing() -> None:
    desk = Desk()
    desk.collect(
        reply("dev", edited("T001", feedback="已填")), reply("mkt", edited("T001", feedback="需协助"))
    )
    desk.resolve({item.key: Choice("theirs") for item in desk.open})
    assert desk.notices == ["contradictory"] * 2
    assert desk.row("T001").get("feedback") is None
    mine = next(item for item in desk.open if item.who.token == "mkt")
    desk.resolve({item.key: Choice("theirs" if item is mine else "master") for item in desk.open})
    assert desk.row("T001")["feedback"] == "需协助"
    assert not desk.open


def test_questions_of_earlier_merges_stay_until_decided(disputed: Desk) -> None:
    disputed.collect(reply("mkt", edited("T001", percent=1, task="改名")))
    assert [(kind, item) for kind, _, item in kinds(disputed.collect())] == [
        ("trespass", "percent"),
        ("trespass", "task"),
        ("conflict", "percent"),
    ]


# undo


def test_undo_takes_back_only_what_still_stands() -> None:
    desk = Desk()
    answer = reply("dev", edited("T001", percent=0.8, status="已完成"))
    made = desk.collect(answer).result.changes
    desk.row("T001")["status"] = "暂停"
    outcome = take_back(desk.project, made, desk.history)
    desk._do(outcome)
    assert (desk.row("T001")["percent"], desk.row("T001")["status"]) == (0.5, "暂停")
    (asked,) = outcome.data.open
    assert (asked.kind, asked.base, asked.master, asked.theirs) == ("undo", "done", "paused", "in_progress")
    desk.history = outcome.data.undone.history
    desk.collect(answer)
    assert desk.row("T001")["percent"] == 0.5


def test_undo_leaves_what_another_reply_says_too() -> None:
    desk = Desk()
    made = desk.collect(reply("dev", edited("T001", feedback="已填"))).result.changes
    desk.collect(reply("mkt", edited("T001", feedback="已填")))
    undone = take_back(desk.project, made, desk.history).data.undone
    assert not undone.changes
    assert [change.cell.row for change in undone.kept] == ["t001"]


# words


def test_every_kind_has_its_words() -> None:
    for words in (KINDS, NOTICES, SUGGESTIONS, STATUSES):
        assert all(text.zh and text.en and text.zh != text.en for text in words.values())


def test_conflicts_and_changes_survive_json() -> None:
    who = Who("t", "研发部", "a@b", "2023", "ff")
    cell = Cell("tracker", "t001", "actual")
    item = Conflict(
        "conflict", who, cell, date(2023, 1, 1), Odd("formula", "1"), datetime(2023, 1, 1, 8), "ask"
    )
    added = Conflict(
        "new_row", who, Cell("tracker", "new:1", "+"), None, None, (("task", "x"), ("percent", 1))
    )
    for one in (item, added):
        again = Conflict.from_json(one.to_json())
        assert (again, again.key) == (one, one.key)
    assert item.key != added.key
