"""Why a returned file is refused: stable codes, and one line each that says what to do.

Codes are for programs and logs and never change; sentences are for people. What may not enter: checks.
"""

from __future__ import annotations

from dataclasses import dataclass

from xl_collab.errors import Lang, XlCollabError, system_reason
from xl_collab.hosts.windows import true_refusal
from xl_collab.log import log
from xl_collab.project.text_size import shortened
from xl_collab.schema.words import Text, t

LANGS: tuple[Lang, Lang] = ("zh", "en")
_KEPT = "\t\u200d"
"""A tab, and what joins emoji."""
_AGAIN = "请让对方在 Excel 或 WPS 中打开后另存为 .xlsx 再发一次。"
_AGAIN_EN = "Ask for it again, opened in Excel or WPS and saved as .xlsx."
_SHRINK = "请删去多余内容后另存为 .xlsx 再发一次。"
_SHRINK_EN = "Remove the surplus and save it as .xlsx again."


def _damaged(zh: str, en: str) -> Text:
    return Text(f"文件已损坏（{zh}）。{_AGAIN}", f"The file is damaged ({en}). {_AGAIN_EN}")


def _too_much(zh: str, en: str) -> Text:
    return Text(f"文件超出限度（{zh}）。{_SHRINK}", f"The file exceeds a limit ({en}). {_SHRINK_EN}")


SENTENCES: dict[str, Text] = {
    "unreadable": t(
        "打不开文件：{why}。请检查路径和权限。", "Cannot open the file: {why}. Check path and rights."
    ),
    "empty": t(
        "文件是空的（0 字节），不是 Excel 工作簿。请对方重新发送附件。",
        "The file is empty (0 bytes) and no Excel workbook. Ask for it again.",
    ),
    "file-size": _too_much("{size} MB，上限 {limit} MB", "{size} MB, limit {limit} MB"),
    "encrypted": t(
        "工作簿设有打开密码。请对方去掉密码（文件→信息→保护工作簿→用密码进行加密，清空）后再发一次。",
        "The workbook has a password. Ask the sender to remove the password (File > Info > Protect "
        "Workbook) "
        "and send it again.",
    ),
    "wrong-type": t(
        "这不是 Excel 工作簿（.xlsx/.xlsm），而是{zh}。请在 Excel 或 WPS 中另存为 .xlsx 或 .xlsm 再发。",
        "This is not an Excel workbook but {en}. Save it as .xlsx or .xlsm and send it again.",
    ),
    "outlook-message": t(
        "这是 Outlook 邮件（.msg），没有读出来。请运行 pip install olefile 再收取，"
        "或在 Outlook 中打开它，"
        "把附件（.xlsx）另存到放回复的文件夹再收取；"
        "或在新版、网页版 Outlook 中下载成 .eml 再收取。",
        "This Outlook message (.msg) could not be read. Run pip install olefile and collect "
        "it again; or open it in Outlook, save its "
        ".xlsx into "
        "the folder of replies and collect that; or download it as .eml in the new or the web Outlook.",
    ),
    "not-started": t(
        "读取程序没有启动（{why}），这份没有读，其余照常。请重试；仍不行请关闭一些程序或重启电脑。",
        "The reading process could not be started ({why}); this one was not read, the others were. Try "
        "again, "
        "close some programs, or restart the computer.",
    ),
    "unexpected": t(
        "处理这份时出了意外（{why}），没有收取，其余照常。请把文件另存为 .xlsx 后重试；仍不行请报告此问题。",
        "Something unexpected happened with this one ({why}); it was not taken, the others were. Save "
        "it as .xlsx "
        "and try again; if that does not help, report it.",
    ),
    "archive": t(
        "这不是 Excel 工作簿，而是{zh}。请先解压，把里面的 .xlsx 单独发来。",
        "This is not an Excel workbook but {en}. Unpack it and send the .xlsx in it by itself.",
    ),
    "unknown-type": t(
        "这不是 Excel 工作簿，内容无法识别，可能被公司的加密软件加密。如果 Excel 能打开它，"
        "请在 Excel 中打开后从功能区回收，或请对方解密后再发。",
        "This is not an Excel workbook; its content is unknown, perhaps encrypted by a company's software. "
        "If Excel opens it, open it there and collect from the ribbon, or ask for a decrypted copy.",
    ),
    "company-encryption": t(
        "文件被公司加密软件加密（{zh}）。请对方申请解密（外发）后再发；或在装有该软件的电脑上用 Excel "
        "打开它，再从功能区回收：打开的 Excel 读得到内容，本工具直接读文件读不到。",
        "The file is encrypted by a company's software ({en}). Ask for a released copy; or open it in "
        "Excel "
        "on a computer that has this software and collect from the ribbon: the open Excel can read it.",
    ),
    "zip-broken": t(
        "文件不完整或已损坏（可能没有下载完）。请重新下载附件，或请对方再发一次。",
        "The file is incomplete or damaged (perhaps a broken download). Download or ask for it again.",
    ),
    "zip-junk": _damaged("前后夹带多余数据", "stray data before or behind it"),
    "zip-entries": _too_much("{count} 个部件，上限 {limit}", "{count} parts, limit {limit}"),
    "zip-part-size": _too_much("{part} 展开超过 {limit} MB", "{part} unpacks to over {limit} MB"),
    "zip-total-size": _too_much("展开后总共超过 {limit} MB", "it unpacks to over {limit} MB in total"),
    "zip-ratio": _too_much("{part} 压缩比超过 {limit}:1", "{part} is packed over {limit}:1"),
    "zip-duplicate": _damaged("部件 {part} 重复", "part {part} occurs twice"),
    "zip-name": _damaged("部件名称可疑：{part}", "suspicious part name: {part}"),
    "zip-overlap": _damaged("部件 {part} 与别的部件重叠", "part {part} overlaps another one"),
    "zip-encrypted": t(
        "压缩包内容加了密码。请对方去掉密码后再发一次。",
        "The archive's content is encrypted. Ask the sender to remove the password and send it again.",
    ),
    "zip-method": _damaged("部件 {part} 的压缩方式不受支持", "part {part} is packed in an unsupported way"),
    "zip-mismatch": _damaged("部件 {part} 与目录不符", "part {part} contradicts the directory"),
    "xml-doctype": t(
        "文件含有可疑的 XML 声明（{part} 中的 DOCTYPE），已拒绝。" + _AGAIN,
        "The file carries a suspicious XML declaration (DOCTYPE in {part}) and was refused. " + _AGAIN_EN,
    ),
    "xml-encoding": _damaged("{part} 的文字编码不是 UTF-8", "{part} is not encoded in UTF-8"),
    "xml-depth": _damaged("{part} 嵌套过深", "{part} is nested too deep"),
    "xml-broken": _damaged("{part} 不是有效的 XML", "{part} is not well-formed XML"),
    "macro-sheet": t(
        "工作簿含有 Excel 4.0 宏表，无法安全读取。请删除宏表，另存为 .xlsx（不含宏）后再发。",
        "The workbook has an Excel 4.0 macro sheet and cannot be read safely. Delete it and save as .xlsx.",
    ),
    "strict": t(
        "工作簿是“Strict Open XML”格式。请另存为普通的“Excel 工作簿（.xlsx）”后再发。",
        "The workbook is in the “Strict Open XML” format. Re-save it as a normal “Excel Workbook (.xlsx)”.",
    ),
    "no-sheets": _damaged("没有工作表", "it has no worksheet"),
    "sheets": _too_much("{count} 个工作表，上限 {limit}", "{count} sheets, limit {limit}"),
    "names": _too_much("{count} 个名称，上限 {limit}", "{count} defined names, limit {limit}"),
    "rules": _too_much("{part} 有 {count} 条验证或条件格式", "{part} has {count} validations or formats"),
    "styles": _too_much("{count} 种单元格格式，上限 {limit}", "{count} cell formats, limit {limit}"),
    "strings": _too_much("{count} 段文字，上限 {limit}", "{count} texts, limit {limit}"),
    "cells": _too_much("{count} 个单元格，上限 {limit}", "{count} cells, limit {limit}"),
    "merges": _too_much("{part} 有 {count} 处合并单元格", "{part} has {count} merged ranges"),
    "huge-merge": _too_much("{part} 中合并了 {ref}", "{part} merges {ref}"),
    "huge-link": _too_much("{part} 中超链接覆盖 {ref}", "{part} has a hyperlink over {ref}"),
    "cell-outside": _damaged("{part} 有无效地址 {ref}", "{part} has the invalid address {ref}"),
    "far-cells": _too_much("{part} 的内容远至 {ref}", "{part} has content as far out as {ref}"),
    "row-order": _damaged("{part} 的行号重复或乱序", "the rows of {part} are repeated or out of order"),
    "string-index": _damaged("{part} 引用了不存在的文字 {ref}", "{part} points to the missing text {ref}"),
    "style-index": _damaged("{part} 引用了不存在的格式 {ref}", "{part} points to the missing format {ref}"),
    "reader-crash": t(
        "文件使读取程序崩溃，已隔离，台账未受影响。" + _AGAIN,
        "The file crashed the reader; it was set aside and the master is untouched. " + _AGAIN_EN,
    ),
    "reader-time": t(
        "读取文件超时（{limit} 秒），已停止，台账未受影响。" + _SHRINK,
        "Reading the file took over {limit} s and was stopped; the master is untouched. " + _SHRINK_EN,
    ),
    "reader-memory": t(
        "读取文件需要的内存超过 {limit} MB，已停止，台账未受影响。" + _SHRINK,
        "Reading the file needs over {limit} MB and was stopped; the master is untouched. " + _SHRINK_EN,
    ),
}


@dataclass(frozen=True)
class Refusal:
    """Why a file is not taken: a stable `code` and one line for people.

    `open_program` is True when a spreadsheet program that can open the file may still be read live.
    """

    code: str
    text: Text
    open_program: bool = False

    def sentence(self, lang: Lang = "zh") -> str:
        """The reason and the cure, one line."""
        return self.text.of(lang)


class FileRefused(XlCollabError):
    """Raised inside the gate when a check fails; the gate hands its `refusal` out as a value."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text.zh, refusal.text.en)
        self.refusal = refusal


def refusal(reason: str, *, code: str = "", **values: object) -> Refusal:
    """The sentence called `reason` filled in; `code` replaces the reason as the stable code."""
    text, shown = SENTENCES[reason], {name: _shown(value) for name, value in values.items()}
    filled = Text(text.zh.format_map(shown), text.en.format_map(shown))
    return Refusal(code or reason, filled, reason in ("unknown-type", "company-encryption"))


def refuse(reason: str, *, code: str = "", **values: object) -> FileRefused:
    """An exception to raise, with the sentence called `reason` filled in."""
    return FileRefused(refusal(reason, code=code, **values))


def unreadable(error: OSError) -> Refusal:
    """The refusal of a file that cannot be opened, with the system's reason in both languages."""
    text, told = SENTENCES["unreadable"], true_refusal(error)
    zh, en = (text.of(lang).format(why=one_line(system_reason(told, lang))) for lang in LANGS)
    return Refusal("unreadable", Text(zh, en))


def stopped(error: Exception) -> Refusal:
    """The refusal of one file for an error that nobody expected; the error itself goes to the log."""
    log().error("a reply could not be read", exc_info=error)
    if isinstance(error, XlCollabError):
        return Refusal("unexpected", Text(one_line(error.zh), one_line(error.en)))
    if isinstance(error, OSError):
        text = SENTENCES["not-started"]
        zh, en = (text.of(lang).format(why=one_line(system_reason(error, lang))) for lang in LANGS)
        return Refusal("not-started", Text(zh, en))
    return refusal("unexpected", why=f"{type(error).__name__}: {error}")


def refused_by_host(error: XlCollabError) -> Refusal:
    """The refusal for what the hosts found; their sentences already say what to do."""
    return Refusal("damaged", Text(one_line(error.zh), one_line(error.en)))


def one_line(text: str, length: int = 300) -> str:
    """`text` without line breaks, control characters and direction marks, cut to `length` characters."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return shortened(" ".join(plain.split()), length)


def several_lines(text: str) -> str:
    """`text` with its line breaks, without other control characters and direction marks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c if c.isprintable() or c in _KEPT else " " for c in line) for line in lines)


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else one_line(str(value), 60)
