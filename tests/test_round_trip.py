"""Out by mail and back with real programs: a mail server, LibreOffice at the departments, the real master.

`send` mails packets through a server on this computer; each department edits its attachment in LibreOffice
as people do (tests/office_clerk.py) and replies through the server; `collect` merges the mails.
"""

from __future__ import annotations

import json
import shutil
import smtplib
import ssl
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

import pytest
from collect_desk import ADDRESS, SHIPPED, Desk, changed, counted, said
from mailserver import PASSWORD, USER, Box, certificate, running

from xl_collab.commands.master_file import Report
from xl_collab.hosts.printing import find_soffice
from xl_collab.project.tables import CellFormula
from xl_collab.ui.cli import main

CLERK = Path(__file__).with_name("office_clerk.py")
DEPARTMENTS = {
    "研发部": "rd@example.com",
    "市场部": "marketing@example.com",
    "生产部": "production@example.com",
    "销售部": "sales@example.com",
}
STEPS: dict[str, list[list[object]]] = {
    # The lead fills in its rows as it types, and adds a task below them.
    "研发部": [
        ["type", "T004", "完成率", "90%"],
        ["type", "T004", "部门反馈", "已填"],
        ["type", "T005", "预计完成", "2024-01-05"],
        ["type", "T003", "状态", "进行中"],
        ["new", 1, "主要任务", "补做跌落试验"],
        ["new", 1, "责任部门/人", "研发部"],
    ],
    # This one takes the protection off, sorts, inserts a row, hides one, renames the tab, and meddles.
    "市场部": [
        ["unprotect"],
        ["sort", "编号"],
        ["insert", "T004"],
        ["type", "T006", "状态", "进行中"],
        ["type", "T006", "完成率", "0.2"],
        ["type", "T004", "部门反馈", "需协助"],
        ["type", "T004", "配合反馈", "推广排期已留出"],
        ["type", "T005", "完成率", "100%"],
        ["hide", "T001"],
        ["rename", "市场部填报"],
    ],
    "生产部": [],  # opened and saved, nothing else
}
INTENDED = {
    ("t004", "percent"): 0.9,
    ("t004", "feedback"): "filled",
    ("t004", "support_feedback@市场部"): "推广排期已留出",
    ("t005", "forecast"): date(2024, 1, 5),
    ("t003", "status"): "in_progress",
    ("t006", "status"): "in_progress",
    ("t006", "percent"): 0.2,
}
FOREIGN = {
    "customXml/item1.xml": b"<a xmlns='urn:somebody'>1</a>",
    "xl/media/logo.png": b"\x89PNG somebody's",
}


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Report, dict[str, bytes]]:
    """The whole way once: the desk after collecting, the report, and the master's parts before it."""
    office = find_soffice()
    if office is None or shutil.which("python3", path="/usr/bin") is None:
        pytest.skip("LibreOffice with Python is not installed")
    folder = tmp_path_factory.mktemp("round")
    desk = Desk(folder)
    shutil.copy(SHIPPED, desk.master)
    with zipfile.ZipFile(desk.master, "a") as archive:
        for name, data in FOREIGN.items():
            archive.writestr(name, data)
    before = parts(desk.master)
    pem = certificate(folder)
    with running(pem) as box:
        _send(desk, box, pem)
        _edit(desk, box, str(office), folder)
        _answer(desk, box, pem)
    return desk, desk.collect(), before


def parts(path: Path) -> dict[str, bytes]:
    """Every part of a package."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _send(desk: Desk, box: Box, pem: Path) -> None:
    """The coordinator's command."""
    values = {"HOST": "localhost", "PORT": str(box.port), "USER": USER, "SENDER": USER, "PASSWORD": PASSWORD}
    with pytest.MonkeyPatch.context() as patch:
        for name, text in values.items():
            patch.setenv(f"XL_COLLAB_SMTP_{name}", text)
        patch.setenv("XL_COLLAB_MAIL_CONFIG", str(desk.folder / "none.toml"))
        patch.setenv("SSL_CERT_FILE", str(pem))
        to = [part for name in DEPARTMENTS for part in ("--to", name)]
        with pytest.raises(SystemExit) as ended:
            main(["send", str(desk.master), "--smtp", *to])
        assert not ended.value.code


def _edit(desk: Desk, box: Box, office: str, folder: Path) -> None:
    """What each department does with the workbook that came."""
    jobs = []
    for mail in box.got:
        department = next(d for d, address in DEPARTMENTS.items() if address in mail.recipients)
        workbook = next(a for a in mail.message.iter_attachments() if str(a.get_filename()).endswith(".xlsx"))
        source = folder / f"收到-{department}.xlsx"
        source.write_bytes(workbook.get_content())
        if department not in STEPS:
            _resave(source, folder / f"填好-{department}.xlsx")
            continue
        target = folder / f"填好-{department}.xlsx"
        tab = "我的任务"
        jobs.append({"source": str(source), "target": str(target), "tab": tab, "steps": STEPS[department]})
    listed = folder / "jobs.json"
    listed.write_text(json.dumps(jobs, ensure_ascii=False), encoding="utf-8")
    command = ["/usr/bin/python3", str(CLERK), office, str(folder / "profile"), str(listed)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]


def _resave(source: Path, target: Path) -> None:
    """Opened and saved by openpyxl."""
    import openpyxl

    openpyxl.load_workbook(source).save(target)


def _answer(desk: Desk, box: Box, pem: Path) -> None:
    """Each department replies to its mail with the workbook attached; the coordinator saves the mails."""
    asked = list(box.got)
    context = ssl.create_default_context(cafile=str(pem))
    for mail in asked:
        department = next(d for d, address in DEPARTMENTS.items() if address in mail.recipients)
        with smtplib.SMTP("localhost", box.port) as server:
            server.starttls(context=context)
            server.login(USER, PASSWORD)
            server.send_message(_reply_to(mail.message, department, desk.folder))
    desk.replies.mkdir()
    for number, mail in enumerate(box.got[len(asked) :]):
        (desk.replies / f"{number}.eml").write_bytes(mail.data)


def _reply_to(asked: EmailMessage, department: str, folder: Path) -> EmailMessage:
    reply = EmailMessage()
    reply["From"], reply["To"] = f"接口人 <{DEPARTMENTS[department]}>", USER
    reply["Subject"], reply["Date"] = f"回复: {asked['Subject']}", formatdate()
    reply["In-Reply-To"], reply["Message-ID"] = str(asked["Message-ID"]), make_msgid()
    reply.set_content("已填，见附件。")
    kind = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    data = (folder / f"填好-{department}.xlsx").read_bytes()
    reply.add_attachment(data, *kind, filename=f"任务填报-{department}.xlsx")
    return reply


Post = tuple[Desk, Report, dict[str, bytes]]


def test_every_reply_is_recognised_by_code_and_sender(post: Post) -> None:
    _, report, _ = post
    statuses = {(s.who.department, s.who.sender, s.status) for s in report.merged.result.replies}
    assert statuses == {
        (name, address, "merged" if STEPS.get(name) else "untouched") for name, address in DEPARTMENTS.items()
    }
    assert not report.matched.rejected


def test_the_master_holds_exactly_the_intended_changes(post: Post) -> None:
    desk, report, _ = post
    assert changed(report) == INTENDED
    old, new = (_cells(path, desk) for path in (SHIPPED, desk.master))
    labels = {"in_progress": "进行中", "filled": "已填", "推广排期已留出": "【市场部】推广排期已留出"}
    wanted = {
        (row.upper(), name.partition("@")[0]): labels.get(str(v), v) for (row, name), v in INTENDED.items()
    }
    assert {at: new[at] for at in old if new[at] != old[at]} == wanted
    # The row that 研发部 added got the next number at once.
    filled = {name: value for (row, name), value in new.items() if row == "T007" and value is not None}
    assert filled == {"id": "T007", "task": "补做跌落试验", "owner": "研发部"}
    assert {row for row, _ in set(new) - set(old)} == {"T007"}


def _cells(path: Path, desk: Desk) -> dict[tuple[str, str], object]:
    """Every entered or computed cell of the tracker that is no formula."""
    from xl_collab.hosts.reading import read_book

    table = read_book(path).tables["tracker"]
    names = [c.name for c in table.sheet.columns if c.computed != "formula"]
    return {
        (str(record["id"]), name): record[name]
        for record in table.records()
        for name in names
        if not isinstance(record[name], CellFormula)
    }


def test_what_nobody_may_do_unasked_waits_with_all_values(post: Post) -> None:
    _, report, _ = post
    assert sorted((kind, column) for kind, _, column in said(report)) == [
        ("trespass", "feedback"),
        ("trespass", "percent"),
    ]
    trespass = next(q for q in report.merged.result.questions if q.cell.column == "percent")
    assert (trespass.base, trespass.master, trespass.theirs) == (0.35, 0.35, 1)
    assert (trespass.who.department, trespass.who.sender) == ("市场部", ADDRESS["市场部"])
    assert counted(report) == {"applied": len(INTENDED) + 1, "asked": 2}


def test_untouched_packets_saved_by_libreoffice_and_openpyxl_change_nothing(post: Post) -> None:
    _, report, _ = post
    result = report.merged.result
    read = [notice for notice in result.notices if notice.kind != "remark_noted"]  # 见附件
    everything = [*result.changes, *result.added, *result.questions, *read]
    assert everything
    assert [item for item in everything if item.who.department in ("生产部", "销售部")] == []


def test_every_foreign_part_is_byte_identical(post: Post, ooxml_validate: Callable[[Path], None]) -> None:
    desk, _, before = post
    after = parts(desk.master)
    written = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}
    different = {name for name in before if after.get(name) != before[name]} - written
    sheets = {name for name in different if name.startswith("xl/worksheets/sheet")}
    assert len(sheets) == 3  # 跟踪表, _meta, and 首页 with the next step
    assert different - sheets <= {name for name in before if name.startswith("xl/tables/")}
    assert {name: after[name] for name in FOREIGN} == FOREIGN
    assert "xl/vbaProject.bin" not in different


def test_collecting_the_same_mails_again_is_no_change(post: Post) -> None:
    desk, _, _ = post
    before = desk.master.read_bytes()
    again = desk.collect(day=1)
    assert len(again.matched.repeats) == len(DEPARTMENTS)
    assert desk.master.read_bytes() == before
