"""Opening somebody else's tracker for `import`: judged by its bytes, read in a capped process with its looks.

What a file is, its content says, never its name. Values that were read before the process died of the looks
are taken, and the book says what was not seen. What may not enter: what headings, rows and colours mean.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from xl_collab.child_process import python_module
from xl_collab.errors import Encrypted, NotAWorkbook
from xl_collab.exchange.gate import wire
from xl_collab.exchange.gate.annotations import MOST
from xl_collab.exchange.gate.child import Caps, Ended, Ran, run_capped
from xl_collab.exchange.gate.container import Member, PartScan, Unpacker, open_container
from xl_collab.exchange.gate.filetypes import check_type, company_encryption
from xl_collab.exchange.gate.gate import package_type
from xl_collab.exchange.gate.limits import MB, Limits
from xl_collab.exchange.gate.refusals import FileRefused, Refusal, one_line, refuse, several_lines, stopped
from xl_collab.exchange.gate.wire import Garbled, Tagged
from xl_collab.hosts.foreign import TEXT_SUFFIXES, file_bytes, read_text
from xl_collab.hosts.ooxml import refusals
from xl_collab.importing.columns import ForeignBook, ForeignSheet
from xl_collab.importing.looks import Looks
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.words import Text, t

IMPORTED = Limits(
    file_bytes=200 * MB,
    part_bytes=512 * MB,
    total_bytes=768 * MB,
    cells=6_000_000,
    filled=3_000_000,
    rows=1_048_576,
    strings=2_000_000,
    seconds=90.0,
    cpu_seconds=40,
    memory=1024 * MB,
    output=256 * MB,
)
"""Bounds for a file that the coordinator chose: as for replies, but a whole department's list fits."""

UNSEEN: Mapping[str, Text] = {
    "xls": t(
        "旧版 .xls：只读到值和合并单元格；颜色、删除线、批注、隐藏行和错误值没有看到",
        "An old .xls: only values and merged cells were read; colours, strike-through, comments, hidden rows "
        "and error values were not seen",
    ),
    "xlsb": t(
        "二进制 .xlsb：只读到值；颜色、删除线、批注、隐藏行、合并单元格和错误值没有看到",
        "A binary .xlsb: only values were read; colours, strike-through, comments, hidden rows, merged cells "
        "and error values were not seen",
    ),
    "ods": t(
        "OpenDocument 表格：读到值、合并单元格、批注和隐藏行；颜色和删除线没有看到",
        "An OpenDocument sheet: values, merged cells, comments and hidden rows were read; colours and "
        "strike-through were not seen",
    ),
    "strict": t(
        "“Strict Open XML”格式：只读到值和合并单元格；颜色、删除线、批注和隐藏行没有看到。"
        "另存为普通 .xlsx 再导入就看得到",
        "A “Strict Open XML” workbook: only values and merged cells were read; colours, strike-through, "
        "comments and hidden rows were not seen. Save it as a normal .xlsx and import that to have them seen",
    ),
    "damaged": t(
        "文件有损坏，只读到值：请核对；颜色、删除线、批注和隐藏行没有看到。在 Excel 中另存后再导入就看得到",
        "The file is damaged and only its values were read: please check them; colours, strike-through, "
        "comments and hidden rows were not seen. Save it in Excel and import that to have them seen",
    ),
    "big": t(
        "表格太大，颜色、删除线和隐藏行没有看；只留要导入的工作表和行再导入就看得到",
        "The workbook is too big for its colours, strike-through and hidden rows to be looked at; keep only "
        "the sheet and rows to be imported to have them seen",
    ),
    "broken": t(
        "格式读不出来，颜色、删除线和隐藏行没有看到。在 Excel 中另存后再导入就看得到",
        "Its formats cannot be read: colours, strike-through and hidden rows were not seen. Save it in Excel "
        "and import that to have them seen",
    ),
    "notes": t(
        "有的批注、图形或页眉读不出来，没有看到",
        "Some comments, shapes or headers cannot be read and were not seen",
    ),
    "many": t(
        "批注、图形和页眉很多，只看了前 1,000 处",
        "There are many comments, shapes and headers: only the first 1,000 were looked at",
    ),
    "stopped": t(
        "读样式超出时间或内存上限，已停止：颜色、删除线、批注和隐藏行没有看到，值已读全",
        "Reading the styles met a cap of time or memory and was stopped: colours, strike-through, comments "
        "and hidden rows were not seen; all values were read",
    ),
}
MOST_LOOKED_AT = 400_000
"""Cells of a workbook, blank ones too, up to which its looks are read: openpyxl takes seconds for them."""
_XLS_BEGINS = b"\x09\x08\x10\x00\x00\x06\x05\x00"
"""How the workbook's own records begin in an .xls."""
_FILEPASS = 0x2F
_BY_TYPE = {
    "type-xls": "xls",
    "type-xlsb": "xlsb",
    "type-ods": "ods",
    "type-csv": "text",
    "type-text": "text",
}


def open_foreign(path: str | Path, limits: Limits = IMPORTED) -> ForeignBook:
    """Read a workbook (.xlsx, .xlsm, .xls, .xlsb, .ods) or a text table for import; never writes.

    Raises NotAWorkbook or Encrypted, each with what to do.
    """
    path = Path(path)
    data = file_bytes(path)
    try:
        return _opened(path, data, limits)
    except FileRefused as error:
        raise _said(error.refusal) from error


def _opened(path: Path, data: bytes, limits: Limits) -> ForeignBook:
    kind = _kind(path, data, limits)
    if kind == "text":
        return read_text(path.name, data)
    command = python_module(
        "xl_collab.exchange.gate.foreign_reader", str(limits.cpu_seconds), str(limits.memory), kind
    )
    try:
        ran = run_capped(
            command, data, Caps(limits.seconds, limits.cpu_seconds, limits.memory, limits.output)
        )
    except OSError as error:  # no process could be started
        raise FileRefused(stopped(error)) from error
    return _Answer(path.name, ran, limits).book()


# -- what it is ---------------------------------------------------------------------------------------


def _kind(path: Path, data: bytes, limits: Limits) -> str:
    """ooxml, big, strict, xls, xlsb, ods or text. Raises Refused for everything else."""
    if data[:4] != b"PK\x03\x04":
        named_text = path.suffix.lower() in TEXT_SUFFIXES and data[:8] != refusals.CFB
        if not data:
            raise refusals.not_a_workbook("空文件（0 字节）", "an empty file (0 bytes)")
        if named_text and company_encryption(data) is None:
            return "text"
        kind = _by_type(check_type(data))
        if kind == "xls" and _has_password(data):
            raise refuse("encrypted")
        return kind
    return _package(data, limits)


def _has_password(data: bytes) -> bool:
    """Whether an .xls says that it is encrypted: FILEPASS is among its first records (MS-XLS 2.4.117)."""
    at = data.find(_XLS_BEGINS)
    for _ in range(8):
        if at < 0 or at + 4 > len(data):
            return False
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _by_type(found: Refusal | None) -> str:
    if found is None:
        return "ooxml"
    if found.code not in _BY_TYPE:
        raise FileRefused(found)
    return _BY_TYPE[found.code]


def _package(data: bytes, limits: Limits) -> str:
    """The kind of an archive, every part unpacked once and counted. Raises Refused."""
    members = open_container(data, limits)
    kind = _by_type(package_type(members, limits))
    if kind == "ods" and any(_is_encrypted(member, limits) for member in members):
        raise refuse("encrypted")
    unpacker, scan = Unpacker(limits), PartScan(limits)
    for member in members:
        content = unpacker.unpack(member)
        try:
            scan.check(member.name, content)
        except FileRefused as error:
            if error.refusal.code != "strict":
                raise
            kind = "strict"
    return "big" if kind == "ooxml" and scan.cells > MOST_LOOKED_AT else kind


def _is_encrypted(member: Member, limits: Limits) -> bool:
    """Whether a member is the list of an OpenDocument file that says how its parts are encrypted."""
    return member.name == "META-INF/manifest.xml" and b"encryption-data" in Unpacker(limits).unpack(member)


def _said(refusal: Refusal) -> NotAWorkbook:
    """The refusal in words for somebody who has the file at hand, rather than its sender."""
    if refusal.code == "encrypted":
        return Encrypted(
            "工作簿设有打开密码。请在 Excel 中去掉密码（文件→信息→保护工作簿）后另存，再导入。",
            "The workbook has a password. Remove the password in Excel (File > Info > Protect Workbook), "
            "save it and import that.",
        )
    zh, en = refusal.text.zh, refusal.text.en
    for (old_zh, old_en), (new_zh, new_en) in _AT_HAND:
        zh, en = zh.replace(old_zh, new_zh), en.replace(old_en, new_en)
    return NotAWorkbook(zh, en)


_AT_HAND = (
    (
        (
            "请让对方在 Excel 或 WPS 中打开后另存为 .xlsx 再发一次",
            "Ask for it again, opened in Excel or WPS and saved as .xlsx",
        ),
        (
            "请在 Excel 或 WPS 中打开后另存为 .xlsx 再导入",
            "Open it in Excel or WPS, save it as .xlsx and import that",
        ),
    ),
    (
        ("请删去多余内容后另存为 .xlsx 再发一次", "Remove the surplus and save it as .xlsx again"),
        ("请删去多余内容后另存为 .xlsx 再导入", "Remove the surplus, save it as .xlsx and import that"),
    ),
    (
        ("另存为 .xlsx 或 .xlsm 再发", "Save it as .xlsx or .xlsm and send it again"),
        ("另存为 .xlsx 或 .xlsm 再导入", "Save it as .xlsx or .xlsm and import that"),
    ),
    (
        (
            "请在 Excel 中打开后从功能区回收，或请对方解密后再发",
            "open it there and collect from the ribbon, or ask for a decrypted copy",
        ),
        (
            "请在 Excel 中打开后另存一份未加密的 .xlsx 再导入",
            "open it there, save a copy without encryption and import that",
        ),
    ),
    (
        (
            "请对方申请解密（外发）后再发；或在装有该软件的电脑上用 Excel 打开它，再从功能区回收："
            "打开的 Excel 读得到内容，本工具直接读文件读不到",
            "Ask for a released copy; or open it in Excel on a computer that has this software and collect "
            "from the ribbon: the open Excel can read it",
        ),
        ("请申请解密（外发）后再导入", "Have a released copy made and import that"),
    ),
    (
        ("，这份没有读，其余照常", "; this one was not read, the others were"),
        ("", ""),
    ),
    (("，台账未受影响", " and the master is untouched"), ("", "")),
    (("；台账未受影响", "; the master is untouched"), ("", "")),
)
"""Words of the gate that speak of a reply, and what to say of a file to be imported."""


# -- what it holds --------------------------------------------------------------------------------------


class _Answer:
    """The records of the reading process, checked one by one; it may have been taken over."""

    def __init__(self, name: str, ran: Ran, limits: Limits) -> None:
        self._name, self._ran, self._limits = name, ran, limits
        self._sheets: dict[str, ForeignSheet] = {}
        self._unseen: list[Text] = []
        self._whole = self._done = False

    def book(self) -> ForeignBook:
        """The file's sheets. Raises Refused when not even its values were read."""
        whole_lines = self._ran.output[: self._ran.output.rfind(b"\n") + 1]
        try:
            self._take(iter(wire.records(whole_lines)))
        except (
            Garbled,
            LookupError,
            TypeError,
            ValueError,
            ArithmeticError,
            AttributeError,
            StopIteration,
        ) as error:
            raise refuse("reader-crash") from error
        if not self._whole:
            raise self._ended()
        if not self._done:
            self._unseen.append(UNSEEN["stopped"])
        return ForeignBook(self._name, tuple(self._sheets.values()), unseen=tuple(self._unseen))

    def _ended(self) -> FileRefused:
        if self._ran.ended is Ended.TIMEOUT:
            return refuse("reader-time", limit=self._limits.cpu_seconds)
        if self._ran.ended in (Ended.MEMORY, Ended.OUTPUT):
            return refuse("reader-memory", limit=self._limits.memory // MB)
        return refuse("reader-crash")

    def _take(self, records: Iterator[dict[str, Any]]) -> None:
        for record in records:
            if "refused" in record:
                _, zh, en = wire.texts(record, ("refused", "zh", "en"))
                raise NotAWorkbook(one_line(zh), one_line(en))
            if "sheet" in record:
                sheet = _sheet(record, records)
                self._sheets[sheet.name] = sheet
            elif "values" in record:
                self._whole = True
                self._add(str(record["unseen"]))
            elif "words" in record:
                self._words(record["words"])
            elif "blind" in record:
                self._add(str(record["blind"]))
            elif "looks" in record:
                self._looks(str(record["looks"]), record)
            else:
                self._done = record == {"done": True}

    def _add(self, code: str) -> None:
        if code and UNSEEN[code] not in self._unseen:
            self._unseen.append(UNSEEN[code])

    def _words(self, found: list[Any]) -> None:
        if len(found) >= MOST:
            self._add("many")
        notes: dict[str, list[tuple[str, str, str]]] = {}
        floating: dict[str, list[tuple[str, str]]] = {}
        for item in found:
            kind, tab, cell, words, author, unread = map(str, item)
            if unread:
                self._add("notes")
            elif kind in ("note", "thread"):
                entry = one_line(cell, 20), several_lines(words), one_line(author)
                notes.setdefault(tab, []).append(entry)
            elif kind != "picture" or words != "—":
                floating.setdefault(tab, []).append((one_line(cell, 20), several_lines(words)))
        for name, sheet in self._sheets.items():
            told = tuple(notes.get(name, ())), tuple(floating.get(name, ()))
            self._sheets[name] = replace(sheet, notes=told[0], floating=told[1])

    def _looks(self, name: str, record: Mapping[str, Any]) -> None:
        looks = Looks(
            _coloured(record.get("fills", {})),
            _coloured(record.get("inks", {})),
            frozenset(map(_cell, record.get("struck", ()))),
            {_cell(item[:2]): str(item[2]) for item in record.get("parts", ())},
            frozenset(map(int, record["rows"])),
            frozenset(map(int, record.get("columns", ()))),
            record.get("filtered") is True,
            tuple(map(str, record.get("conditional", ()))),
        )
        if name in self._sheets:
            self._sheets[name] = replace(self._sheets[name], looks=looks)


def _sheet(head: Mapping[str, Any], records: Iterator[dict[str, Any]]) -> ForeignSheet:
    values = [_value(value) for value in wire.unpack_values(head["values"])]
    rows = [wire.unpack_row(next(records)["r"], values) for _ in range(int(head["rows"]))]
    areas = ((int(a), int(b), int(c), int(d)) for a, b, c, d in head["merged"])
    return ForeignSheet(str(head["sheet"]), rows, tuple(areas), head["hidden"] is True, int(head["formulas"]))


def _value(value: object) -> object:
    if type(value) is not Tagged:
        return value
    return CellFormula(value.text) if value.tag == "x" else CellError(value.text)


def _cell(at: Any) -> tuple[int, int]:
    row, column = at
    return int(row), int(column)


def _coloured(colours: Mapping[str, Any]) -> dict[tuple[int, int], str]:
    return {_cell(at): _colour(colour) for colour, cells in colours.items() for at in cells}


def _colour(text: str) -> str:
    if len(text) != 6 or int(text, 16) < 0:
        raise Garbled("a colour")
    return text
