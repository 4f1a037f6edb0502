"""One letter a department about all projects: what their own reminders ask for, and nothing of others."""

from __future__ import annotations

import email
import email.policy
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from portfolio_tables import AS_OF, portfolio

from tests import company
from xl_collab.documents.letter.content import letters
from xl_collab.documents.letter.matters import Digest
from xl_collab.documents.letter.sections import Look, letter_subject
from xl_collab.documents.open_items import all_due, departments, owed
from xl_collab.documents.portfolio.departments import departments as one_of_all
from xl_collab.documents.portfolio.digest import DepartmentDigest, digests
from xl_collab.errors import UsageError
from xl_collab.exchange.mail.digest import RECORD, DigestRun, write_digests
from xl_collab.plan.portfolio import Portfolio
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.scenarios.sample import AS_OF as SAMPLE_DAY
from xl_collab.project.scenarios.sample_demo import AS_OF as DEMO_DAY, DEMO
from xl_collab.schema.words import Lang

STAMP = datetime(2026, 11, 25, 8, tzinfo=UTC)
BY = date(2026, 11, 30)
Row = Mapping[str, Any]


def project(key: str, name: str = "") -> Row:
    return {"project": key, "name": name or f"项目{key}", "data_date": AS_OF, "path": f"/项目/{key}.xlsx"}


def contact(key: str, department: str, mail: str = "", *aliases: str, name: str = "张三") -> Row:
    found = {"project": key, "department": department, "aliases": list(aliases), "contact": name}
    return {**found, "email": mail, "phone": "138 0013 8000"}


def task(key: str, department: str, what: str = "做样机", name: str = "T001", **more: Any) -> Row:
    found = {
        "project": key,
        "sheet": "跟踪表",
        "row": 5,
        "id": name,
        "department": department,
        "kind": "task",
    }
    due = {"due": date(2026, 11, 20), "status": "in_progress", "rag": "red", "why": ["overdue"]}
    return {**found, "role": "lead", "what": what, "owner": department, "overdue": 0, **due, **more}


def made(owed: Sequence[Row], contacts: Sequence[Row], lang: Lang = "zh") -> tuple[DepartmentDigest, ...]:
    keys = dict.fromkeys(row["project"] for row in (*owed, *contacts))
    rows = {"projects": [project(key) for key in keys], "owed": owed, "contacts": contacts}
    return digests(portfolio(rows), BY, lang)


def write(found: Sequence[DepartmentDigest], folder: Path, **how: Any) -> DigestRun:
    return write_digests(found, folder, "zh", stamp=STAMP, sender="pmo@corp.cn", **how)


def message(path: Path) -> Any:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def text_of(path: Path) -> str:
    body = message(path).get_body(("plain",))
    return str(body.get_content())


# what is owed


@pytest.mark.parametrize(
    "tracker",
    [
        Project(SAMPLE.book("zh"), SAMPLE_DAY),
        Project(DEMO.book("zh"), DEMO_DAY),
        *(company.project(n, 40) for n in range(1, 9)),
    ],
)
def test_all_that_is_due_is_what_every_department_owes(tracker: Project) -> None:
    one_by_one = [
        (name, item)
        for name in departments(tracker)
        for item in (*owed(tracker, name).due_tasks, *owed(tracker, name).late_actions)
    ]
    assert Counter(all_due(tracker)) == Counter(one_by_one)


def test_a_letter_asks_for_what_the_reminders_of_all_projects_ask() -> None:
    found: Portfolio = company.portfolio(10)
    asked: dict[str, Counter[tuple[str, ...]]] = {}
    for seed in range(1, 11):
        own = company.project(seed)
        for letter in letters(own, "reminder", reply_by=BY).data:
            rows = [
                (own.settings.project, task.id, task.task, str(task.due), *task.owed) for task in letter.tasks
            ]
            rows += [(own.settings.project, it.id, it.action, str(it.overdue)) for it in letter.actions]
            asked.setdefault(letter.department, Counter()).update(rows)
    told: dict[str, Counter[tuple[str, ...]]] = {}
    for one in digests(found, BY, "zh"):
        for part in one.whole.projects:
            rows = [(part.project, task.id, task.task, str(task.due), *task.owed) for task in part.tasks]
            rows += [(part.project, item.id, item.action, str(item.overdue)) for item in part.actions]
            told.setdefault(one.letter.department, Counter()).update(rows)
    assert sum(map(len, asked.values())) > 15
    assert told == asked


def test_one_letter_a_department_for_all_its_projects(tmp_path: Path) -> None:
    owed_rows = [
        task("p1", "研发部", "甲的任务"),
        task("p2", "研发部", "乙的任务", why=["due"]),
        task("p2", "市场部", "丙的任务"),
        task("p1", "研发部", "催供应商", "A001", kind="action", why=[], overdue=3, rag="", status="open"),
    ]
    people = [
        contact(key, name, f"{n}@corp.cn")
        for key in ("p1", "p2")
        for n, name in (("rd", "研发部"), ("mkt", "市场部"))
    ]
    run = write(made(owed_rows, people), tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.eml")) == ["市场部.eml", "研发部.eml"]
    assert (run.letters, run.refused, run.kept) == (2, (), ())
    mail = message(tmp_path / "研发部.eml")
    assert (mail["To"], mail["X-Unsent"], mail["From"]) == ("rd@corp.cn", "1", "pmo@corp.cn")
    assert mail["Subject"] == "【提醒】项目组合：研发部在 2 个项目中有 3 项待处理（截至 2026-11-25）"
    said = text_of(tmp_path / "研发部.eml")
    assert "甲的任务" in said and "乙的任务" in said and "催供应商" in said and "丙的任务" not in said
    assert said.index("项目p1") < said.index("项目p2")  # what is overdue goes first
    assert "逾期 3 个工作日" in said and "2026-11-30" in said
    chat = (tmp_path / "市场部" / "群消息.txt").read_text("utf-8")
    assert "@张三" in chat and "丙的任务" in chat and "甲的任务" not in chat
    listed = (tmp_path / "收件人清单.csv").read_text("utf-8-sig")
    assert "市场部" in listed and "mkt@corp.cn" in listed


def test_a_department_that_owes_nothing_gets_no_letter() -> None:
    found = made(
        [task("p1", "研发部")], [contact("p1", "研发部", "a@corp.cn"), contact("p1", "市场部", "b@corp.cn")]
    )
    assert [one.label for one in found] == ["研发部"]


def test_letters_that_would_be_incomplete_are_not_written() -> None:
    found = replace(
        portfolio({"owed": [task("p1", "研发部")], "projects": [project("p1")]}), left_out={"owed": 9}
    )
    with pytest.raises(UsageError, match="不完整"):
        digests(found, BY, "zh")


def test_in_english() -> None:
    (found,) = made([task("p1", "R&D", "Prototype")], [contact("p1", "R&D", "rd@corp.cn")], "en")
    subject = letter_subject(found.letter, Look("en"))
    assert subject == "Reminder, Portfolio: 1 open point of R&D in 1 project (as of 2026-11-25)"
    assert found.chat.pieces[0].lines[0] == "项目p1:"


def test_dates_ahead_go_into_a_calendar(tmp_path: Path) -> None:
    ahead = task("p1", "研发部", "评审", due=date(2026, 12, 1), why=["due"])
    write(made([ahead], [contact("p1", "研发部", "rd@corp.cn")]), tmp_path)
    (entry,) = (tmp_path / "研发部").glob("*.ics")
    said = entry.read_text("utf-8").replace("\r\n ", "")
    assert "项目p1 T001 评审 到期" in said and "DTSTART;VALUE=DATE:20261201" in said
    assert "DTSTART;VALUE=DATE:20261130" in said  # until when to answer


# whose it is


def unified(*contacts: Row) -> Mapping[str, str]:
    return one_of_all(portfolio({"contacts": contacts})["contacts"])


def test_departments_are_one_by_name_in_any_width_and_by_alias() -> None:
    found = unified(
        contact("p1", "研发部", "", "研发", "R&D"),
        contact("p2", "研发"),
        contact("p3", "ｒ&ｄ"),
        contact("p4", "研发部"),
    )
    assert set(found.values()) == {"研发部"}


def test_an_alias_that_means_two_departments_joins_none() -> None:
    found = unified(
        contact("p1", "质检部", "", "质量"), contact("p2", "品质部", "", "质量"), contact("p3", "质量")
    )
    assert len(set(found.values())) == 3


def test_two_departments_of_one_project_stay_two() -> None:
    found = unified(contact("p1", "研发部", "", "研发"), contact("p2", "研发部"), contact("p2", "研发"))
    assert found == {"研发部": "研发部", "研发": "研发"}


def test_a_letter_crosses_projects_by_alias() -> None:
    people = [contact("p1", "研发部", "rd@corp.cn", "研发"), contact("p2", "研发", "rd@corp.cn")]
    (found,) = made([task("p1", "研发部"), task("p2", "研发")], people)
    assert [part.project for part in found.whole.projects] == ["项目p1", "项目p2"]


def test_a_department_of_the_same_name_in_another_company_is_another(tmp_path: Path) -> None:
    people = [contact("p1", "质量部", "q@corp.cn"), contact("p2", "质量部", "q@supplier.com")]
    rows = [task("p1", "质量部", "自家的事"), task("p2", "质量部", "供应商的事")]
    write(made(rows, people), tmp_path)
    ours, theirs = text_of(tmp_path / "质量部-corp.cn.eml"), text_of(tmp_path / "质量部-supplier.com.eml")
    assert "自家的事" in ours and "供应商的事" not in ours
    assert "供应商的事" in theirs and "自家的事" not in theirs
    assert message(tmp_path / "质量部-supplier.com.eml")["To"] == "q@supplier.com"


def test_a_project_without_an_address_goes_to_the_only_people_there_are() -> None:
    people = [contact("p1", "质量部", "q@corp.cn"), contact("p2", "质量部")]
    (found,) = made([task("p1", "质量部"), task("p2", "质量部")], people)
    assert [person.email for person in found.letter.to] == ["q@corp.cn"]
    assert len(found.whole.projects) == 2


def test_people_of_a_department_in_several_projects_get_one_letter() -> None:
    people = [
        contact("p1", "研发部", "a@corp.cn"),
        contact("p2", "研发部", "b@corp.cn"),
        contact("p3", "研发部", "A@CORP.CN"),
    ]
    (found,) = made([task("p1", "研发部"), task("p2", "研发部")], people)
    assert sorted(person.email.casefold() for person in found.letter.to) == ["a@corp.cn", "b@corp.cn"]


@pytest.mark.parametrize("mail", ["", "rd", "a@corp.cn, b@corp.cn", "a@corp.cn\nBcc: x@y.z"])
def test_who_cannot_be_addressed_is_told_and_has_a_text_for_the_chat(tmp_path: Path, mail: str) -> None:
    people = [contact("p1", "研发部", mail), contact("p1", "市场部", "m@corp.cn")]
    run = write(made([task("p1", "研发部"), task("p1", "市场部")], people), tmp_path)
    ((label, error),) = run.refused
    assert label == "研发部" and "通讯录" in error.message("zh")
    assert sorted(path.name for path in tmp_path.glob("*.eml")) == ["市场部.eml"]
    assert (tmp_path / "研发部" / "群消息.txt").exists()


def test_letters_leave_allowed_domains_only(tmp_path: Path) -> None:
    run = write(
        made([task("p1", "研发部")], [contact("p1", "研发部", "a@evil.com")]), tmp_path, allowed=("corp.cn",)
    )
    assert [label for label, _ in run.refused] == ["研发部"]
    assert not list(tmp_path.glob("*.eml"))


# texts and names


def test_markup_and_odd_signs_are_shown_as_they_are(tmp_path: Path) -> None:
    what = "<script>alert(1)</script> =1+1 & \u202e反"
    write(made([task("p1", "研发部", what)], [contact("p1", "研发部", "rd@corp.cn")]), tmp_path)
    page = (tmp_path / "研发部" / "信件.html").read_text("utf-8")
    assert "<script>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; =1+1 &amp;" in page


@pytest.mark.parametrize("name", ["研发/测试部", "..", "CON", "a:b*c?", "研发部 .", "部" * 200])
def test_files_are_named_safely(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "信"
    run = write(made([task("p1", name)], [contact("p1", name, "rd@corp.cn")]), folder)
    assert run.letters == 1
    inside = [path.relative_to(folder) for path in run.written]
    assert all(len(path.parts) <= 2 and ".." not in path.parts for path in inside)
    assert [path.name for path in tmp_path.iterdir()] == ["信"]
    assert not any(set(part) & set('<>:"|?*') for path in inside for part in path.parts)
    assert not any(part.upper().split(".")[0] in ("CON", "NUL") for path in inside for part in path.parts)


def test_a_department_whose_name_has_a_line_break_is_refused(tmp_path: Path) -> None:
    run = write(made([task("p1", "研发\n部")], [contact("p1", "研发\n部", "rd@corp.cn")]), tmp_path)
    assert len(run.refused) == 1 and run.letters == 0


def test_a_long_letter_shows_the_first_rows_and_has_all_in_a_list(tmp_path: Path) -> None:
    rows = [task(f"p{n // 100}", "研发部", f"第{n}件", f"T{n:03}") for n in range(450)]
    (found,) = made(rows, [contact(f"p{n}", "研发部", "rd@corp.cn") for n in range(5)])
    write([found], tmp_path)
    assert message(tmp_path / "研发部.eml")["Subject"].startswith(
        "【提醒】项目组合：研发部在 5 个项目中有 450 项"
    )
    said = text_of(tmp_path / "研发部.eml")
    assert said.count("件") >= 200 and "另有 100 行未列出" in said and "另有 50 行未列出" in said
    assert len(tmp_path.joinpath("研发部.eml").read_bytes()) < 600_000
    (sheet,) = (tmp_path / "研发部").glob("*.xlsx")
    listed = openpyxl.load_workbook(io.BytesIO(sheet.read_bytes())).worksheets[0]
    whats = {cell.value for column in listed.iter_cols() for cell in column}
    assert {f"第{n}件" for n in range(450)} <= whats
    assert isinstance(found.letter.matter, Digest)
    assert len(found.chat.pieces[0].lines) < 220


# the folder


def test_a_second_run_replaces_what_the_first_one_wrote(tmp_path: Path) -> None:
    people = [contact("p1", name, f"{n}@corp.cn") for n, name in enumerate(("研发部", "市场部"))]
    write(made([task("p1", "研发部"), task("p1", "市场部")], people), tmp_path)
    write(made([task("p1", "研发部", "新的任务")], people), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [RECORD, "收件人清单.csv", "收件人清单.txt", "研发部", "研发部.eml"]
    )
    assert "新的任务" in text_of(tmp_path / "研发部.eml")


def test_the_same_again_gives_the_same_files(tmp_path: Path) -> None:
    found = made([task("p1", "研发部")], [contact("p1", "研发部", "rd@corp.cn")])
    write(found, tmp_path)
    first = {path: path.stat().st_size for path in sorted(tmp_path.rglob("*")) if path.is_file()}
    write(found, tmp_path)
    assert {path: path.stat().st_size for path in sorted(tmp_path.rglob("*")) if path.is_file()} == first


def test_files_of_others_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "研发部.eml").write_bytes(b"mine")
    (tmp_path / "收件人清单.csv").write_bytes(b"mine too")
    (tmp_path / "市场部").mkdir()
    (tmp_path / "市场部" / "notes.txt").write_bytes(b"notes")
    people = [contact("p1", "研发部", "a@corp.cn"), contact("p1", "市场部", "b@corp.cn")]
    for _ in range(2):
        write(made([task("p1", "研发部"), task("p1", "市场部")], people), tmp_path)
    assert (tmp_path / "研发部.eml").read_bytes() == b"mine"
    assert (tmp_path / "收件人清单.csv").read_bytes() == b"mine too"
    assert [path.name for path in (tmp_path / "市场部").iterdir()] == ["notes.txt"]
    assert "做样机" in text_of(tmp_path / "研发部-2.eml")
    assert sorted(path.name for path in tmp_path.glob("*.eml")) == [
        "市场部-2.eml",
        "研发部-2.eml",
        "研发部.eml",
    ]


def test_a_draft_that_somebody_worked_on_stays(tmp_path: Path) -> None:
    people = [contact("p1", "研发部", "a@corp.cn")]
    write(made([task("p1", "研发部")], people), tmp_path)
    draft = tmp_path / "研发部.eml"
    touched = draft.read_bytes() + b"\r\n"
    draft.write_bytes(touched)
    run = write(made([task("p1", "研发部", "新的任务")], people), tmp_path)
    assert run.kept == (draft,)
    assert draft.read_bytes() == touched
    assert "新的任务" in text_of(tmp_path / "研发部-2.eml")


@pytest.mark.parametrize(
    "record", ["{}", "no json", '{"files": {"../victim.txt": "%s", "/etc/passwd": "x"}}', '{"files": 3}']
)
def test_a_record_names_nothing_outside_the_folder(tmp_path: Path, record: str) -> None:
    victim, folder = tmp_path / "victim.txt", tmp_path / "信"
    victim.write_bytes(b"")
    folder.mkdir()
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (folder / RECORD).write_text(record.replace("%s", empty), "utf-8")
    run = write(made([task("p1", "研发部")], [contact("p1", "研发部", "a@corp.cn")]), folder)
    assert victim.exists() and run.letters == 1


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(UsageError):
        write(made([task("p1", "研发部")], [contact("p1", "研发部", "a@corp.cn")]), tmp_path / "x")
