"""Every sentence that minutes may say, in both languages, and when it is true (see true_sentences.py)."""

from __future__ import annotations

import datetime as dt
import re

from true_cells import day
from true_facts import Facts
from true_patterns import Match, listed, names, part, says, tasks


def _since(f: Facts, text: str) -> bool:
    """Whether what is told is told since the right day."""
    if f.then is None:
        return text in ("自项目开始以来", "since the start")
    return str(f.then.as_of) in text and text.startswith(("自上次纪要", "since the last minutes"))


def moved(f: Facts, i: int) -> bool:
    """Whether a row is different from then."""
    row = f.rows[i]
    if f.then is None:
        return row["status"] != "not_started" or bool(row.get("forecast"))
    if row["id"] not in f.then.row_of:
        return True
    at = f.then.row_of[row["id"]]
    before, keys = f.then.rows[at], ("status", "percent", "forecast", "deadline")
    return any(before.get(k) != row.get(k) for k in keys) or f.then.rag(at) != f.rag(i)


def newly(f: Facts, i: int) -> bool:
    """Whether a row was finished since then."""
    known = f.then is not None and f.rows[i]["id"] in f.then.row_of
    return f.done(i) and not (known and f.then and f.then.done(f.then.row_of[f.rows[i]["id"]]))


def _changes(f: Facts, m: Match) -> bool:
    counted = tasks(f)
    fresh = [i for i in counted if newly(f, i)]
    other = [i for i in counted if moved(f, i) and i not in fresh]
    gone = [i for i in range(f.count) if moved(f, i) and i not in counted]
    found = (len(counted), sum(f.done(i) for i in counted), len(fresh), len(other), len(gone))
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


def monday(f: Facts) -> dt.date:
    """When people meet next: the first Monday, moved off days off, after the day of the data."""
    days = (f.as_of + dt.timedelta(n) for n in range(-10, 40))
    return min(due for d in days if d.weekday() == 0 and (due := f.days.on(d)) > f.as_of)


@says(
    "红 <red:i> 项、黄 <yellow:i> 项；新增风险 <new:i> 项，待办未完成 <open:i> 项（逾期 <late:i> 项）。",
    "<red:i> red and <yellow:i> yellow; <new:i> new risk{s}, <open:i> open action{s} (<late:i> overdue).",
)
def _state(f: Facts, m: Match) -> bool:
    new = 0 if f.then else sum(r["status"] != "closed" for r in f.table("risks"))
    waiting = [r for r in f.table("actions") if r["status"] == "open" and not r.get("done_on")]
    counts = (new, len(waiting), sum(f.overdue(r) > 0 for r in waiting))
    return _alerts(f, m) and counts == tuple(int(m[k]) for k in ("new", "open", "late"))


# what is late


def exceptions(f: Facts) -> list[int]:
    """Red rows, and yellow ones that are late or miss records."""
    rows = [i for i in range(f.count) if f.rag(i) in ("red", "yellow")]
    return [i for i in rows if f.rag(i) == "red" or (f.variance(i) or 0) > 0 or f.base(i) is None]


def began(f: Facts, i: int) -> int:
    """Where a row's lateness began, or the late row on the way there whose cause somebody wrote down."""
    root, at = f.root(i), i
    while root is not None and at != root and not (f.caused(at) and (f.variance(at) or 0) > 0):
        driver = f.driver(at)
        assert driver is not None
        at = driver
    return at


def late_by(f: Facts, root: int) -> list[int]:
    """The other late rows of a root."""
    return [i for i in exceptions(f) if i != root and began(f, i) == root]


@part("影响：<where>", "Affects: <where>")
def _affects(f: Facts, m: Match) -> bool:
    said = re.findall(r"(T\d{3}) (\+\d+)", m["where"])
    right = late_by(f, f.at)
    owners = {f.rows[i]["owner"] for i in right}
    named = {name for name in f.leads() if name in m["where"]}
    return sorted(said) == sorted((f.rows[i]["id"], f"{f.variance(i):+d}") for i in right) and named == owners


@says(
    "预警为黄、尚未晚于计划 <n:i> 项：<rows>。",
    "<n:i> {row is|rows are} yellow and not late yet: <rows>.",
)
def _waiting(f: Facts, m: Match) -> bool:
    late = exceptions(f)
    right = [i for i in range(f.count) if f.rag(i) == "yellow" and i not in late]
    shown = [f"{f.rows[i]['id']}（{f.rows[i]['owner']}，{f.base(i)}）" for i in right]
    shown += [f"{f.rows[i]['id']} ({f.rows[i]['owner']}, {f.base(i)})" for i in right]
    said = re.findall(r"T\d{3}（.+?）|T\d{3} \(.+?\)", m["rows"])
    return int(m["n"]) == len(right) and set(said) <= set(shown) and len(said) == min(6, len(right))


def _finished_late(f: Facts, m: Match) -> bool:
    right = [i for i in range(f.count) if newly(f, i) and (f.variance(i) or 0) > 0]
    shown, total = listed(m["rows"])
    known = {f"{f.rows[i]['id']} {f.variance(i):+d}" for i in right}
    since = not m.get("since") or _since(f, m["since"])
    return (int(m["n"]), total) == (len(right), len(right)) and set(shown) <= known and since


says("本期延期完成 <n:i> 项：<rows>。", "<n:i> task{s} finished late <since>: <rows>.")(_finished_late)


@says("持续跟踪的风险 <n:i> 项：<ids:l>。", "<n:i> other {risk is|risks are} still open: <ids:l>.")
def _tracked(f: Facts, m: Match) -> bool:
    assert f.then is not None
    before = {r["id"]: r for r in f.then.table("risks")}
    same = [
        r["id"]
        for r in f.table("risks")
        if r["status"] != "closed" and r["id"] in before and before[r["id"]]["status"] == r["status"]
    ]
    return names(m["ids"], same) and int(m["n"]) == len(same)


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
    "例会记录里没有 <day:d> 的会议，时间、出席与决议请补填。",
    "Meetings has no row for <day:d>: fill in time, attendance and decisions.",
)
def _no_record(f: Facts, m: Match) -> bool:
    return day(m["day"]) == f.as_of and f.as_of not in {r["date"] for r in f.table("meetings")}


@says("<day:d>，地点 三楼。<moved>", "<day:d>, place: 三楼.<moved>")
def _meets_elsewhen(f: Facts, m: Match) -> bool:
    said = re.findall(r"\d{4}-\d\d-\d\d", m["moved"])
    nominal = day(said[0])
    right = nominal.weekday() == 0 and not f.days.works(nominal) and f.days.on(nominal) == day(m["day"])
    return right and said[1] == m["day"] and day(m["day"]) == monday(f)


@says("<day:d>，地点 三楼。", "<day:d>, place: 三楼.")
def _meets(f: Facts, m: Match) -> bool:
    return day(m["day"]) == monday(f)


@says("报：L；送：各参与部门（<who>）", "To: L; copies: departments taking part (<who>)")
def _goes_to(f: Facts, m: Match) -> bool:
    # Rows of all departments, as in the list of those who sign.
    return set(listed(m["who"])[0]) == {row["owner"] for row in f.rows}
