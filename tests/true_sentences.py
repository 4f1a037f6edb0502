"""Every sentence that a review may say, in both languages, and when it is true.

Written down anew here, not taken from the product's words: whoever adds a sentence there has to say here when
it is true.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

from true_facts import Facts
from true_patterns import (
    WORST,
    Check,
    Known,
    Match,
    called,
    having,
    mean,
    names,
    reached,
    row_called,
    says,
    tasks,
    wrong,
)
from true_project import Row

from xl_collab.schema.words import STAGE

# the review: how far, how well


@says(
    "项目尚未结束：<rows:i> 项任务完成 <done:i> 项，<all:i> 个里程碑达成 <hit:i> 个；本报告是阶段性复盘。",
    "The project is not finished: <done:i> of <rows:i> task{s} done, <hit:i> of <all:i> milestone{s} reached; "
    "this is an interim review.",
)
def _interim(f: Facts, m: Match) -> bool:
    done = [i for i in tasks(f) if f.done(i)]
    counts = (len(tasks(f)), len(done), len(f.table("milestones")), len(reached(f)))
    return counts == tuple(int(m[k]) for k in ("rows", "done", "all", "hit")) and len(done) < len(tasks(f))


@says(
    "<rows:i> 项任务全部完成，<hit:i>/<all:i> 个里程碑达成。",
    "Every task is done (<rows:i>); <hit:i> of <all:i> milestone{s} reached.",
)
def _finished(f: Facts, m: Match) -> bool:
    counts = (len(tasks(f)), len(f.table("milestones")), len(reached(f)))
    return all(f.done(i) for i in tasks(f)) and counts == tuple(int(m[k]) for k in ("rows", "all", "hit"))


def _rate(f: Facts, m: Match) -> bool:
    due, good = having(f, f.due), having(f, f.in_time)
    left = [i for i in due if not f.done(i)]
    known = [v for i in due if (v := f.variance(i)) is not None]
    figures = (len(due), len(good), f"{len(good) / len(due):.0%}") == (int(m["n"]), int(m["k"]), m["rate"])
    said = m["mean"] == mean(known) and int(m.get("left", 0)) == len(left) and m["n"] == m["all"]
    return figures and said and not wrong(f, "", m["worst"], WORST)


for _zh, _en in (
    ("", ""),
    (
        "，其中 <left:i> 项尚未完成（偏差按预计、推算或至今）",
        "; <left:i> of them not done yet (measured by what is expected, projected or so far)",
    ),
):
    says(
        f"到期任务 <all:i> 项，按期率为 <rate>（<k:i>/<n:i>），平均偏差 <mean:f> 个工作日{_zh}；<worst>。",
        "<all:i> {task was|tasks were} due, <rate> of them finished on time (<k:i> of <n:i>); their mean variance is "
        f"<mean:f> workdays{_en}; <worst>.",
    )(_rate)


@says(
    "还没有任务到期，按期率暂无；<worst>。",
    "No task was due so far, so there is no on-time rate yet; <worst>.",
)
def _no_rate(f: Facts, m: Match) -> bool:
    return not having(f, f.due) and not wrong(f, "", m["worst"], WORST)


@says(
    "<n:i> 项已完成的到期任务没有实际完成日期，未计入按期率。",
    "<n:i> {due task is|due tasks are} done on an unknown day and not counted in the on-time rate.",
)
def _undated(f: Facts, m: Match) -> bool:
    return len(having(f, lambda i: f.passed(i) and not f.due(i))) == int(m["n"])


def _worst(kind: str) -> Check:
    def check(f: Facts, m: Match) -> bool:
        i, late = f.row_of[m["id"]], f.late()
        said = (f.rows[i]["task"], f.variance(i), "done" if f.done(i) else f.kind[i])
        return said == (m["task"], int(m["days"]), kind) and f.variance(i) == f.variance(late[0])

    return check


for _kind, _zh, _en in (
    ("done", "延期 <days:i> 个工作日", "the latest, by <days:i> workday{s}, was"),
    ("forecast", "预计晚 <days:i> 个工作日", "the latest, expected <days:i> workday{s} late, is"),
    ("projected", "推算晚 <days:i> 个工作日", "the latest, projected <days:i> workday{s} late, is"),
    ("today", "至今已晚 <days:i> 个工作日", "the latest, <days:i> workday{s} late so far, is"),
):
    says("最晚的是 <id:id>“<task>”，" + _zh, _en + " <id:id> “<task>”", WORST)(_worst(_kind))


@says("没有任务晚于基线", "no task is later than its baseline", WORST)
def _none_late(f: Facts, _m: Match) -> bool:
    return not f.late()


@says(
    "<n:i> 项任务晚于基线（已完成 <done:i> 项，未完成 <left:i> 项），源头 <roots:i> 处。",
    "<n:i> {task is|tasks are} later than the baseline (<done:i> done, <left:i> not), from <roots:i> cause{s}.",
)
def _lateness(f: Facts, m: Match) -> bool:
    late = f.late()
    done = sum(f.done(i) for i in late)
    counts = (len(late), done, len(late) - done, len(f.groups))
    return counts == tuple(int(m[k]) for k in ("n", "done", "left", "roots"))


def _learnt(f: Facts, m: Match) -> bool:
    kinds = Counter(row["kind"] for row in f.table("lessons"))
    struck = sum(row["status"] == "struck" for row in f.table("risks"))
    lessons = all(kinds[k] == int(m[k]) for k in ("success", "improve", "pattern"))
    counts = (struck, len(f.table("changes")), len(f.table("adjustments")))
    return lessons and counts == (int(m["risks"]), int(m.get("asked") or 0), int(m["changes"]))


for _zh, _en in (("", ""), ("需求变更 <asked:i> 项，", "<asked:i> change request{s}, ")):
    says(
        f"发生风险 <risks:i> 项，{_zh}进度调整 <changes:i> 项；登记成功经验 <success:i> 条、改进 <improve:i> 条、"
        "可复用模式 <pattern:i> 条。",
        f"<risks:i> risk{{s}} struck, {_en}<changes:i> schedule change{{s}}; on record: <success:i> success{{es}}, "
        "<improve:i> improvement{s} and <pattern:i> reusable pattern{s}.",
    )(_learnt)


# what is missing


@says("· 未完成任务：<ids:l>。", "· Tasks not done: <ids:l>.")
def _open_tasks(f: Facts, m: Match) -> bool:
    return names(m["ids"], called(f, [i for i in tasks(f) if not f.done(i)]))


@says("· 未达成里程碑：<ids:l>。", "· Milestones not reached: <ids:l>.")
def _open_milestones(f: Facts, m: Match) -> bool:
    return names(m["ids"], [row["id"] for row in f.table("milestones") if row not in reached(f)])


@says(
    "· 未完成验收（结论或双方签字缺）：<ids:l>。",
    "· Not accepted yet (result or a signature missing): <ids:l>.",
)
def _open_acceptance(f: Facts, m: Match) -> bool:
    def complete(row: Row) -> bool:
        return row["result"] in ("accepted", "conditional") and bool(row["provider"] and row["receiver"])

    return names(m["ids"], [row["id"] for row in f.table("acceptance") if not complete(row)])


@says("· 进度调整待审批：<ids:l>。", "· Schedule changes waiting for approval: <ids:l>.")
def _open_changes(f: Facts, m: Match) -> bool:
    return names(m["ids"], [row["id"] for row in f.table("adjustments") if row["status"] == "draft"])


@says("· 需求变更待审批：<ids:l>。", "· Change requests waiting for a decision: <ids:l>.")
def _open_requested(f: Facts, m: Match) -> bool:
    return names(
        m["ids"], [row["id"] for row in f.table("changes") if row["status"] in ("raised", "assessing")]
    )


# what it cost and took


def _sum(column: str, f: Facts, m: Match) -> bool:
    values = [row[column] for row in f.table("duties") if row[column] is not None]
    return len(values) == int(m["n"]) and abs(sum(values) - float(m["total"].replace(",", ""))) < 0.005


@says(
    "职责分工登记预算 <n:i> 项，合计 <total> 元。",
    "Budgets of <n:i> {duty|duties} on record: CNY <total> in all.",
)
def _budget(f: Facts, m: Match) -> bool:
    return _sum("budget", f, m)


@says(
    "职责分工登记人力 <n:i> 项，合计 <total> 人。",
    "People for <n:i> {duty|duties} on record: <total> in all.",
)
def _people(f: Facts, m: Match) -> bool:
    return _sum("people", f, m)


@says(
    "有计划起止和实际起止的已完成任务 <n:i> 项：工期比计划长 <more:i> 项，短 <less:i> 项，相同 <same:i> 项。",
    "<n:i> {finished task has|finished tasks have} planned and actual first and last days: <more:i> took longer "
    "than planned, <less:i> less long, <same:i> the same.",
)
def _durations(f: Facts, m: Match) -> bool:
    rows = [f.rows[i] for i in having(f, f.done) if f.rows[i].get("actual_start") and f.rows[i].get("actual")]
    found = Counter[int]()
    for row in rows:
        plan, took = (
            f.days.between(row[a] - dt.timedelta(1), row[b])
            for a, b in (("planned_start", "deadline"), ("actual_start", "actual"))
        )
        found[(took > plan) - (took < plan)] += 1
    counts = (len(rows), found[1], found[-1], found[0])
    return counts == tuple(int(m[k]) for k in ("n", "more", "less", "same"))


# what worked


@says(
    "· <department>牵头、已到期的 <n:i> 项任务全部按期完成。",
    "· <department> finished everything it led that was due on time (<n:i> task{s}).",
)
def _department(f: Facts, m: Match) -> bool:
    mine = [i for i in tasks(f) if f.rows[i]["owner"] == m["department"]]
    passed = [i for i in mine if f.passed(i)]
    late = [i for i in mine if i in f.late()]
    return len(passed) == int(m["n"]) > 0 and all(f.in_time(i) for i in passed) and not late


@says("· “<task>”提前 <days:i> 个工作日完成。", "· “<task>” was finished <days:i> workday{s} early.")
def _early(f: Facts, m: Match) -> bool:
    i = row_called(f, m["task"])
    return i is not None and f.done(i) and f.variance(i) == -int(m["days"])


@says("· <n:i> 个里程碑按期达成。", "· <n:i> milestone{s} reached on time.")
def _milestones(f: Facts, m: Match) -> bool:
    return sum((f.milestone(row)[1] or 0) <= 0 for row in reached(f)) == int(m["n"])


@says("· 登记的风险中 <n:i> 项已关闭。", "· <n:i> risk{s} on record closed.")
def _closed(f: Facts, m: Match) -> bool:
    return sum(row["status"] == "closed" for row in f.table("risks")) == int(m["n"])


@says(
    "· “<task>”已到期的 <n:i> 期记录齐全。",
    "· “<task>”: the records of all <n:i> period{s} so far are there.",
)
def _complete(f: Facts, m: Match) -> bool:
    return f.weeks[row_called(f, m["task"]) or -1] == (0, int(m["n"])) and int(m["n"]) > 0


def _actions(f: Facts, m: Match) -> bool:
    closed = [row for row in f.table("actions") if row["status"] == "done"]
    dated = [row for row in closed if row.get("done_on")]
    good = [row for row in dated if row["done_on"] <= row["due"]]
    said = int(m.get("dated", m["n"]))
    return (len(closed), len(dated), len(good)) == (int(m["n"]), said, int(m["k"]))


says("· 已办结待办 <n:i> 条，其中 <k:i> 条按期。", "· <n:i> action{s} closed, <k:i> of them on time.")(
    _actions
)
says(
    "· 已办结待办 <n:i> 条；有期限和完成日期的 <dated:i> 条中 <k:i> 条按期。",
    "· <n:i> action{s} closed; of <dated:i> with due and closing dates <k:i> on time.",
)(_actions)


# what did not


def _because(f: Facts, m: Match) -> bool:
    mine = [r for r in f.table("adjustments") if r["cause"] == m["cause"]]
    tasks = [r["task_id"] for r in mine]
    late = max((f.variance(f.row_of[name]) or 0 for name in tasks), default=0)
    measures = not m.get("measures") or m["measures"] in {r["measures"] for r in mine}
    return bool(mine) and names(m["ids"], tasks) and max(late, 0) == int(m.get("days") or 0) and measures


for _zh, _en in (
    ("最多晚 <days:i> 个工作日", "<days:i> workday{s} late at most"),
    ("调整后没有再晚", "not late against the changed plan"),
):
    says(
        f"· 原因：<cause>。涉及 <ids:l>，{_zh}；调整措施：<measures>。",
        f"· Cause: <cause>. <ids:l>: {_en}; measures: <measures>.",
    )(_because)


def _cost(row: Row) -> bool:
    """Whether a change of the request was approved and took time, or nobody knows how much."""
    return row["status"] in ("approved", "done") and (row["days"] is None or row["days"] > 0)


def _named(row: Row) -> list[str]:
    """The tasks that a change of the request names."""
    return row["task_id"].split("、") if row["task_id"] else []


_CHANGE: list[Known] = []
"""What a sentence says of a change of the request; it is about the row of 需求变更 with that number."""


@says(
    "· 需求变更“<change>”（<decided>）：<moved>；<rest>。",
    "· Change of the request “<change>” (<decided>): <moved>; <rest>.",
)
def _changed(f: Facts, m: Match) -> bool:
    """An approved one that cost time, with when, what it moved, why, and the measures if there are any."""
    known = [row["change"] for row in f.table("changes") if _cost(row)]
    if m["change"] not in known:
        return False
    n = [row["change"] for row in f.table("changes")].index(m["change"])
    pieces = [m["decided"], m["moved"], *re.split("；|; ", m["rest"])]
    complete = len(pieces) == 3 + bool(f.table("changes")[n].get("measures"))
    return complete and not any(wrong(f.about(n), "", piece, _CHANGE) for piece in pieces)


def _in_row(column: str, f: Facts, value: str) -> bool:
    return str(f.table("changes")[f.at].get(column) or "") == value


for _column, _zh, _en in (
    ("approved_on", "<x:d> 批准", "approved on <x:d>"),
    ("reason", "变更原因：<x>", "reason: <x>"),
    ("measures", "处理措施：<x>", "measures: <x>"),
):
    says(_zh, _en, _CHANGE)(lambda f, m, column=_column: _in_row(column, f, m["x"]))

for _column, _zh, _en in (
    ("approved_on", "已批准，审批日期未登记", "approved, day not on record"),
    ("reason", "变更原因未登记", "no reason on record"),
):
    says(_zh, _en, _CHANGE)(lambda f, _m, column=_column: _in_row(column, f, ""))


def _tasks_moved(f: Facts, m: Match) -> bool:
    row = f.table("changes")[f.at]
    late = max((f.variance(f.row_of[name]) or 0 for name in _named(row)), default=0)
    tasks = names(m["ids"], _named(row)) if m.get("ids") else not _named(row)
    right = tasks and _in_row("days", f, m.get("days") or "")
    return right and (not m.get("ids") or max(late, 0) == int(m.get("late") or 0))


for _zh, _en in (
    ("工期增加 <days:i> 个工作日", "<days:i> workday{s} more"),
    ("工期影响未登记", "effect in workdays not on record"),
):
    says(f"影响任务未登记，{_zh}", f"tasks not on record: {_en}", _CHANGE)(_tasks_moved)
    for _now, _late in (("", ""), ("，现最多晚 <late:i> 个工作日", ", now <late:i> workday{s} late at most")):
        says(f"影响 <ids:l>，{_zh}{_now}", f"<ids:l>: {_en}{_late}", _CHANGE)(_tasks_moved)


@says(
    "· 延误的源头中 <n:i> 处没有在进度调整或需求变更登记原因：<ids:l>，请在“根本原因”中补充。",
    "· <n:i> place{s} where delays began without a cause on record: <ids:l>; add them to the root causes.",
)
def _unexplained(f: Facts, m: Match) -> bool:
    heads = [root if root in rows else rows[0] for root, rows in f.groups.items()]
    told = {name for row in f.table("changes") if _cost(row) and row["reason"] for name in _named(row)}
    right = [f.rows[i]["id"] for i in heads if f.caused(i) is None and f.rows[i]["id"] not in told]
    return names(m["ids"], right) and int(m["n"]) == len(right)


@says("· “<task>”缺 <n:i> 期记录。", "· “<task>”: <n:i> period{s} without a record.")
def _missed(f: Facts, m: Match) -> bool:
    return f.weeks[row_called(f, m["task"]) or -1][0] == int(m["n"])


@says("· <n:i> 条待办逾期未办结。", "· <n:i> action{s} overdue.")
def _overdue(f: Facts, m: Match) -> bool:
    return sum(f.overdue(row) > 0 for row in f.table("actions")) == int(m["n"])


@says(
    "· <n:i> 项任务偏差超过 <limit:i> 个工作日，却没有进度调整（前置造成的不计）。",
    "· <n:i> task{s} late by more than <limit:i> workday{s} without a schedule change (those that a predecessor "
    "made late not counted).",
)
def _no_change(f: Facts, m: Match) -> bool:
    over = [i for i in f.late() if (f.variance(i) or 0) > f.threshold]
    own = [i for i in over if not (f.driver(i) in over and f.own(i) <= f.threshold)]
    return [f.answered(i) for i in own].count(False) == int(m["n"]) and int(m["limit"]) == f.threshold


# insight


def _most(column: str, f: Facts, m: Match) -> bool:
    roots = [f.rows[i][column] for i in f.groups]
    label = {STAGE.label(code, lang): code for code in STAGE.codes for lang in ("zh", "en")}
    counts = Counter(roots).most_common()
    alone = len(counts) == 1 or counts[0][1] > counts[1][1]
    return alone and (counts[0], len(roots)) == (
        (label.get(m["group"], m["group"]), int(m["n"])),
        int(m["total"]),
    )


@says(
    "· 延误的源头有 <total:i> 处，最多在环节“<group>”（<n:i> 处）。",
    "· Delays began in <total:i> place{s}, most of them in <group> (<n:i>).",
)
def _stages(f: Facts, m: Match) -> bool:
    return _most("stage", f, m)


@says(
    "· 按牵头部门看，<total:i> 处源头中<group>最多（<n:i> 处）。",
    "· By leading department, most of <total:i> place{s} where delays began are with <group> (<n:i>).",
)
def _departments(f: Facts, m: Match) -> bool:
    return _most("owner", f, m)


@says(
    "· “<task>”的延误传导到 <ids:l>，最多晚 <days:i> 个工作日。",
    "· The delay of “<task>” pushed <ids:l>, <days:i> workday{s} late at most.",
)
def _pushed(f: Facts, m: Match) -> bool:
    root = row_called(f, m["task"])
    reached = [i for i in f.groups.get(root, []) if i != root] if root is not None else []
    most = max((f.variance(i) or 0 for i in reached), default=0)
    return root is not None and names(m["ids"], called(f, reached)) and most == int(m["days"])


@says(
    "· <n:i> 个时间节点定在非工作日，排期前应先查节假日表。",
    "· <n:i> due date{s} set on a day off: check the calendar before fixing dates.",
)
def _days_off(f: Facts, m: Match) -> bool:
    return len(having(f, lambda i: (day := f.base(i)) and not f.days.works(day))) == int(m["n"])


def _plan(sign: int, f: Facts, m: Match) -> bool:
    values = [f.variance(i) or 0 for i in having(f, f.due)]
    return len(values) == int(m["n"]) and all(v * sign > 0 for v in values) and m["mean"] == mean(values)


@says(
    "· 到期的 <n:i> 项全部晚于基线，平均 <mean:f> 个工作日：与实际相比计划偏紧。",
    "· All <n:i> {due task is|due tasks are} later than the baseline, by <mean:f> workdays on average: against "
    "what happened the plan was tight.",
)
def _tight(f: Facts, m: Match) -> bool:
    return _plan(1, f, m)


@says(
    "· 到期的 <n:i> 项全部早于基线完成，平均 <mean:f> 个工作日：与实际相比计划留有余量。",
    "· All <n:i> {due task was|due tasks were} finished before the baseline, by <mean:f> workdays on average: "
    "against what happened the plan had slack.",
)
def _slack(f: Facts, m: Match) -> bool:
    return _plan(-1, f, m) and not f.late()


# the review's course, and what registers say


@says(
    "<day:d> 时 <of:i> 项任务完成 <was:i> 项，现在 <all:i> 项完成 <now:i> 项。",
    "On <day:d>, <was:i> of <of:i> task{s} were done, now <now:i> of <all:i>.",
)
def _course(f: Facts, m: Match) -> bool:
    assert f.then is not None
    counts = [len(x) for g in (f.then, f) for x in (tasks(g), [i for i in tasks(g) if g.done(i)])]
    return (
        counts == [int(m[k]) for k in ("of", "was", "all", "now")]
        and dt.date.fromisoformat(m["day"]) == f.then.as_of
    )


def _end(f: Facts, m: Match) -> bool:
    assert f.then is not None
    was, now = f.then.end(), f.end()
    moved = f.days.between(was, now) if was and now else None
    return (dt.date.fromisoformat(m["was"]), dt.date.fromisoformat(m["now"]), int(m.get("days", 0))) == (
        was,
        now,
        moved,
    )


says(
    "最后一项的完成日期 <day:d> 时为 <was:d>，现在为 <now:d>（<days:s> 个工作日）。",
    "On <day:d>, the last task was to be finished on <was:d>, now on <now:d> (<days:s> workdays).",
)(_end)
says(
    "最后一项的完成日期 <day:d> 时为 <was:d>，现在为 <now:d>，没有移动。",
    "On <day:d>, the last task was to be finished on <was:d>, now on <now:d>: it did not move.",
)(_end)


def _lesson(f: Facts, m: Match) -> bool:
    return (m["text"], m["action"]) in {(r["lesson"], r["action"]) for r in f.table("lessons")}


says("· <text>——复用方式：<action>", "· <text> — reuse: <action>")(_lesson)
says("· <text>——改进措施：<action>", "· <text> — improve: <action>")(_lesson)


def _came_true(f: Facts, m: Match) -> bool:
    struck = {r["risk"]: r["countermeasure"] for r in f.table("risks") if r["status"] == "struck"}
    return m["text"] in struck and struck[m["text"]] == (m.get("measure") or None)


for _zh, _en in (
    ("应对措施：<measure>", "countermeasure: <measure>"),
    ("事先没有登记应对措施", "no countermeasure was on record"),
):
    says(f"· 风险预警应验：<text>；{_zh}。", f"· A warning came true: <text>; {_en}.")(_came_true)


@says("· 验收遗留：<what>——<text>", "· Left over at acceptance: <what>: <text>")
def _left_over(f: Facts, m: Match) -> bool:
    return (m["what"], m["text"]) in {(r["deliverable"], r["remaining"]) for r in f.table("acceptance")}
