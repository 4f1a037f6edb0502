"""What a chat says of this project: each line of somebody known, its rows, and what it may mean for a cell.

The speaker is found in 通讯录 by name, other name, mobile number or department. Lines that name no row and
have no heading (进展, 问题 …) are handed on as unread. What may not enter: what becomes of it
(merge/chatted.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from xl_collab.errors import UsageError
from xl_collab.exchange.chat.transcripts import Utterance, read_transcript
from xl_collab.exchange.mail.answers import named_rows, read_answers
from xl_collab.exchange.mail.greetings import has_news
from xl_collab.merge.chatted import ChatLine, ChatPart
from xl_collab.plan.project import Project
from xl_collab.schema.keys import normalise_key

_MOST = 5_000_000
"""Bytes of a chat: some years of a busy group."""
_COLUMNS = {
    "progress": "进展 今日进展 今日完成 完成情况 本日进展 今日 progress",
    "problem": "问题 困难 存在问题 遇到问题 风险 problem problems issue issues",
    "help": "需协调 需协调资源 需要协调 求助 需要支持 需支持 协调 help",
    "tomorrow": "明日计划 明天计划 明日 下一步 计划 下步计划 tomorrow plan next",
}
_LABELS = {word: column for column, words in _COLUMNS.items() for word in words.split()}
_LABELLED = re.compile(r"(?:\d{1,2}[.、)）]\s*|[-*•·]\s*)?(?P<label>[^:：\n]{1,12}?)\s*[:：]\s*(?P<rest>.*)")
_BULLET = re.compile(r"^(?:\d{1,2}[.、)）]\s*|[-*•·]\s*)")
_CLAUSES = re.compile(r"[；;。\n]")
_CALLED = re.compile(r"@\S+\s*")


@dataclass
class Heard:
    """What a chat says: lines that were read, messages of strangers, lines that say nothing of a row."""

    lines: list[ChatLine] = field(default_factory=list)
    unknown: list[Utterance] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


def chat_file(path: Path) -> str:
    """The text of a saved chat, in whatever coding. UsageError for one that is missing, or no text."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _MOST else None
    except FileNotFoundError:
        raise UsageError(f"找不到 {path}。", f"There is no {path}.") from None
    except OSError as error:
        raise UsageError(
            f"读不了 {path}：{error.strerror}。", f"Cannot read {path}: {error.strerror}."
        ) from error
    if data is None:
        raise UsageError(f"{path.name} 超过 5 MB，不像聊天记录。", f"{path.name} exceeds 5 MB: no chat.")
    return decoded(data, path.name)


def decoded(data: bytes, name: str) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030."""
    codings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UsageError(f"{name} 格式无法识别，请另存为文本（.txt）。", f"{name} is no text; save it as .txt.")


def hear(project: Project, text: str, base: date) -> Heard:
    """Everything that a chat says, sorted."""
    speakers, found = Speakers(project), Heard()
    rows = [name for name in project.texts("id").tolist() if name]
    for one in read_transcript(text, base, lambda name: speakers.find(name) is not None):
        who = speakers.find(one.speaker)
        lines = tuple(line for line in map(_uncalled, one.lines) if _matters(line, rows))
        if who is None:
            if lines:
                found.unknown.append(Utterance(one.speaker, one.day, lines, one.number))
            continue
        department, person = who
        for line, parts in _parts(lines, rows):
            if not parts:
                found.unread.append((one.speaker, line))
                continue
            answers = read_answers(line, line, rows)
            offers = [(o.row, o.column, o.text) for o in answers.offers]
            offers += [(cell.row, cell.column, cell.text) for cell in answers.cells]
            found.lines.append(ChatLine(one.day, department, person, line, tuple(parts), tuple(offers)))
    return found


def _matters(line: str, rows: Sequence[str]) -> bool:
    """Whether a line says more than 收到 and 谢谢."""
    return bool(line) and (bool(named_rows(line, rows) or _label(line)[0]) or has_news(line, ()))


def _label(line: str) -> tuple[str, str]:
    """The column that a line's heading names, '' for none, and what follows."""
    match = _LABELLED.fullmatch(line)
    label = _LABELS.get(match["label"].strip().casefold(), "") if match else ""
    return label, match["rest"].strip() if match and label else _BULLET.sub("", line)


def _uncalled(line: str) -> str:
    """A line without the names that it calls."""
    return _CALLED.sub("", line).strip()


def _parts(lines: Sequence[str], rows: Sequence[str]) -> Iterator[tuple[str, list[ChatPart]]]:
    """Each line of a message with what it says of which row; lines go on with what those above began."""
    row, column, begun = "", "progress", False
    for line in lines:
        label, said = _label(line)
        column = label or column
        parts: list[ChatPart] = []
        for clause in filter(None, (piece.strip(" ，,") for piece in _CLAUSES.split(said))):
            named = named_rows(clause, rows)
            row = named[0] if named else row
            begun = begun or bool(named or label)
            if begun and parts and parts[-1].row == row:
                parts[-1] = ChatPart(row, column, f"{parts[-1].text}；{clause}")
            elif begun:
                parts.append(ChatPart(row, column, clause))
        begun = begun or bool(label)
        if parts or not (label and not said):
            yield line, parts


class Speakers:
    """Who is called how in 通讯录."""

    def __init__(self, project: Project) -> None:
        self._found: dict[str, set[tuple[str, str]]] = {}
        self._departments: dict[str, str] = {}
        table = project.table("contacts")
        columns = (table.texts(name).tolist() for name in ("department", "contact", "phone", "aliases"))
        for name, contact, phone, aliases in zip(*columns, strict=True):
            department = project.known.get(normalise_key(name), name)
            people = [one for one in _split(contact) if one.strip("*")]
            for person in people:
                self._add(person.strip("* "), department, person.strip("* "))
            for number in _numbers(phone):
                self._add(number, department, people[0].strip("* ") if len(people) == 1 else "")
            for other in (name, department, *_split(aliases)):
                if other:
                    self._departments[normalise_key(other)] = department

    def _add(self, name: str, department: str, person: str) -> None:
        self._found.setdefault(normalise_key(name), set()).add((department, person))

    def find(self, speaker: str) -> tuple[str, str] | None:
        """Department and name of a speaker; None for somebody unknown, or of two departments."""
        whole = self._one(speaker)
        if whole is not None:
            return whole
        found = {one for word in _words(speaker) if (one := self._one(word)) is not None}
        named = {department for department, person in found if person} or {one for one, _ in found}
        if len(named) != 1 or len({department for department, _ in found}) != 1:
            return None
        return max(found, key=lambda one: len(one[1]))

    def _one(self, word: str) -> tuple[str, str] | None:
        key = normalise_key(word)
        found = self._found.get(key, set()) | {
            one for number in _numbers(word) for one in self._found.get(normalise_key(number), ())
        }
        if found:
            return next(iter(found)) if len(found) == 1 else None
        if key in self._departments:
            return self._departments[key], ""
        return self._joined(key)

    def _joined(self, key: str) -> tuple[str, str] | None:
        """生产部王芳: a department with a name of its own behind, or before it."""
        for name, people in self._found.items():
            for other, department in self._departments.items():
                if key in (other + name, name + other):
                    same = [one for one in people if one[0] == department]
                    return same[0] if same else None
        return None


def _words(speaker: str) -> list[str]:
    """研发部-李四（李工）@公司 as its words."""
    plain = re.sub(r"@(?:微信|企业微信|.*(?:公司|集团))$", "", speaker)
    return [word for word in re.split(r"[\s\-_/|｜·@（）()\[\]【】,，]+", plain) if word]


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[、,，;；/\n]+", text) if part.strip()]


def _numbers(text: str) -> Iterator[str]:
    """Mobile numbers, without blanks and country code."""
    digits = re.sub(r"[\s\-]", "", text)
    yield from re.findall(r"(?<!\d)(?:\+?86)?(1\d{10})(?!\d)", digits)
