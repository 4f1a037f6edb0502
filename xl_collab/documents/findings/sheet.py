"""校验结果 as a sheet: how many, the gravest first, each with a link to its cell and a cure.

Where a cell can be read in several ways there is a column to choose in. Hidden ones hold what names the cell
and the words of its readings, to which the drop-down leads: they may hold commas, and be long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from xl_collab.checks.offers import Offer
from xl_collab.checks.validate import FindingsDoc
from xl_collab.documents.blocks import Cell, Heading, Input, Page, Rag, Ref, Sections, one_page
from xl_collab.documents.findings.words import READ_AS
from xl_collab.documents.theme import text_width
from xl_collab.documents.validation import choose_from
from xl_collab.merge.words import KEY_HEADING
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import Line, Place, fitted, listing, say
from xl_collab.schema.findings import Finding, Severity
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import Lang, t

TITLE = t("校验结果", "Findings")
AS_OF = t("数据截至 {date}", "Data as of {date}")
COUNTS = t(
    "共 {all} 项：错误 {error} 项、警告 {warning} 项、提示 {info} 项。",
    "{all:finding|findings}: {error:error|errors}, {warning:warning|warnings}, {info:hint|hints}.",
)
MOST = t("最多的是：{kinds}。", "Most frequent: {kinds}.")
KIND_COUNT = t("{title}（{code}，{n} 项）", "{title} ({code}, {n})")
FIX = t(
    "错误须改正，相应的行才能正确计算；警告请逐条确认。",
    "Correct the errors first: their rows cannot be computed rightly. Check each warning.",
)
CHECK = t("没有错误；警告与提示请逐条确认。", "There are no errors; check each warning and hint.")
CHOOSE = t(
    "有 {n} 处列出了可选的读法：在“读作”列的下拉列表里选一种，再点“校验”或“一键全部”等按钮（命令行 "
    "xl-collab validate）即写入，可撤销；没选的不动。",
    "{n:cell|cells} with readings to choose from: choose in the column Read as, then click Validate, Do all "
    "or the like, or run xl-collab validate: what was chosen is written and can be undone, the rest stays.",
)
NONE = t("没有发现问题。", "Nothing was found.")
SEVERITY = {
    "error": t("错误", "Error"),
    "warning": t("警告", "Warning"),
    "info": t("提示", "Hint"),
}
GROUP = t("{severity}：{n} 项", "{severity}: {n}")
MORE = t(
    "另有 {n} 项未列出；改正以上各项后再校验一次。",
    "Not listed here: {n}. Correct those above, then validate again.",
)
COLUMN = {
    "severity": t("级别", "Severity"),
    "code": t("代码", "Code"),
    "where": t("位置", "Where"),
    "message": t("问题", "Finding"),
    "cure": t("怎么办", "What to do"),
}
WORKBOOK = t("工作簿", "Workbook")

_COLOURS: Mapping[Severity, str] = {"error": "red", "warning": "yellow", "info": "blue"}
_SHOWN = 2000
"""Findings that a sheet lists: more than anybody reads, and it still opens at once."""


_WIDTHS = (9, 8, 24, 58, 46)
_WITH_CHOICE = (9, 8, 24, 47, 35, 33)
"""Widths beside a column to choose in: together still 8 points and more on paper."""


def draw(
    document: FindingsDoc, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the findings."""
    tab = GENERATED["findings"].of(lang)
    places = {_key(f): (f.tab, f.cell) for f in document.findings[:_SHOWN] if f.tab and f.cell}
    widths = _WITH_CHOICE if _chooses(document) else _WIDTHS

    def fill(page: Page) -> None:
        _Sheet(page, document, project).draw()

    return one_page(tab, lang, widths, fill, project=project, links=places, landscape=True, typed=typed)


def _key(finding: Finding) -> str:
    return f"{finding.tab}!{finding.cell}"


def _chooses(document: FindingsDoc) -> bool:
    """Whether anything that is listed can be chosen."""
    return any(n < _SHOWN for n in document.offers)


class _Sheet(Sections[FindingsDoc]):
    """The summary and one table, divided by severity."""

    def draw(self) -> None:
        """Fill the page."""
        day = fitted(AS_OF, date=self.doc.as_of).of(self.lang)
        self.page.running_head(self.project, f"{TITLE.of(self.lang)} · {day}")
        self.page.title(TITLE.of(self.lang), " · ".join(filter(None, (self.project, day))))
        self.page.sentences(self._summary())
        if self.doc.findings:
            self.page.gap()
            self._table()
        self.page.finish()

    def _summary(self) -> Iterator[Line]:
        found = self.doc.findings
        if not found:
            yield say(NONE)
            return
        counts = {name: self.doc.count(name) for name in _COLOURS}
        yield say(
            COUNTS, all=len(found), error=counts["error"], warning=counts["warning"], info=counts["info"]
        )
        kinds = {finding.code: finding.kind for finding in found}
        most = Counter(finding.code for finding in found).most_common(3)
        names = listing(fitted(KIND_COUNT, title=kinds[c].title, code=c, n=str(n)) for c, n in most)
        yield say(MOST, kinds=names)
        yield say(FIX if counts["error"] else CHECK)
        if _chooses(self.doc):
            yield say(CHOOSE, n=len(self.doc.offers))

    def _table(self) -> None:
        columns = {**COLUMN, **({"choice": READ_AS} if _chooses(self.doc) else {})}
        headings = [
            Heading(n, columns[name], "centre" if name in ("severity", "code") else "text")
            for n, name in enumerate(columns, start=1)
        ]
        self.page.header(headings)
        self.page.repeat(self.page.row - 1)
        if "choice" in columns:
            self._hidden()
        shown: Severity | None = None
        for n, finding in enumerate(self.doc.findings[:_SHOWN]):
            if finding.severity != shown:
                shown = finding.severity
                self._group(shown)
            self._finding(headings, finding, self.doc.offers.get(n))
        left = len(self.doc.findings) - _SHOWN
        if left > 0:
            self.page.note(fitted(MORE, n=str(left)))

    def _finding(self, headings: Sequence[Heading], finding: Finding, offer: Offer | None) -> None:
        row, values = self.page.row, self._row(finding, self._words(offer) if offer else ())
        if len(headings) > len(values):
            values = (*values, Input(max(self._words(offer), key=text_width)) if offer else None)
        self.page.record(headings, values, key=self._place(finding))
        if offer:
            self._choice(row, offer)

    # the column to choose in, and what stands behind it

    def _hidden(self) -> None:
        """Room for each row's key and the words of its readings, behind the page."""
        first = self.page.last + 1
        self.page.behind(self.page.row - 1, first, KEY_HEADING)
        most = max(len(offer.readings) for offer in self.doc.offers.values())
        self.page.sheet.set_column(first, first + most, 4, None, {"hidden": True})

    def _choice(self, row: int, offer: Offer) -> None:
        page, first = self.page, self.page.last + 1
        page.behind(row, first, offer.key(self.lang))
        words = self._words(offer)
        for n, one in enumerate(words, start=1):
            page.behind(row, first + n, one)
        rule = choose_from(row, first + 1, first + len(words))
        page.sheet.data_validation(row, page.last, row, page.last, rule)

    def _words(self, offer: Offer) -> list[str]:
        return [reading.says.of(self.lang) for reading in offer.readings]

    def _group(self, severity: Severity) -> None:
        text = fitted(GROUP, severity=SEVERITY[severity], n=str(self.doc.count(severity)))
        self.page.band(text.of(self.lang))

    def _place(self, finding: Finding) -> str:
        """What a finding is about, wherever its row stands by now."""
        column = finding.cell.rstrip("0123456789")
        row = f"{finding.row_id}:{column}" if finding.row_id else finding.cell
        title = next((sheet.title for sheet in SHEETS.sheets if sheet.key == finding.sheet), None)
        return f"{finding.code}:{self.page.called(title) if title else finding.tab}:{row}"

    def _row(self, finding: Finding, words: Sequence[str]) -> tuple[Cell, ...]:
        severity = Rag(_COLOURS[finding.severity], SEVERITY[finding.severity].of(self.lang))
        where = Ref(_key(finding), self._where(finding))
        numbered = (f"{n}. {one}" for n, one in enumerate(words, start=1))
        message = "\n".join((finding.message(self.lang), *numbered))
        return (severity, finding.code, where, message, finding.cure(self.lang))

    def _where(self, finding: Finding) -> str:
        """Tab, cell and row ID, 跟踪表!F5 T003, or a form's field by its label: 需求申请 承接能力说明."""
        tab = finding.tab
        if not tab and finding.sheet:
            tab = next((s.name(self.lang) for s in SHEETS.sheets if s.key == finding.sheet), finding.sheet)
        place = f"{tab}!{finding.cell}" if tab and finding.cell else tab or WORKBOOK.of(self.lang)
        return f"{place} {self._named(finding)}".strip()

    def _named(self, finding: Finding) -> str:
        """The row's ID; in a form the label of the field."""
        form = next((form for form in SHEETS.forms if form.key == finding.sheet), None)
        labels = {field.name: field.label.of(self.lang) for field in form.fields} if form else {}
        return labels.get(finding.row_id, finding.row_id)
