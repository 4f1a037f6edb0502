"""Files that are not in the portfolio: why, and what to do about it.

`grave` kinds need somebody (exit code 1); of the others it is enough that they are told. What may not enter:
finding files, reading them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from xl_collab.errors import (
    BrokenTracker,
    DamagedWorkbook,
    Encrypted,
    NotATracker,
    XlCollabError,
    system_reason,
)
from xl_collab.hosts.windows import true_refusal
from xl_collab.schema.words import Text, t


class Kind(NamedTuple):
    """Why files of a kind are left out, and the cure; {…} are words of the file."""

    reason: Text
    cure: Text
    grave: bool


_LOOK = t("无须处理。", "Nothing to do.")
KINDS: dict[str, Kind] = {
    "lock": Kind(t("Office 的锁文件", "a lock file of an office program"), _LOOK, False),
    "backup": Kind(t("本工具的备份", "a backup of this program"), _LOOK, False),
    "output": Kind(t("本工具写出的项目组合文件", "a portfolio that this program wrote"), _LOOK, False),
    "packet": Kind(
        t("发给部门的填报文件，不是总表", "a packet for a department, not the master"),
        t("回复请用 xl-collab collect 收取。", "Collect replies with xl-collab collect."),
        False,
    ),
    "duplicate": Kind(
        t("与 {other} 内容完全相同", "the same bytes as {other}"),
        t("保留一份，删去其余。", "Keep one of them."),
        False,
    ),
    "copy": Kind(
        t("与较新的 {other} 是同一项目", "the same project as {other}, which is newer"),
        t(
            "旧的请归档；确是另一个项目请运行 xl-collab fork。",
            "Archive it; run xl-collab fork on a project of its own.",
        ),
        False,
    ),
    "foreign": Kind(
        t("{suffix} 格式的表格，未读取", "a table in the format {suffix}, not read"),
        t(
            "如是跟踪表，请另存为 .xlsx；别的表用 xl-collab import 导入。",
            "If it is a tracker, save it as .xlsx; import other tables with xl-collab import.",
        ),
        False,
    ),
    "not_tracker": Kind(
        t("没有跟踪表", "no tracker in it"),
        t("别的表可用 xl-collab import 导入。", "Other tables can be imported with xl-collab import."),
        False,
    ),
    "no_headings": Kind(
        t("跟踪表的表头读不出来", "the headings of the tracker cannot be read"),
        t("请恢复表头那一行。", "Restore the row of headings."),
        True,
    ),
    "encrypted": Kind(
        t("已加密", "encrypted"),
        t("请向发件人要一份未加密的。", "Ask for a copy without password or encryption."),
        True,
    ),
    "damaged": Kind(
        t("不完整或已损坏", "incomplete or damaged"),
        t("请重新复制，或从备份恢复。", "Copy it again, or restore a backup."),
        True,
    ),
    "unreadable": Kind(
        t("打不开：{why}", "cannot be opened: {why}"),
        t(
            "请检查路径和权限，或关闭占用它的程序。",
            "Check the permissions; close the program that holds it.",
        ),
        True,
    ),
    "no_file": Kind(
        t("不是普通文件（管道、设备）", "no ordinary file (a pipe or a device)"),
        _LOOK,
        False,
    ),
    "too_big": Kind(
        t("太大（{size} MB，上限 {most} MB）", "too big ({size} MB, at most {most} MB)"),
        t("请删去图片等多余内容后另存。", "Remove pictures and other surplus content, and save it."),
        True,
    ),
    "time": Kind(
        t("{seconds} 秒内没有读完", "not read within {seconds} seconds"),
        t("请用 Excel 打开另存；仍不行请核对来源。", "Save it anew in Excel, or check where it came from."),
        True,
    ),
    "memory": Kind(
        t("读取它需要的内存超过上限", "reading it takes more memory than is allowed"),
        t("请用 Excel 打开另存；仍不行请核对来源。", "Save it anew in Excel, or check where it came from."),
        True,
    ),
    "crashed": Kind(
        t("读取时程序出错（{why}）", "the program failed on it ({why})"),
        t("请把文件和日志发给维护者。", "Send the file and the log to the maintainers."),
        True,
    ),
    "no_such": Kind(
        t("没有这个文件或文件夹", "there is no such file or folder"),
        t("请检查路径。", "Check the path."),
        True,
    ),
}


@dataclass(frozen=True)
class Skip:
    """A file that is left out."""

    path: str
    kind: str
    reason: Text
    cure: Text

    @property
    def row(self) -> tuple[str, str, str, str, str, str, bool]:
        """Its row of the table `skipped`."""
        reason, cure = self.reason, self.cure
        return self.path, self.kind, reason.zh, reason.en, cure.zh, cure.en, KINDS[self.kind].grave


def skip(path: str, kind: str, **words: object) -> Skip:
    """A file left out for a reason of KINDS."""
    reason, cure, _ = KINDS[kind]
    return Skip(path, kind, Text(reason.zh.format(**words), reason.en.format(**words)), cure)


def unreadable(path: str, error: OSError) -> Skip:
    """A file or folder that the system does not open."""
    reason, cure, _ = KINDS["unreadable"]
    why = true_refusal(error)
    zh, en = reason.zh.format(why=system_reason(why)), reason.en.format(why=system_reason(why, "en"))
    return Skip(path, "unreadable", Text(zh, en), cure)


def refused(path: str, error: XlCollabError) -> Skip:
    """A file that the reader refused, in the words of the refusal."""
    kind = next((kind for type_, kind in _BY_ERROR if isinstance(error, type_)), "damaged")
    (zh, cure_zh), (en, cure_en) = _halves(error.zh, "。"), _halves(error.en, ". ")
    usual = KINDS[kind].cure
    if kind == "not_tracker":  # nobody said that it is one
        cure_zh, cure_en = usual.zh, usual.en
    return Skip(path, kind, Text(zh, en), Text(cure_zh or usual.zh, cure_en or usual.en))


_BY_ERROR = (
    (BrokenTracker, "no_headings"),
    (NotATracker, "not_tracker"),
    (Encrypted, "encrypted"),
    (DamagedWorkbook, "damaged"),
)


def _halves(sentence: str, mark: str) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    first, _, rest = sentence.partition(mark)
    return first, rest.strip()
