"""A coordinator's folder for tests: a real master, its ledger, packets, and replies as people make them."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from xl_collab.commands import master_file, packets
from xl_collab.commands.master_file import CollectOptions, MasterFile, Report
from xl_collab.commands.reply import Reply
from xl_collab.commands.sendings import PacketOptions, make_packets
from xl_collab.commands.session import Progress, Request, Session, held, quiet
from xl_collab.exchange.gate.quarantine import folder_of, kept
from xl_collab.exchange.ledger.ledger import Ledger, Received
from xl_collab.hosts.changes import Applied
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.hosts.reading import read_book
from xl_collab.merge.outcome import Merged
from xl_collab.merge.questions import Question
from xl_collab.project.edits import SetColumn
from xl_collab.project.tables import Book
from xl_collab.schema.sheets import TRACKER

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
NOW = datetime(2023, 11, 14, 9, 30, tzinfo=UTC)
SENT = ("研发部", "市场部")
ADDRESS = {"研发部": "rd@example.com", "市场部": "marketing@example.com"}
DOCUMENT = "00000000-0000-0000-0000-000000000000"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


@dataclass
class Desk:
    """One folder: 跟踪表.xlsm, packets/, replies/."""

    folder: Path

    @property
    def master(self) -> Path:
        return self.folder / "跟踪表.xlsm"

    @property
    def replies(self) -> Path:
        return self.folder / "replies"

    @property
    def book(self) -> Book:
        return read_book(self.master)

    def packet(self, department: str = "研发部", kind: str = "任务填报") -> Path:
        return next((self.folder / "packets").glob(f"*-{department}-{kind}.xls?"))

    def send(self, *departments: str, whole: bool = False, macros: bool = False) -> None:
        session = Session(Request(self.master), NOW.date())
        options = PacketOptions(departments, None, True, whole, macros)
        make_packets(session, options, self.folder / "packets", Reply("zh", packets.WORDS))

    def value(self, row: str, column: str) -> object:
        table = self.book.tables["tracker"]
        return table.raw(column)[table.texts("id").tolist().index(row)]

    def token(self, department: str = "研发部") -> str:
        """The reply code of the first sending to a department."""
        return next(entry.token for entry in self.ledger().log() if entry.department == department)

    def asked(self) -> tuple[Question, ...]:
        """What is open now."""
        return master_of(Request(self.master), NOW).merging().looked().questions

    def ledger(self) -> Ledger:
        found = master_of(Request(self.master), NOW).ledger
        assert found is not None
        return found

    def collect(
        self, *replies: Path, yes: tuple[str, ...] = (), dry_run: bool = False, day: int = 0
    ) -> Report:
        options = CollectOptions(replies or (self.replies,), frozenset(yes))
        request = Request(self.master, dry_run=dry_run)
        return collect_replies(request, options, now=NOW + timedelta(days=day))

    def reply(
        self,
        department: str = "研发部",
        name: str = "",
        minute: int = 0,
        change: Callable[[openpyxl.Workbook, Worksheet], object] | None = None,
        *,
        whole: bool = False,
        **cells: object,
    ) -> Path:
        """The department's packet with cells of rows changed (T003__status="已完成"), saved by openpyxl."""
        source = self.packet(department, "协作工作簿" if whole else "任务填报")
        book = openpyxl.load_workbook(source, keep_vba=source.suffix == ".xlsm")
        sheet = book["跟踪表" if whole else "我的任务"]
        for key, value in cells.items():
            row, _, column = key.partition("__")
            place(sheet, row, column).value = value
        if change is not None:
            change(book, sheet)
        self.replies.mkdir(exist_ok=True)
        path = self.replies / (name or f"回复-{department}-{minute}{source.suffix}")
        book.save(path)
        stamp(path, minute)
        return path

    def mail(self, workbook: Path, sender: str, name: str = "", minute: int = 0, shown: str = "") -> Path:
        """The reply as a mail would bring it."""
        message = EmailMessage()
        message["From"], message["To"] = sender, "pmo@example.com"
        message["Subject"] = "回复：请填报"
        message["Date"] = format_datetime(NOW + timedelta(minutes=minute))
        message.set_content("见附件")
        kind = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        message.add_attachment(workbook.read_bytes(), *kind, filename=shown or workbook.name)
        path = self.replies / (name or f"{workbook.stem}.eml")
        path.write_bytes(message.as_bytes())
        return path


def master_of(request: Request, now: datetime, progress: Progress = quiet) -> MasterFile:
    """A closed master at a moment of the test's choosing."""
    return MasterFile(Session(request, now.date(), progress), now)


def unheard(_: str) -> None:
    """Nobody listens to the steps."""


def collect_replies(
    request: Request,
    options: CollectOptions,
    *,
    now: datetime,
    progress: Progress = quiet,
    step: Callable[[str], None] = unheard,
) -> Report:
    """`collect` on a closed master, at a moment of the test's choosing."""
    with held(request):
        return master_file.collect_replies(lambda: master_of(request, now, progress), options, step)


def resolve_questions(request: Request, *, now: datetime) -> tuple[Merged | None, Applied | None]:
    """`resolve`, likewise."""
    with held(request):
        return master_file.resolve_questions(master_of(request, now))


def undo_reply(request: Request, text: str, *, now: datetime) -> tuple[Received, Merged, Applied | None]:
    """`undo --reply`, likewise."""
    with held(request):
        return master_file.undo_reply(master_of(request, now), text)


def prepared(folder: Path) -> Desk:
    """A master whose rows were sent to 研发部 and 市场部, as packets and to the first one as a whole."""
    desk = Desk(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(SHIPPED, desk.master)
    desk.send(*SENT)
    return desk


def copied(desk: Desk, folder: Path) -> Desk:
    """The same desk in another folder."""
    shutil.copytree(desk.folder, folder)
    there = Desk(folder)
    Ledger.adopt(there.master, DOCUMENT, 0, now=NOW)
    return there


def place(sheet: Worksheet, row: str, column: str) -> openpyxl.cell.Cell:
    """The cell of a row (by ID, or by number for blank ones: "+1") and a column (by name)."""
    top = next(n for n in range(1, 30) if any(c.value == "编号" for c in sheet[n]))
    label = TRACKER.column(column).label.zh
    number = next(c.column for c in sheet[top] if c.value == label)
    if row.startswith("N"):
        ids = [n for n in range(top + 1, sheet.max_row + 1) if sheet.cell(n, 1).value]
        return sheet.cell(max(ids) + int(row[1:]), number)
    at = next(n for n in range(top + 1, sheet.max_row + 1) if sheet.cell(n, 1).value == row)
    return sheet.cell(at, number)


def stamp(path: Path, minute: int) -> None:
    """Set when the file says that it was changed."""
    moment = f"{NOW - timedelta(hours=2) + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}".encode()
    rewrite(path, "docProps/core.xml", lambda data: _MODIFIED.sub(rb"\g<1>" + moment, data))


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes | None]) -> None:
    """Change one part of a package, or ("*") all; None drops it."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    changed = {name: change(data) for name, data in parts.items() if part in (name, "*")}
    parts |= {name: data for name, data in changed.items() if data is not None}
    parts = {name: data for name, data in parts.items() if changed.get(name, b"") is not None}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_by_hand(desk: Desk, row: str, column: str, value: object) -> None:
    """What the owner types into the master."""
    host = FileHost(desk.master)
    table = host.read().tables["tracker"]
    at = table.rows[table.texts("id").tolist().index(row)]
    host.apply([SetColumn("tracker", column, np.array([at]), [value])])


def handed_over(desk: Desk, row: str, department: str) -> None:
    """A row gets another lead after it was sent, and goes out again: both have it as theirs."""
    write_by_hand(desk, row, "owner", department)
    desk.send(department)


def said(report: Report) -> list[tuple[str, str, str]]:
    """Open questions: kind, row, column."""
    return [(item.kind, item.cell.row, item.cell.column) for item in report.merged.result.questions]


def told(report: Report) -> list[tuple[str, str, str]]:
    """What has to be read of cells and rows: kind, row, column. Words beside them have tests of their own."""
    found = (item for item in report.merged.told if item.kind != "remark")
    return [(item.kind, item.cell.row, item.cell.column) for item in found]


def statuses(report: Report) -> list[tuple[str, str]]:
    """What became of each file, and why."""
    return [(one.status, one.reason) for one in report.merged.result.replies]


def added(report: Report) -> dict[str, dict[str, object]]:
    """Rows that were added: ID → filled cells."""
    return {row.id: dict(row.record) for row in report.merged.result.added}


def counted(report: Report) -> dict[str, int]:
    """What the closing line counts, the nil ones left out."""
    return {word: number for word, number in report.counts.items() if number}


def changed(report: Report) -> dict[tuple[str, str], object]:
    """Changed cells: (row, column) → new value."""
    return {(c.cell.row, c.cell.column): c.new for c in report.merged.result.changes}


def codes(report: Report) -> list[str]:
    """Why files were refused."""
    return [one.refusal.code for one in report.matched.rejected]


def question(report: Report, row: str, column: str) -> Question:
    """The question about one cell."""
    return next(q for q in report.merged.result.questions if (q.cell.row, q.cell.column) == (row, column))


def typed(desk: Desk, choices: dict[str, object], column: str = "选择") -> None:
    """Type into the page of questions, cell by cell, and leave the rest of the file as it is."""
    package = Package.open(desk.master)
    tab = next(s for s in package.workbook.sheets if s.name.startswith("冲突"))
    sheet = openpyxl.load_workbook(desk.master)[tab.name]
    top = next(c for row in sheet.iter_rows() for c in row if c.value == "collab_key")
    at = next(c for c in sheet[top.row] if c.value == column)
    rows = [c.row for c in sheet[top.column_letter] if c.value in choices]
    editor = SheetEditor(package.read(tab.part))
    values = [choices[sheet.cell(row, top.column).value] for row in rows]
    editor.set_cells(ColumnWrite(at.column_letter, rows, values))
    package.replace_stream(tab.part, editor.chunks())
    desk.master.write_bytes(package.save_bytes())


def refused(desk: Desk) -> str:
    """The code of the one refusal; the file is kept, with its reason in one line of both languages."""
    report = desk.collect()
    assert not report.is_clean
    assert not changed(report)
    (code,) = codes(report)
    (entry,) = kept(desk.master)
    assert entry["code"] == code
    for lang in ("zh", "en"):
        assert entry[lang]
        assert "\n" not in entry[lang]
    copy = folder_of(desk.master) / entry["kept_as"]
    assert digest(copy) == entry["sha256"]
    return code
