"""The words of the product: bilingual texts and closed lists of choices.

Codes are English and stable; labels are what people read. Nothing else may hold a label.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from xl_collab.errors import Lang as Lang

LANGS: tuple[Lang, Lang] = ("zh", "en")


class Count(int):
    """A number that picks its noun: {n:task|tasks} gives 1 task, 2 tasks; {n:+day|days} has its sign."""

    def __format__(self, spec: str) -> str:
        one, found, many = spec.partition("|")
        if not found:
            return format(int(self), spec)
        signed, one = one.startswith("+"), one.removeprefix("+")
        return f"{int(self):{'+' * signed}d} {one if abs(self) == 1 else many}"


@dataclass(frozen=True, slots=True)
class Text:
    """One thing said in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        """The wording in `lang`."""
        return self.en if lang == "en" else self.zh


def t(zh: str, en: str) -> Text:
    """Short for Text, because declarations are full of them."""
    return Text(zh, en)


_COMMA = t("、", ", ")


def in_a_row(names: Iterable[str], lang: Lang) -> str:
    """Names one after the other, with the separator of the language."""
    return _COMMA.of(lang).join(names)


def row_numbers(rows: Iterable[int], most: int = 6) -> Text:
    """Ascending rows as people write them: 11、12, 20–29; a long list is cut short."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    said = [
        f"{r[0]}–{r[-1]}" if len(r) > 2 else str(one) for r in runs for one in r[: 1 if len(r) > 2 else 2]
    ]
    rest = "…" if len(said) > most else ""
    return Text(*(in_a_row(said[:most], lang) + rest for lang in ("zh", "en")))


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value: a stable code, its label, and spellings that mean the same."""

    code: str
    label: Text
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    """Labels of earlier versions: the drop-downs of workbooks made then still offer them."""

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that people write for it."""
        return (self.label.zh, self.label.en, *self.aliases, *self.former)


@lru_cache(maxsize=4096)  # the same few words stand in every tracker
def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).replace("\u200b", "")
    return "".join(folded.split()).casefold()


@dataclass(frozen=True)
class Choices:
    """A closed list; `code` reads what a person typed, `label` writes what a person reads."""

    name: str
    items: tuple[Choice, ...]

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {_key(word): item.code for item in self.items for word in (item.code, *item.words)}

    def code(self, text: object) -> str | None:
        """The code that a typed text means (width, case and spaces ignored), or None."""
        return self._codes.get(_key(str(text)))

    def label(self, code: str, lang: Lang) -> str:
        """The label of `code`; KeyError for a code that is not in the list."""
        return self._by_code[code].label.of(lang)

    def shown(self, code: str, lang: Lang) -> tuple[str, ...]:
        """The label of `code`, and those that drop-downs of earlier workbooks wrote for it."""
        return (self.label(code, lang), *self._by_code[code].former)

    def labels(self, lang: Lang) -> tuple[str, ...]:
        """Every label in order, as a drop-down shows them."""
        return tuple(item.label.of(lang) for item in self.items)

    @cached_property
    def _by_code(self) -> dict[str, Choice]:
        return {item.code: item for item in self.items}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code in order."""
        return tuple(item.code for item in self.items)


def _choices(name: str, *items: tuple[str, ...]) -> Choices:
    """Items are (code, zh, en[, aliases separated by |[, former labels separated by |]])."""
    made = (Choice(code, Text(zh, en), *map(_split, more)) for code, zh, en, *more in items)
    return Choices(name, tuple(made))


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split("|")) if words else ()


STAGE = _choices(
    "stage",
    ("request", "需求发起", "Request", "需求发起与明确"),
    ("duties", "职责分工", "Team and duties", "跨部门组队与职责分工"),
    ("review", "方案评审", "Plan review", "方案制定与联合评审"),
    ("monitor", "进度监控", "Monitoring", "执行过程监控与动态调整|执行监控"),
    ("delivery", "成果交付", "Delivery", "成果交付与验收"),
    ("retrospective", "复盘总结", "Retrospective", "复盘"),
)
STATUS = _choices(
    "status",
    ("not_started", "未开始", "Not started", "未启动|todo"),
    ("in_progress", "进行中", "In progress", "执行中|doing"),
    ("done", "已完成", "Done", "完成|completed"),
    ("paused", "暂停", "Paused", "已暂停"),
    ("cancelled", "取消", "Cancelled", "已取消|canceled"),
)
RAG = _choices(
    "rag", ("blue", "蓝", "Blue"), ("red", "红", "Red"), ("yellow", "黄", "Yellow"), ("green", "绿", "Green")
)
FEEDBACK = _choices(
    "feedback",
    ("filled", "已填", "Filled in"),
    ("unchanged", "无变化", "No change"),
    ("help", "需协助", "Help needed"),
)
LANGUAGE = _choices("language", ("zh", "中文", "Chinese"), ("en", "English", "English"))
MOVE_RULE = _choices(
    "move_rule",
    ("following", "顺延", "Move later"),
    ("preceding", "提前", "Move earlier"),
    ("skip", "跳过", "Skip"),
)
DAY_KIND = _choices("day_kind", ("off", "休", "Off", "休息|放假"), ("work", "班", "Work", "上班|调休"))
DAY_SOURCE = _choices(
    "day_source",
    ("official", "官方", "Official"),
    ("company", "公司", "Company"),
    ("estimated", "推定", "Estimated"),
)
RISK_STATUS = _choices(
    "risk_status",
    ("open", "开放", "Open"),
    ("watching", "应对中", "Responding"),
    ("struck", "已发生", "Struck"),
    ("closed", "已关闭", "Closed"),
)
RISK_LEVEL = _choices("risk_level", ("high", "高", "High"), ("medium", "中", "Medium"), ("low", "低", "Low"))
SCALE = _choices("scale", *((str(n), str(n), str(n)) for n in range(1, 6)))
ACTION_STATUS = _choices(
    "action_status",
    ("open", "未完成", "Open", "进行中|未开始"),
    ("done", "已完成", "Done", "完成"),
    ("cancelled", "取消", "Cancelled"),
)
FEASIBILITY = _choices(
    "feasibility",
    ("feasible", "可行", "Feasible"),
    ("conditional", "有条件可行", "Conditionally feasible"),
    ("infeasible", "不可行", "Not feasible"),
)
CONCLUSION = _choices(
    "conclusion",
    ("approved", "通过", "Approved"),
    ("conditional", "有条件通过", "Conditionally approved"),
    ("rejected", "不通过", "Rejected", "退回"),
)
ADJUSTMENT_STATUS = _choices(
    "adjustment_status",
    ("draft", "草拟", "Draft"),
    ("approved", "通过", "Approved", "批准", "已批准"),
    ("rejected", "不通过", "Rejected", "", "未批准"),
)
ANSWER = _choices(
    "answer",
    ("agreed", "同意", "Agreed", "无异议|确认"),
    ("objected", "有异议", "Objected", "异议|不同意"),
    ("approved", "批准", "Approved", "通过|审批通过"),
    ("rejected", "退回", "Returned", "不批准|未批准|不通过"),
    ("deemed", "逾期视为确认", "Deemed confirmed", "视为确认|视为同意"),
    ("received", "收到", "Received", "已收到|知悉"),
)
"""What a department or the superior answers to a letter."""
CONFIRMATION = _choices(
    "confirmation",
    ("open", "待答复", "Answers awaited"),
    ("passed", "期限已过，未答复视为确认", "Day passed: silence confirms"),
)
"""How minutes stand that were sent: silence is no answer, and counts as confirmed after the day."""
ACCEPTANCE = _choices(
    "acceptance",
    ("accepted", "合格", "Accepted", "通过"),
    ("conditional", "有条件接收", "Conditionally accepted"),
    ("rejected", "不合格", "Rejected"),
)
SIGNED = _choices("signed", ("yes", "已签", "Signed"), ("no", "未签", "Not signed"))
LESSON_KIND = _choices(
    "lesson_kind",
    ("success", "成功经验", "What worked"),
    ("improve", "不足与改进", "To improve"),
    ("pattern", "可复用模式", "Reusable pattern"),
)
MEETING_KIND = _choices(
    "meeting_kind",
    ("regular", "例会", "Regular", "周例会|项目例会"),
    ("kickoff", "启动会", "Kick-off", "项目启动会"),
    ("plan_review", "评审会", "Plan review", "方案评审会|联合评审会"),
    ("standup", "站会", "Stand-up", "每日站会"),
    ("weekly", "周复盘", "Weekly review", "周复盘会"),
    ("retrospective", "复盘会", "Retrospective", "项目复盘会"),
)
URGENCY = _choices(
    "urgency",
    ("routine", "日常（每日同步）", "Routine (daily sync)", "日常|日常任务|routine"),
    ("key", "重点（每日站会+周复盘）", "Key (daily stand-up and weekly review)", "重点|重点项目|紧急|key"),
)
CHANGE_STATUS = _choices(
    "change_status",
    ("raised", "已提出", "Raised", "草拟|提出"),
    ("assessing", "评估中", "Under assessment", "待评估"),
    ("approved", "已批准", "Approved", "批准|同意"),
    ("rejected", "未批准", "Rejected", "不同意|驳回"),
    ("done", "已实施", "Carried out", "已落实"),
)
