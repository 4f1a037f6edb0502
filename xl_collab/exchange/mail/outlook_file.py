"""An Outlook message (.msg) as the mail that it was: headers, text, attachments, mails inside it.

A compound file is hostile too: sizes, numbers and depth are bounded, only the streams that are known are
read, and the result goes through the same reading as every other mail. It needs olefile (extra `mail`). What
may not enter: judging attachments, what a mail says (incoming.py).
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from email.policy import SMTP, compat32
from email.utils import format_datetime, formataddr
from typing import Any

from xl_collab.exchange.gate.limits import USUAL_MAIL, MailLimits
from xl_collab.exchange.gate.refusals import one_line

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CLASS, _SUBJECT, _HEADERS, _BODY, _HTML, _MESSAGE_ID, _ANSWERS = (
    0x001A,
    0x0037,
    0x007D,
    0x1000,
    0x1013,
    0x1035,
    0x1042,
)
_SENDER, _SENDER_TYPE, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1E, 0x0C1F, 0x5D01
_SENT, _CODEPAGE, _DATA, _NAME, _SHORT_NAME, _TYPE = 0x0039, 0x3FFD, 0x3701, 0x3707, 0x3704, 0x370E
_ATTACHMENT = re.compile(r"__attach_version1\.0_#[0-9A-F]{8}", re.IGNORECASE)
_STRING, _BYTES, _NARROW, _INSIDE = "001F", "0102", "001E", "000D"
_OURS = ("content-type", "content-transfer-encoding", "mime-version", "content-disposition")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MOST_ENTRIES = 5000


class NotAMessage(ValueError):
    """Raised when a file is no Outlook message, is damaged, or is larger than a mail may be."""


def can_read() -> bool:
    """Whether olefile is installed."""
    return importlib.util.find_spec("olefile") is not None


def as_mail(data: bytes, limits: MailLimits = USUAL_MAIL) -> bytes:
    """The message as an .eml file would hold it. NotAMessage for everything that is none."""
    olefile: Any = importlib.import_module("olefile")
    if len(data) > limits.file_bytes or not data.startswith(MAGIC):
        raise NotAMessage
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            entries = file.listdir(streams=True, storages=True)
            if len(entries) > _MOST_ENTRIES:
                raise NotAMessage
            return _Storage(file, entries, [], limits, [limits.attachment_bytes]).eml(0)
    except NotAMessage:
        raise
    except Exception as error:  # whatever a damaged container makes its reader raise
        raise NotAMessage from error


class _Storage:
    """A message in the file: the file itself, or one that is attached.

    room  bytes that may still be read, of all messages in the file
    """

    def __init__(
        self, file: Any, entries: list[list[str]], path: list[str], limits: MailLimits, room: list[int]
    ):
        self.file, self.entries, self.path, self.limits, self.room = file, entries, path, limits, room

    def mail(self, depth: int) -> EmailMessage:
        """With all that is attached."""
        if depth > self.limits.depth or not self.file.exists([*self.path, "__properties_version1.0"]):
            raise NotAMessage
        message = EmailMessage()
        html = self._decoded(self._bytes(_HTML)) or self.text(_HTML)
        message.set_content(self.text(_BODY) or ("" if html else " "))
        if html:
            message.add_alternative(html, subtype="html")
        for path in self._attached():
            _Storage(self.file, self.entries, path, self.limits, self.room).attach_to(message, depth)
        if self._report.endswith(".NDR"):  # a letter that did not arrive, as mail servers say it
            if message.get_content_type() != "multipart/mixed":
                message.make_mixed()
            message.set_type("multipart/report")
            message.set_param("report-type", "delivery-status")
        return message

    @property
    def _report(self) -> str:
        """The kind of a report that Exchange wrote (REPORT.IPM.NOTE.NDR); '' for people's mails."""
        kind = self.text(_CLASS).upper()
        return kind if kind.startswith("REPORT.") else ""

    def eml(self, depth: int) -> bytes:
        """The message as a file; its headers stay as they came, whatever they hold."""
        message = self.mail(depth)
        heads = (f"{name}: {one_line(value, 4000)}\r\n" for name, value in self._headers())
        return "".join(heads).encode("utf-8", "replace") + message.as_bytes(policy=SMTP)

    def attach_to(self, message: EmailMessage, depth: int) -> None:
        """An attachment: a file, or a message of its own."""
        name = self.text(_NAME) or self.text(_SHORT_NAME)
        inside = [*self.path, f"__substg1.0_{_DATA:04X}{_INSIDE}"]
        if self.file.exists(inside):
            inner = _Storage(self.file, self.entries, inside, self.limits, self.room).eml(depth + 1)
            message.add_attachment(inner, maintype="application", subtype="octet-stream", filename="mail.eml")
            return
        main, _, sub = self.text(_TYPE).partition("/")
        if main != "image":  # pictures of a signature are told from files by it, nothing else is believed
            main, sub = "application", "octet-stream"
        sub = sub if re.fullmatch(r"[\w.+-]{1,60}", sub) else "octet-stream"
        message.add_attachment(self._bytes(_DATA), maintype=main, subtype=sub, filename=one_line(name, 200))

    def _attached(self) -> list[list[str]]:
        depth = len(self.path)
        return [
            entry
            for entry in self.entries
            if len(entry) == depth + 1 and entry[:depth] == self.path and _ATTACHMENT.fullmatch(entry[-1])
        ]

    def _headers(self) -> list[tuple[str, str]]:
        """As the mail came; of one that came by no server, or was never sent, what Outlook knows."""
        came: Message = HeaderParser(policy=compat32).parsestr(self.text(_HEADERS).strip() + "\n\n")
        found = [(name, str(value)) for name, value in came.raw_items() if name.lower() not in _OURS]
        there = {name.lower() for name, _ in found}
        told = [(n, v) for n, v in self._told() if v and n.lower() not in there]
        return [*found, *told]

    def _told(self) -> list[tuple[str, str]]:
        address = self.text(_SENDER_SMTP)
        if not address and self.text(_SENDER_TYPE).upper() in ("SMTP", ""):
            address = self.text(_SENDER_ADDRESS)
        sent = self._time(_SENT)
        return [
            ("From", formataddr((one_line(self.text(_SENDER), 80), address)) if address else ""),
            ("Subject", self.text(_SUBJECT)),
            ("Date", format_datetime(sent) if sent else ""),
            ("Message-ID", self.text(_MESSAGE_ID)),
            ("In-Reply-To", self.text(_ANSWERS)),
            ("Auto-Submitted", "auto-generated" if self._report else ""),
        ]

    # properties

    def text(self, tag: int) -> str:
        """A property that is a text; '' for none."""
        wide = self._stream(tag, _STRING)
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return self._decoded(self._stream(tag, _NARROW)).rstrip("\0")

    def _decoded(self, data: bytes) -> str:
        """Bytes in the message's own coding, where they are no UTF-8."""
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode(self._coding(), "replace")

    def _bytes(self, tag: int) -> bytes:
        return self._stream(tag, _BYTES)

    def _stream(self, tag: int, kind: str) -> bytes:
        path = [*self.path, f"__substg1.0_{tag:04X}{kind}"]
        if not self.file.exists(path) or self.file.get_type(path) != 2:
            return b""
        self.room[0] -= int(self.file.get_size(path))
        if self.room[0] < 0:
            raise NotAMessage
        data: bytes = self.file.openstream(path).read()
        return data

    def _coding(self) -> str:
        page = int.from_bytes(self._fixed(_CODEPAGE, 3)[:4], "little")
        known = {65001: "utf-8", 936: "gb18030", 54936: "gb18030", 20936: "gb18030", 0: "gb18030"}
        return known.get(page) or f"cp{page}"

    def _time(self, tag: int) -> datetime | None:
        ticks = int.from_bytes(self._fixed(tag, 64), "little")
        return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None

    def _fixed(self, tag: int, kind: int) -> bytes:
        """The eight bytes of a property of fixed size; b"" for none."""
        path = [*self.path, "__properties_version1.0"]
        data = self.file.openstream(path).read(self.limits.header_bytes) if self.file.exists(path) else b""
        wanted = kind.to_bytes(2, "little") + tag.to_bytes(2, "little")
        for at in range(24 if self.path else 32, len(data) - 15, 16):
            if data[at : at + 4] == wanted:
                return bytes(data[at + 8 : at + 16])
        return b""
