"""待办台账 and 每日同步 in replies: they are merged by the rules of the tracker, in memory.

What is expected comes from what people do: they report an action as done, mend that in a second file, write
a line of the day; two copies of a file say a thing once; what is taken back is gone.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from books import book, task

from xl_collab.documents.packet.content import packets
from xl_collab.documents.packet.sheet import base_of
from xl_collab.merge.answering import ChosenAnswer
from xl_collab.merge.history import History
from xl_collab.merge.master import signed
from xl_collab.merge.merging import Merging
from xl_collab.merge.outcome import Merged, collect, master_of, resolve_choices, take_back
from xl_collab.merge.permission import Permission, permission
from xl_collab.merge.result import Base, ReturnedFile, Stamp, Who
from xl_collab.merge.snapshot import Rows, Snapshot, snapshot
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out
from xl_collab.project.edits import Outcome
from xl_collab.project.tables import Table
from xl_collab.schema.registers import ACTIONS, SYNC

Record = dict[str, object]

DAY = date(2023, 11, 13)
SENT = datetime(2023, 11, 13, 8, tzinfo=UTC)
NOW = SENT + timedelta(days=2)
OWED: list[Record] = [
    {"id": "A001", "action": "预约检测", "owner": "研发部", "due": date(2023, 11, 10), "status": "未完成"},
    {
        "id": "A002",
        "action": "定包装",
        "owner": "市场部、研发部",
        "due": date(2023, 11, 20),
        "status": "未完成",
    },
    {"id": "A003", "action": "订展位", "owner": "市场部", "due": date(2023, 11, 20), "status": "未完成"},
]
OWED = [{**row, "raised_on": date(2023, 11, 6)} for row in OWED]
DAYS: list[Record] = [
    {"date": date(2023, 11, 10), "department": "研发部", "progress": "样机组装"},
    {"date": date(2023, 11, 10), "department": "市场部", "progress": "渲染图定稿"},
]


class Desk:
    """A tracker with both registers, sent to 研发部 as a packet and whole; replies are plain rows."""

    def __init__(self) -> None:
        self.project = Project(book([task("T001")], actions=OWED, sync=DAYS), DAY)
        self.history, self.bases = History(), {}
        self.permissions: dict[str, Permission] = {}
        self.send("dev")
        self.send("whole")

    def send(self, token: str) -> None:
        merging = self.merging
        self.history = merging.history
        self.history.sent += 1
        (packet,) = packets(self.project, ["研发部"]).data
        sent = master_of(self.project) if token == "whole" else base_of(self.project, packet)
        sent = Snapshot.from_json(sent.to_json())
        number = self.history.sent
        at = SENT + timedelta(minutes=number)
        self.bases[token] = Base(token, number, at, sent, next(merging.row_names([sent])))
        self.permissions[token] = permission(self.project, "研发部")

    @property
    def merging(self) -> Merging:
        return Merging(master_of(self.project), self.history, NOW, self.bases)

    def collect(self, *replies: ReturnedFile) -> Merged:
        return self._do(collect(self.project, self.merging, replies, self.permissions))

    def answer(self, word: str, value: object = None) -> Merged:
        asked = self.merging.looked().questions
        chosen = {question.key: ChosenAnswer(word, value) for question in asked}
        return self._do(resolve_choices(self.project, self.merging, chosen))

    def undo(self, reply: ReturnedFile) -> Merged:
        return self._do(take_back(self.project, self.merging, reply.who.sha256))

    def _do(self, outcome: Outcome[Merged]) -> Merged:
        self.project, self.history = carried_out(self.project, outcome.edits), outcome.data.result.history
        return outcome.data

    def action(self, row: str) -> Record:
        return next(r for r in self.project.table("actions").records() if r["id"] == row)

    def days(self) -> list[tuple[object, ...]]:
        """Day, department, progress and problem of every filled row."""
        names = ("date", "department", "progress", "problem")
        table = self.project.table("sync")
        rows = zip(*(table.raw(name).tolist() for name in names), strict=True)
        return [(_day(row[0]), *row[1:]) for row in rows if any(row)]

    def reply(
        self, minute: int = 0, token: str = "dev", days: list[Record] | None = None, **cells: object
    ) -> ReturnedFile:
        """The packet with cells of actions changed (A001__status=…) and rows of 每日同步 filled in."""
        sent = self.bases[token].snapshot
        ids = sent.rows("actions").ids
        rows = [dict(row) for row in OWED if row["id"] in ids]
        for key, value in cells.items():
            row, _, column = key.partition("__")
            next(r for r in rows if r["id"] == row)[column] = value
        shown = list(sent.rows("actions").columns)
        typed = Table.of(SYNC, days or [])
        said = signed(snapshot(typed), SYNC, "研发部", DAY + timedelta(days=1))
        sheets = {
            "tracker": sent.rows("tracker"),
            "actions": snapshot(Table.of(ACTIONS, rows), shown),
            "sync": said,
        }
        sha = hashlib.sha256(repr((minute, token, rows, days)).encode()).hexdigest()
        at = SENT + timedelta(hours=5, minutes=minute)
        return ReturnedFile(
            Who(token, "研发部", "", at.isoformat(), sha), sheets, stamps=(Stamp("server", at),)
        )


def _day(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def kinds(found: Merged) -> list[tuple[str, str, str]]:
    return [(q.kind, q.cell.row, q.cell.column) for q in found.result.questions]


def counts(found: Merged) -> dict[str, int]:
    return {word: n for word, n in found.counts.items() if n}


# 待办台账


def test_own_actions_are_reported_and_nothing_is_left_to_decide() -> None:
    desk = Desk()
    found = desk.collect(
        desk.reply(
            A001__status="已完成", A001__done_on=date(2023, 11, 13), A002__remark="等模具，改 11 月 24 日"
        )
    )
    assert (kinds(found), counts(found)) == ([], {"applied": 3})
    done = desk.action("A001")
    assert (done["status"], _day(done["done_on"])) == ("已完成", date(2023, 11, 13))
    assert desk.action("A002")["remark"] == "等模具，改 11 月 24 日"


def test_only_own_open_actions_are_in_the_packet() -> None:
    desk = Desk()
    assert desk.bases["dev"].snapshot.rows("actions").ids == ("A001", "A002")


def test_the_words_of_an_action_and_its_date_are_not_theirs() -> None:
    desk = Desk()
    found = desk.collect(desk.reply(A001__due=date(2023, 12, 1)))
    assert kinds(found) == [("trespass", "a001", "due")]
    desk.answer("theirs")
    assert _day(desk.action("A001")["due"]) == date(2023, 12, 1)


def test_in_a_whole_workbook_the_actions_of_others_are_not_theirs() -> None:
    desk = Desk()
    done: Record = {"A001__status": "已完成", "A003__status": "已完成"}
    found = desk.collect(desk.reply(token="whole", **done))  # without any line of 每日同步: cleared away
    assert kinds(found) == [("trespass", "a003", "status")]
    assert (desk.action("A001")["status"], desk.action("A003")["status"]) == ("已完成", "未完成")


def test_files_add_up_whichever_is_read_first() -> None:
    desk = Desk()
    early = desk.reply(A001__status="已完成")
    desk.collect(desk.reply(5, A001__remark="已约 15 日"))
    assert counts(desk.collect(early)) == {"applied": 1, "told": 1}  # the later file shows it as it was sent
    assert (desk.action("A001")["status"], desk.action("A001")["remark"]) == ("已完成", "已约 15 日")


def test_what_the_coordinator_wrote_meanwhile_is_asked_and_the_answer_is_written() -> None:
    desk = Desk()
    records = [{**row, "status": "取消"} if row["id"] == "A001" else row for row in OWED]
    tables = {**desk.project.book.tables, "actions": Table.of(ACTIONS, records)}
    desk.project = Project(replace(desk.project.book, tables=tables), DAY)
    found = desk.collect(desk.reply(A001__status="已完成"))
    assert (kinds(found), desk.action("A001")["status"]) == ([("conflict", "a001", "status")], "取消")
    assert found.result.questions[0].suggestion == "theirs"
    desk.answer("theirs")
    assert desk.action("A001")["status"] == "已完成"


def test_a_later_file_corrects_an_earlier_and_the_same_file_says_nothing_twice() -> None:
    desk = Desk()
    first = desk.reply(A001__status="已完成", A001__done_on=date(2023, 11, 13))
    desk.collect(first)
    assert counts(desk.collect(first)) == {}
    found = desk.collect(desk.reply(9, A001__status="已完成", A001__done_on=date(2023, 11, 12)))
    assert counts(found) == {"same": 1, "corrected": 1}
    assert _day(desk.action("A001")["done_on"]) == date(2023, 11, 12)


def test_a_reply_that_is_taken_back_leaves_the_action_as_it_was() -> None:
    desk = Desk()
    reply = desk.reply(A001__status="已完成", A001__done_on=date(2023, 11, 13))
    desk.collect(reply)
    desk.undo(reply)
    assert (desk.action("A001")["status"], desk.action("A001")["done_on"]) == ("未完成", None)


def test_a_packet_of_an_earlier_version_has_no_claim_on_actions() -> None:
    """It was sent without them, and its department could not lead any."""
    desk = Desk()
    base = desk.bases["dev"]
    old = Snapshot({"tracker": base.snapshot.rows("tracker")})
    desk.bases["dev"] = Base("dev", base.number, base.at, old, base.rows)
    held = {"department": "研发部", "leads": {"tracker": ["t001"]}, "supports": {}, "new_rows": ["tracker"]}
    desk.permissions["dev"] = Permission.from_json(held)
    reply = desk.reply()
    sheets = {"tracker": reply.sheets["tracker"]}
    found = desk.collect(ReturnedFile(reply.who, sheets, stamps=reply.stamps))
    assert (counts(found), found.result.notices, found.result.questions) == ({}, (), ())


# 每日同步


def test_a_line_of_the_day_is_added_under_the_department_that_sent_it() -> None:
    desk = Desk()
    found = desk.collect(
        desk.reply(
            days=[
                {"date": DAY, "task_id": "T001", "progress": "送检", "problem": "缺治具"},
                {"progress": "写报告"},
                {"date": "11月10日", "progress": "补记：组装完"},
            ]
        )
    )
    assert (kinds(found), counts(found)) == ([], {"applied": 3})
    # One without a day is of the day on which it was sent.
    assert desk.days()[2:] == [
        (DAY, "研发部", "送检", "缺治具"),
        (date(2023, 11, 14), "研发部", "写报告", None),
        (date(2023, 11, 10), "研发部", "补记：组装完", None),
    ]


def test_two_copies_of_a_file_add_a_line_once_and_a_mended_line_stays_one() -> None:
    desk = Desk()
    line: Record = {"date": DAY, "progress": "样机送检，等结果"}
    desk.collect(desk.reply(days=[line]))
    desk.collect(desk.reply(3, days=[line]))
    assert len(desk.days()) == 3
    found = desk.collect(
        desk.reply(9, days=[{**line, "progress": "样机送检，等结果，缺治具", "problem": "缺治具"}])
    )
    assert kinds(found) == []
    assert desk.days()[2:] == [(DAY, "研发部", "样机送检，等结果，缺治具", "缺治具")]


def test_two_lines_of_one_day_are_two() -> None:
    desk = Desk()
    desk.collect(
        desk.reply(days=[{"date": DAY, "progress": "送检"}, {"date": DAY, "progress": "培训装配工"}])
    )
    assert [row[2] for row in desk.days()[2:]] == ["送检", "培训装配工"]


def test_a_new_task_and_a_line_of_the_day_in_the_same_line_of_their_sheets_are_not_confused() -> None:
    desk = Desk()
    reply = desk.reply(days=[{"date": DAY, "progress": "补充验收清单"}])
    new = Table.of(desk.project.tracker.sheet, [{"task": "补充验收清单", "stage": "成果交付"}])
    sent = reply.sheets["tracker"]
    columns = {n: [*v, *snapshot(new).columns[n]] for n, v in sent.columns.items()}
    tracker = Rows((*sent.ids, ""), columns, (6, 5))
    both = ReturnedFile(reply.who, {**reply.sheets, "tracker": tracker}, stamps=reply.stamps)
    desk.collect(both)
    later = ReturnedFile(Who("dev", "研发部", "", "", "f" * 64), both.sheets, stamps=both.stamps)
    desk.collect(later)
    assert [row[2] for row in desk.days()[2:]] == ["补充验收清单"]
    tracker_rows = desk.project.tracker
    assert tracker_rows.texts("task").tolist()[1:] == ["补充验收清单"]
    assert tracker_rows.texts("owner").tolist()[1:] == ["研发部"]


def test_a_line_that_is_taken_back_is_empty() -> None:
    desk = Desk()
    reply = desk.reply(days=[{"date": DAY, "progress": "送检"}])
    desk.collect(reply)
    found = desk.undo(reply)
    assert len(desk.days()) == 2
    assert [notice.kind for notice in found.result.notices] == ["row_emptied"]


def test_a_line_under_another_departments_name_is_asked() -> None:
    desk = Desk()
    found = desk.collect(
        desk.reply(token="whole", days=[*DAYS, {"date": DAY, "department": "市场部", "progress": "代写"}])
    )
    assert [question.kind for question in found.result.questions] == ["trespass"]
    desk.answer("theirs")
    assert desk.days()[2:] == [(DAY, "市场部", "代写", None)]


def test_in_a_whole_workbook_own_lines_can_be_mended_and_those_of_others_are_asked() -> None:
    desk = Desk()
    mended = [{**DAYS[0], "problem": "缺料"}, {**DAYS[1], "problem": "缺稿"}]
    found = desk.collect(desk.reply(token="whole", days=mended))
    assert [q.kind for q in found.result.questions] == ["trespass"]
    assert [row[3] for row in desk.days()] == ["缺料", None]


def test_a_line_that_the_coordinator_mended_is_followed() -> None:
    """The row has no ID: it is known by its day, department and words."""
    desk = Desk()
    line: Record = {"date": DAY, "progress": "样机送检，等结果"}
    desk.collect(desk.reply(days=[line]))
    table = desk.project.table("sync")
    records = [dict(r) for r in table.records()]
    records[2]["help"] = "请生产部派 1 人"
    records.insert(0, {"date": date(2023, 11, 9), "department": "销售部", "progress": "报价"})
    again = Table.of(SYNC, [{k: v for k, v in r.items() if v not in ("", None)} for r in records])
    tables = {**desk.project.book.tables, "sync": again}
    desk.project = Project(replace(desk.project.book, tables=tables), DAY)
    desk.collect(desk.reply(9, days=[{**line, "progress": "样机送检，等结果，周五出"}]))
    assert desk.days()[-1] == (DAY, "研发部", "样机送检，等结果，周五出", None)
    assert len(desk.days()) == 4
