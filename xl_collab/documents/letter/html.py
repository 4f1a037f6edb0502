"""A letter as a mail shows it: HTML with everything inline, its plain-text twin, and the subject.

Mail programs drop style sheets, scripts and remote pictures, so there are none, and no links. All that
comes from the workbook is escaped. Addresses and files may not enter.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from xl_collab.documents.letter import words as words
from xl_collab.documents.letter.content import Letter
from xl_collab.documents.open_items import OwnTask
from xl_collab.documents.packet import words as labels
from xl_collab.documents.packet.pages import wanted_words
from xl_collab.documents.theme import BAND, BRAND, INK, LEVEL_COLOURS, QUIET, RAG_COLOURS, RULE
from xl_collab.schema.words import ACTION_STATUS, RAG, RISK_LEVEL, STATUS, Choices, Count, Lang

_FONT = "'微软雅黑','Microsoft YaHei','PingFang SC',sans-serif"
_SHORT = 10
"""Characters up to which a cell is kept on one line: dates, states, alerts."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a letter is to be written: language, the token of what is attached, and what that is.

    attached: "packet", "whole" or "" (nothing to fill in).
    """

    lang: Lang
    token: str = ""
    attached: str = ""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    code: str = ""


Row = Sequence[_Cell]


def letter_subject(letter: Letter, look: Look) -> str:
    """The subject; with a token it ends in [token]."""
    said = words.SUBJECT[letter.kind].of(look.lang)
    text = said.format(
        project=letter.project or words.NO_PROJECT.of(look.lang),
        department=letter.department,
        day=letter.reply_by,
        as_of=letter.as_of,
        count=len(letter.owed) + sum(1 for item in letter.actions if item.overdue),
    )
    return f"{text} [{look.token}]" if look.token else text


# what is said, once for both forms


@dataclass(frozen=True)
class _Section:
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str = ""
    more: str = ""


def _greeting(letter: Letter, lang: Lang) -> str:
    names = [person.name for person in letter.to if person.name]
    name = names[0] if len(names) == 1 else letter.department
    return words.GREETING.of(lang).format(name=name) if letter.department else words.GREETING_ALL.of(lang)


def _intro(letter: Letter, look: Look) -> str:
    key: str = letter.kind
    if key == "request" and look.attached != "packet":
        key = "request_whole" if look.attached == "whole" else "request_bare"
    said = words.INTRO[key].of(look.lang).format(as_of=letter.as_of, day=letter.reply_by)
    if not letter.estimate:
        return said
    stop, space = ("。", "") if look.lang == "zh" else (".", " ")
    return f"{said}{space}{letter.estimate.of(look.lang)}{stop}"


def _sections(letter: Letter, look: Look) -> Iterator[_Section]:
    lang = look.lang
    own = bool(letter.department)
    last = "owed" if own else "owner"
    heads = _heads(("id", "what", "due", "status", "alert", "reason", last), lang)
    more = words.MORE.of(lang).format(count=letter.left_out) if letter.left_out else ""
    if letter.tasks or not (letter.kind == "reminder" and letter.actions):
        rows = tuple(_task(task, lang, own) for task in letter.tasks)
        yield _Section(words.TASKS.of(lang), heads, rows, words.NO_TASKS.of(lang), more)
    if letter.actions:
        yield _Section(
            labels.ACTIONS.of(lang),
            _heads(("id", "what", "due", "status"), lang),
            tuple(_action(item.id, item.action, item.due, item.overdue, lang) for item in letter.actions),
        )
    if letter.risks:
        yield _Section(
            labels.RISKS.of(lang),
            _heads(("id", "what", "due", "level", "countermeasure"), lang),
            tuple(
                (_Cell(r.id), _Cell(r.risk), _day(r.due), _level(r.level, lang), _Cell(r.countermeasure))
                for r in letter.risks
            ),
        )
    if letter.confirmations:
        yield _Section(
            labels.CONFIRMATIONS.of(lang),
            _heads(("id", "what", "due", "quote"), lang),
            tuple(
                (_Cell(c.row_id), _Cell(c.proposal.sentence.of(lang)), _day(c.proposal.date), _Cell(c.quote))
                for c in letter.confirmations
            ),
        )


def _heads(names: Sequence[str], lang: Lang) -> tuple[str, ...]:
    return tuple(labels.COLUMNS[name].of(lang) for name in names)


def _task(task: OwnTask, lang: Lang, own: bool) -> Row:
    due = f"{task.due} {task.time:%H:%M}" if task.due and task.time else str(task.due or task.deadline)
    alert = _Cell(RAG.label(task.rag, lang), task.rag) if task.rag else _Cell("")
    last = wanted_words(task, lang) if own else task.owner
    if own and task.role == "support":
        role = labels.ROLE["support"].of(lang)
        last = f"{role}；{last}" if last and lang == "zh" else f"{role}; {last}" if last else role
    status = _Cell(_label(STATUS, task.status, lang))
    return (_Cell(task.id), _Cell(task.task), _Cell(due), status, alert, _Cell(task.reason), _Cell(last))


def _action(item_id: str, action: str, due: date | None, overdue: int, lang: Lang) -> Row:
    late = _Cell(words.OVERDUE.of(lang).format(days=Count(overdue)), "red")
    late = late if overdue else _Cell(ACTION_STATUS.label("open", lang))
    return (_Cell(item_id), _Cell(action), _day(due), late)


def _day(value: date | None) -> _Cell:
    return _Cell(f"{value:%Y-%m-%d}" if value else "")


def _level(code: str, lang: Lang) -> _Cell:
    return _Cell(RISK_LEVEL.label(code, lang), LEVEL_COLOURS[code]) if code else _Cell("")


def _label(choices: Choices, code: str, lang: Lang) -> str:
    return choices.label(code, lang) if code in choices.codes else code


def _closing(look: Look) -> list[str]:
    code = [words.CODE.of(look.lang).format(token=look.token)] if look.token else []
    return [*code, words.CLOSING.of(look.lang)]


# the two forms


def letter_text(letter: Letter, look: Look) -> str:
    """The letter as plain text; every colour is there as its word."""
    parts = [_greeting(letter, look.lang), "", _intro(letter, look), ""]
    for section in _sections(letter, look):
        parts += [f"■ {section.title}", *_lines(section, look.lang), ""]
    return "\n".join([*parts, *_closing(look)]) + "\n"


def _lines(section: _Section, lang: Lang) -> Iterator[str]:
    colon = "：" if lang == "zh" else ": "
    if not section.rows:
        yield section.empty
    for row in section.rows:
        (number, what), rest = (cell.text for cell in row[:2]), row[2:]
        yield f"{number}  {_one_line(what)}"
        said = [
            f"{head}{colon}{_one_line(cell.text)}"
            for head, cell in zip(section.heads[2:], rest, strict=True)
            if cell.text
        ]
        yield "    " + " | ".join(said)
    if section.more:
        yield section.more


def _one_line(text: str) -> str:
    return " ".join(text.split())


def letter_html(letter: Letter, look: Look) -> str:
    """The letter as one HTML document, colours inline, without links, pictures or scripts."""
    body = [_paragraph(_greeting(letter, look.lang)), _paragraph(_intro(letter, look))]
    for section in _sections(letter, look):
        body.append(
            f'<p style="margin:18px 0 6px;font-size:15px;font-weight:bold;color:{BRAND}">'
            f"{_escaped(section.title)}</p>"
        )
        body.append(_table(section) if section.rows else _paragraph(section.empty, QUIET))
        if section.more:
            body.append(_paragraph(section.more, QUIET))
    body += [
        _paragraph(line, QUIET if look.token and line != _closing(look)[-1] else INK)
        for line in _closing(look)
    ]
    title = _escaped(letter_subject(letter, look))
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if look.lang == "zh" else "en"}"><head>'
        f'<meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body style="margin:0;padding:16px;font-family:{_FONT};font-size:14px;color:{INK}">\n'
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _paragraph(text: str, colour: str = INK) -> str:
    return f'<p style="margin:8px 0;line-height:1.6;color:{colour}">{_escaped(text)}</p>'


def _table(section: _Section) -> str:
    style = (
        f"padding:6px 8px;text-align:left;background:{BRAND};color:#FFFFFF;font-size:13px;white-space:nowrap"
    )
    heads = "".join(f'<th style="{style}">{_escaped(head)}</th>' for head in section.heads)
    rows = "\n".join(_table_row(row, n) for n, row in enumerate(section.rows))
    return (
        f'<table cellspacing="0" cellpadding="0" style="border-collapse:collapse;border:1px solid {RULE}">\n'
        f"<tr>{heads}</tr>\n{rows}\n</table>"
    )


def _table_row(row: Row, number: int) -> str:
    ground = BAND if number % 2 else "#FFFFFF"
    return f'<tr style="background:{ground}">{"".join(map(_table_cell, row))}</tr>'


def _table_cell(cell: _Cell) -> str:
    style = f"padding:6px 8px;border-top:1px solid {RULE};font-size:13px;vertical-align:top"
    if len(cell.text) <= _SHORT:
        style += ";white-space:nowrap"
    if cell.code in RAG_COLOURS:
        ink, ground = RAG_COLOURS[cell.code]
        style += f";color:{ink};background:{ground};font-weight:bold;text-align:center"
    return f'<td style="{style}">{_escaped(cell.text)}</td>'


def _escaped(text: str) -> str:
    """Text for HTML: no tags, no control characters; line breaks shown."""
    clean = "".join(c if c in "\n\t" or (c >= " " and c != "\x7f") else " " for c in text)
    clean = clean.encode("utf-8", "replace").decode("utf-8").replace("\u2028", " ").replace("\u2029", " ")
    return html.escape(clean, quote=True).replace("\n", "<br>")
