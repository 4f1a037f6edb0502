"""Letters: who gets one, what it says in both forms, and the deadlines as a calendar file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest
from books import project as small_project, task
from hypothesis import given, settings, strategies as st

from xl_collab.documents.letter.calendar import letter_calendar
from xl_collab.documents.letter.content import Copies, Letter, LetterKind, Reminder, letters
from xl_collab.documents.letter.html import letter_html, letter_text
from xl_collab.documents.letter.sections import Look, letter_subject
from xl_collab.documents.open_items import owed
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.scenarios.sample import AS_OF
from xl_collab.schema.words import Lang

BY = dt.date(2023, 11, 20)
STAMP = dt.datetime(2023, 11, 13, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
LETTER = Letter("request", "研发部", (), (), "项目", AS_OF, BY, "doc-1")


@cache
def sample(lang: Lang = "zh") -> Project:
    return Project(SAMPLE.book(lang), AS_OF)


def written(kind: LetterKind, *to: str, copies: Copies = "default", lang: Lang = "zh") -> tuple[Letter, ...]:
    return letters(sample(lang), kind, to, reply_by=BY, copies=copies).data


class Seen(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self._in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "td":
            self.cells.append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.cells[-1] += data


# who owes


def test_reminders_go_only_to_those_who_owe() -> None:
    found = {letter.department: letter for letter in written("reminder")}
    # T004 (研发部) is due on the data date; A006 (生产部) was due on Friday 2023-11-10. On T005 研发部 asks
    # for help: 生产部 answered, 市场部 and 销售部 did not.
    assert list(found) == ["市场部", "研发部", "生产部", "销售部"]
    assert [t.id for t in found["研发部"].tasks] == ["T004"]
    assert [[(t.id, t.owed) for t in found[name].tasks] for name in ("市场部", "生产部", "销售部")] == [
        [("T005", ("answer",))], [], [("T005", ("answer",))],
    ]  # fmt: skip
    assert [(a.id, a.overdue) for a in found["生产部"].actions] == [("A006", 1)]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        # Friday 2023-11-10 is past: a date is wanted, and feedback.
        ({"deadline": dt.date(2023, 11, 10), "status": "进行中"}, ("overdue", "feedback")),
        ({"deadline": dt.date(2023, 11, 10), "status": "进行中", "feedback": "已填"}, ("overdue",)),
        (
            {"deadline": dt.date(2023, 11, 10), "feedback": "已填", "forecast": dt.date(2023, 11, 20)},
            (),
        ),
        # 2023-11-16 is three working days off, 2023-11-17 four.
        ({"deadline": dt.date(2023, 11, 16), "feedback": "无变化"}, ("due",)),
        ({"deadline": dt.date(2023, 11, 17)}, ()),
        ({"deadline": dt.date(2023, 11, 17), "lead_days": 4}, ("due",)),
        ({"deadline": dt.date(2023, 12, 29), "status": "进行中"}, ("feedback",)),
        ({"deadline": dt.date(2023, 12, 29), "status": "进行中", "feedback": "无变化"}, ()),
        ({"deadline": dt.date(2023, 11, 10), "status": "已完成"}, ()),
        ({"deadline": dt.date(2023, 11, 10), "status": "暂停"}, ()),
        ({"deadline": dt.date(2023, 11, 10), "status": "取消"}, ()),
    ],
)
def test_what_a_lead_owes_on_a_row(cells: dict[str, object], wanted: tuple[str, ...]) -> None:
    project = small_project([task("T001", **cells)])
    assert [t.owed for t in owed(project, "研发部").tasks] == [wanted]


def test_supporters_owe_nothing_for_a_row_that_is_late() -> None:
    project = small_project([task("T001", deadline=dt.date(2023, 11, 1), support="生产部")])
    assert owed(project, "生产部").tasks[0].owed == ()
    assert not owed(project, "生产部").reminds


def test_an_open_action_reminds_once_it_is_late() -> None:
    action = {"id": "A001", "action": "订货", "owner": "生产部", "raised_on": dt.date(2023, 11, 1)}
    late = small_project(actions=[{**action, "due": dt.date(2023, 11, 10)}])
    today = small_project(actions=[{**action, "due": dt.date(2023, 11, 13)}])
    done = small_project(actions=[{**action, "due": dt.date(2023, 11, 10), "status": "已完成"}])
    assert [owed(p, "生产部").reminds for p in (late, today, done)] == [True, False, False]


# to whom


def test_a_request_goes_to_every_department_concerned_at_its_address() -> None:
    found = written("request")
    assert [letter.department for letter in found] == [
        "市场部", "研发部", "生产部", "销售部", "行政部", "人力资源部",
    ]  # fmt: skip
    assert [p.email for p in found[1].to] == ["rd@example.com"]
    assert found[1].cc == ()


def test_minutes_are_one_letter_to_all_and_say_whom_they_could_not_copy() -> None:
    (letter,) = written("minutes")
    assert letter.department == ""
    assert len(letter.to) == 6
    assert set(letter.unknown) == {"分管副总*", "总经理*"}


def with_contacts(**superior: str) -> Project:
    rows = [
        {"department": "研发部", "contact": "李工", "email": "rd@a.com", **superior},
        {"department": "生产部", "contact": "王工", "email": "prod@a.com"},
        {"department": "总经办", "contact": "赵总", "email": "boss@a.com", "role": "分管副总"},
    ]
    late = task("T001", deadline=dt.date(2023, 11, 1), support="生产部")
    return small_project([late], contacts=rows)


@pytest.mark.parametrize("superior", ["赵总", "赵总*", "分管副总*", "总经办", "boss@a.com"])
def test_the_superior_is_found_in_contacts_by_name_role_or_address(superior: str) -> None:
    (letter,) = letters(with_contacts(superior=superior), "reminder", reply_by=BY).data
    assert [p.email for p in letter.cc] == ["boss@a.com"]
    assert letter.unknown == ()


def test_copies_can_be_chosen() -> None:
    def cc(copies: Copies) -> list[str]:
        found = letters(with_contacts(superior="赵总"), "reminder", reply_by=BY, copies=copies).data
        return [p.email for p in found[0].cc]

    assert cc("none") == []
    assert cc("supporting") == ["prod@a.com"]
    assert cc("all") == ["boss@a.com", "prod@a.com"]


# what it says


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["request", "reminder", "minutes", "report"])
def test_page_and_text_say_the_same(kind: LetterKind, lang: Lang) -> None:
    for letter in written(kind, lang=lang):
        look = Look(lang, "K7QX2M5RTVWZ3N4P" if kind == "request" else "", "packet")
        page, text = Seen(letter_html(letter, look)), letter_text(letter, look)
        for cell in page.cells:
            assert " ".join(cell.split()) in text
        assert ("K7QX2M5RTVWZ3N4P" in text) is (kind == "request")


def test_the_page_has_no_links_scripts_or_pictures_and_colours_have_their_words() -> None:
    page = Seen(letter_html(written("request", "研发部")[0], Look("zh")))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"a", "script", "img", "link", "style", "iframe", "object", "form"}
    assert not any(name in ("href", "src", "onclick") for _, attrs in page.tags for name in attrs)
    red = [attrs["style"] for tag, attrs in page.tags if tag == "td" and "#FDE7E6" in str(attrs.get("style"))]
    assert len(red) == 2  # T005 is 红, and the risk K003 is 高
    assert {"红", "黄", "绿", "高"} <= set(page.cells)


def test_subjects_name_project_department_and_day() -> None:
    assert letter_subject(LETTER, Look("zh", "K7QX2M5RTVWZ3N4P")) == (
        "项目：请研发部于 2023-11-20 前反馈 [K7QX2M5RTVWZ3N4P]"
    )
    assert letter_subject(replace(LETTER, kind="minutes"), Look("en")) == "项目: minutes of 2023-11-13"


@settings(max_examples=60)
@given(st.text(max_size=60) | st.text("<>&\"'/=\u2028\x00\x0b\ud800 script", max_size=40))
def test_nothing_from_the_workbook_becomes_markup(text: str) -> None:
    project = small_project([task("T001", task=text, owner="研发部", note=text)])
    (letter,) = letters(project, "request", ["研发部"], reply_by=BY).data
    look = Look("zh")
    page = letter_html(letter, look)
    plain = Seen(letter_html(replace(letter, tasks=tuple(replace(t, task="") for t in letter.tasks)), look))
    assert [tag for tag, _ in Seen(page).tags if tag != "br"] == [tag for tag, _ in plain.tags]
    page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u2028]", page)


# the calendar file


def unfolded(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    return data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def event(reminder: Reminder, lang: Lang = "zh") -> list[str]:
    return unfolded(letter_calendar(replace(LETTER, reminders=(reminder,)), lang, stamp=STAMP))


def test_a_day_is_a_whole_day_event_with_an_alarm_ahead() -> None:
    lines = event(Reminder("T005", "提交产品原型", dt.date(2023, 12, 20), None, 5))
    assert re.fullmatch("UID:[0-9a-f]{32}@xl-collab.invalid", lines.pop(6))
    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//xl_collab//letters//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "DTSTAMP:20231113T013000Z",
        "DTSTART;VALUE=DATE:20231220",
        "DTEND;VALUE=DATE:20231221",
        "SUMMARY:T005 提交产品原型 到期",
        "DESCRIPTION:项目，研发部",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:T005 提交产品原型 到期",
        "TRIGGER:-P5D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_moved_deadline_replaces_its_earlier_entry_and_no_other() -> None:
    first = event(Reminder("T005", "提交产品原型", dt.date(2023, 12, 20)))[6]
    assert event(Reminder("T005", "提交产品样机", dt.date(2023, 12, 27)))[6] == first
    assert event(Reminder("T006", "提交产品原型", dt.date(2023, 12, 20)))[6] != first


def test_a_time_of_day_is_written_in_utc() -> None:
    lines = event(Reminder("T004", "周报", dt.date(2023, 11, 13), dt.time(17, 0)))
    assert "DTSTART:20231113T083000Z" in lines
    assert "DTEND:20231113T090000Z" in lines


def test_a_letter_without_dates_ahead_has_no_calendar_file() -> None:
    assert letter_calendar(LETTER, "zh", stamp=STAMP) == b""


def test_the_dates_ahead_are_rows_that_it_leads_actions_and_notes() -> None:
    found = {r.id.partition("-")[0]: r.date for r in written("request", "研发部")[0].reminders}
    assert found == {
        "T003": dt.date(2023, 11, 30),  # 研发方案需保证11月30日前输出原型
        "T004": dt.date(2023, 11, 13),
        "T005": dt.date(2023, 12, 20),
        "A005": dt.date(2023, 11, 17),
        "A007": dt.date(2023, 11, 14),
    }


@settings(max_examples=80)
@given(st.text(max_size=120) | st.text(",;\\:\r\n\u2028\x00一𠮷BEGIN:VEVENT", max_size=120))
def test_no_text_breaks_a_calendar_line(text: str) -> None:
    lines = event(Reminder("T1", text, dt.date(2023, 12, 1)))
    names = [re.split("[:;]", line)[0] for line in lines]
    assert names.count("BEGIN") == names.count("END") == 2
    assert names == [
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND",
        "SUMMARY", "DESCRIPTION", "TRANSP", "END", "END",
    ]  # fmt: skip
