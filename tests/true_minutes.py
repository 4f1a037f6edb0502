"""Every sentence that minutes may say, in both languages, and when it is true (see true_sentences.py)."""

from __future__ import annotations

import datetime as dt

from true_cells import day
from true_facts import Facts
from true_patterns import Check, Match, listed, names, says, tasks, wrong_parts
from true_project import Row


def _since(f: Facts, text: str) -> bool:
    """Whether what is told is told since the right day."""
    if f.then is None:
        return text in ("自项目开始以来", "since the start of the project")
    return str(f.then.as_of) in text and text.startswith(("自上次纪要", "since the last minutes"))


def _moved(f: Facts, i: int) -> bool:
    row = f.rows[i]
    if f.then is None:
        return row["status"] != "not_started" or bool(row.get("forecast"))
    if row["id"] not in f.then.row_of:
        return True
    at = f.then.row_of[row["id"]]
    before, keys = f.then.rows[at], ("status", "percent", "forecast", "deadline")
    return any(before.get(k) != row.get(k) for k in keys) or f.then.rag(at) != f.rag(i)


def _newly(f: Facts, i: int) -> bool:
    known = f.then is not None and f.rows[i]["id"] in f.then.row_of
    return f.done(i) and not (known and f.then and f.then.done(f.then.row_of[f.rows[i]["id"]]))


def _changes(f: Facts, m: Match) -> bool:
    counted = tasks(f)
    newly = [i for i in counted if _newly(f, i)]
    other = [i for i in counted if _moved(f, i) and i not in newly]
    gone = [i for i in range(f.count) if _moved(f, i) and i not in counted]
    found = (len(counted), sum(f.done(i) for i in counted), len(newly), len(other), len(gone))
    said = tuple(int(m.get(k, 0)) for k in ("rows", "done", "newly", "other", "gone"))
    return found == said and said[2] + said[3] <= said[0] and _since(f, m["since"])


for _zh, _en in (("", ""), ("；取消 <gone:i> 项", "; <gone:i> cancelled")):
    says(
        f"<rows:i> 项任务中已完成 <done:i> 项；<since>新完成 <newly:i> 项，另有变化 <other:i> 项{_zh}。",
        f"<done:i> of <rows:i> task{{s}} done; <since>, <newly:i> newly done, <other:i> otherwise changed{_en}.",
    )(_changes)


def _alerts(f: Facts, m: Match) -> bool:
    colours = [f.rag(i) for i in range(f.count)]
    return all(colours.count(code) == int(m[code]) for code in ("red", "yellow"))


@says(
    "红 <red:i> 项、黄 <yellow:i> 项；未完成的任务没有晚于基线的。",
    "<red:i> red and <yellow:i> yellow; no unfinished task is later than its baseline.",
)
def _none(f: Facts, m: Match) -> bool:
    return _alerts(f, m) and not [i for i in f.late() if f.open(i)]


def _latest(kind: str, lang: str) -> Check:
    def check(f: Facts, m: Match) -> bool:
        i, late = f.row_of[m["id"]], [i for i in f.late() if f.open(i)]
        said = (f.rows[i]["task"], f.rows[i]["owner"], f.variance(i), f.kind[i])
        right = said == (m["task"], m["who"], int(m["days"]), kind) and f.variance(i) == f.variance(late[0])
        return _alerts(f, m) and right and not wrong_parts(f.about(i), lang, m["cause"])

    return check


for _kind, _zh, _en in (
    ("forecast", "预计晚 <days:i> 个工作日", "expected <days:i> workday{s} late"),
    ("projected", "推算晚 <days:i> 个工作日", "projected <days:i> workday{s} late"),
    ("today", "至今已晚 <days:i> 个工作日", "<days:i> workday{s} late so far"),
):
    for _lang in ("zh", "en"):
        says(
            f"红 <red:i> 项、黄 <yellow:i> 项；最晚的是 <id:id>“<task>”（<who>），{_zh}；<cause>。",
            f"<red:i> red and <yellow:i> yellow; the latest is <id:id> “<task>” (<who>), {_en}; <cause>.",
        )(_latest(_kind, _lang))


def _item(f: Facts, text: str) -> Row | None:
    """The action that an item of the list names, if all that it says is so."""
    row = next((r for r in f.table("actions") if f"“{r['action']}”" in text), None)
    if row is None or not text.startswith(row["owner"]):
        return None
    late = f.overdue(row)
    zh = f"已逾期 {late} 个工作日" if late else f"在 {row['due']} 前完成"
    en = f", {late} workday{'s' * (late != 1)} overdue" if late else f" by {row['due']}"
    return row if zh in text or text.endswith(en) else None


@says("接下来：<items>。", "Next: <items>.")
def _next(f: Facts, m: Match) -> bool:
    found = [_item(f, text) for text in m["items"].replace("；", "; ").split("; ")]
    waiting = [r for r in f.table("actions") if r["status"] == "open" and not r.get("done_on")]
    order = sorted((-f.overdue(r), r["due"]) for r in waiting)[:3]
    return [(-f.overdue(r), r["due"]) for r in found if r is not None] == order


def monday(f: Facts) -> dt.date:
    """When people meet next: the first Monday, moved off days off, after the day of the data."""
    days = (f.as_of + dt.timedelta(n) for n in range(-10, 40))
    return min(due for d in days if d.weekday() == 0 and (due := f.days.on(d)) > f.as_of)


@says(
    "新增风险 <new:i> 项，待办未完成 <open:i> 项（逾期 <late:i> 项）；下次例会 <day:d>。",
    "<new:i> new risk{s}, <open:i> open action{s} (<late:i> overdue); next meeting <day:d>.",
)
def _todo(f: Facts, m: Match) -> bool:
    new = 0 if f.then else sum(r["status"] != "closed" for r in f.table("risks"))
    waiting = [r for r in f.table("actions") if r["status"] == "open" and not r.get("done_on")]
    counts = (new, len(waiting), sum(f.overdue(r) > 0 for r in waiting))
    return counts == tuple(int(m[k]) for k in ("new", "open", "late")) and dt.date.fromisoformat(
        m["day"]
    ) == monday(f)


@says(
    "<who>：<since>没有变化（<n:i> 项，已完成 <done:i> 项）。",
    "<who>: no change <since> (<n:i> task{s}, <done:i> done).",
)
def _quiet(f: Facts, m: Match) -> bool:
    mine = [i for i in range(f.count) if f.rows[i]["owner"] == m["who"]]
    counted = [i for i in mine if i in tasks(f)]
    found = (len(counted), sum(f.done(i) for i in counted))
    return (
        found == (int(m["n"]), int(m["done"]))
        and not any(_moved(f, i) for i in mine)
        and _since(f, m["since"])
    )


@says("<who>：没有牵头的任务。", "No task is led by <who>.")
def _idle(f: Facts, m: Match) -> bool:
    idle = {r["department"] for r in f.table("contacts")} - f.leads().keys()
    return set(listed(m["who"])[0]) == idle


@says("<since>从跟踪表移除：<ids:l>。", "Removed from the tracker <since>: <ids:l>.")
def _gone(f: Facts, m: Match) -> bool:
    assert f.then is not None
    return names(m["ids"], [k for k in f.then.row_of if k not in f.row_of]) and _since(f, m["since"])


@says("<since>办结待办：<ids:l>。", "Actions closed <since>: <ids:l>.")
def _closed(f: Facts, m: Match) -> bool:
    before = {r["id"] for r in f.then.table("actions") if r["status"] == "done"} if f.then else set()
    done = [r["id"] for r in f.table("actions") if r["status"] == "done" and r["id"] not in before]
    return names(m["ids"], done) and _since(f, m["since"])


@says(
    "进展与上次签发的纪要（第<n:i>期，<day:d>）时的状态对比。",
    "Progress is measured against the last issued minutes (no. <n:i>, <day:d>).",
)
def _basis(f: Facts, m: Match) -> bool:
    return f.then is not None and (f.number, f.then.as_of) == (int(m["n"]), day(m["day"]))


@says(
    "例会记录里没有 <day:d> 的会议，时间、出席与决议请补填。",
    "Meetings has no row for <day:d>: fill in time, attendance and decisions.",
)
def _no_record(f: Facts, m: Match) -> bool:
    return day(m["day"]) == f.as_of and f.as_of not in {r["date"] for r in f.table("meetings")}


@says("决议 <n:i>-<k:i>  <text>", "Decision <n:i>-<k:i>  <text>")
def _decision(f: Facts, m: Match) -> bool:
    return m["text"] in {r["decisions"] for r in f.table("meetings") if f"{r['date']:%Y%m%d}" == m["n"]}


@says("<day:d>，地点 三楼。", "<day:d>, place: 三楼.")
def _meets(f: Facts, m: Match) -> bool:
    return day(m["day"]) == monday(f)


@says(
    "按例会时间应为 <nominal:d>，该日休息，改为 <day:d>。",
    "By the rule it would be <nominal:d>, a day off; it moves to <day:d>.",
)
def _postponed(f: Facts, m: Match) -> bool:
    nominal = day(m["nominal"])
    return (
        nominal.weekday() == 0
        and not f.days.works(nominal)
        and f.days.on(nominal) == day(m["day"]) == monday(f)
    )
