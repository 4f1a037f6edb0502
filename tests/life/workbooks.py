"""Workbooks as people handle them: the master typed into, packets filled in, mailed, saved elsewhere.

openpyxl stands for the contacts' Excel; the master is read by python-calamine and typed into by surgery, so
that nothing of it is lost.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import openpyxl
from python_calamine import CalamineWorkbook

from life.office import Reply, Row, feedback_of
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.project.edits import AppendRows, SetColumn

LABELS = {
    "id": "编号",
    "task": "主要任务",
    "due": "时间节点",
    "owner": "责任部门/人",
    "support": "配合部门",
    "status": "状态",
    "percent": "完成率",
    "actual_finish": "实际完成",
    "forecast_finish": "预计完成",
    "support_feedback": "配合反馈",
}
"""What the columns are called where people see them."""
NAMES = {"due": "deadline", "actual_finish": "actual", "forecast_finish": "forecast"}
"""Where a column of the product has another name than in a life."""
_LINE = re.compile(r"【(.+?)】(.*)")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_BY = re.compile(rb"(<cp:lastModifiedBy>)[^<]*")


def rows_of(path: Path, tab: str, departments: Sequence[str], reader: str = "") -> list[Row]:
    """The rows under the heading 编号, as a life has them; in a packet, as its reader sees them."""
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab).to_python()
    top = next(n for n, line in enumerate(cells) if "编号" in line and "主要任务" in line)
    at = {name: cells[top].index(label) for name, label in LABELS.items()}
    found = [{name: _plain(line[place]) for name, place in at.items()} for line in cells[top + 1 :]]
    return [_row(line, departments, reader) for line in found if line["task"] is not None]


def _row(line: dict[str, object], departments: Sequence[str], reader: str) -> Row:
    said = lines_of(line.pop("support_feedback"), reader)
    support = tuple(re.split("[、,，]", str(line["support"]))) if line["support"] else ()
    return line | {"support": support} | {feedback_of(d): said.get(d) for d in departments}


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.date()
    return None if value == "" else value


def lines_of(text: object, reader: str = "") -> dict[str, str]:
    """配合反馈: a line for each department, 【市场部】可以配合; a packet shows its reader's own alone."""
    matches = [_LINE.fullmatch(line) for line in str(text or "").splitlines()]
    return {match[1] if match else reader: match[2] if match else str(text) for match in matches}


def cells_of(row: Mapping[str, object], departments: Sequence[str]) -> dict[str, object]:
    """A life's row as a workbook's cells."""
    said = [f"【{d}】{row[feedback_of(d)]}" for d in departments if row.get(feedback_of(d))]
    support = row["support"]
    shared = {"support": "、".join(support) if isinstance(support, tuple) else None}
    plain = {name: row.get(name) for name in LABELS}
    return plain | shared | {"support_feedback": "\n".join(said) or None}


def write_master(path: Path, rows: Sequence[Row], departments: Sequence[str]) -> None:
    """Make the tracker hold just these rows, cell by cell, as somebody does who types into Excel."""
    wanted = [cells_of(row, departments) for row in rows]
    there = FileHost(path).read().tables["tracker"].rows
    if len(wanted) > len(there):
        added = [{"id": f"新{n}", "task": "新"} for n in range(len(wanted) - len(there))]
        FileHost(path).apply([AppendRows("tracker", tuple(added))])
        there = FileHost(path).read().tables["tracker"].rows
    blank = [dict.fromkeys(LABELS)] * (len(there) - len(wanted))
    FileHost(path).apply(
        SetColumn(
            "tracker", NAMES.get(name, name), np.array(there), [line[name] for line in [*wanted, *blank]]
        )
        for name in LABELS
    )


def type_in(path: Path, tab: str, key_heading: str, typed: Mapping[tuple[str, str], object]) -> None:
    """Type into a sheet of the master: (key of the row, heading of the column) → what."""
    package = Package.open(path)
    sheet = next(s for s in package.workbook.sheets if s.name.startswith(tab))
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet.name)
    lines = cells.to_python(skip_empty_area=False)
    top = next(n for n, line in enumerate(lines) if key_heading in line)
    keys = [line[lines[top].index(key_heading)] for line in lines]
    editor = SheetEditor(package.read(sheet.part))
    for (key, heading), value in typed.items():
        letter = openpyxl.utils.get_column_letter(lines[top].index(heading) + 1)
        editor.set_cells(ColumnWrite(letter, [keys.index(key) + 1], [value]))
    package.replace_stream(sheet.part, editor.chunks())
    path.write_bytes(package.save_bytes())


def filled(packet: Path, reply: Reply, shown: Sequence[Row]) -> bytes:
    """The packet as its reader sends it back: what differs from what it showed is typed into 我的任务."""
    book = openpyxl.load_workbook(packet)
    sheet = book["我的任务"]
    top = next(n for n in range(1, 30) if any(c.value == "编号" for c in sheet[n]))
    at = {cell.value: cell.column for cell in sheet[top]}
    places = {sheet.cell(n, 1).value: n for n in range(top + 1, sheet.max_row + 1) if sheet.cell(n, 1).value}
    last = max(places.values(), default=top)
    for row in reply.rows:
        old = next(one for one in shown if one["id"] == row["id"])
        for name in row.keys() & old.keys():
            if row[name] != old[name]:
                label = LABELS[name.partition("@")[0]]
                sheet.cell(places[row["id"]], at[label]).value = row[name]
    for new in reply.new:
        sheet.cell(last + new.line, at["编号"]).value = new.typed_id or None
        sheet.cell(last + new.line, at["主要任务"]).value = new.task
    gone = [places[one["id"]] for one in shown if one["id"] not in [row["id"] for row in reply.rows]]
    for number in sorted(gone, reverse=True):
        sheet.delete_rows(number)
    stream = io.BytesIO()
    book.save(stream)
    return stamped(stream.getvalue(), reply.stamp, reply.clock)


def stamped(workbook: bytes, seconds: float, by: str) -> bytes:
    """When and by whom the file says that it was changed last."""
    moment = f"{moment_of(seconds):%Y-%m-%dT%H:%M:%SZ}".encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "docProps/core.xml":
                data = _BY.sub(rb"\g<1>" + by.encode(), _MODIFIED.sub(rb"\g<1>" + moment, data))
            new.writestr(item, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def moment_of(seconds: float) -> dt.datetime:
    """A moment of a life: it begins on the morning of the sample's data date."""
    return dt.datetime(2023, 11, 13, 9, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)


def mail_with(workbook: bytes, name: str, sender: str, seconds: float) -> bytes:
    """The reply as the mail server brings it."""
    message = EmailMessage()
    moment = format_datetime(moment_of(seconds))
    message["Received"] = f"from client by mail.example.com; {moment}"
    message["From"], message["To"], message["Subject"] = sender, "pmo@example.com", "回复：请填报"
    message["Date"] = moment
    message.set_content("见附件")
    kind = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    message.add_attachment(workbook, *kind, filename=name)
    return message.as_bytes()
