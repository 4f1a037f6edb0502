"""The coordinator's next step, from the rows: what 首页 says on top.

Most of it stands in the workbook, so that 首页 decides it by native formulas while people type. What no row
says (who has not replied, open conflicts, minutes in draft) is kept in `_meta` by the commands that know it.
What may not enter: the ledger, sheets, the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from xl_collab.plan.meta import ERRORS, meta_edits, meta_values
from xl_collab.plan.parsed import shown
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out
from xl_collab.project.edits import AppendRows, Edit, InsertSheet, SetColumn
from xl_collab.project.tables import Table
from xl_collab.records import dataclass
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import CONCLUSION, STAGE, STATUS, Lang, Text, t

WAITING, CONFLICTS, RERUN, DRAFT, ISSUED = (
    "step_waiting",
    "step_conflicts",
    "step_rerun",
    "step_draft",
    "step_issued",
)
"""Names in `_meta`: departments that have not replied, open conflicts, "1" while replies are not worked out
yet, the key of minutes in draft, and when minutes were issued last."""

INDEX = "index"
"""文档目录, the list of what the tool made."""
HINT: Mapping[Lang, str] = {"zh": "【", "en": "["}
"""A field in which this still stands has not been filled in."""
_BASELINE = ("tracker", "baseline")
_FOLLOWED_BY_RUN = ("collect", "resolve", "undo")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a project stands, in numbers: each is one cell of 首页, by the same count.

    gaps       required fields of 需求申请 that are empty or hold a hint
    passed     1 when the request is approved; refused: 1 when it is not
    tasks      rows of 跟踪表 that are not cancelled; done: finished ones; working: open ones before the
               retrospective; reviewing: open ones in it
    baselines  rows with a baseline
    meetings   rows of 例会记录; lessons: of 经验登记
    errors     errors that the last check found
    delivered  rows of 成果验收 that were submitted and have no result; unaccepted: all without one
    """

    gaps: int = 0
    passed: int = 0
    refused: int = 0
    tasks: int = 0
    done: int = 0
    working: int = 0
    reviewing: int = 0
    baselines: int = 0
    meetings: int = 0
    delivered: int = 0
    unaccepted: int = 0
    lessons: int = 0
    waiting: int = 0
    conflicts: int = 0
    rerun: int = 0
    draft: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `when` it is the next one (the same as a rule and as a formula over the numbers' names).

    sheet    where it is done, "" for a command; INDEX for a page that the tool made: the list leads there
    counted  the number that stands for {n} in the words
    """

    code: str
    said: Text
    when: Callable[[Standing], bool]
    formula: str
    sheet: str = ""
    counted: str = ""


_ERRORS = t("改正 {n} 处错误（“校验结果”表）", "Correct the errors on sheet Findings ({n})")
STEPS = (
    Step(
        "request",
        t("填写需求申请：{n} 项必填未填", "Fill in the request (required and still open: {n})"),
        lambda s: not _begun(s) and s.gaps > 0,
        "AND({baselines}+{done}=0,{gaps}>0)",
        "request",
        "gaps",
    ),
    Step(
        "refused",
        t("申请未通过：修改后再报批", "The request was refused: change it, ask again"),
        lambda s: not _begun(s) and s.refused > 0,
        "AND({baselines}+{done}=0,{refused}>0)",
        "request",
    ),
    Step(
        "approval",
        t("报批：请上级领导在需求申请写审批结论", "Approval: the superior's conclusion on the request"),
        lambda s: not _begun(s) and not s.passed,
        "AND({baselines}+{done}=0,{passed}=0)",
        "request",
    ),
    Step(
        "tasks",
        t("把任务、责任部门和时间节点填进跟踪表", "Fill the tracker: tasks, owners, due dates"),
        lambda s: not s.tasks,
        "{tasks}=0",
        "tracker",
    ),
    Step(
        "kickoff",
        t("开启动会，记入例会记录", "Hold the kick-off meeting, note it in Meetings"),
        lambda s: not _begun(s) and not s.meetings,
        "AND({baselines}+{done}=0,{meetings}=0)",
        "meetings",
    ),
    Step(
        "plan_errors",
        _ERRORS,
        lambda s: not s.baselines and s.errors > 0,
        "AND({baselines}=0,{errors}>0)",
        INDEX,
        counted="errors",
    ),
    Step(
        "freeze",
        t(
            "核对计划后冻结基线（功能区“冻结基线”）",
            "Check the plan, then freeze it (Freeze baseline)",
        ),
        lambda s: not s.baselines and s.working > 0,
        "AND({baselines}=0,{working}>0)",
        "tracker",
    ),
    Step(
        "resolve",
        t("定夺冲突 {n} 处（“冲突”表）", "Decide the conflicts on sheet Conflicts ({n})"),
        lambda s: s.conflicts > 0,
        "{conflicts}>0",
        INDEX,
        "conflicts",
    ),
    Step(
        "errors",
        _ERRORS,
        # What is on its way comes back first: an empty cell does not keep anybody from collecting replies.
        lambda s: s.errors > 0 and s.working > 0 and not s.waiting,
        "AND({errors}>0,{working}>0,{waiting}=0)",
        INDEX,
        counted="errors",
    ),
    Step(
        "acceptance",
        t("验收：{n} 项成果还没有结论", "Acceptance (deliverables without a result: {n})"),
        lambda s: s.delivered > 0 or (not s.working and s.unaccepted > 0),
        "OR({delivered}>0,AND({working}=0,{unaccepted}>0))",
        "acceptance",
        "unaccepted",
    ),
    Step(
        "review",
        t("复盘：登记经验，生成并报送复盘报告", "Review: note lessons, make and send the review report"),
        lambda s: not s.working and (s.reviewing > 0 or not s.lessons),
        "AND({working}=0,OR({reviewing}>0,{lessons}=0))",
        "lessons",
    ),
    Step(
        "closed",
        t("任务、验收和复盘都已完成，可以归档", "Tasks, acceptance and review are done: file it away"),
        lambda s: not s.working,
        "{working}=0",
    ),
    Step(
        "run",
        t("一键全部：把收到的回复算进报告", "Run everything: work the replies into the reports"),
        lambda s: s.rerun > 0 and not s.waiting,
        "AND({rerun}>0,{waiting}=0)",
    ),
    Step(
        "minutes",
        t("核对并签发纪要", "Check the minutes and issue them"),
        lambda s: s.draft > 0,
        "{draft}>0",
        INDEX,
    ),
    Step(
        "collect",
        t("收取回复：还差 {n} 个部门", "Collect replies (departments missing: {n})"),
        lambda s: s.waiting > 0,
        "{waiting}>0",
        counted="waiting",
    ),
    Step(
        "send",
        t("给各部门发填报，收齐后收取回复", "Send the departments their packets, then collect the replies"),
        lambda s: True,
        "TRUE",
    ),
)
"""In the order in which they are asked: the first that holds is the next one."""


def _begun(s: Standing) -> bool:
    """A project under way is not sent back to its request."""
    return s.baselines + s.done > 0


def next_step(standing: Standing) -> Step:
    """The first step whose time has come."""
    return next(step for step in STEPS if step.when(standing))


_COUNTED = ("tracker", "acceptance", "meetings", "lessons")


def standing(project: Project, edits: Sequence[Edit] = ()) -> Standing:
    """The numbers of a project, counted as the formulas of 首页 count them.

    edits  what a run writes: its notes in `_meta`, its baselines and its new rows count already
    """
    project = carried_out(project, [e for e in edits if isinstance(e, AppendRows) and e.sheet in _COUNTED])
    lang, tracker = project.book.lang, project.tracker
    cancelled, done = (_is(tracker, "status", STATUS.label(code, lang)) for code in ("cancelled", "done"))
    counted = ~tracker.blank("task") & ~cancelled
    finished = counted & (done | ~tracker.blank("actual"))
    last = _is(tracker, "stage", STAGE.label("retrospective", lang))
    accept = project.table("acceptance")
    waits = ~accept.blank("deliverable") & accept.blank("result")
    request = project.book.forms.get("request", {})
    said = _text(request.get("conclusion")).casefold()
    kept = meta_values(project, edits)
    frozen = any(isinstance(e, SetColumn) and (e.sheet, e.column) == _BASELINE for e in edits)
    return Standing(
        gaps=sum(_is_gap(request.get(name), lang) for name in required()),
        passed=int(said in _labels(lang, "approved", "conditional")),
        refused=int(said in _labels(lang, "rejected")),
        tasks=int(counted.sum()),
        done=int(finished.sum()),
        working=int((counted & ~finished & ~last).sum()),
        reviewing=int((counted & ~finished & last).sum()),
        baselines=max(int((~tracker.blank("baseline")).sum()), int(frozen)),
        meetings=int((~project.table("meetings").blank("date")).sum()),
        delivered=int((waits & ~accept.blank("submitted_on")).sum()),
        unaccepted=int(waits.sum()),
        lessons=int((~project.table("lessons").blank("lesson")).sum()),
        waiting=_number(kept.get(WAITING, "")),
        conflicts=_number(kept.get(CONFLICTS, "")),
        rerun=_number(kept.get(RERUN, "")),
        draft=int(bool(kept.get(DRAFT, ""))),
        errors=_number(kept.get(ERRORS, "")),
    )


def required() -> list[str]:
    """Required fields of 需求申请."""
    return [field.name for field in SHEETS.form("request").fields if field.required]


def _labels(lang: Lang, *codes: str) -> set[str]:
    return {CONCLUSION.label(code, lang).casefold() for code in codes}


def _is(table: Table, column: str, label: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    words = [v.casefold() if isinstance(v, str) else None for v in table.raw(column)]
    return np.array([word == label.casefold() for word in words], dtype=bool)


def _text(value: object) -> str:
    value = shown(value)
    return "" if value is None else str(value)


def _is_gap(value: object, lang: Lang) -> bool:
    text = _text(value)
    return not text.strip(" ") or HINT[lang] in text


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


# what no row says


def noted(edits: Iterable[Edit], command: str, at: str) -> dict[str, str]:
    """What a command's edits say about the next step, as values of `_meta`.

    at  the moment, as the ledger writes it
    """
    found: dict[str, str] = {}
    if command in ("run", "demo"):
        found[RERUN] = ""
    elif command in _FOLLOWED_BY_RUN:
        found[RERUN] = "1"
    for edit in edits:
        if isinstance(edit, InsertSheet) and edit.kind == "minutes":
            found[DRAFT] = "" if edit.final else edit.key
            if edit.final:
                found |= {ISSUED: at, WAITING: "0"}
    return found


def note_edits(project: Project, values: Mapping[str, str]) -> tuple[Edit, ...]:
    """Edits of `_meta` for those values that are new."""
    kept = meta_values(project)
    return meta_edits(project, {k: v for k, v in values.items() if kept.get(k, "") != v})
