"""校验结果: a reading that somebody chose for a cell, and what it writes.

A choice counts while its cell says what it said when the page was drawn; else the cell is asked about anew.
Nothing is ever taken unchosen, and a choice never twice: once it is written its cell says something else.
What may not enter: spreadsheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from xl_collab.checks.offers import Identity, Offer, label_of, read_key
from xl_collab.errors import UsageError
from xl_collab.merge.values import canonical, native
from xl_collab.patterns import lazy
from xl_collab.plan.computed import figure_edits
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out
from xl_collab.project.drafts import words_of
from xl_collab.project.edits import Edit, Outcome, SetColumn, SetField
from xl_collab.project.sentences import fitted
from xl_collab.schema.declaration import Column, Kind
from xl_collab.schema.findings import Reading
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import LANGS, Text, t

WRITTEN = t("{where}{column}：按所选写为 {value}", "{where}{column}: written as chosen: {value}")
EMPTIED = t("{where}{column}：按所选清空", "{where}{column}: emptied as chosen")
STALE = t(
    "{where}{column}：选择之后情况变了，“{words}”没有写入；请在新的“校验结果”里重新选择",
    "{where}{column} has changed since the choice, {words!r} was not written; choose again on Findings",
)
UNCLEAR = t(
    "{where}{column}：选择互相矛盾，没有写入；请在新的“校验结果”里重新选择",
    "{where}{column}: choices contradict each other, nothing was written; choose again on Findings",
)
UNREAD = t(
    "{where}{column}：“{words}”不是列出的读法，没有写入；请从下拉列表里选",
    "{where}{column}: {words!r} is none of the readings, nothing was written; choose from the list",
)
_ROW = t("第 {n} 行", "row {n}")
_BAD_NAME = t(
    "“{text}”看不懂，请写成 T003=1（T003 用第 1 种读法）",
    "{text!r} cannot be read; write T003=1 (T003 by its first reading)",
)
_NO_OFFER = t(
    "{name} 没有可选的读法；不带 --accept 运行可看到有哪些",
    "{name} has no readings to choose from; run without --accept to see which have",
)
_SEVERAL = t(
    "{name} 有几格可选，请写明哪一格：{names}", "{name} has several cells to choose for; name one: {names}"
)
_NO_NUMBER = t("{name} 的读法只有 1 到 {count}", "{name} has the readings 1 to {count}")

_BOTH = t("{name} 只能选一种读法", "{name} can only be read in one way")

_NAMED = lazy(r"(.+)=(\d{1,3})")
_DAY = lazy(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What became of choices, in sentences.

    written  cells that were written
    told     choices that were not carried out, and why
    taken    words on pages that are done with: a new draft asks without them
    """

    written: tuple[Text, ...] = ()
    told: tuple[Text, ...] = ()
    taken: frozenset[str] = frozenset()

    @property
    def news(self) -> bool:
        """Whether the page has to be drawn anew."""
        return bool(self.written or self.taken)


def choose(
    project: Project,
    offered: Iterable[Offer],
    named: Sequence[str] = (),
    typed: Iterable[Mapping[str, object]] = (),
) -> Outcome[Chosen]:
    """Carry out what is named and what was chosen on a page, among what is offered now.

    named  T003=1 is the first reading of the cell in row T003; T003:时间节点=1 where it has several such
           cells; F7=1 and 跟踪表!F7=1 name a cell. UsageError for what cannot be meant
    typed  what people typed on pages: key (see `Offer.key`) and choice; what is named goes before it
    """
    known = {offer.identity: offer for offer in offered}
    picks = _Picks(known)
    for text in named:
        picks.take(*_meant(project, text, known.values()))
    for record in typed:
        picks.read(record)
    chosen = tuple(picks.agreed())
    data = Chosen(tuple(_written(chosen)), tuple(picks.told), frozenset(picks.taken))
    return Outcome(data, tuple(_edits(project, chosen)))


@dataclass
class _Picks:
    """Which reading each cell is to have, as choices come in."""

    known: Mapping[Identity, Offer]
    chosen: dict[Identity, list[Reading]] = field(default_factory=dict)
    told: list[Text] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    _named: set[Identity] = field(default_factory=set)

    def take(self, offer: Offer, reading: Reading) -> None:
        """A reading that was named. UsageError where another one of the cell was named too."""
        if self.chosen.get(offer.identity, [reading]) != [reading]:
            raise _error(_BOTH, name=offer.finding.row_id or offer.finding.cell)
        self._named.add(offer.identity)
        self._add(offer.identity, reading)

    def read(self, record: Mapping[str, object]) -> None:
        """One row of a page."""
        words, key = words_of(record.get("choice")), read_key(record.get("key"))
        if not words or key is None:
            return
        identity, offered = key
        place = _place(identity)
        offer, shown = self.known.get(identity), _numbered(words, offered)
        reading = _said(offer, shown) if offer else None
        if shown is None and reading is None:
            self.told.append(fitted(UNREAD, words=words, **place))
            return
        self.taken.add(words)
        if reading is None:
            self.told.append(fitted(STALE, words=words, **place))
        elif identity not in self._named:
            self._add(identity, reading)

    def _add(self, identity: Identity, reading: Reading) -> None:
        readings = self.chosen.setdefault(identity, [])
        if reading not in readings:
            readings.append(reading)

    def agreed(self) -> Iterator[tuple[Offer, Reading]]:
        """What was chosen and contradicts nothing else that was chosen."""
        every = [(self.known[one], reading) for one, found in self.chosen.items() for reading in found]
        texts: dict[tuple[object, ...], set[str]] = {}
        for offer, reading in every:
            for column, text in reading.writes:
                texts.setdefault(_cell(offer, column), set()).add(text)
        for identity, found in self.chosen.items():
            offer, reading = self.known[identity], found[0]
            columns = [column for one in found for column, _ in one.writes]
            if len(found) > 1 or any(len(texts[_cell(offer, column)]) > 1 for column in columns):
                self.told.append(fitted(UNCLEAR, **_place(identity)))
            else:
                yield offer, reading


def _cell(offer: Offer, column: str) -> tuple[object, ...]:
    return (offer.finding.sheet, offer.number, column)


def _numbered(words: str, offered: Sequence[str]) -> str | None:
    """The offered words that somebody typed, or whose number; None when it is none of them."""
    typed = normalise_key(words)
    numbers = {str(n): one for n, one in enumerate(offered, start=1)}
    same = {normalise_key(one): one for one in offered}
    return same.get(typed, numbers.get(typed))


def _said(offer: Offer, words: str | None) -> Reading | None:
    """The reading of these words, in whichever language the page was."""
    readings = {one.says.of(lang): one for lang in LANGS for one in reversed(offer.readings)}
    return readings.get(words) if words is not None else None


# what is named on the command line


def _meant(project: Project, text: str, known: Iterable[Offer]) -> tuple[Offer, Reading]:
    """The offer and the reading that a text such as T003=1 means."""
    match = _NAMED.fullmatch(normalise_key(text).replace("：", ":"))
    if match is None:
        raise _error(_BAD_NAME, text=text)
    name = match[1].strip()
    hits = [offer for offer in known if name in _names(offer)]
    if not hits:
        raise _error(_NO_OFFER, name=name.upper())
    if len(hits) > 1:
        names = "、".join(f"{offer.finding.cell}（{offer.label.of(project.lang)}）" for offer in hits)
        raise _error(_SEVERAL, name=name.upper(), names=names)
    (offer,) = hits
    number = int(match[2])
    if not 1 <= number <= len(offer.readings):
        raise _error(_NO_NUMBER, name=name.upper(), count=len(offer.readings))
    return offer, offer.readings[number - 1]


def _names(offer: Offer) -> set[str]:
    """Everything that names an offer's cell."""
    finding = offer.finding
    names = [f"{finding.tab}!{finding.cell}", finding.cell] if finding.cell else [*offer.called]
    if finding.row_id:
        names += [finding.row_id, *(f"{finding.row_id}:{column}" for column in offer.called)]
    return {normalise_key(name) for name in names}


def _error(said: Text, **words: object) -> UsageError:
    return UsageError(said.zh.format(**words), said.en.format(**words))


# what is written


def _edits(project: Project, chosen: Sequence[tuple[Offer, Reading]]) -> Iterator[Edit]:
    """The cells of the readings, and every figure that follows from them."""
    cells: dict[tuple[str, str], dict[int, object]] = {}
    for offer, reading in chosen:
        for name, text in reading.writes:
            cells.setdefault((offer.finding.sheet, name), {})[offer.number] = text
    made = [_edit(project, sheet, name, found) for (sheet, name), found in cells.items()]
    yield from made
    if made:
        yield from figure_edits(carried_out(project, made))


def _edit(project: Project, sheet: str, name: str, texts: Mapping[int, object]) -> Edit:
    if sheet not in project.book.tables:
        (text,) = texts.values()
        return SetField(sheet, name, _day(str(text)))
    column = project.table(sheet).sheet.column(name)
    values = [_value(project, column, str(text)) for text in texts.values()]
    return SetColumn(sheet, name, np.array([*texts], dtype=np.int64), values)


def _value(project: Project, column: Column, text: str) -> object:
    """A text as its column holds it: a day as a date, a number as one, "" as nothing."""
    if column.kind is Kind.DEADLINE:
        return _day(text)
    return native(column, canonical(column, text), project.lang)


def _day(text: str) -> date | str | None:
    return date.fromisoformat(text) if _DAY.fullmatch(text) else text or None


# how it is said


def _written(chosen: Iterable[tuple[Offer, Reading]]) -> Iterator[Text]:
    """One sentence a cell."""
    for offer, reading in chosen:
        for name, text in reading.writes:
            place = _place((*offer.identity[:3], name, ""), offer)
            yield fitted(WRITTEN if text else EMPTIED, value=text, **place)


def _place(identity: Identity, offer: Offer | None = None) -> dict[str, Text]:
    """Row and column for a sentence: T003 时间节点; other sheets than 跟踪表 are named."""
    _, key, row, column, _ = identity
    sheet = next((one.title for one in SHEETS.sheets if one.key == key), Text(key, key))
    named = offer.finding.row_id if offer and row else row.upper()
    shown = fitted(_ROW, n=row[1:]) if row.startswith("#") else Text(named, named)
    names = [shown] if key == TRACKER.key else [sheet, shown]
    where = Text(*("".join(f"{name.of(lang)} " for name in names if name.zh) for lang in LANGS))
    return {"where": where, "column": label_of(key, column)}
