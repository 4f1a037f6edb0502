"""Words in a reply where no known cell is: notes, shapes, own sheets, text around a table.

The same is read from what goes out, so that only what somebody added since is told: words that moved are the
same words. What may not enter: cells that the merge reads, pages that are compared cell by cell (pages.py).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from xl_collab.compose import packet_words
from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.gate import ReadReply, read_own
from xl_collab.exchange.gate.reasons import one_line, several_lines
from xl_collab.exchange.outside import Outside, outside
from xl_collab.exchange.replysheets import Found, compared, find_tables
from xl_collab.model.merge.pages import BESIDE, PAGE, TEXT
from xl_collab.model.merge.remarks import Remark
from xl_collab.model.merge.snapshot import Rows
from xl_collab.model.merge.values import as_words
from xl_collab.model.plan.project import Project
from xl_collab.model.reports.sentences import fitted
from xl_collab.model.sheets import TRACKER
from xl_collab.model.words import Lang, Text, t

__all__ = ["Before", "before_of", "master_beside", "ours", "remarks_of", "sent_beside"]

_PLACES: Mapping[str, Text] = {
    "note": t("{tab}!{cell} 批注", "{tab}!{cell} note"),
    "thread": t("{tab}!{cell} 批注", "{tab}!{cell} comment"),
    "textbox": t("{tab} 文本框（{cell}）", "{tab}, text box ({cell})"),
    "shape": t("{tab} 图形（{cell}）", "{tab}, shape ({cell})"),
    "chart": t("{tab} 图表中的文字（{cell}）", "{tab}, text in a chart ({cell})"),
    "picture": t("{tab} 图片（{cell}）", "{tab}, picture ({cell})"),
    "control": t("{tab} 控件（{cell}）", "{tab}, control ({cell})"),
    "header": t("{tab} 页眉页脚", "{tab}, header or footer"),
    "beside": t("{tab}!{cell}", "{tab}!{cell}"),
    "sheet": t("{tab}!{cell}", "{tab}!{cell}"),
}
_DRAWN = ("textbox", "shape", "chart", "control", "picture")
_UNREAD = t("（这部分读不出来，请打开原文件查看）", "(cannot be read; open the file to see it)")
_PICTURE = t("（图片，请打开原文件查看）", "(a picture; open the file to see it)")
_MORE = t("另有 {count} 处，请打开原文件查看", "{count} more; open the file to see them")
_MOST = 200
"""Remarks of one kind on one sheet that are told one by one."""
_FEWEST_ALIKE = 3
_COLUMNS = ("kind", "scope", "words", "author")


@dataclass
class Before:
    """What was there when it was sent. `texts` are words of ours, wherever they stand.

    exact, loose  how often by kind, scope and words, with and without the cell
    formulas      shapes of the formulas around a table
    """

    exact: Counter[tuple[str, ...]] = field(default_factory=Counter)
    loose: Counter[tuple[str, ...]] = field(default_factory=Counter)
    formulas: set[tuple[str, str]] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    pages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    signed: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def add(self, one: Outside) -> None:
        """Count something that was there."""
        if one.kind == "formula":
            self.formulas.add((one.scope, one.words))
        elif not one.unread:
            self.exact[_key(one, with_cell=True)] += 1
            self.loose[_key(one)] += 1
            if one.kind == "note":
                self.signed[one.scope, _plain(f"{one.author}:{one.words}")] = _key(one)

    def unknown(self, found: Found) -> tuple[str, ...]:
        """Headings of columns of the tracker that nobody knows and that were not sent."""
        scope = f"<{TRACKER.key}>"
        names = found.tables[TRACKER.key].unknown
        return tuple(name for name in names if not self.loose["heading", scope, _plain(name)])


def sent_beside(data: bytes, sent: Mapping[str, Rows], others: Collection[str] = ()) -> dict[str, Rows]:
    """What goes out where no known cell is, to be kept with the sending's snapshot.

    sent    the snapshot's sheets, pages too
    others  of a whole workbook the tabs that are not its tracker
    """
    found = _own(data, sent, sent, others)
    if found is None:
        return {}
    there = [one for one in found if not one.unread]
    columns = {name: [getattr(one, name) for one in there] for name in _COLUMNS}
    return {BESIDE: Rows(tuple(one.cell for one in there), columns)}


def master_beside(data: bytes, keys: Collection[str], others: Collection[str]) -> list[Outside]:
    """The same of the master as it is now, with its tables' keys; nothing when it cannot be read so."""
    return _own(data, {}, keys, others) or []


def _own(
    data: bytes, sent: Mapping[str, Rows], keys: Collection[str], others: Collection[str]
) -> list[Outside] | None:
    """What stands outside of known cells in a workbook of ours; None when it cannot be read as a reply."""
    try:
        read = read_own(data, "")
    except XlCollabError:
        return None
    return list(outside(read, find_tables(read, compared(keys) if others else (), others), sent))


def before_of(sent: Mapping[str, Rows]) -> Before | None:
    """What `sent_beside` kept; None for a sending of an earlier version."""
    if BESIDE not in sent:
        return None
    before, rows = Before(pages=_pages(sent)), sent[BESIDE]
    kept = (map(as_words, rows.columns[name]) for name in _COLUMNS)
    for cell, kind, scope, words, author in zip(rows.ids, *kept, strict=True):
        before.add(Outside(kind, scope, "", cell, words, author))
    return before


def ours(token: str, project: Project, sent: Mapping[str, Rows], master: Iterable[Outside] = ()) -> Before:
    """As far as it can be told what a sending of an earlier version held: our labels, what the master has."""
    before = Before(pages=_pages(sent))
    for one in master:
        before.add(one)
    labels = [v for v in vars(packet_words).values() if isinstance(v, Text)]
    labels += [*packet_words.LABELS.values(), *packet_words.STEPS, *packet_words.WHOLE_STEPS]
    before.texts = {_plain(text) for label in labels for text in (label.zh, label.en)}
    line = packet_words.TOKEN_LINE
    before.texts |= {_plain(text.format(token=token)) for text in (line.zh, line.en)}
    before.texts.add(_plain(project.settings.project))
    return before


def _pages(sent: Mapping[str, Rows]) -> dict[str, dict[str, str]]:
    """Tab → address → text, of the pages of a sending."""
    return {
        key.removeprefix(PAGE): dict(zip(rows.ids, map(as_words, rows.columns[TEXT]), strict=True))
        for key, rows in sent.items()
        if key.startswith(PAGE) and TEXT in rows.columns
    }


def _plain(words: str) -> str:
    return "".join(words.split())


def _key(one: Outside, *, with_cell: bool = False) -> tuple[str, ...]:
    """What makes words the same words: programs write one drawing in different ways."""
    kind = "drawn" if one.kind in _DRAWN else one.kind
    words = "picture" if one.kind == "picture" else _plain(one.words)
    return (kind, one.scope, words, one.cell) if with_cell else (kind, one.scope, words)


# -- what came back -----------------------------------------------------------------------------------


def remarks_of(
    read: ReadReply, found: Found, sent: Mapping[str, Rows], before: Before, lang: Lang
) -> tuple[Remark, ...]:
    """What somebody wrote in a reply where no known cell is, sheet by sheet."""
    there = list(outside(read, found, sent))
    there = _without_copies(there, before)
    added = _added(there, before)
    told: defaultdict[tuple[str, str], list[Outside]] = defaultdict(list)
    for one in added:
        told[one.kind, one.tab].append(one)
    return tuple(remark for some in told.values() for remark in _remarks(some, lang))


def _added(there: list[Outside], before: Before) -> Iterator[Outside]:
    """What was not there: first the same words in the same cell are taken off, then those that moved."""
    exact, loose = Counter(before.exact), Counter(before.loose)
    moved = []
    for one in there:
        if one.kind in ("formula", "heading"):
            continue
        key = _key(one, with_cell=True)
        if exact[key] and not one.unread:
            exact[key] -= 1
            loose[_key(one)] -= 1
        else:
            moved.append(one)
    for one in moved:
        key = before.signed.get((one.scope, _plain(one.words)), _key(one)) if not one.author else _key(one)
        drawn = key[0] in ("drawn", "header") and key[2] != "picture" and key in before.loose
        if one.unread or not (loose[key] > 0 or drawn or _is_ours(one, before)):
            yield one
        elif loose[key] > 0:
            loose[key] -= 1


def _is_ours(one: Outside, before: Before) -> bool:
    if one.pattern and (one.scope, one.pattern) in before.formulas:
        return True
    if one.pattern and before.texts and one.words.startswith((packet_words.AS_OF.zh, packet_words.AS_OF.en)):
        return True
    if one.kind == "header":
        rest = _plain(one.words)
        for text in before.texts:
            rest = rest.replace(text, "") if text else rest
        return bool(before.texts) and not re.sub(r"第|页|共|Page|of|[/\-\d]", "", rest)
    return one.kind in ("beside", "sheet") and _plain(one.words) in before.texts


def _without_copies(there: list[Outside], before: Before) -> list[Outside]:
    """Without what a tab has from a page that was sent, of which it is a copy or which it is, renamed."""
    tabs: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in there:
        if one.kind == "sheet":
            tabs[one.tab][one.cell] = one.words
    copied = {tab: page for tab, cells in tabs.items() if (page := _copied(cells, before))}
    if not copied:
        return there
    left = {tab: Counter(_plain(text) for text in page.values()) for tab, page in copied.items()}
    kept = []
    for one in there:
        words = _plain(one.words)
        if one.kind == "sheet" and one.tab in left and left[one.tab][words]:
            left[one.tab][words] -= 1
        else:
            kept.append(one)
    return kept


def _copied(cells: Mapping[str, str], before: Before) -> Mapping[str, str] | None:
    """The page of which at least half stands on a tab, cell by cell."""
    for page in before.pages.values():
        same = sum(1 for at, text in page.items() if _plain(cells.get(at, "")) == _plain(text))
        if same >= _FEWEST_ALIKE and 2 * same >= len(page):
            return page
    return None


def _remarks(some: list[Outside], lang: Lang) -> Iterator[Remark]:
    """One by one, then how many more."""
    for one in some[:_MOST]:
        place = fitted(_PLACES[one.kind], tab=one_line(one.tab, 40), cell=one.cell or "?").of(lang)
        words = _UNREAD.of(lang) if one.unread else several_lines(one.words)
        if one.kind == "picture":
            words = _PICTURE.of(lang) if one.words == "—" else f"{one.words}{_PICTURE.of(lang)}"
        kind = "shape" if one.kind in _DRAWN else one.kind
        yield Remark(kind, place.replace("（?）", "").replace(" (?)", ""), words, one.author)
    if len(some) > _MOST:
        more = _MORE.of(lang).format(count=len(some) - _MOST)
        yield Remark("shape" if some[0].kind in _DRAWN else some[0].kind, one_line(some[0].tab, 40), more)
