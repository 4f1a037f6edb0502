"""What people answer in the mail itself: reply blocks that they filled in, and sentences that name a row.

A block is one line for a row, as our letters have it: T005｜状态：｜情况说明：. It is found again however
mail programs quote, break or translate it. What is filled in is handed on as it was typed; a sentence only
offers what it may mean. What may not enter: what a cell holds, what becomes of it (merge).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import TRACKER

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\xad]")
_QUOTE = re.compile(r"[ \t\xa0]*((?:[>＞❯][ \t\xa0]*)+)")
_BULLET = re.compile(r"[ \t\xa0\u3000]*(?:[-*•·●◦▪]|\d{1,2}[.、)])?[ \t\xa0\u3000]*")
_BAR = "|｜¦│┃︱∣"
_COLON = ":：﹕︓∶"
_SEPARATOR = re.compile(f"[{re.escape(_BAR)}]")
_FIELD = re.compile(
    rf"\s*(?P<label>[^{_COLON}{re.escape(_BAR)}]{{1,30}}?)\s*[{_COLON}](?P<text>.*)", re.DOTALL
)
_WRITTEN = (
    "status",
    "percent",
    "forecast",
    "actual_start",
    "actual",
    "feedback",
    "situation",
    "support_feedback",
)
_HINT = re.compile(r"[（(\[【<].{0,40}[）)\]】>]")
"""What a letter says beside a label, in brackets: 状态（未开始/进行中/已完成）."""


@dataclass(frozen=True)
class AnsweredCell:
    """One field of a block as it was typed. `row` is the ID as it stands in the sending, `column` a name.

    depth  0 in what the person wrote, more in quoted mails
    """

    row: str
    column: str
    text: str
    depth: int = 0


@dataclass(frozen=True)
class Offer:
    """A sentence that names one row, and what it may mean for one of its cells."""

    row: str
    column: str
    text: str
    sentence: str


@dataclass
class Answers:
    """What a mail answers.

    cells     filled fields of blocks, each cell once; a cell with two different texts is in `doubled`
    doubled   (row, column) → the texts that one and the same mail gives
    offers    of sentences
    unknown   labels in blocks that no column has, with the line
    rest      the person's other words
    """

    cells: list[AnsweredCell] = field(default_factory=list)
    doubled: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    offers: list[Offer] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    rest: str = ""

    def __bool__(self) -> bool:
        return bool(self.cells or self.doubled or self.offers)


def read_answers(text: str, own: str, rows: Iterable[str]) -> Answers:
    """Blocks in all of a mail's text, sentences in the person's own words alone.

    text  the body with what it quotes
    own   the body without
    rows  IDs of the sending that the mail answers
    """
    known = {normalise_key(row): row for row in rows if row}
    answers = Answers()
    found = list(_blocks(text, known, answers.unknown))
    _sorted_out(found, answers)
    lines = [line for line in own.split("\n") if not _begins(_plain(line)[0], known) and not _is_field(line)]
    answers.rest = "\n".join(lines).strip()
    answers.offers = [offer for line in lines for offer in _offers(line, known)]
    return answers


# blocks


def _blocks(text: str, known: Mapping[str, str], unknown: list[str]) -> Iterator[AnsweredCell]:
    for depth, line in _joined(text, known):
        row = _begins(line, known)
        if not row:
            continue
        for piece in _SEPARATOR.split(line)[1:]:
            match = _FIELD.fullmatch(piece)
            if match is None:
                if piece.strip():
                    unknown.append(f"{row}｜{piece.strip()}")
                continue
            column = _LABELS.get(_key(match["label"]))
            said = _value(match["text"])
            if column is None:
                if said:
                    unknown.append(f"{row}｜{piece.strip()}")
            elif said:
                yield AnsweredCell(row, column, said, depth)


def _joined(text: str, known: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Lines with their depth of quoting; what a program broke off a block stands behind it again."""
    held: tuple[int, str] | None = None
    for raw in _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line, depth = _plain(raw)
        if held is not None and _goes_on(held[1], line, known):
            held = (held[0], f"{held[1]} {line}")
            continue
        if held is not None:
            yield held
        held = (depth, line) if _begins(line, known) else None
    if held is not None:
        yield held


def _plain(raw: str) -> tuple[str, int]:
    """A line without marks of quoting, and how many there were."""
    quote = _QUOTE.match(raw)
    depth = sum(quote[1].count(mark) for mark in ">＞❯") if quote else 0
    return (raw[quote.end() :] if quote else raw).strip(), depth


def _begins(line: str, known: Mapping[str, str]) -> str:
    """The row whose block begins here; '' for none."""
    head, bar, _ = _partition(line)
    return known.get(normalise_key(_BULLET.sub("", head, count=1).strip()), "") if bar else ""


def _partition(line: str) -> tuple[str, str, str]:
    match = _SEPARATOR.search(line)
    return (line, "", "") if match is None else (line[: match.start()], match[0], line[match.end() :])


def _goes_on(block: str, line: str, known: Mapping[str, str]) -> bool:
    """Whether a line belongs to the block above, which has none of its fields yet: it begins with a bar, or
    the block ends with one, or in a field whose text begins this line and ends at a bar."""
    if not line or _begins(line, known) or not _labels(line).isdisjoint(_labels(block)):
        return False
    if line[0] in _BAR:
        return True
    if block.rstrip()[-1:] in tuple(_BAR):
        return _is_field(line)
    last = _FIELD.fullmatch(_SEPARATOR.split(block)[-1])
    return last is not None and not last["text"].strip() and _SEPARATOR.search(line) is not None


def _labels(line: str) -> set[str]:
    """The columns of the fields in a line."""
    pieces = (_FIELD.fullmatch(piece) for piece in _SEPARATOR.split(line))
    return {_LABELS.get(_key(piece["label"]), "") for piece in pieces if piece} - {""}


def _is_field(line: str) -> bool:
    match = _FIELD.fullmatch(_partition(_plain(line)[0])[0])
    return match is not None and _key(match["label"]) in _LABELS


def _value(text: str) -> str:
    """What was typed; '' for blanks, dots and underlines that only show where to write."""
    said = text.strip(" \t\xa0\u3000*")
    return "" if not said.strip("_＿.…-—－ 　") else said


def _key(label: str) -> str:
    plain = unicodedata.normalize("NFKC", _HINT.sub("", label))
    return re.sub(r"[\s*_]+", "", plain).casefold()


_LABELS: dict[str, str] = {
    _key(text): column.name
    for column in TRACKER.columns
    if column.name in _WRITTEN
    for text in (column.label.zh, column.label.en, *column.aliases)
}


def _sorted_out(found: Sequence[AnsweredCell], answers: Answers) -> None:
    """Of one cell the least quoted answer counts: deeper ones are of earlier mails."""
    cells: dict[tuple[str, str], list[AnsweredCell]] = {}
    for one in found:
        cells.setdefault((one.row, one.column), []).append(one)
    for at, said in cells.items():
        least = min(one.depth for one in said)
        texts = dict.fromkeys(one.text for one in said if one.depth == least)
        if len(texts) == 1:
            answers.cells.append(next(one for one in said if one.depth == least))
        else:
            answers.doubled[at] = tuple(texts)


# sentences


_CLAUSE = re.compile(r"[；;。!！\n]|(?<=[^\d])[.](?=\s|$)")
_UNSURE = re.compile(
    r"[?？]|未|没|不|无法|难以|尚|还差|如果|若|假如|能否|是否|可能|大概|争取|希望|力争|建议|请|应该|原|"
    r"\b(?:not|no|never|un\w+|if|may|might|maybe|hopefully|should|please|can|could|would|original\w*)\b|n't",
    re.IGNORECASE,
)
"""Words with which a sentence says less than it seems to, or asks."""
_DATE = (
    r"(?:\d{4}\s*[-./年]\s*)?\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?|"
    r"\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?:,?\s+\d{4})?|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?:\s+\d{1,2})?(?:,?\s+\d{4})?"
)
_LATER = re.compile(
    rf"(?:延(?:期|迟|后)?|推迟|顺延|改|调整|拖)(?:到|至|为)\s*(?P<zh>{_DATE})|"
    rf"(?:预计|计划|将|会)(?:于|在|到)?\s*(?P<plan>{_DATE})\s*(?:前|之前)?(?:完成|交付|结束)?|"
    rf"\b(?:delayed|postponed|moved|slips?)\s+(?:to|until|till)\s+(?P<en>{_DATE})|"
    rf"\b(?:expected|due|will be (?:done|finished))\s+(?:on|by)?\s*(?P<due>{_DATE})",
    re.IGNORECASE,
)
_DONE_ON = re.compile(
    rf"(?:已于|于|在)?\s*(?P<zh>{_DATE})\s*(?:已|已经)?(?:全部)?(?:完成|办结|交付)(?:了)?$|"
    rf"\b(?:done|finished|completed)\s+on\s+(?P<en>{_DATE})",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"^(?:已|已经|都|全部|现已)*(?:完成|做完|办结|完工|结束)(?:了)?(?:$|[，,、])|^(?:is |was |has been )?"
    r"(?:done|finished|completed?)(?:$|[,])",
    re.IGNORECASE,
)
_STATES = (
    (re.compile(r"^(?:已|已经)?(?:暂停|挂起)|^(?:is )?(?:paused|on hold)", re.IGNORECASE), "暂停"),
    (
        re.compile(r"^(?:已|已经)?(?:开始|启动|在做|进行中)|^(?:is )?(?:in progress|started)", re.IGNORECASE),
        "进行中",
    ),
)
_PERCENT = re.compile(
    r"^(?:进度|完成率?|完成了|已完成|progress|is|at)?\s*[:：]?\s*(?:约|about)?\s*(?P<n>100|\d{1,2})\s*[%％](?:\s*(?:完成|done))?"
    r"(?:$|[，,、])",
    re.IGNORECASE,
)


def _offers(line: str, known: Mapping[str, str]) -> Iterator[Offer]:
    """What the clauses of a line may mean: only those that name one row and leave no doubt of it."""
    for clause in _CLAUSE.split(line):
        named = _named(clause, known)
        if len(named) != 1:
            continue
        (row, end), sentence = named[0], clause.strip()
        rest = clause[end:].strip(" \t\u3000:：,，、-—的")
        if not rest or _UNSURE.search(clause):
            continue
        for column, text in _meanings(rest):
            yield Offer(row, column, text, sentence)


def _named(clause: str, known: Mapping[str, str]) -> list[tuple[str, int]]:
    """Rows that a clause names, and where their IDs end; bare numbers name none."""
    found = []
    for match in re.finditer(r"(?<![0-9A-Za-z])[A-Za-z][0-9A-Za-z_-]{0,19}(?![0-9A-Za-z])", clause):
        row = known.get(normalise_key(match[0]))
        if row is not None:
            found.append((row, match.end()))
    return found


def named_rows(clause: str, rows: Iterable[str]) -> list[str]:
    """IDs of `rows` that a clause names, in its order."""
    return [row for row, _ in _named(clause, {normalise_key(row): row for row in rows if row})]


def _meanings(rest: str) -> Iterator[tuple[str, str]]:
    """Column and text, of what stands behind the ID."""
    later = _LATER.search(rest)
    done_on = None if later else _DONE_ON.search(re.split("[，,、]", rest)[0])
    if later:
        yield "forecast", next(text for text in later.groupdict().values() if text).strip()
    elif done_on:
        yield "status", "已完成"
        yield "actual", next(text for text in done_on.groupdict().values() if text).strip()
    elif percent := _PERCENT.match(rest):
        yield "percent", f"{percent['n']}%"
    elif _DONE.match(rest):
        yield "status", "已完成"
    else:
        state = next((word for pattern, word in _STATES if pattern.match(rest)), "")
        if state:
            yield "status", state
