"""What came back: the workbooks in folders and mails, each with who sent it. Nothing is opened here.

Folders are gone through with all below them; files that can be no reply are left aside and counted.
Originals are only read. What may not enter: judging a workbook (gate/gate.py), matching it (matching.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from xl_collab.errors import UsageError
from xl_collab.exchange.gate.limits import USUAL, USUAL_MAIL, Limits
from xl_collab.exchange.gate.refusals import Refusal, one_line, refusal, stopped, unreadable
from xl_collab.exchange.mail.incoming import MailWords, ReceivedMail, read_mail, read_outlook_file
from xl_collab.exchange.mail.source import Fetched, MailPlace
from xl_collab.merge.result import Remark, Stamp
from xl_collab.schema.words import Lang, Text, t

NO_WORKBOOK = t("邮件里没有工作簿附件", "The mail has no workbook attached")
_BODY = t("邮件正文", "Text of the mail")
_INNER = t("附件中的邮件“{subject}”正文", "Text of the mail “{subject}” inside it")
_MAIL, _OUTLOOK = ".eml", ".msg"
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".et", ".ett", ".ods", ".csv", ".numbers")
_PACKED = (".zip", ".rar", ".7z", _OUTLOOK)
_TEMPORARY = ("~$", ".~", "._")


@dataclass(frozen=True)
class Arrival:
    """One workbook that came back, or one mail that cannot be taken.

    shown    its name for people; `source` the name of the mail or file in which it came
    data     its bytes, at most one more than the gate's limit; b"" when only a refusal is known
    stamps   when the mail was sent, by each clock that says so
    sender   address in the mail's From; '' when it names none. `mailed`: it came in a mail
    remarks  what the mail says besides
    place    where the mail lies in a mailbox; None for files
    words    the text of the mail, for answers in it: then this is no file
    """

    shown: str
    source: str
    data: bytes = field(default=b"", repr=False)
    sender: str = ""
    mailed: bool = False
    refusal: Refusal | None = None
    stamps: tuple[Stamp, ...] = ()
    remarks: tuple[Remark, ...] = ()
    place: MailPlace | None = None
    words: MailWords | None = None

    @property
    def attached(self) -> bool:
        """Whether the mail whose words it is brought workbooks too."""
        return self.words is not None and self.refusal is None

    @property
    def sha256(self) -> str:
        """Digest of the bytes, or of the mail whose words it is; '' when there are none."""
        if self.words is not None:
            return self.words.sha256
        return hashlib.sha256(self.data).hexdigest() if self.data else ""


@dataclass
class Arrivals:
    """Gone through once, file by file. `notices` and `aside` are complete after that.

    lang   of the places that are told
    mails  out of a mailbox, after the files
    """

    paths: list[Path]
    limits: Limits = USUAL
    notices: list[Text] = field(default_factory=list)
    aside: int = 0
    """Files in folders that can be no reply."""
    lang: Lang = "zh"
    mails: Iterable[Fetched] = ()
    brought: dict[MailPlace, list[str]] = field(default_factory=dict)
    """SHA-256 of each thing that a mail of the mailbox brought, '' for one without bytes."""
    strangers: set[MailPlace] = field(default_factory=set)
    """Mails that name none of our sendings: only a workbook in them can make them ours."""

    def __iter__(self) -> Iterator[Arrival]:
        for path in self.paths:
            yield from self._folder(path) if path.is_dir() else self._safely(path)
        for fetched in self.mails:
            yield from self._fetched(fetched)

    def _fetched(self, fetched: Fetched) -> Iterator[Arrival]:
        place, told = fetched.place, len(self.notices)
        brought = self.brought.setdefault(place, [])
        for arrival in self._of_mail(fetched.mail, fetched.subject or f"{place.folder} {place.uid}".strip()):
            brought.append(arrival.sha256)
            yield replace(arrival, place=place)
        if not fetched.named:
            self.strangers.add(place)
            del self.notices[told:]

    def _folder(self, folder: Path) -> Iterator[Arrival]:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or any(part.startswith(".") for part in path.relative_to(folder).parts):
                continue
            if path.name.startswith(_TEMPORARY):
                continue
            if path.suffix.lower() in (_MAIL, *_WORKBOOKS, *_PACKED):
                yield from self._safely(path)
            else:
                self.aside += 1

    def _safely(self, path: Path) -> Iterator[Arrival]:
        """A file, or why it cannot be taken: one of them must not stop the others."""
        try:
            yield from self._file(path)
        except Exception as error:  # whatever went wrong is told of this one
            name = one_line(path.name, 120)
            yield Arrival(name, name, mailed=path.suffix.lower() == _MAIL, refusal=stopped(error))

    def _file(self, path: Path) -> Iterator[Arrival]:
        name = one_line(path.name, 120)
        if path.suffix.lower() == _MAIL:
            yield from self._of_mail(read_mail(path, USUAL_MAIL), name)
            return
        if path.suffix.lower() == _OUTLOOK and (mail := read_outlook_file(path, USUAL_MAIL)) is not None:
            yield from self._of_mail(mail, name)
            return
        try:
            with path.open("rb") as stream:
                data = stream.read(self.limits.file_bytes + 1)
        except OSError as error:
            yield Arrival(name, name, refusal=unreadable(error))
            return
        empty = None if data else refusal("empty")
        yield Arrival(name, name, data, refusal=empty)

    def _of_mail(self, mail: ReceivedMail, name: str) -> Iterator[Arrival]:
        if mail.refusal is not None:
            yield Arrival(name, name, mailed=True, refusal=mail.refusal)
            return
        told = (note for note in mail.notices if mail.missing is None or note != mail.missing.text)
        self.notices += [Text(f"{name}：{note.zh}", f"{name}: {note.en}") for note in told]
        said, stamps = self._said(mail), _stamps(mail)
        for attached in mail.attachments:
            empty = None if attached.data else refusal("empty")
            yield Arrival(
                attached.shown, name, attached.data, mail.sender, True, empty, stamps=stamps, remarks=said
            )
        missing = None if mail.attachments else mail.missing or Refusal("no-workbook", NO_WORKBOOK)
        if missing is not None or mail.words is not None:
            yield Arrival(
                name, name, b"", mail.sender, True, missing, stamps=stamps, remarks=said, words=mail.words
            )

    def _said(self, mail: ReceivedMail) -> tuple[Remark, ...]:
        places = (
            _INNER.of(self.lang).format(subject=body.subject) if body.subject else _BODY.of(self.lang)
            for body in mail.bodies
        )
        return tuple(
            Remark("mail", place, body.words, body.author, body.news)
            for place, body in zip(places, mail.bodies, strict=True)
        )


def _stamps(mail: ReceivedMail) -> tuple[Stamp, ...]:
    """When the mail was sent: by our mail server, then by the sender's computer."""
    found = (("server", mail.received), (f"mail:{mail.sender}", mail.date if mail.sender else None))
    return tuple(Stamp(clock, at) for clock, at in found if at is not None)


def arrivals(
    paths: Iterable[Path], limits: Limits = USUAL, lang: Lang = "zh", mails: Iterable[Fetched] = ()
) -> Arrivals:
    """What lies in these folders and files, and in mails of a mailbox. UsageError for a missing file."""
    found = list(paths)
    for path in found:
        if not path.exists():
            raise UsageError(
                f"找不到 {path}。请给出放回复的文件夹，或 .xlsx、.xlsm、.eml 文件。",
                f"There is no {path}. Name the folder of replies, or .xlsx, .xlsm and .eml files.",
            )
    return Arrivals(found, limits, lang=lang, mails=mails)
