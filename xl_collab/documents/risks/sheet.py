"""风险清单 as a sheet: the answer, a 5×5 heat map of coloured cells, the list with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_collab.documents.blocks import Cell, Heading, Page, Rag, Ref, Sections, one_page
from xl_collab.documents.risks.words import KIND
from xl_collab.documents.theme import BAND, LEVEL_COLOURS, RAG_COLOURS, WHITE
from xl_collab.merge.words import KEY_HEADING
from xl_collab.plan.proposals import CHOICE, TYPED
from xl_collab.plan.risk import HIGH, MEDIUM, Level, Proposal, RiskItem, RiskList
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import LISTED, Place, fitted, say
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import RISK_LEVEL, Lang, t

TITLE = t("风险清单", "Risk list")
AS_OF = t("数据截至 {date}", "Data as of {date}")
SUMMARY = t(
    "共 {all} 项风险：高 {high} 项、中 {medium} 项、低 {low} 项。",
    "{all:risk|risks}: {high} high, {medium} medium, {low} low.",
)
TOP = t("最高的是 {id}（{score} 分）：{reason}。", "The highest is {id} with {score:point|points}: {reason}.")
NOTES = t(
    "备注里有 {n} 条条件还没有登记，见表末的提议。",
    "Notes hold {n:condition|conditions} not on record yet; see the proposals at the end.",
)
NO_NOTES = t("备注里的条件都已登记。", "Every condition in the notes is on record.")
NONE = t(
    "没有发现风险：没有红、黄任务，登记册也没有未关闭的风险。",
    "No risk found: no red or yellow task, and none open in the register.",
)
HEAD = {
    "map": t("一、热力图", "1 Heat map"),
    "list": t("二、风险与理由", "2 Risks and reasons"),
    "proposals": t("三、备注中的条件（提议）", "3 Conditions in notes (proposals)"),
}
HOW = t(
    "分值=概率×影响；15 以上为高，8–14 为中。格内是编号，项多时是项数。",
    "Score = probability × impact; high from 15, medium from 8. Cells hold IDs, or how many if many.",
)
IMPACT = t("影响 {n}", "Impact {n}")
PROBABILITY = (
    t("概率 1 罕见", "Probability 1: rare"),
    t("概率 2 不太可能", "Probability 2: unlikely"),
    t("概率 3 可能", "Probability 3: possible"),
    t("概率 4 很可能", "Probability 4: likely"),
    t("概率 5 几乎必然", "Probability 5: almost certain"),
)
LEVEL = t("{level}：{n} 项", "{level}: {n}")
COUNT = t("{n} 项", "{n:risk|risks}")
MORE = t("另有 {n} 项分值更低的未列出。", "Not listed here: {n:risk|risks} of lower score.")
COLUMN = {
    "id": t("编号", "ID"),
    "source": t("来源", "Source"),
    "reason": t("风险与理由", "Risk and reason"),
    "probability": t("概率", "Probability"),
    "impact": t("影响", "Impact"),
    "score": t("分值", "Score"),
    "level": t("等级", "Level"),
    "kind": t("类别", "Kind"),
    "becomes": t("提议成为", "Would become"),
    "condition": t("条件（备注原文）", "Condition (words of the note)"),
    "date": t("日期", "Date"),
    "warn": t("预警自", "Warn from"),
    "lead": t("提前（天）", "Lead (days)"),
    **TYPED,
}
BECOMES = {
    "milestone": t("里程碑", "Milestone"),
    "risk": t("风险", "Risk"),
    "action": t("待办", "Action item"),
    "predecessor": t("前置", "Predecessor"),
}
CHOOSE = t(
    "在“选择”列选“采纳”或“不采纳”（可另填负责人），再点“风险”“备注提取”或“一键全部”"
    "（命令行 xl-collab risks）即生效：采纳的成为新行，不采纳的不再提议，没选的留着。",
    "Choose Accept or Decline (an owner may be entered), then click Risks, Read notes or Do all, or run "
    "xl-collab risks: what is accepted becomes a row, what is declined does not come back, the rest stays.",
)
QUOTED = t("{sentence}（原文：“{quote}”）", "{sentence} (in the note: “{quote}”)")
SILENT = t(
    "{n} 条备注未识别出条件；若有要求，换个写法（如“须11月30日前……”“需某部门确认……”）或直接登记：",
    "Nothing was recognised in {n:note|notes}; where one asks for something, say it otherwise or enter it:",
)
SILENT_KEY = "silent"
NOTE = t("备注", "Note")
NO_PROPOSALS = t("没有未登记的条件。", "No condition waits to be put on record.")

_WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (9, 18, 56, 11, 11, 11, 11, 11),
    "en": (9, 20, 60, 12, 12, 12, 12, 13),
}
_LEVELS: tuple[Level, ...] = ("high", "medium", "low")
_AXIS, _FIRST = 3, 4
"""Columns of the page: the map's row labels, and impact 1."""
_NAMED = 500
"""Risks up to which the map names IDs rather than counts."""


def draw(
    document: RiskList, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the risk list."""
    tab = GENERATED["risks"].of(lang)
    typed = [one for one in typed if not _is_choice(one.key)]

    def fill(page: Page) -> None:
        _Sheet(page, document, project).draw()

    return one_page(tab, lang, _WIDTHS[lang], fill, project=project, links=links, landscape=True, typed=typed)


def _is_choice(key: str) -> bool:
    """Whether a typed text is a choice, which the document itself keeps until it is carried out."""
    section = HEAD["proposals"].zh
    return key.startswith(f"{section}/") and key.rpartition("|")[2] in {text.zh for text in TYPED.values()}


class _Sheet(Sections[RiskList]):
    """The sections of the list, in order."""

    def draw(self) -> None:
        """Fill the page."""
        day = fitted(AS_OF, date=self.doc.as_of).of(self.lang)
        self.page.running_head(self.project, f"{TITLE.of(self.lang)} · {day}")
        self.page.title(TITLE.of(self.lang), " · ".join(filter(None, (self.project, day))))
        self._summary()
        if len(self.doc.items):
            self.page.section(HEAD["map"])
            self._map()
            self.page.section(HEAD["list"])
            listed = self.doc.items[:LISTED]
            keys = [f"{item.id}:{self.page.called(KIND[item.kind])}" for item in listed]
            self.page.table(self._headings(_LIST), map(self._row, listed), empty=NONE, keys=keys)
            if len(self.doc.items) > LISTED:
                self.page.note(fitted(MORE, n=len(self.doc.items) - LISTED))
        self.page.section(HEAD["proposals"])
        if self.doc.proposals:
            self.page.note(CHOOSE)
            self._proposals()
        else:
            self.page.note(NO_PROPOSALS)
        self._silent()
        self.page.finish()

    def _silent(self) -> None:
        """Notes of which nothing was recognised, each linked to its row."""
        if not self.doc.silent:
            return
        self.page.note(fitted(SILENT, n=len(self.doc.silent)))
        headings = [Heading(1, COLUMN["id"], "centre"), Heading(3, NOTE, "text")]
        listed = self.doc.silent[:LISTED]
        keys = [f"{row}:{SILENT_KEY}" for row, _ in listed]
        self.page.table(headings, ((Ref(row), note) for row, note in listed), empty=NONE, keys=keys)

    def _headings(self, names: Sequence[str]) -> list[Heading]:
        texts = ("source", "reason", "condition")
        dates = ("date", "warn")
        return [
            Heading(n, COLUMN[name], "text" if name in texts else "date" if name in dates else "centre")
            for n, name in enumerate(names, start=1)
        ]

    def _summary(self) -> None:
        items = self.doc.items
        estimate = [say(self.doc.estimate)] if self.doc.estimate else []
        if not len(items):
            self.page.sentences([say(NONE), *estimate])
            return
        counts = {level: self.doc.count(level) for level in _LEVELS}
        top = items[0]
        self.page.sentences(
            [
                say(SUMMARY, all=len(items), high=counts["high"], medium=counts["medium"], low=counts["low"]),
                say(TOP, ids=[top.id], id=top.id, score=top.score, reason=top.reason),
                say(NOTES, n=len(self.doc.proposals)) if self.doc.proposals else say(NO_NOTES),
                *estimate,
            ]
        )

    # the map

    def _map(self) -> None:
        """Five rows of probability, five columns of impact; at the left how many of each level."""
        page, theme = self.page, self.page.theme
        page.tall(22)
        for impact in range(1, 6):
            style = theme("caption", "bold", "middle", fg_color=BAND)
            page.put(_FIRST + impact - 1, fitted(IMPACT, n=impact).of(self.lang), style)
        page.next()
        for step, probability in enumerate(range(5, 0, -1)):
            page.tall(36)
            label = PROBABILITY[probability - 1].of(self.lang)
            page.put(_AXIS, label, theme("quiet", "right", "middle", "indent"))
            if step < len(_LEVELS):
                self._legend(_LEVELS[step])
            for impact in range(1, 6):
                self._cell(probability, impact)
            page.next()
        page.note(HOW)

    def _legend(self, level: Level) -> None:
        word = RISK_LEVEL.label(level, self.lang)
        text = fitted(LEVEL, level=word, n=self.doc.count(level)).of(self.lang)
        style = self.page.theme.rag(LEVEL_COLOURS[level], "plain", "middle")
        self.page.put(1, text, style, to=2)

    def _cell(self, probability: int, impact: int) -> None:
        count = self.doc.heat[probability - 1][impact - 1]
        score = probability * impact
        colour = "red" if score >= HIGH else "yellow" if score >= MEDIUM else "green"
        ink, ground = RAG_COLOURS[colour]
        look = {"font_color": ink, "fg_color": ground, "border": 2, "border_color": WHITE, "font_size": 9}
        style = self.page.theme("plain", "middle", "centre", "wrap", bold=bool(count), **look)
        self.page.put(_FIRST + impact - 1, self._inside(probability, impact, count), style)

    def _inside(self, probability: int, impact: int, count: int) -> str:
        """IDs where they fit into two lines, else how many."""
        if not count:
            return ""
        ids = self.doc.cells.get((probability, impact), ()) if len(self.doc.items) <= _NAMED else ()
        named = " ".join(ids)
        fits = ids and len(named) <= 2 * self.page.widths[_FIRST - 1] - 2
        return named if fits else fitted(COUNT, n=count).of(self.lang)

    # the tables

    def _row(self, item: RiskItem) -> Sequence[Cell]:
        level = Rag(LEVEL_COLOURS[item.level], RISK_LEVEL.label(item.level, self.lang))
        what = (Ref(item.id), item.source, item.reason)
        return (*what, item.probability, item.impact, item.score, level, KIND[item.kind])

    def _proposals(self) -> None:
        """The table with columns to fill in; what finds its rows again stands in a hidden one."""
        page, headings = self.page, self._headings(_PROPOSALS)
        page.header(headings)
        page.behind(page.row - 1, page.last + 1, KEY_HEADING)
        first = page.row
        for found in self.doc.proposals[:LISTED]:
            row = page.row
            page.record(headings, self._proposal(found), key=found.identity)
            self._inputs(row, found)
        place = (first, _CHOICE, page.row - 1, _CHOICE)
        rule = {"validate": "list", "source": list(CHOICE.labels(self.lang)), "error_type": "warning"}
        page.sheet.data_validation(*place, rule)
        page.sheet.set_column(page.last + 1, page.last + 1, 4, None, {"hidden": True})

    def _proposal(self, found: Proposal) -> Sequence[Cell]:
        sentence = fitted(QUOTED, sentence=found.sentence, quote=found.quote)
        dates = (found.date, found.warn_from, found.lead_days)
        return (Ref(found.row_id), BECOMES[found.kind], sentence, *dates, None, None)

    def _inputs(self, row: int, found: Proposal) -> None:
        """The cells to fill in, with what was typed before, and the key."""
        page, kept = self.page, self.doc.kept.get(found.identity, {})
        page.behind(row, page.last + 1, found.identity)
        look = page.theme("input", "centre", "wrap", locked=False)
        for n, name in enumerate(TYPED):
            text = kept.get(name, "")
            page.sheet.write_blank(row, _CHOICE + n, None, look)
            if text:
                page.sheet.write_string(row, _CHOICE + n, text, look)


_LIST = ("id", "source", "reason", "probability", "impact", "score", "level", "kind")
_PROPOSALS = ("id", "becomes", "condition", "date", "warn", "lead", *TYPED)
_CHOICE = _PROPOSALS.index("choice") + 1
