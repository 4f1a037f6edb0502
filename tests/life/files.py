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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from life.office import Outcome, Packet, Question, Reply, Row, Told
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
from xl_collab.faces import collecting, mailing
from xl_collab.faces.cli.app import main
from xl_collab.hosts.file import FileHost
from xl_collab.model.edits import SetColumn

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
    with patch.object(collecting, "utc_now", _Clock.now), patch.object(mailing, "datetime", _Clock):
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
        shown = rows_of(paths[0], "我的任务", self.departments) if paths else []
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
        packets = [packet for packet, _ in reversed(self.packets.values())]
        said = Said(json.loads(ran.out), self.rows, packets, [reply.rid for reply in replies])
        assert not said.rejected, said.rejected
        self.asked = said.questions()
        return Outcome(said.told())

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
            data = filled(path, reply, packet.rows, packet.dept)
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
        one = next(q for q in self.asked if q.key == key)
        typed: dict[tuple[str, str], object] = {(key, "选择"): "保留本表"}
        if pick == "theirs" and len(one.theirs) == 1:
            typed = {(key, "选择"): "用对方"}
        elif pick != "master" and value is not None:
            words = value.isoformat() if isinstance(value, dt.date) else value
            typed = {(key, "选择"): "另填", (key, "另填的值"): words}
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


class Said:
    """What `collect --json` says, in a life's words."""

    def __init__(
        self, payload: dict[str, Any], rows: Sequence[Row], sent: Sequence[Packet], rids: Sequence[str]
    ):
        self.payload, self.rids = payload, rids
        self.rows = [*rows, *(row for packet in sent for row in packet.rows)]
        self.rejected = payload["rejected"]

    def told(self) -> list[Told]:
        """A line for each cell of each reply."""
        return [
            Told(t["kind"], self._uid(t), _column(t["column"]), _value(t["column"], t["value"]), rid)
            for t in self.payload["told"]
            for rid in _RID.findall(t["file"] or "")
        ]

    def questions(self) -> list[Question]:
        """What is open."""
        return [
            Question(
                q["key"],
                self._uid(q),
                _column(q["column"]) or "",
                q["department"],
                _value(q["column"], q["master"]),
                tuple(_value(q["column"], value) for value in q["theirs"]),
            )
            for q in self.payload["questions"]
        ]

    def _uid(self, said: Mapping[str, Any]) -> int | None:
        """The row: by its number where that is still its, else by its words."""
        known = [r for r in self.rows if str(r["id"]).lower() == str(said["id"]).lower()]
        alike = [r for r in known or self.rows if said.get("task") in (None, r["task"])]
        uid = (alike or known or [{}])[0].get("_uid")
        return uid if isinstance(uid, int) else None


_BACK = {theirs: ours for ours, theirs in NAMES.items()}


def _column(name: str | None) -> str | None:
    return None if name is None else _BACK.get(name, name)


def _value(column: str | None, value: object) -> object:
    """Dates are ISO texts in JSON."""
    if column in ("actual", "forecast") and isinstance(value, str):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(value)
    return value
