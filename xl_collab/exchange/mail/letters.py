"""Letters put together: what they say, to whom, with what attached; and drafts in a folder.

For each letter an .eml that classic Outlook opens ready to send, and a folder with the text as a page and the
attachments, for Foxmail, 企业微信 and the rest; one list of recipients for all. Sending is in outgoing.py.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from xl_collab.documents.letter import words as words
from xl_collab.documents.letter.calendar import letter_calendar
from xl_collab.documents.letter.content import Letter
from xl_collab.documents.letter.html import letter_html, letter_text
from xl_collab.documents.letter.sections import Look, letter_subject
from xl_collab.documents.packet.content import Packet, PacketIssue
from xl_collab.documents.packet.pages import whole_notes
from xl_collab.documents.packet.words import NOTES
from xl_collab.exchange.mail.outgoing import Attachment, Mail, message_bytes
from xl_collab.exchange.mail.recipients import header_text, recipients
from xl_collab.hosts.atomic import write_atomically
from xl_collab.hosts.changes import SheetMark, free_title, set_mark
from xl_collab.hosts.ooxml.copy_sheet import graft_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.xmlparts import parse_xml
from xl_collab.merge.snapshot import Snapshot
from xl_collab.plan.project import Project
from xl_collab.project.text_size import for_csv
from xl_collab.schema.words import Lang, Text, t

# Names of files that are made from words of the workbook: safe on every system, and still readable.


_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_LONGEST = 120
"""Octets of the stem: most file systems allow 255 for the whole name, and mail programs add theirs."""
_LONGEST_NAME = 190
"""Octets of a name made of several words, its ending included."""
_LONGEST_DEPARTMENT = 90
"""Octets of a department in it: thirty Chinese characters."""


def file_name(stem: str, ending: str = "") -> str:
    """A file name from a stem and an ending such as `.xlsx`.

    Characters that Windows forbids become `_`; names of its devices get one in front. Control characters
    and line breaks are refused (UnsafeLetter), as in a subject.
    """
    return _apart(_cut(_clean(stem), _LONGEST)) + ending


def name_for(
    pattern: str,
    ending: str = "",
    *,
    project: str = "",
    department: str = "",
    day: str = "",
    about: str = "",
) -> str:
    """A file name out of a pattern such as `{project}-{department}-任务填报`.

    Where it would be too long the project is shortened, never the department, unless that fills a name by
    itself. UnsafeLetter as in `file_name`.
    """
    words = {"department": _word(department, _LONGEST_DEPARTMENT), "day": day, "about": _word(about, 40)}
    room = _LONGEST_NAME - _octets(pattern.format(project="", **words)) - _octets(ending)
    return _apart(_clean(pattern.format(project=_word(project, room), **words))) + ending


def _word(text: str, longest: int) -> str:
    """A word as it can stand in a name; one that had to be changed ends with a mark of what it was."""
    said = unicodedata.normalize("NFC", header_text(text)).strip()
    clean = " ".join(_clean(said).split())
    if clean == said and _octets(clean) <= longest:
        return clean
    mark = "~" + hashlib.sha256(said.encode("utf-8")).hexdigest()[:6]
    return _cut(clean, longest - len(mark)) + mark


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("_", header_text(text)).strip(" .")


def _cut(text: str, octets: int) -> str:
    return text.encode("utf-8")[:octets].decode("utf-8", "ignore").strip(" .")


def _octets(text: str) -> int:
    return len(text.encode("utf-8"))


def _apart(stem: str) -> str:
    """A stem that is no device of Windows, and not empty."""
    return f"{'_' if _RESERVED.match(stem) else ''}{stem or '_'}"


LIST_NAME = t("收件人清单", "recipients")
PAGE_NAME = t("信件", "letter")
_HEADS: tuple[Text, ...] = (
    t("部门", "Department"),
    t("收件人", "To"),
    t("抄送", "Cc"),
    t("主题", "Subject"),
    t("文件夹", "Folder"),
    t("附件", "Attachments"),
)
_EVERYBODY = t("全体", "all")


@dataclass(frozen=True)
class Enclosure:
    """What goes along with a letter: a packet, a whole workbook, minutes, a report, or a page to decide on.

    kind    as in words.FILES; a token belongs to "packet" and "whole"
    about   ID of what is to be decided
    remark  what the letter says of it
    """

    kind: str
    data: bytes
    ending: str = ".xlsx"
    token: str = ""
    about: str = ""
    remark: Text | None = None


def make_mail(
    letter: Letter,
    enclosure: Enclosure | None,
    lang: Lang,
    *,
    stamp: dt.datetime,
    allowed: Sequence[str] = (),
    token: str = "",
) -> Mail:
    """The mail of a letter. UnsafeLetter when addresses, subject or file names are not plain.

    token    of the sending that it is about, where nothing that has one is enclosed
    stamp    when the calendar file was made (aware)
    allowed  domains to which it may go
    """
    header_text(letter.project)
    header_text(letter.department)
    kind = enclosure.kind if enclosure and enclosure.token else ""
    look = Look(lang, token, kind)
    if enclosure is not None:
        look = replace(look, token=enclosure.token or token, remark=enclosure.remark)
    files = []
    if enclosure is not None:
        files.append(Attachment(attachment_name(letter.project, letter, enclosure, lang), enclosure.data))
    calendar = letter_calendar(letter, lang, stamp=stamp)
    if calendar:
        whose = letter.department or _EVERYBODY.of(lang)
        name = name_for(words.FILES["calendar"].of(lang), ".ics", department=whose)
        files.append(Attachment(name, calendar))
    return Mail(
        recipients(letter, allowed),
        header_text(letter_subject(letter, look)).strip(),
        letter_text(letter, look),
        letter_html(letter, look),
        tuple(files),
        letter.department,
        look.token,
    )


def attachment_name(project: str, about: Letter | Packet, enclosure: Enclosure, lang: Lang) -> str:
    """What an enclosure is called: project, department and what it is."""
    return name_for(
        words.FILES[enclosure.kind].of(lang),
        enclosure.ending,
        project=project or words.NO_PROJECT.of(lang),
        department=about.department,
        day=f"{about.as_of:%Y%m%d}",
        about=enclosure.about,
    )


def draft_folder(mails: Sequence[Mail], folder: Path, lang: Lang, *, sender: str = "") -> list[Path]:
    """Write drafts into `folder`: NN-部门.eml, NN-部门/ with page and attachments, 收件人清单.

    Returns the files. Existing ones of the same names are replaced. CannotWrite when the disk refuses.
    """
    names = [file_name(f"{n:02}-{mail.department or _EVERYBODY.of(lang)}") for n, mail in enumerate(mails, 1)]
    files = {
        path: data
        for name, mail in zip(names, mails, strict=True)
        for path, data in draft_files(name, mail, lang, sender)
    }
    files |= recipient_lists(mails, names, lang)
    return [_write(folder / path, data) for path, data in files.items()]


def draft_files(name: str, mail: Mail, lang: Lang, sender: str = "") -> Iterator[tuple[str, bytes]]:
    """The files of one draft, by path in its folder: NAME.eml, NAME/ with page and attachments."""
    yield f"{name}.eml", message_bytes(mail, sender=sender, draft=True)
    yield f"{name}/{PAGE_NAME.of(lang)}.html", mail.html.encode("utf-8")
    yield from ((f"{name}/{one.name}", one.data) for one in mail.attachments)


def recipient_lists(mails: Sequence[Mail], names: Sequence[str], lang: Lang) -> dict[str, bytes]:
    """收件人清单, for programs and to copy from; `names` are those of the drafts."""
    name = LIST_NAME.of(lang)
    return {f"{name}.csv": _csv(mails, names, lang), f"{name}.txt": _txt(mails, names, lang)}


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, data)
    return path


def _lines(mails: Sequence[Mail], names: Sequence[str], lang: Lang) -> Iterable[tuple[str, ...]]:
    for name, mail in zip(names, mails, strict=True):
        who = mail.department or _EVERYBODY.of(lang)
        files = "; ".join(attached.name for attached in mail.attachments)
        yield who, "; ".join(mail.recipients.to), "; ".join(mail.recipients.cc), mail.subject, name, files


def _csv(mails: Sequence[Mail], names: Sequence[str], lang: Lang) -> bytes:
    """For Excel and WPS: UTF-8 with BOM; nothing in it can become a formula."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\r\n")
    table.writerow([head.of(lang) for head in _HEADS])
    table.writerows([for_csv(cell) for cell in line] for line in _lines(mails, names, lang))
    return stream.getvalue().encode("utf-8-sig")


def _txt(mails: Sequence[Mail], names: Sequence[str], lang: Lang) -> bytes:
    """To copy from: one letter a paragraph."""
    heads = [head.of(lang) for head in _HEADS]
    parts = [
        "\r\n".join(f"{head}: {cell}" for head, cell in zip(heads, line, strict=True) if cell)
        for line in _lines(mails, names, lang)
    ]
    return ("\r\n\r\n".join(parts) + "\r\n").encode("utf-8-sig")


# The whole workbook as a sending: the master's bytes with a token, with or without its macros.


_PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_EMPTY = f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_TYPES}"/>'.encode()
_MACROS = ("vbaProject", "vbaProjectSignature", "xlMacrosheet")


def base_of_whole(project: Project) -> Snapshot:
    """What goes out with the whole workbook: every table that has IDs."""
    return Snapshot.of(project.book.tables.values())


def whole_workbook(
    master: bytes, project: Project, packet: Packet, issue: PacketIssue, *, macros: bool
) -> bytes:
    """The bytes of the copy for one department: .xlsm with `macros`, else .xlsx without any code."""
    package = Package.from_bytes(master)
    if not macros:
        _without_macros(package)
    lang = project.book.lang
    tab = free_title(NOTES.of(lang), [info.name for info in package.workbook.sheets])
    graft_sheet(package, whole_notes(project, packet, issue, lang), NOTES.of(lang), tab)
    set_mark(package, SheetMark(tab, "packet", tab, ""))
    package.workbook.set_defined_name("collab_token", f'"{issue.token}"')
    set_properties(package, issue.properties())
    return package.save_bytes()


def _without_macros(package: Package) -> None:
    """Take the VBA project and the ribbon that calls it out; the workbook becomes a plain .xlsx."""
    for kind in _MACROS:
        for rel in package.related(package.workbook_part, kind):
            package.remove_relationship(package.workbook_part, rel.id)
            package.remove_tree(rel.target)
    for rel in package.rels(""):
        if rel.kind == "extensibility":
            package.remove_relationship("", rel.id)
            if rel.target in package:
                package.remove_tree(rel.target)
    package.set_content_type(package.workbook_part, _PLAIN)


def set_properties(package: Package, properties: Mapping[str, str]) -> None:
    """Write custom document properties; others that are there stay."""
    parts = package.related("", "custom-properties")
    part = parts[0].target if parts else "docProps/custom.xml"
    if not parts:
        package.add(part, _EMPTY, _CUSTOM_TYPE)
        package.add_relationship("", "custom-properties", part)
    root = parse_xml(package.read(part), part)
    for item in list(root):
        if item.get("name") in properties:
            root.remove(item)
    used = [int(item.get("pid", "1")) for item in root]
    for number, (name, text) in enumerate(properties.items(), start=max(used, default=1) + 1):
        item = etree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid=_FORMAT, pid=str(number), name=name)
        etree.SubElement(item, f"{{{_TYPES}}}lpwstr").text = text
    package.replace(part, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
