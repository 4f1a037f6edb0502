"""The same life with files: the real command line over a workbook, packets that people fill in, mails.

The player knows the master as rows; what it changes there is typed into the workbook, and after each command
the rows are read back. `Said` is the one place that knows the JSON of `collect`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from life.office import STATUSES, Outcome, Packet, Question, Reply, Row, Told, columns_of
from life.workbooks import (
    NAMES,
    filled,
    mail_with,
    moment_of,
    rows_of,
    stamped,
    type_in,
    write_master,
)
from xl_collab.commands import master_file, sendings
from xl_collab.hosts.file import FileHost
from xl_collab.project.edits import SetColumn
from xl_collab.ui.cli import main

SHIPPED = Path(__file__).parents[2] / "workbook" / "collab_tracker.xlsm"
DEPARTMENTS = ("研发部", "市场部", "生产部", "销售部")
_ADDRESS = {"研发部": "rd", "市场部": "marketing", "生产部": "production", "销售部": "sales"}
_RID = re.compile(r"r\d+")
Resave = Callable[[bytes], bytes]


class _Clock(dt.datetime):
    """The hour that a life has come to."""

    moment = dt.datetime(2023, 11, 13, 9, tzinfo=dt.UTC)

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        return cls.moment.astimezone(tz)


@contextlib.contextmanager
def _at(seconds: float) -> Iterator[None]:
    """Commands run at this hour of the life: months of mail are played in a minute."""
    _Clock.moment = moment_of(seconds)
    with patch.object(master_file, "utc_now", _Clock.now), patch.object(sendings, "datetime", _Clock):
        yield


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def in_process(*args: object) -> Ran:
    """Run the command line here."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(arg) for arg in args])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


@dataclass
class FileOffice:
    """A folder with a master, its packets and replies, driven through the command line.

    `resave` is a program that some replies go through on their way, by their number.
    """

    rows: list[Row]
    folder: Path
    resave: Mapping[int, Resave] = field(default_factory=dict)
    run: Callable[..., Ran] = in_process
    departments: Sequence[str] = DEPARTMENTS

    def __post_init__(self) -> None:
        self.master = self.folder / "跟踪表.xlsm"
        self.now, self.runs = 0.0, 0
        self.packets: dict[int, tuple[Packet, Path]] = {}
        self.workbooks: dict[str, bytes] = {}
        self.asked: list[Question] = []
        self.lines: dict[str, list[tuple[str, object]]] = {}
        self.heard: set[tuple[object, ...]] = set()
        shutil.copy(SHIPPED, self.master)
        self._prepare()
        self._write()
        self._read()

    def _prepare(self) -> None:
        """The sample without what would answer for the departments, and with two contacts in each."""
        host = FileHost(self.master)
        book = host.read()
        contacts, tracker = book.tables["contacts"], book.tables["tracker"]
        names = contacts.texts("department").tolist()
        mails = ["；".join(self._addresses(n)) if n in _ADDRESS else None for n in names]
        free = ("predecessors", "planned_start", "feedback", "note")
        host.apply(
            [
                SetColumn("contacts", "email", np.array(contacts.rows), mails),
                *(SetColumn("tracker", c, np.array(tracker.rows), [None] * len(tracker.rows)) for c in free),
            ]
        )

    def _addresses(self, dept: str) -> list[str]:
        return [f"{_ADDRESS[dept]}{n}@example.com" for n in (1, 2)]

    def _command(self, *args: object, fine: Sequence[int] = (0, 1)) -> Ran:
        with _at(self.now):
            ran = self.run(*args)
        assert ran.code in fine, f"{args} ended with {ran.code}\n{ran.out[-2000:]}{ran.err[-2000:]}"
        return ran

    def _write(self) -> None:
        write_master(self.master, self.rows, self.departments)
        self.known = [dict(row) for row in self.rows]

    def _read(self) -> None:
        """Take the rows as they are now; a row that has kept its number is the same one."""
        marks = {row["id"]: row for row in self.rows}
        found = rows_of(self.master, "跟踪表", self.departments)
        rows = [marks.get(row["id"], {}) for row in found]
        for row, new in zip(rows, found, strict=True):
            row.update(new)
        self.rows[:] = rows
        self.known = [dict(row) for row in rows]

    def _typed(self) -> None:
        if self.rows != self.known:
            self._write()

    def send(self, dept: str, now: float) -> Packet:
        """`packets`."""
        self.now = now
        self._typed()
        folder = self.folder / f"packets-{len(self.packets) + 1}"
        self._command("packets", self.master, "-o", folder, "--to", dept)
        self._read()
        paths = list(folder.glob("*.xlsx"))
        shown = rows_of(paths[0], "我的任务", self.departments, dept) if paths else []
        mine = {row["id"]: row for row in self.rows}
        rows = [{**mine[row["id"]], **row} for row in shown]
        packet = Packet(len(self.packets) + 1, dept, now, rows)
        self.packets[packet.no] = packet, paths[0] if paths else folder
        return packet

    def collect(self, replies: list[Reply], now: float) -> Outcome:
        """`collect` over a folder in which the files lie in this order."""
        self.now = now
        self._typed()
        self.runs += 1
        folder = self.folder / f"replies-{self.runs}"
        folder.mkdir()
        for n, reply in enumerate(replies):
            self._put(reply, folder, n)
        return self._collected(folder, replies)

    def _collected(self, folder: Path, replies: Sequence[Reply]) -> Outcome:
        ran = self._command("collect", self.master, folder, "--json")
        self._read()
        said = Said(json.loads(ran.out), self.rows, [packet for packet, _ in self.packets.values()])
        assert not said.rejected, said.rejected
        self.asked, self.lines = said.questions(), said.lines
        claims = list(self._claims(replies))
        told = [said.told(claim, again=claim.words in self.heard) for claim in claims]
        self.heard |= {claim.words for claim in claims}
        return Outcome([*said.about_rows(), *told])

    def _claims(self, replies: Sequence[Reply]) -> Iterator[Claim]:
        """What differs in each reply from what was sent."""
        for reply in replies:
            packet = self.packets[reply.packet][0]
            back = {row["id"]: row for row in reply.rows}
            for shown in packet.rows:
                row = back.get(shown["id"], shown)
                for column in columns_of(self.departments):
                    yield Claim(reply.rid, packet.no, shown, column, row[column])

    def _put(self, reply: Reply, folder: Path, n: int) -> None:
        packet, _ = self.packets[reply.packet]
        name = f"{n:02}-回复-{packet.dept}-{reply.rid}.xlsx"
        workbook = self._workbook(reply)
        if reply.clock == "server":
            sender = self._addresses(packet.dept)[int(reply.rid[1:]) % 2]
            mail = mail_with(workbook, name, sender, reply.stamp)
            (folder / name).with_suffix(".eml").write_bytes(mail)
        else:
            (folder / name).write_bytes(workbook)

    def _workbook(self, reply: Reply) -> bytes:
        """The file, the same bytes whenever it comes again."""
        if reply.rid not in self.workbooks:
            packet, path = self.packets[reply.packet]
            data = filled(path, reply, packet.rows)
            resave = self.resave.get(len(self.workbooks))
            if resave:
                data = stamped(resave(data), reply.stamp, reply.clock)
            self.workbooks[reply.rid] = data
        return self.workbooks[reply.rid]

    def questions(self) -> list[Question]:
        return self.asked

    def look(self) -> None:
        """`collect` over an empty folder."""
        self._typed()
        self.runs += 1
        empty = self.folder / f"replies-{self.runs}"
        empty.mkdir()
        self._collected(empty, [])

    def answer(self, key: str, pick: str, value: object = None) -> None:
        """Choose on 冲突, then `resolve`."""
        self._typed()
        lines = self.lines[key]
        line = next((line for line, theirs in lines if pick == "theirs" and theirs == value), lines[0][0])
        typed: dict[tuple[str, str], object] = {(line, "选择"): "用对方" if pick == "theirs" else "保留本表"}
        if pick == "other" and value is not None:
            words = value.isoformat() if isinstance(value, dt.date) else value
            typed = {(line, "选择"): "另填", (line, "另填的值"): words}
        type_in(self.master, "冲突", "collab_key", typed)
        self._command("resolve", self.master, "--json")
        self._read()
        self.look()

    def undo(self, rid: str) -> Outcome:
        """`undo --reply`; a reply that has written nothing is refused."""
        self._typed()
        sha = hashlib.sha256(self.workbooks[rid]).hexdigest()
        self._command("undo", self.master, "--reply", sha, fine=(0, 1, 2))
        self._read()
        self.look()
        return Outcome()


@dataclass(frozen=True)
class Claim:
    """A cell of a reply: the row as it was sent, and what came back there."""

    rid: str
    packet: int
    shown: Row
    column: str
    value: object

    @property
    def words(self) -> tuple[object, ...]:
        """What is the same where a copy is mailed once more."""
        return self.packet, self.shown["_uid"], self.column, self.value


class Said:
    """What `collect --json` says, in a life's words."""

    def __init__(self, payload: dict[str, Any], rows: Sequence[Row], sent: Sequence[Packet]):
        self.payload, self.rows = payload, rows
        self.rejected = payload["rejected"]
        self.sent = [row for packet in reversed(sent) for row in packet.rows]
        self.lines: dict[str, list[tuple[str, object]]] = defaultdict(list)
        """Key of a question → its lines on 冲突, by their keys, and what is theirs there."""

    def about_rows(self) -> Iterator[Told]:
        """Lines about a row as a whole, told of the reply that its file names."""
        for line in self.payload["told"]:
            if not line["column"]:
                for rid in _RID.findall(line["file"]):
                    yield Told("told", self._uid(line), None, line["value"], rid)

    def told(self, claim: Claim, again: bool) -> Told:
        """What has become of one cell of a reply: "" where nothing says so. `again`: it was told before."""
        uid = claim.shown["_uid"]
        assert isinstance(uid, int)
        return Told(self._kind(claim, uid, again), uid, claim.column, claim.value, claim.rid)

    def _kind(self, claim: Claim, uid: int, again: bool) -> str:
        cell = uid, claim.column
        for line in self.payload["told"]:
            if self._cell(line) == cell and claim.rid in _RID.findall(line["file"]):
                return "told"
        if any(self._is(line, "new", claim.value, cell) for line in self.payload["changes"]):
            return "applied"
        if any(self._is(line, "theirs", claim.value, cell) for line in self.payload["open"]):
            return "asked"
        if any(row.get("_uid") == uid and row[claim.column] == claim.value for row in self.rows):
            return "same"
        counts = self.payload["counts"]
        return "same" if again and counts["same"] else "corrected" if counts["corrected"] else ""

    def _is(self, line: Mapping[str, Any], name: str, value: object, cell: tuple[int, str]) -> bool:
        return self._cell(line) == cell and _value(line["column"], line[name]) == value

    def _cell(self, line: Mapping[str, Any]) -> tuple[int | None, str | None]:
        return self._uid(line), _column(line["column"])

    def questions(self) -> list[Question]:
        """What is open; lines of one group are one question."""
        found: dict[tuple[object, ...], Question] = {}
        for line in self.payload["open"]:
            key, column = line["group"] or line["key"], line["column"]
            theirs = _value(column, line["theirs"])
            self.lines[key].append((line["key"], theirs))
            uid, dept, master = self._uid(line), line["department"], _value(column, line["master"])
            old = found.get((key, uid, column, dept))
            every = (*old.theirs, theirs) if old else (theirs,)
            found[key, uid, column, dept] = Question(key, uid, _column(column) or "", dept, master, every)
        return list(found.values())

    def _uid(self, line: Mapping[str, Any]) -> int | None:
        """The row by its number today; one that is gone by a number that it had."""
        found = [row["_uid"] for row in self.rows if "_uid" in row and row["id"] == line["id"]]
        if not line["id"]:
            there = {row.get("_uid") for row in self.rows}
            gone = [row for row in self.sent if row["_uid"] not in there]
            name = line["row"].partition("~")[0]  # a row that came when its number belonged to another one
            found = [row["_uid"] for row in gone if _folded(row["id"]) == name]
        uid = next(iter(found), None)
        return uid if isinstance(uid, int) else None


def _folded(number: object) -> str:
    return str(number).lower()


_STATUS = dict(zip(("not_started", "in_progress", "done", "paused", "cancelled"), STATUSES, strict=True))
_BACK = {theirs: ours for ours, theirs in NAMES.items()}


def _column(name: str | None) -> str | None:
    return _BACK.get(name, name) if name else None


def _value(column: str | None, value: object) -> object:
    """In JSON dates are ISO texts, and a status is named in English."""
    if column == "status":
        return _STATUS.get(str(value), value)
    if column in ("actual", "forecast") and isinstance(value, str):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(value)
    return value
