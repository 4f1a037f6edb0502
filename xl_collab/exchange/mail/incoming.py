"""A reply as it lies in a mail folder: an .eml file, its sender, and the workbooks attached to it.

Mails are hostile too: sizes, numbers and depth are bounded before parsing, attachment names never become
file names, and what a header says is text for showing. A sender's address is a claim, not a proof.
What may not enter: opening attachments (gate/gate.py), sending (letters go out elsewhere).
"""

from __future__ import annotations

import email.errors
import email.header
import email.message
import email.parser
import email.policy
import email.utils
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from xl_collab.exchange.gate.limits import MB, USUAL_MAIL, MailLimits
from xl_collab.exchange.gate.refusals import FileRefused, Refusal, one_line
from xl_collab.exchange.mail.automatic import AUTO_REPLY, Automatic, automatic, bounced, told_of
from xl_collab.exchange.mail.bodies import (
    MOST_HTML,
    SENTENCES,
    Body,
    Cloud,
    MailText,
    cloud_file,
    is_sealed_text,
    own_part,
    sealed,
    text_of_html,
)
from xl_collab.schema.words import Text

_BARE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_NAMED = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*"|[^<>",;:@]*)\s*<(?P<address>[^<>\s]*)>')
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".et", ".ods", ".csv")
_DOCUMENTS = (".docx", ".docm", ".doc", ".pptx", ".ppt", ".vsdx")
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz")
_DECORATION = ("image/", "text/calendar", "application/pgp-signature", "application/pkcs7-signature")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,300}>")
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_LONG_HEADER = re.compile(rb"^content-[a-z-]+:(?:[^\r\n]|\r?\n[ \t]){4000}", re.I | re.M)
_BOUNDARY = re.compile(rb"boundary\s*=|message/rfc822", re.I)


@dataclass(frozen=True)
class ReceivedFile:
    """One attached workbook: `name` is ours and safe for any file system, `shown` is for people only."""

    name: str
    shown: str
    data: bytes


@dataclass(frozen=True)
class MailWords:
    """The text of a mail for answers in it: with what it quotes and without, and what it answers.

    texts    as plain text and as lines of its HTML, those that there are; each with its own part
    answers  Message-IDs that it names; `sha256` is the mail's own, so that the same mail is known again
    """

    subject: str
    texts: tuple[tuple[str, str], ...]
    answers: frozenset[str]
    names: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class ReceivedMail:
    """What an .eml file says. `sender` is "" when the From header names no single plain address."""

    sender: str
    sender_name: str
    subject: str
    date: datetime | None
    attachments: tuple[ReceivedFile, ...] = ()
    notices: tuple[Text, ...] = ()
    """What was left aside and why: winmail.dat, archives, other documents."""
    refusal: Refusal | None = None
    received: datetime | None = None
    """When our own mail server took it, by its clock; None for a mail that passed none."""
    bodies: tuple[Body, ...] = ()
    """The words of the mail and of mails inside it, outermost first; those that say nothing at all are left
    out."""
    words: MailWords | None = None
    """Its whole text, where a person wrote it."""
    missing: Refusal | None = None
    """Why there is no workbook in it, where that is known: sealed, behind a link, winmail.dat."""
    returned: tuple[str, ...] = ()
    """Of a report that a letter comes back: what may name that letter."""


@dataclass
class _Collected:
    """Attachments, texts and notices while the mail is walked."""

    limits: MailLimits
    stem: str
    files: list[ReceivedFile] = field(default_factory=list)
    notices: list[Text] = field(default_factory=list)
    letters: list[MailText] = field(default_factory=list)
    missing: list[Refusal] = field(default_factory=list)
    parts: int = 0
    size: int = 0

    def notice(self, key: str, **values: object) -> None:
        self.notices.append(_text(key, **values))

    def miss(self, key: str, **values: object) -> None:
        """Note why a workbook may be missing."""
        found = _refusal(key, **values)
        if found not in self.missing:
            self.missing.append(found)
            self.notices.append(found.text)

    def bodies(self) -> tuple[Body, ...]:
        found = (letter.body(at > 0) for at, letter in enumerate(self.letters))
        return tuple(body for body in found if body is not None)

    def sealed_or_linked(self) -> None:
        """Note what the texts say of files that are not there."""
        for letter in self.letters:
            if any(map(is_sealed_text, letter.plain)):
                self.miss("mail-encrypted")
            cloud = next((c for text in (*letter.html, *letter.plain) if (c := cloud_file(text))), None)
            if cloud is not None and (cloud.name or not self.files):
                self._link(cloud)

    def _link(self, cloud: Cloud) -> None:
        shown = [one_line(cloud.name, 80)] * 2
        zh, en = (text.format(*shown) if cloud.name else "" for text in ("“{}”", "“{}”"))
        sentence = SENTENCES["mail-cloud"]
        found = Text(
            sentence.zh.format(name=zh, place=cloud.place.zh),
            " ".join(sentence.en.format(name=en, place=cloud.place.en).split()),
        )
        self.missing.append(Refusal("mail-cloud", found))
        self.notices.append(found)


def attachments(path: str | Path, limits: MailLimits = USUAL_MAIL) -> list[ReceivedFile]:
    """The workbooks attached to an .eml file. Refused (an XlCollabError) when the mail cannot be taken."""
    mail = read_mail(path, limits)
    if mail.refusal is not None:
        raise FileRefused(mail.refusal)
    return list(mail.attachments)


def read_mail(path: str | Path, limits: MailLimits = USUAL_MAIL) -> ReceivedMail:
    """Read an .eml file; a mail that cannot be taken has a `refusal` and nothing else."""
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        return _refused(_refusal("mail-unreadable", why=error.strerror or type(error).__name__))
    return read_mail_bytes(data, limits)


def read_outlook_file(path: str | Path, limits: MailLimits = USUAL_MAIL) -> ReceivedMail | None:
    """As `read_mail`, for a message that Outlook saved (.msg); None where it cannot be read as one."""
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        return _refused(_refusal("mail-unreadable", why=error.strerror or type(error).__name__))
    mail = _of_outlook(data, limits)
    return None if mail is None else read_mail_bytes(mail, replace(limits, file_bytes=2 * limits.file_bytes))


def _of_outlook(data: bytes, limits: MailLimits) -> bytes | None:
    """An Outlook message as an .eml file; None for what is none, and where olefile is missing."""
    from xl_collab.exchange.mail.outlook_file import NotAMessage, as_mail, can_read

    try:
        return as_mail(data, limits) if can_read() else None
    except NotAMessage:
        return None


def read_mail_bytes(data: bytes, limits: MailLimits = USUAL_MAIL) -> ReceivedMail:
    """As `read_mail`, for a mail that is in memory."""
    try:
        _check_limits(data, limits)
        message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(data)
        collected = _Collected(limits, hashlib.sha256(data).hexdigest()[:12])
        _begin(message, collected)
        _walk(message, collected, 0)
        collected.sealed_or_linked()
        bodies = collected.bodies()
        name, address = sender_of(_raw(message, "From"))
        subject = one_line(decoded(_raw(message, "Subject")), 200)
        kind = automatic(message, subject, address)
        if kind == "bounce":
            told = _refused(bounced(message, sender_of(_raw(message, "To"))[1]))
            return replace(told, returned=tuple(decoded(text) for text in told_of(message)))
    except FileRefused as error:
        return _refused(error.refusal)
    except (RecursionError, ValueError, LookupError, AssertionError, TypeError, AttributeError, IndexError):
        # The standard parser promises to survive anything and does not always keep it.
        return _refused(_refusal("mail-broken"))
    if not address:
        collected.notice("mail-sender")
    return ReceivedMail(
        address,
        name,
        subject,
        _date(_raw(message, "Date")),
        tuple(collected.files),
        tuple(collected.notices),
        received=_date(_raw(message, "Received").rpartition(";")[2].strip()),
        bodies=bodies,
        words=None if kind else _words(message, collected, subject, name or address),
        missing=None if collected.files else _missing(kind, collected),
    )


def _words(message: email.message.Message, collected: _Collected, subject: str, name: str) -> MailWords:
    letter = collected.letters[0]
    texts = ["\n".join(letter.plain), text_of_html("\n".join(letter.html))]
    said = tuple((text, own_part(text)) for text in dict.fromkeys(texts) if text.strip())
    ids = " ".join(_raw(message, header) for header in ("In-Reply-To", "References"))
    told = [_raw(message, header) for header in ("Message-ID", "Date", "From", "Subject")]
    digest = hashlib.sha256("\0".join([*told, *(text for text, _ in said)]).encode("utf-8", "replace"))
    names = (name, *re.split(r"[\s()（）/|_-]+", name))
    return MailWords(subject, said, frozenset(_MESSAGE_ID.findall(ids)), names, digest.hexdigest())


def _missing(kind: Automatic, collected: _Collected) -> Refusal | None:
    return AUTO_REPLY if kind == "auto-reply" else next(iter(collected.missing), None)


def _refused(found: Refusal) -> ReceivedMail:
    return ReceivedMail("", "", "", None, refusal=found)


def _refusal(key: str, **values: object) -> Refusal:
    return Refusal(key, _text(key, **values))


def _text(key: str, **values: object) -> Text:
    shown = {name: one_line(str(value), 80) for name, value in values.items()}
    sentence = SENTENCES[key]
    return Text(sentence.zh.format_map(shown), sentence.en.format_map(shown))


def _check_limits(data: bytes, limits: MailLimits) -> None:
    """Before parsing: the standard parser keeps every line, and reads long headers in quadratic time."""
    if len(data) > limits.file_bytes:
        raise FileRefused(_refusal("mail-size", limit=limits.file_bytes // MB))
    if data.count(b"\n") > limits.lines or len(_BOUNDARY.findall(data)) > limits.parts:
        raise FileRefused(_refusal("mail-parts", limit=limits.parts))
    end = _HEADERS_END.search(data)
    if (end.start() if end else len(data)) > limits.header_bytes or _LONG_HEADER.search(data):
        raise FileRefused(_refusal("mail-headers"))
    if not re.match(rb"(?:From [^\n]*\n)?[!-9;-~]{1,200}[ \t]*:", data.removeprefix(b"\xef\xbb\xbf")):
        raise FileRefused(_refusal("mail-broken"))


# -- attachments ------------------------------------------------------------------------------------------


def _walk(message: email.message.Message, found: _Collected, depth: int) -> None:
    found.parts += 1
    if found.parts > found.limits.parts or depth > found.limits.depth:
        raise FileRefused(_refusal("mail-parts", limit=found.limits.parts))
    if sum(len(name) + len(str(value)) for name, value in message.raw_items()) > found.limits.header_bytes:
        raise FileRefused(_refusal("mail-headers"))
    seal = sealed(message, b"", "") if message.is_multipart() else ""
    if seal:
        found.miss(seal)
    elif message.is_multipart() and not _is_packed_mail(message):
        if message.get_content_type() == "message/rfc822":
            _begin(message.get_payload(0), found)  # type: ignore[arg-type]
        for part in message.get_payload():
            if isinstance(part, email.message.Message):
                _walk(part, found, depth + 1)
    else:
        _leaf(message, found, depth)


def _begin(message: email.message.Message, found: _Collected) -> None:
    """Words from here on belong to this mail."""
    name, address = sender_of(_raw(message, "From"))
    found.letters.append(MailText(name or address, one_line(decoded(_raw(message, "Subject")), 80)))


def _is_packed_mail(message: email.message.Message) -> bool:
    """A mail inside the mail that is coded as a file: the standard parser takes the code for its text."""
    coding = _raw(message, "Content-Transfer-Encoding").strip().lower()
    return message.get_content_type() == "message/rfc822" and coding in ("base64", "quoted-printable")


def _leaf(message: email.message.Message, found: _Collected, depth: int) -> None:
    kind, shown = message.get_content_type(), shown_name(_file_name(message), found.limits.shown_name)
    if not shown and kind.startswith(("text/", *_DECORATION)):
        _text_part(message, kind, found)
        return
    data = _content(message)
    found.size += len(data)
    if found.size > found.limits.attachment_bytes:
        raise FileRefused(_refusal("mail-size", limit=found.limits.attachment_bytes // MB))
    seal = sealed(message, data, shown)
    if seal:
        found.miss(seal)
    elif kind == "message/rfc822" or shown.lower().endswith(".eml"):
        _inner_mail(data, shown, found, depth)
    elif shown.lower().endswith(".msg") and (mail := _of_outlook(data, found.limits)) is not None:
        _inner_mail(mail, shown, found, depth)
    else:
        _sort(data, kind, shown, found)


def _content(message: email.message.Message) -> bytes:
    """The part's bytes, decoded as it says."""
    if _is_packed_mail(message) and message.is_multipart():
        inner = message.get_payload(0)
        carrier = email.message.Message()
        carrier["Content-Transfer-Encoding"] = _raw(message, "Content-Transfer-Encoding")
        carrier.set_payload(str(inner.get_payload()) if isinstance(inner, email.message.Message) else "")
        message = carrier
    content = message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_part(message: email.message.Message, kind: str, found: _Collected) -> None:
    """Words of the mail, plain or HTML; other kinds of text are for programs."""
    if kind not in ("text/plain", "text/html"):
        return
    charset = str(message.get_param("charset") or "")
    data = _content(message)[: 2 * MOST_HTML]
    text = (
        _decoded(data, charset.lower()) if charset else _from_bytes(data.decode("utf-8", "surrogateescape"))
    )
    letter = found.letters[-1]
    (letter.plain if kind == "text/plain" else letter.html).append(text[:MOST_HTML])


def _inner_mail(data: bytes, shown: str, found: _Collected, depth: int) -> None:
    """A mail attached as a file: opened under the same limits."""
    try:
        _check_limits(data, found.limits)
    except FileRefused as error:
        if error.refusal.code != "mail-broken":
            raise
        found.notice("mail-other", name=shown or "?")
        return
    inner = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(data)
    _begin(inner, found)
    _walk(inner, found, depth + 1)


def _sort(data: bytes, kind: str, shown: str, found: _Collected) -> None:
    lower = shown.lower()
    if kind == "application/ms-tnef" or lower == "winmail.dat":
        found.miss("winmail")
    elif lower.endswith(_ARCHIVES):
        found.miss("mail-archive", name=shown)
    elif lower.endswith(_WORKBOOKS) or (data.startswith(_MAGIC) and not lower.endswith(_DOCUMENTS)):
        if len(found.files) >= found.limits.attachments:
            raise FileRefused(_refusal("mail-many", limit=found.limits.attachments))
        found.files.append(ReceivedFile(_own_name(found, data), shown or "?", data))
    elif shown and not kind.startswith(_DECORATION):
        found.notice("mail-other", name=shown)


def _own_name(found: _Collected, data: bytes) -> str:
    """A file name made by us: nothing of the sender's, ASCII, unique by content."""
    extension = "xlsx" if data.startswith(b"PK\x03\x04") else "bin"
    return f"mail-{found.stem}-{len(found.files) + 1:02d}-{hashlib.sha256(data).hexdigest()[:12]}.{extension}"


def _file_name(message: email.message.Message) -> str:
    """The name as the sender's program wrote it: RFC 2231, encoded words, or raw bytes in GBK or UTF-8."""
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        plain = email.message.Message()
        plain[header] = _from_bytes(_raw(message, header))
        value = plain.get_param(parameter, None, header)
        if isinstance(value, tuple):
            return email.utils.collapse_rfc2231_value(value)
        if isinstance(value, str):
            return decoded(value)
    return ""


def shown_name(name: str, length: int = 80) -> str:
    """An attachment's name for people: no folders, no control or direction characters, not too long."""
    last = re.split(r"[/\\]", one_line(name.replace("\0", " "), 4096))[-1]
    return one_line(last.lstrip(". "), length)


# -- headers ---------------------------------------------------------------------------------------------


def _raw(message: email.message.Message, name: str) -> str:
    """A header as it stands; of two From or Subject headers the first. Raw bytes come as surrogates."""
    wanted = name.lower()
    return next((str(value)[:4096] for key, value in message.raw_items() if key.lower() == wanted), "")


def decoded(value: str) -> str:
    """Header text with its encoded words read; line breaks hidden in them stay harmless text.

    Chinese programs also write raw GBK or UTF-8 bytes, which arrive as surrogates.
    """
    value = _from_bytes(value)
    try:
        pieces = email.header.decode_header(value)
    except (email.errors.HeaderParseError, ValueError):
        return value
    return "".join(piece if isinstance(piece, str) else _decoded(piece, charset) for piece, charset in pieces)


def _from_bytes(value: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _decoded(piece: bytes, charset: str | None) -> str:
    chosen = {"gb2312": "gb18030", "gbk": "gb18030", None: "utf-8"}.get(charset, charset) or "utf-8"
    try:
        return piece.decode(chosen, "replace")
    except LookupError:
        return piece.decode("utf-8", "replace")


def sender_of(header: str) -> tuple[str, str]:
    """Display name and address of a From header; ("", "") unless it names exactly one plain address.

    The address is cut out before encoded words are read, so that nothing hidden in them can become one.
    """
    plain = re.sub(r"\r?\n[ \t]", " ", header).strip()
    if any(not char.isprintable() and not "\udc80" <= char <= "\udcff" for char in plain):
        return "", ""
    if _BARE.fullmatch(plain):
        return "", plain.lower()
    match = _NAMED.fullmatch(plain)
    if match is None or not _BARE.fullmatch(match["address"]):
        return "", ""
    name = re.sub(r"\\(.)", r"\1", match["name"].strip().strip('"'))
    return one_line(decoded(name), 80), match["address"].lower()


def _date(header: str) -> datetime | None:
    """The Date header with its zone, or None; it is what the sender's clock said."""
    try:
        moment = email.utils.parsedate_to_datetime(header[:200])
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def mails_in(folder: Path) -> Iterator[Path]:
    """The .eml files of a folder by name; other files are the caller's."""
    return (path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".eml" and path.is_file())
