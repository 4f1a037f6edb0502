"""What a mail says in its own words, as claims of its sending: filled fields, and what a sentence may mean.

Filled fields are read like cells of a packet that shows nothing else. A sentence is never applied by itself:
it is asked, with its words. What may not enter: mails (exchange/mail/answers.py finds the fields).
"""

from __future__ import annotations

from dataclasses import replace

from xl_collab.merge.claims import ReplyReading, SheetReading
from xl_collab.merge.master import among
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import Answer, Cell
from xl_collab.merge.snapshot import Rows
from xl_collab.merge.values import Canonical, canonical, readings, row_key, unfit
from xl_collab.schema.declaration import Column, Kind, TableSheet


def read_answers(reading: ReplyReading, sheet: TableSheet, permission: Permission, *, lost: bool) -> None:
    """Say what the reply's answers claim of rows of `sheet`; of other rows the reply shows nothing."""
    base = reading.base.snapshot.rows(sheet.key)
    if not reading.reply.answers:
        return
    for answer in reading.reply.answers:
        key = base.matching(row_key(answer.row))
        if key is None:
            reading.tell(
                "answer_no_row", Cell(sheet.key, "", answer.column), text=f"{answer.row}：{answer.text}"
            )
            continue
        _say(reading, SheetReading(reading, sheet, base, base, permission, lost), key, answer)
    rows = ((sheet.key, reading.base.row_of(sheet.key, key)) for key in base.index)
    reading.missing += [at for at in dict.fromkeys(rows) if at not in reading.missing]


def _say(reading: ReplyReading, sheet: SheetReading, key: str, answer: Answer) -> None:
    column, at = sheet.sheet.column(answer.column), sheet.base.index[key]
    if column.name not in sheet.base.columns:
        reading.tell("sheet_not_sent", Cell(sheet.sheet.key, "", column.name))
        return
    sent = sheet.base.columns[column.name][at]
    value = _meant(column, answer.text)
    if column.shared:
        value = among(value, sent, sheet.permission.department)
    before = len(reading.said)
    one = replace(sheet, theirs=_with(sheet.base, column.name, at, value))
    one.column(column, sheet.base.columns[column.name], [(at, at, key)])
    new = reading.said[before:]
    reading.said[before:] = [replace(said, kind=said.kind or answer.kind) for said in new]
    if not new and not answer.kind and not column.shared:
        _said_again(reading, sheet, column, key)


def _said_again(reading: ReplyReading, sheet: SheetReading, column: Column, key: str) -> None:
    """A field that says what was sent takes an earlier word back; a packet cannot say so."""
    own = sheet.base.plain[sheet.base.index[key]] in sheet.permission.rows(sheet.sheet.key, column)
    if own and not sheet.lost:
        sent = sheet.base.value(key, column.name)
        reading.say(Cell(sheet.sheet.key, key, column.name), sent, sent)


def _meant(column: Column, text: str) -> Canonical:
    """The value of a field; 60 beside 完成率 is 60 %, which is all that it can be."""
    value = canonical(column, text)
    if column.kind is Kind.PERCENT and unfit(column, value):
        could_be = readings(column, value)
        return could_be[0] if len(could_be) == 1 else value
    return value


def _with(base: Rows, name: str, at: int, value: Canonical) -> Rows:
    """The rows as they were sent, with one cell changed."""
    values = list(base.columns[name])
    values[at] = value
    return Rows(base.ids, {**base.columns, name: values}, base.places)
