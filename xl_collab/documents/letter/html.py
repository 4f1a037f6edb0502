"""A letter as a mail shows it: HTML with everything inline, and its plain-text twin.

Mail programs drop style sheets, scripts and remote pictures, so there are none, and no links. All that
comes from the workbook is escaped. Addresses, files, and what is said (sections.py) may not enter.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from xl_collab.documents.letter.content import Letter
from xl_collab.documents.letter.reply_block import HOW, TITLE, reply_lines
from xl_collab.documents.letter.sections import (
    Cell,
    Look,
    Row,
    Section,
    asked,
    closing,
    greeting,
    intro,
    letter_subject,
    sections,
)
from xl_collab.documents.theme import BAND, BRAND, INK, QUIET, RAG_COLOURS, RULE
from xl_collab.schema.words import Lang

_FONT = "'微软雅黑','Microsoft YaHei','PingFang SC',sans-serif"
_SHORT = 10
"""Characters up to which a cell is kept on one line: dates, states, alerts."""


def letter_text(letter: Letter, look: Look) -> str:
    """The letter as plain text; every colour is there as its word."""
    parts = [greeting(letter, look.lang), "", intro(letter, look), ""]
    if said := asked(letter, look.lang):
        parts += [said, ""]
    for section in sections(letter, look):
        parts += [f"■ {section.title}", *_lines(section, look.lang), ""]
    if lines := _to_fill(letter, look):
        parts += [f"■ {TITLE.of(look.lang)}", HOW.of(look.lang), *lines, ""]
    return "\n".join([*parts, *closing(look)]) + "\n"


def _to_fill(letter: Letter, look: Look) -> tuple[str, ...]:
    """What can be filled in and sent back; nothing without a reply code, by which it is known again."""
    return reply_lines(letter, look.lang) if look.token else ()


def _lines(section: Section, lang: Lang) -> Iterator[str]:
    colon = "：" if lang == "zh" else ": "
    if not section.rows:
        yield section.empty
    if not section.heads:
        yield from (f"{label.text}{colon}{_one_line(value.text)}" for label, value in section.rows)
    for row in section.rows if section.heads else ():
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
    body = [_paragraph(greeting(letter, look.lang)), _paragraph(intro(letter, look))]
    if said := asked(letter, look.lang):
        body.append(_paragraph(said, BRAND, bold=True))
    for section in sections(letter, look):
        body.append(_title(section.title))
        body.append(_table(section) if section.rows else _paragraph(section.empty, QUIET))
        if section.more:
            body.append(_paragraph(section.more, QUIET))
    if lines := _to_fill(letter, look):
        body += [_title(TITLE.of(look.lang)), _paragraph(HOW.of(look.lang), QUIET)]
        body += [_paragraph(line) for line in lines]
    body += [_paragraph(line, QUIET if line != closing(look)[-1] else INK) for line in closing(look)]
    title = _escaped(letter_subject(letter, look))
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if look.lang == "zh" else "en"}"><head>'
        f'<meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body style="margin:0;padding:16px;font-family:{_FONT};font-size:14px;color:{INK}">\n'
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _title(text: str) -> str:
    return f'<p style="margin:18px 0 6px;font-size:15px;font-weight:bold;color:{BRAND}">{_escaped(text)}</p>'


def _paragraph(text: str, colour: str = INK, *, bold: bool = False) -> str:
    weight = ";font-weight:bold" if bold else ""
    return f'<p style="margin:8px 0;line-height:1.6;color:{colour}{weight}">{_escaped(text)}</p>'


def _table(section: Section) -> str:
    style = (
        f"padding:6px 8px;text-align:left;background:{BRAND};color:#FFFFFF;font-size:13px;white-space:nowrap"
    )
    heads = "".join(f'<th style="{style}">{_escaped(head)}</th>' for head in section.heads)
    rows = "\n".join(_table_row(row, n) for n, row in enumerate(section.rows))
    return (
        f'<table cellspacing="0" cellpadding="0" style="border-collapse:collapse;border:1px solid {RULE}">\n'
        f"{f'<tr>{heads}</tr>{chr(10)}' if heads else ''}{rows}\n</table>"
    )


def _table_row(row: Row, number: int) -> str:
    ground = BAND if number % 2 else "#FFFFFF"
    return f'<tr style="background:{ground}">{"".join(map(_table_cell, row))}</tr>'


def _table_cell(cell: Cell) -> str:
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
