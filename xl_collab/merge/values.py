"""What a cell means when three copies of it are compared.

Programs re-save values in their own ways (1 as 1.0, CRLF as LF, a date as text) and people type the
same thing differently (完成, Done). Here each value gets one canonical form, so that only real changes
differ. Files, sheets as drawn and the merge's policy may not enter.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Literal, TypeAlias

from xl_collab.patterns import lazy
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.project.timing.deadlines import Unreadable, parse_date, parse_deadline
from xl_collab.schema.declaration import Column, Kind
from xl_collab.schema.keys import guarded, normalise_key
from xl_collab.schema.words import Lang

LONGEST = 32767
"""UTF-16 units that an Excel cell holds; a longer text would be cut silently."""

EARLIEST = date(2000, 1, 1)
"""No plan of ours has an earlier day: 6.5 in a cell of dates is the serial number of 1900-01-06."""

LATEST = date(2100, 12, 31)
"""Nor a later one: 2203-11-10 is a slip of the hand."""

LONGEST_LINE = 2000
"""Characters that one department may write into a shared cell, so that the others' lines fit too."""

OddKind = Literal["formula", "error", "too_long", "illegal", "merged", "unknown"]


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that holds no data: a formula, an error, a text no cell can hold, a merged-over cell.

    Two of them are equal when they say the same, so that one which was sent and came back is no change.
    """

    kind: OddKind
    text: str = ""


UNKNOWN = Odd("unknown")
"""Stands for a base that nobody knows; equal to no value that a cell can have."""

Canonical: TypeAlias = str | int | float | bool | date | Odd | None
"""Text (choices as codes), number, flag, day, moment (datetime, to the minute), oddity, or nothing."""

NUMBERS = (Kind.PERCENT, Kind.NUMBER, Kind.INTEGER, Kind.WORKDAYS, Kind.MONEY)
_NUMBER = lazy(r"([+-]?\d{1,15}(?:\.\d+)?)\s*(%?)")
_THOUSANDS = lazy(r"(?<=\d),(?=\d{3}(?!\d))")
# Characters that XML cannot carry, lone surrogates included; tab and line feed are fine.
_ILLEGAL = lazy("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WORDS = {str, type(None)}
_HALF_MINUTE = timedelta(seconds=30)
_EPOCH = datetime(1899, 12, 30)
_MIDNIGHT = datetime.min.time()
_EARLIEST_SERIAL = (datetime(2000, 1, 1) - _EPOCH).days
_DENIED = lazy(r"[未没不无非否]|\bnot\b|\bno\b|\bun|\bincomplete")
_NEARLY = lazy(r"[快将差半]|\balmost\b|\bnearly\b|\bsoon\b")
_TWO_OR_THREE = lazy(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}))?")


def same(one: object, other: object) -> bool:
    """Whether two canonical values are equal; unlike in Python, True is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def canonical(column: Column, value: object) -> Canonical:
    """The canonical form of a cell's value in `column`. It is its own canonical form.

    Text is stripped, NFC, with LF line ends; numbers keep Excel's 15 digits (percentages 9 decimals);
    dates are days, moments go to the minute; in a date column a typed date is its day, in a choice
    column a known label is its code, in a number column digits are their number. What cannot be
    read stays the text it is: `unfit` says why.
    """
    return _canonical(value, column)


def _as_it_is(value: object) -> Canonical:
    return value if value is None or isinstance(value, str | int | float | date | Odd) else str(value)


@guarded(_as_it_is)
def _canonical(value: object, column: Column) -> Canonical:
    if isinstance(value, Odd):
        return value
    if isinstance(value, CellFormula):
        return Odd("formula", "".join(value.text.split()).lstrip("=").casefold())
    if isinstance(value, CellError):
        return Odd("error", value.code)
    if isinstance(value, str):
        value = _text(value)
        if value is None or isinstance(value, Odd):
            return value
    return _READERS.get(column.kind, _plain)(column, value)


def canonical_column(column: Column, values: Sequence[object]) -> list[Canonical]:
    """`canonical` of each cell; a value that occurs again is read once."""
    types = set(map(type, values))
    if bool in types:  # True and 1 are one key to a dictionary
        return [canonical(column, value) for value in values]
    memo: dict[object, Canonical] = dict.fromkeys(values)
    if types <= _WORDS and column.kind not in _READERS and _are_tidy([v for v in memo if v is not None]):
        return list(values)  # type: ignore[arg-type]
    if column.kind is not Kind.DATETIME:
        day_of = _day_itself if column.kind is Kind.DATE else _midnight
        memo = {value: day_of(value) for value in memo}
    for value in [value for value, found in memo.items() if found is None]:
        memo[value] = canonical(column, value)
    return list(map(memo.__getitem__, values))


def _midnight(value: object) -> date | None:
    """The day of a cell that holds a day and no time, as readers give it."""
    if type(value) is datetime and value.year > _EPOCH.year + 1 and value.time() == _MIDNIGHT:
        return value.date()
    return None


def _day_itself(value: object) -> date | None:
    """The same in a column of days."""
    return value if type(value) is date and value.year > _EPOCH.year + 1 else _midnight(value)


def _are_tidy(texts: Sequence[object]) -> bool:
    """Whether texts are their own canonical form, as nearly all are: what `_text` would leave alone."""
    joined = "".join(texts)  # type: ignore[arg-type]
    plain = joined.isprintable() and (joined.isascii() or unicodedata.is_normalized("NFC", joined))
    sizes = set(map(len, texts))  # type: ignore[arg-type]
    fit = 0 not in sizes and max(sizes, default=0) < LONGEST // 2
    return plain and fit and list(map(str.strip, texts)) == texts  # type: ignore[arg-type]


def row_key(value: object) -> str:
    """The key by which a row's ID is recognised; '' for none. A number is its digits."""
    if type(value) is str:
        return normalise_key(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or isinstance(value, bool | CellError | CellFormula | Odd):
        return ""
    return normalise_key(str(value))


def unfit(column: Column, value: Canonical) -> str:
    """Why a canonical value may not enter `column`: an OddKind, `unreadable`, `out_of_range`, or ''."""
    if value is None:
        return ""
    if isinstance(value, Odd):
        return value.kind
    kind = column.kind
    if kind in NUMBERS:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return "unreadable"
        if kind is Kind.INTEGER and not isinstance(value, int):
            return "unreadable"
        low, high = column.minimum, column.maximum
        return (
            "out_of_range" if (low is not None and value < low) or (high is not None and value > high) else ""
        )
    if kind in (Kind.DATE, Kind.DATETIME):
        if not isinstance(value, date):
            return "unreadable"
        return "" if EARLIEST.year <= value.year <= LATEST.year else "out_of_range"
    if column.choices is not None:
        return "" if value in column.choices.codes else "unreadable"
    return "too_long" if column.shared and len(as_words(value)) > LONGEST_LINE else ""


def native(column: Column, value: Canonical, lang: Lang) -> object:
    """What to write into a cell: choices as labels in `lang`, the rest as it is; None for an oddity."""
    if isinstance(value, Odd):
        return None
    if column.choices is not None and isinstance(value, str) and value in column.choices.codes:
        return column.choices.label(value, lang)
    return value


def as_words(value: Canonical) -> str:
    """A value as the words of a text cell; '' for nothing."""
    if isinstance(value, Odd):
        return value.text
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def encode(value: Canonical) -> object:
    """The value as JSON knows it; `decode` gives the same value back."""
    if isinstance(value, datetime):
        return {"t": value.isoformat(timespec="minutes")}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Odd):
        return {"o": [value.kind, value.text]}
    return value


def decode(value: object) -> Canonical:
    """A canonical value from `encode`'s form."""
    if not isinstance(value, dict):
        return value  # type: ignore[return-value]
    if "t" in value:
        return datetime.fromisoformat(value["t"])
    if "d" in value:
        return date.fromisoformat(value["d"])
    kind, text = value["o"]
    return Odd(kind, text)


def _text(text: str) -> str | Odd | None:
    """Tidied text; None when nothing is left; an oddity when no cell could hold it."""
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = text.strip()
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if _ILLEGAL.search(text):
            return Odd("illegal", text.encode("utf-8", "backslashreplace").decode())
    if len(text) > LONGEST // 2 and len(text.encode("utf-16-le")) // 2 > LONGEST:
        return Odd("too_long", text)
    return text or None


def _plain(_: Column, value: object) -> Canonical:
    """Any value where the column asks for no particular type."""
    if isinstance(value, datetime):
        moment = _to_minute(value)
        return moment.date() if moment.time() == datetime.min.time() else moment
    if value is None or isinstance(value, str | bool | date):
        return value
    if isinstance(value, int | float):
        return _number(value)
    return _text(str(value))


def _number(value: float) -> Canonical:
    """15 significant digits, which is what Excel keeps and LibreOffice writes."""
    if not math.isfinite(value):
        return None if math.isnan(value) else Odd("error", str(value))
    short = float(f"{value:.15g}")
    if not math.isfinite(short):  # the largest numbers round to infinity
        short = float(value)
    return int(short) if short.is_integer() else short


def _to_minute(value: datetime) -> datetime:
    """The nearest minute: serial numbers carry rounding errors, and cells show no seconds."""
    rounded = value.replace(tzinfo=None)
    if rounded <= datetime.max - _HALF_MINUTE:
        rounded += _HALF_MINUTE
    return rounded.replace(second=0, microsecond=0)


def _numeric(column: Column, value: object) -> Canonical:
    """A number, or the number that a text spells out: full width and thousands' commas are fine."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(_THOUSANDS.sub("", unicodedata.normalize("NFKC", value)))
        # "50" in a column of percentages could be 50 % or 5000 %: only a sign says.
        if match is None or (column.kind is Kind.PERCENT) != bool(match[2]):
            return value
        value = float(match[1]) / (100 if match[2] else 1)
    found = _plain(column, value)
    if column.kind is Kind.PERCENT and isinstance(found, float):
        found = _number(round(found, 9))
    return found


def _day(column: Column, value: object) -> Canonical:
    """The day of a date column, typed as text or as a bare serial number too; 6.5 is no day of 1900."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value < _EARLIEST_SERIAL:
        return _number(value)
    if isinstance(value, datetime):
        return _number(_serial(value)) if value.year <= _EPOCH.year + 1 else value.date()
    if isinstance(value, date):
        return _serial(datetime(value.year, value.month, value.day)) if value.year <= 1900 else value
    if isinstance(value, bool) or value is None:
        return value
    return parse_date(value) or _plain(column, value)


def _serial(moment: datetime) -> float:
    """The number that a spreadsheet keeps for a moment; before March of 1900 its days are one less."""
    days = (moment - _EPOCH) / timedelta(days=1)
    return days - 1 if days < 61 else days


def readings(column: Column, value: object, near: Sequence[object] = ()) -> tuple[Canonical, ...]:
    """What a value that the column cannot hold could mean, for somebody to choose from; () for nothing.

    6.5 in a column of dates could be 6 May of a year (here the one nearest to `near`), 80 in one of
    percentages 80 %, a word nearly like a choice that choice.
    """
    if column.kind in (Kind.DATE, Kind.DATETIME) and not isinstance(value, bool | date):
        texts = _as_typed(value) if isinstance(value, int | float) else [str(value)]
        return tuple(dict.fromkeys(day for text in texts for day in _days_meant(text, near)))
    if column.kind is Kind.PERCENT and isinstance(value, int | float | str) and not isinstance(value, bool):
        return _shares_meant(value)
    if column.choices is not None and isinstance(value, str):
        words = {word: item.code for item in column.choices.items for word in item.words}
        close = get_close_matches(value, words, n=3, cutoff=0.5)
        return tuple(dict.fromkeys(words[word] for word in close if _tone(word) == _tone(value)))
    return ()


def _tone(word: str) -> tuple[bool, bool]:
    """Whether a word denies something, or says that it is only near: 未完成 and 快完成 are not 完成."""
    plain = normalise_key(word)
    return bool(_DENIED.search(plain)), bool(_NEARLY.search(plain))


def _shares_meant(value: float | str) -> tuple[Canonical, ...]:
    """80 is 80 %; of a text, which may come without its sign, 0.8 is too."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", value))
        if match is None:
            return ()
        number = float(match[1])
        return (_number(number),) * (0 <= number <= 1) + (_number(number / 100),) * (1 <= number <= 100)
    return (_number(value / 100),) if 1 < value <= 100 else ()


def _as_typed(value: float) -> list[str]:
    """How a number may have been typed: a cell keeps 10.10 as 10.1."""
    text = as_words(value)
    return [text, f"{text}0"] if re.fullmatch(r"\d{1,2}\.[123]", text) else [text]


def _days_meant(text: str, near: Sequence[object]) -> tuple[Canonical, ...]:
    """Days that 6.5, 6/5 or 5/6/2026 could mean: month first, then day first; 6月5日 is the one near."""
    match = _TWO_OR_THREE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    days = next((day for day in near if isinstance(day, date)), None)
    if match is None:
        day = parse_date(text, near=_plain_day(days)) if days is not None else None
        return () if day is None else (day,)
    one, two, year = int(match[1]), int(match[2]), match[3]
    pairs = ((one, two), (two, one)) if year else ((one, two),)
    found = (
        parse_date(f"{year}-{month}-{day}")
        if year
        else parse_date(f"{month}月{day}日", near=_plain_day(days))
        for month, day in pairs
    )
    return tuple(dict.fromkeys(day for day in found if day is not None))


def _plain_day(day: date | None) -> date | None:
    return day.date() if isinstance(day, datetime) else day


def _moment(column: Column, value: object) -> Canonical:
    if isinstance(value, datetime):
        return _to_minute(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, bool) or value is None:
        return value
    found = parse_deadline(value, serials=True)
    when, time = getattr(found, "date", None), getattr(found, "time", None)
    if isinstance(found, Unreadable) or when is None:
        return _plain(column, value)
    return _to_minute(datetime.combine(when, time or datetime.min.time()))


def _choice(column: Column, value: object) -> Canonical:
    plain = _plain(column, value)
    if column.choices is None or plain is None or isinstance(plain, bool | date | Odd):
        return plain
    return column.choices.code(plain) or plain


_READERS: dict[Kind, Callable[[Column, object], Canonical]] = {
    Kind.DATE: _day,
    Kind.DATETIME: _moment,
    Kind.CHOICE: _choice,
    **dict.fromkeys(NUMBERS, _numeric),
}
