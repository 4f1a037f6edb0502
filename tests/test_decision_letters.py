"""From a slip to answers on record: adjust, approval, notice, minutes, enquiry, in both languages."""

from __future__ import annotations

import html
import io
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from clicking import Answers, OpenBook, on_file
from command_line import Ran
from decision_plan import AS_OF, BEFORE, DAYS, NAMES, PLAN, book, mail, named, reached, said, workbook
from mailserver import PASSWORD, USER, certificate, running
from openpyxl import load_workbook
from sending import parsed

from tools.lint.lint import lint
from xl_collab.checks.validate import findings
from xl_collab.documents.letter.change_notices import change_of_slips, changes_told, notices
from xl_collab.documents.letter.content import Letter, Post, letters as written
from xl_collab.documents.letter.for_decision import approvals, enquiries, withheld
from xl_collab.documents.letter.html import letter_html, letter_text
from xl_collab.documents.letter.matters import Notice
from xl_collab.documents.letter.sections import Look
from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import Slip
from xl_collab.project.tables import Table
from xl_collab.schema.catalogue_process import NO_ANSWER
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang, Text
from xl_collab.ui import ribbon

BY = DAYS[13]
LATE = {"T005": 4}
"""研发部 promises its prototype four working days late: over the threshold of two."""


def told(letters: tuple[Letter, ...]) -> dict[str, set[str]]:
    """Department → the rows that its letter shows."""
    found: dict[str, set[str]] = {}
    for letter in letters:
        assert isinstance(letter.matter, Notice)
        assert letter.department not in found
        found[letter.department] = {row.id for row, _ in letter.matter.rows}
    return found


def in_words(found: dict[str, set[str]], lang: Lang = "zh") -> dict[str, set[str]]:
    return {named(key, lang): rows for key, rows in found.items()}


# exactly those whom it reaches


@pytest.mark.parametrize("days", [3, 6])
def test_a_what_if_reaches_exactly_the_departments_of_the_rows_it_moves(days: int) -> None:
    project = Project(book("zh"), BEFORE)
    post = Post(project, "notice", BY, "default")
    for name in PLAN:
        change = change_of_slips(project, [Slip(name, days)])
        assert told(notices(project, [change], (), post)) == in_words(reached(name, days)), name


@pytest.mark.parametrize("name", ["T001", "T005", "T009", "T012", "T018", "T020", "T025"])
def test_a_delay_reaches_exactly_the_departments_of_the_rows_it_moves(name: str) -> None:
    project = Project(book("zh", late={name: 4}), BEFORE)
    (change,) = changes_told(project)
    found = notices(project, [change], (), Post(project, "notice", BY, "default"))
    assert told(found) == in_words(reached(name, 4))
    assert {p.email for letter in found for p in letter.to} == {mail(key) for key in reached(name, 4)}


def test_the_hand_made_plan_leaves_departments_out_and_has_slack() -> None:
    assert set(reached("T005", 4)) == {"rd", "qa", "prod", "buy", "mkt", "sales"}
    assert set(reached("T020", 1)) == {"law", "fin"}
    assert len(PLAN) == 25 and len(NAMES) == 8


def test_a_notice_can_be_kept_to_some_of_them_and_never_goes_further() -> None:
    project = Project(book("zh", late=LATE), BEFORE)
    found = notices(project, changes_told(project), ("质量部", "财务部"), Post(project, "notice", BY, "none"))
    assert list(told(found)) == ["质量部"]


def test_a_delay_without_a_new_date_says_so() -> None:
    # Monday 2026-03-23 is past the end of T005 on the 17th, and nobody has promised anything.
    project = Project(book("zh", running=True), DAYS[15])
    (change,) = changes_told(project, ["T005"])
    (letter, *_) = notices(project, [change], ("研发部",), Post(project, "notice", BY, "none"))
    text = letter_text(letter, Look("zh"))
    assert "新的完成日期尚未确定（原定 2026-03-17）" in text
    assert "告知预计完成日期" in text


# the whole way, at the command line


@pytest.fixture
def quiet_mail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XL_COLLAB_MAIL_CONFIG", str(tmp_path / "none.toml"))
    for name in [name for name in os.environ if name.startswith("XL_COLLAB_SMTP")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def drawn() -> dict[Lang, bytes]:
    return {"zh": workbook("zh", late=LATE), "en": workbook("en", late=LATE)}


def without_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer on which no LibreOffice is to be found."""
    monkeypatch.setattr("xl_collab.hosts.printing._PLACES", ())
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("XL_COLLAB_SOFFICE", raising=False)


def letters_in(folder: Path) -> list[EmailMessage]:
    return [parsed(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def plain_subject(message: EmailMessage) -> str:
    """The subject without the reply code that letters which ask for an answer end in."""
    subject, _, code = str(message["Subject"]).rpartition(" [")
    assert re.fullmatch(r"[A-Z2-7]{16}\]", code), message["Subject"]
    return subject


def files_of(message: EmailMessage) -> dict[str, bytes]:
    found = {}
    for part in message.iter_attachments():
        content = part.get_content()
        found[str(part.get_filename())] = content if isinstance(content, bytes) else content.encode()
    return found


class Played:
    """One workbook on its way through the letters."""

    def __init__(self, cli: Callable[..., Ran], path: Path, lang: Lang) -> None:
        self.cli, self.path, self.lang = cli, path, lang

    def do(self, command: str, *args: object, code: int = 0) -> str:
        ran = self.cli(command, self.path, *args)
        assert ran.code == code, (command, ran.out, ran.err)
        return ran.out + ran.err

    def send(self, kind: str, *args: object, code: int = 0) -> list[EmailMessage]:
        folder = self.path.parent / f"{kind}-{len(list(self.path.parent.iterdir()))}"
        self.do("send", "--kind", kind, "--draft", folder, *args, code=code)
        return letters_in(folder)

    def record(self, sheet: str, row: int = 0) -> dict[str, object]:
        return FileHost(self.path).read().tables[sheet].records()[row]

    def twice(self, command: str, *args: object) -> str:
        """Run a command, and see that a second run changes nothing."""
        out = self.do(command, *args)
        before = self.path.read_bytes()
        self.do(command, *args)
        assert self.path.read_bytes() == before, f"a second {command} changed something"
        return out

    def answers(self, about: str, who: str, says: str, words: str = "", *, on: int) -> str:
        """Put an answer of a day in March on record, twice."""
        more = ("--words", words) if words else ()
        return self.twice("answer", about, "--from", who, "--says", says, "--on", f"2026-03-{on}", *more)


@pytest.fixture
def play(
    cli: Callable[..., Ran], tmp_path: Path, drawn: dict[Lang, bytes], quiet_mail: None
) -> Callable[[Lang], Played]:
    def made(lang: Lang) -> Played:
        path = tmp_path / "plan.xlsx"
        path.write_bytes(drawn[lang])
        return Played(cli, path, lang)

    return made


def test_from_a_slip_to_answers_on_record(
    play: Callable[[Lang], Played],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ooxml_validate: Callable[[Path], None],
) -> None:
    p = play("zh")
    p.do("adjust")
    before = p.path.read_bytes()

    # for approval, to the superior, with the form as a PDF
    (asked,) = p.send("approval", "--about", "C001")
    assert p.path.read_bytes() == before
    assert (str(asked["To"]), asked["X-Unsent"]) == ("boss@example.com", "1")
    assert plain_subject(asked) == "【请审批】智能台灯：进度调整 C001 任务 005"
    text = text_of(asked)
    assert text.startswith("总经理：您好！")
    assert "“T005 任务 005”拟由 2026-03-17 延期至 2026-03-23（+4 个工作日）" in text
    assert "原因：" in text and "缺驱动芯片" in text
    assert "请于 2026-03-19 前批复" in text and "“批准”，或“退回”" in text
    assert "T009  任务 009\n    责任部门/人：市场部 | 原完成：2026-03-26 | 新完成：2026-04-01" in text
    files = files_of(asked)
    assert list(files) == ["智能台灯-进度调整方案-C001.pdf", "总经理-截止日期.ics"]
    printed = tmp_path / "form.pdf"
    printed.write_bytes(files["智能台灯-进度调整方案-C001.pdf"])
    shown = subprocess.run(["pdftotext", printed, "-"], capture_output=True, text=True, check=True).stdout
    assert "进度调整方案" in shown and "C001" in shown and '"draft"' not in shown

    # the answer goes into the approval block, once
    out = p.twice(
        "answer", "C001", "--from", "总经理", "--says", "批准", "--words", "同意顺延", "--on", "2026-03-17"
    )
    assert "总经理：批准 → 进度调整 C001" in out
    change = p.record("adjustments")
    assert [change[name] for name in ("status", "approved_by", "opinion")] == ["通过", "总经理", "同意顺延"]
    assert str(change["approved_on"])[:10] == "2026-03-17"

    # notice to those whom it reaches, through a real server
    wanted = in_words(reached("T005", 4))
    with running(certificate(tmp_path)) as box:
        secrets = {"HOST": "localhost", "PORT": box.port, "USER": USER, "SENDER": USER, "PASSWORD": PASSWORD}
        for name, value in secrets.items():
            monkeypatch.setenv(f"XL_COLLAB_SMTP_{name}", str(value))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
        p.do("send", "--kind", "notice", "--smtp")
    assert sorted(address for one in box.got for address in one.recipients) == sorted(
        mail(key) for key in reached("T005", 4)
    )
    by_mail = {one.recipients[0]: one.message for one in box.got}
    quality = text_of(by_mail[mail("qa")])
    assert plain_subject(by_mail[mail("qa")]) == "【延期通知】智能台灯：T005 任务 005"
    assert "由 2026-03-17 延期至 2026-03-23（+4 个工作日），已批准（2026-03-17）" in quality
    assert "“同意”，或“有异议”" in quality
    assert set(re.findall(r"^(T\d+)  ", quality, re.M)) == wanted["质量部"]
    assert (
        "T006  任务 006\n    角色：牵头 | 原完成：2026-03-19 | 新完成：2026-03-25 | 变化(工作日)：+4"
        in quality
    )
    calendar = files_of(by_mail[mail("qa")])["质量部-截止日期.ics"].decode()
    assert "DTSTART;VALUE=DATE:20260325" in calendar and "DTSTART;VALUE=DATE:20260319" in calendar

    # in force the same departments are told
    p.do("freeze")
    again = p.send("notice", "--about", "C001")
    assert {str(one["To"]) for one in again} == {mail(key) for key in reached("T005", 4)}
    p.twice(
        "answer",
        "C001",
        "--from",
        "质量部",
        "--says",
        "有异议",
        "--words",
        "T006 需 3 天",
        "--on",
        "2026-03-18",
    )
    assert p.record("adjustments")["answers"] == "【质量部】2026-03-18 有异议：T006 需 3 天"

    # minutes: a draft goes out only when that is said
    p.do("minutes")
    refused = p.do("send", "--kind", "minutes", "--draft", tmp_path / "no", code=2)
    assert "草稿" in refused and "--as-draft" in refused and not (tmp_path / "no").exists()
    (draft,) = p.send("minutes", "--as-draft")
    assert str(draft["Subject"]).startswith("【草稿】") and "尚未签发" in text_of(draft)
    assert "逾期未回复视为确认" not in text_of(draft)
    assert p.record("meetings")["objections_by"] is None
    p.do("minutes", "--issue")
    (sent,) = p.send("minutes")
    text = text_of(sent)
    assert {one.addr_spec for one in sent["To"].addresses} == {mail(key) for key in NAMES}
    assert str(sent["Cc"]) == "boss@example.com"
    assert "20260316-1  采购部改用备选供应商\n    日期：2026-03-16" in text
    assert "A001  取得供应商书面交期\n    责任部门/人：采购部 | 完成时限：2026-03-19" in text
    assert "如有异议，请于 2026-03-19 前直接回复本邮件" in text and "逾期未回复视为确认" in text
    assert_clean(files_of(sent), "智能台灯-会议纪要-20260316.xlsx", tmp_path, ooxml_validate)
    assert str(p.record("meetings")["objections_by"])[:10] == "2026-03-19"
    before = p.path.read_bytes()
    p.send("minutes")
    assert p.path.read_bytes() == before

    # answers to the minutes
    p.twice("answer", "H001", "--from", "研发部、生产部", "--says", "同意", "--on", "2026-03-17")
    p.twice(
        "answer",
        "20260316",
        "--from",
        "采购部",
        "--says",
        "有异议",
        "--words",
        "1 需财务部同意",
        "--on",
        "2026-03-18",
    )
    p.do("answer", "H001", "--says", "逾期视为确认", "--on", "2026-03-19", code=2)
    p.twice("answer", "H001", "--says", "逾期视为确认", "--on", "2026-03-20")
    lines = str(p.record("meetings")["answers"]).splitlines()
    assert lines == [
        "【市场部】2026-03-20 逾期视为确认",
        "【研发部】2026-03-17 同意",
        "【生产部】2026-03-17 同意",
        "【采购部】2026-03-18 有异议：1 需财务部同意",
        *(f"【{name}】2026-03-20 逾期视为确认" for name in ("质量部", "销售部", "财务部", "法务部")),
    ]
    p.do("answer", "H001", "--from", "采购部", "--says", "同意", "--on", "2026-03-21")
    assert "【采购部】2026-03-21 同意；2026-03-18 有异议：1 需财务部同意" in str(
        p.record("meetings")["answers"]
    )
    p.do("undo")
    assert "【采购部】2026-03-18 有异议" in str(p.record("meetings")["answers"])


def assert_clean(files: dict[str, bytes], name: str, folder: Path, validate: Callable[[Path], None]) -> None:
    """An attached page shows all that it holds, and Office has nothing to say against it."""
    path = folder / f"attached-{len(name)}.xlsx"
    path.write_bytes(files[name])
    (sheet,) = load_workbook(io.BytesIO(files[name]))
    assert not [letters for letters, column in sheet.column_dimensions.items() if column.hidden]
    assert not [c.coordinate for row in sheet for c in row if str(c.value).startswith("{")]
    validate(path)
    assert lint(path) == []


def test_the_same_in_english_without_a_program_for_pdf(
    play: Callable[[Lang], Played],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ooxml_validate: Callable[[Path], None],
) -> None:
    p = play("en")
    p.do("adjust")
    with monkeypatch.context() as alone:
        without_office(alone)
        request, asked = p.send("approval")
    assert [str(one["To"]) for one in (request, asked)] == ["boss@example.com"] * 2
    assert plain_subject(asked) == "For approval, Smart lamp: schedule change C001 Task 005"
    text = text_of(asked)
    assert text.startswith("Dear The director,")
    assert "“T005 Task 005” is to move from 2026-03-17 to 2026-03-23 (+4 workdays)." in text
    assert "No PDF could be made here; an Excel file is attached." in text
    assert_clean(files_of(asked), "Smart lamp-schedule-change-C001.xlsx", tmp_path, ooxml_validate)
    text = text_of(request)
    assert "Goal: A prototype within three months" in text and "Required finish: 2026-04-15" in text
    assert_clean(files_of(request), "Smart lamp-request-20260316.xlsx", tmp_path, ooxml_validate)

    p.twice(
        "answer",
        "request",
        "--from",
        "superior",
        "--says",
        "returned",
        "--words",
        "Budget?",
        "--on",
        "2026-03-17",
    )
    form = FileHost(p.path).read().forms["request"]
    assert (form["conclusion"], form["approver"], form["opinion"]) == ("Rejected", "The director", "Budget?")
    shown = p.do("send", "--kind", "approval", "--dry-run")
    assert "schedule change C001" in shown and "request for joint work" not in shown
    p.do(
        "answer",
        "request",
        "--from",
        "superior",
        "--says",
        "approved",
        "--words",
        "Go on",
        "--on",
        "2026-03-18",
    )
    form = FileHost(p.path).read().forms["request"]
    assert (form["conclusion"], form["opinion"]) == ("Approved", "Go on\nBudget?")

    p.do("answer", "C001", "--from", "superior", "--says", "approved")
    notice = {str(one["To"]): text_of(one) for one in p.send("notice")}
    assert set(notice) == {mail(key) for key in reached("T005", 4)}
    assert (
        "“T005 Task 005” will move from 2026-03-17 to 2026-03-23 (+4 workdays); this is approved"
        in notice[mail("buy")]
    )
    assert (
        set(re.findall(r"^(T\d+)  ", notice[mail("buy")], re.M))
        == in_words(reached("T005", 4), "en")["Purchasing"]
    )

    p.do("minutes", "--issue")
    (sent,) = p.send("minutes")
    text = text_of(sent)
    assert "20260316-1  Purchasing takes the second supplier\n    Date: 2026-03-16" in text
    assert "If you object, please reply to this mail by 2026-03-19" in text
    assert_clean(files_of(sent), "Smart lamp-minutes-20260316.xlsx", tmp_path, ooxml_validate)
    p.twice("answer", "H001", "--from", "Purchasing", "--says", "objected", "--words", "Not before May")
    assert p.record("meetings")["answers"] == "[Purchasing] 2026-03-16 Objected: Not before May"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_enquiry_is_a_row_a_department_and_answers_land_on_it(
    lang: Lang, play: Callable[[Lang], Played]
) -> None:
    p = play(lang)
    rd, prod = (named(key, lang) for key in ("rd", "prod"))
    first, second = p.send("enquiry")
    assert [str(one["To"]) for one in (first, second)] == [mail("rd"), mail("prod")]
    text = text_of(first)
    assert said("goal", lang) in text and ("□可行" in text or "□ feasible" in text)
    assert set(re.findall(r"^(T\d+)  ", text, re.M)) == {"T005", "T014", "T024", "T025"}
    rows = [p.record("enquiries", i) for i in (0, 1)]
    assert [row["department"] for row in rows] == [rd, prod]
    assert [str(rows[0][name])[:10] for name in ("asked_on", "reply_by")] == ["2026-03-16", "2026-03-19"]
    before = p.path.read_bytes()
    p.send("enquiry")
    assert p.path.read_bytes() == before
    says = {"zh": "有条件可行", "en": "conditional"}[lang]
    p.answers("enquiry", prod, says, "3 x 5", on=18)
    row = p.record("enquiries", 1)
    assert row["feasibility"] == {"zh": "有条件可行", "en": "Conditionally feasible"}[lang]
    assert (row["capacity"], str(row["answered_on"])[:10]) == ("3 x 5", "2026-03-18")
    (request,) = p.send("approval", "--about", "request", "--by", "2026-03-20")
    assert "3 x 5" in text_of(request)


def test_what_cannot_be_sent_or_recorded_says_what_to_do(play: Callable[[Lang], Played]) -> None:
    p = play("zh")
    before = p.path.read_bytes()
    for args, told_ in (
        (("send", "--kind", "approval", "--about", "C009", "--dry-run"), "没有 C009"),
        (("send", "--kind", "notice", "--about", "T001", "--dry-run"), "没有可以通知的变更"),
        (("answer", "C009", "--from", "superior", "--says", "批准"), "没有“C009”"),
        (("answer", "H001", "--from", "客服部", "--says", "同意"), "没有“客服部”"),
        (("answer", "H001", "--from", "研发部", "--says", "也许"), "不是答复"),
        (("answer", "H001", "--says", "同意"), "--from"),
        (("answer", "request", "--from", "研发部", "--says", "同意"), "征询"),
    ):
        assert told_ in p.do(*args, code=2), args
    assert p.path.read_bytes() == before


def test_a_superior_without_an_address_is_told_where_to_enter_one(
    play: Callable[[Lang], Played],
) -> None:
    p = play("zh")
    wb = load_workbook(p.path)
    cells = {cell.value: cell for row in wb["设置"].iter_rows() for cell in row}
    found = cells["上级领导邮箱"]
    wb["设置"].cell(found.row, found.column + 1).value = None
    wb.save(p.path)
    told_ = p.do("send", "--kind", "approval", "--dry-run", code=2)
    assert "上级领导（总经理）" in told_ and "“设置”的“上级领导邮箱”" in told_ and "upgrade" in told_


def test_what_has_gaps_is_withheld_from_the_superior_and_told() -> None:
    bare = book("zh", late=LATE)
    change = {"id": "C001", "task_id": "T005", "new_date": DAYS[15], "cause": "【请填写】", "status": "草拟"}
    table = replace(Table.of(SHEETS.table("adjustments"), [change]), tab="进度调整")
    forms = {**bare.forms, "request": {**bare.forms["request"], "goal": "", "feasibility": None}}
    made = Project(replace(bare, tables={**bare.tables, "adjustments": table}, forms=forms), BEFORE)
    post = Post(made, "approval", BY, "default")
    assert approvals(made, (), post) == ()
    assert [said.zh.partition("填好再")[0] for said in withheld(made)] == [
        "需求申请还没有填好，没有报批，缺：合作目标、可行性。",
        "进度调整 C001 还没有填好，没有报批，缺：原因。",
    ]
    assert len(approvals(made, (), post, unfinished=True)) == 2
    for name in ("C001", "需求申请"):
        with pytest.raises(UsageError, match="没有填好"):
            approvals(made, (name,), post)


def test_a_department_that_answered_the_enquiry_counts_as_heard() -> None:
    bare = book("zh", running=True)
    found = [one.params["names"].zh for one in findings(Project(bare, AS_OF)) if one.code == NO_ANSWER.code]
    assert found == ["研发部、生产部"]
    rows = [{"department": "研发部", "feasibility": "可行"}]
    table = replace(Table.of(SHEETS.table("enquiries"), rows), tab="可行性征询")
    heard = Project(replace(bare, tables={**bare.tables, "enquiries": table}), AS_OF)
    assert [o.params["names"].zh for o in findings(heard) if o.code == NO_ANSWER.code] == ["生产部"]


class Clicking(Answers):
    """A person who answers one question after the other."""

    def __init__(self, *chosen: int, text: Sequence[str]) -> None:
        super().__init__()
        self.chosen, self.texts = list(chosen), list(text)

    def choose(self, prompt: str, items: Sequence[str], *, many: bool) -> tuple[int, ...]:
        self.shown += items
        return (self.chosen.pop(0),)

    def text(self, prompt: str, default: str = "") -> str:
        return self.texts.pop(0) or default


def test_a_click_records_an_answer_and_takes_it_back(tmp_path: Path, drawn: dict[Lang, bytes]) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(drawn["zh"])
    opened = OpenBook(path)
    person = Clicking(1, 4, 1, text=("2026-03-17", "交期太紧"))
    said_ = ribbon.press("answer", opened, ask=person, open_session=on_file)  # type: ignore[arg-type]
    assert person.shown[:2] == ["需求申请 智能台灯", "例会 H001（2026-03-16）"]
    assert "采购部：有异议 → 例会记录 H001" in said_.text
    record = FileHost(path).read().tables["meetings"].records()[0]
    assert record["answers"] == "【采购部】2026-03-17 有异议：交期太紧"
    ribbon.press("undo", opened, ask=person, open_session=on_file)  # type: ignore[arg-type]
    assert FileHost(path).read().tables["meetings"].records()[0]["answers"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_and_text_of_every_letter_say_the_same(lang: Lang) -> None:
    made = Project(book(lang, late=LATE), BEFORE)
    hostile = '<b>x</b> & "y" ,;'
    change = replace(changes_told(made)[0], cause=Text(hostile, hostile), measures=hostile)
    found = [
        *notices(made, [change], (), Post(made, "notice", BY, "default")),
        *enquiries(made, (), Post(made, "enquiry", BY, "default")),
        *approvals(made, (), Post(made, "approval", BY, "default")),
        *written(made, "minutes", reply_by=BY).data,
    ]
    assert len(found) == 6 + 2 + 1 + 1
    for letter in found:
        page, text = letter_html(letter, Look(lang)), letter_text(letter, Look(lang))
        assert "<b>" not in page and "<a " not in page
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, re.S):
            shown = " ".join(html.unescape(cell.replace("<br>", " ")).split())
            assert shown in text, (letter.kind, shown)
        assert text.startswith(("Dear", "各位")) or "您好" in text.splitlines()[0]


def test_as_of_is_a_monday() -> None:
    assert (AS_OF.isoformat(), AS_OF.weekday()) == ("2026-03-16", 0)
