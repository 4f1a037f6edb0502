"""What cells of tables may say, in both languages, and when it is true (see true_sentences.py)."""

from __future__ import annotations

import datetime as dt

from true_facts import Facts
from true_patterns import Match, part

from xl_collab.schema.words import RAG, RISK_STATUS, STATUS

_EMPTY = {"空": "", "none": ""}


def code(word: str) -> str:
    """A label of a state, an alert or a risk as its code; '' for none."""
    found = {
        choices.label(c, lang): c
        for choices in (STATUS, RAG, RISK_STATUS)
        for c in choices.codes
        for lang in ("zh", "en")
    }
    return _EMPTY.get(word, found.get(word, word))


def day(text: str) -> dt.date:
    """A date as it is written."""
    return dt.date.fromisoformat(text)


# 说明

for _kind, _zh, _en in (
    ("forecast", "预计晚", "Expected late by"),
    ("projected", "推算晚", "Projected late by"),
    ("today", "至今已晚", "Late so far by"),
):

    def _open_late(f: Facts, m: Match, kind: str = _kind) -> bool:
        days = int(m["days"])
        over = days > f.threshold if m.get("limit") else days <= f.threshold
        limit = int(m.get("limit") or f.threshold) == f.threshold
        return f.open(f.at) and (f.variance(f.at), f.kind[f.at]) == (days, kind) and over and limit

    part(
        f"{_zh} <days:i> 个工作日（超过 <limit:i> 个工作日）",
        f"{_en} <days:i> workday{{s}} (more than <limit:i> workday{{s}})",
    )(_open_late)
    part(f"{_zh} <days:i> 个工作日（未超阈值）", f"{_en} <days:i> workday{{s}} (within the threshold)")(
        _open_late
    )


@part("距计划完成还有 <days:i> 个工作日", "Time left to baseline: <days:i> workday{s}")
def _left(f: Facts, m: Match) -> bool:
    base = f.base(f.at)
    return base is not None and max(0, f.days.between(f.as_of, base)) == int(m["days"]) and f.open(f.at)


@part("前置 <id:id> 为红", "Predecessor <id:id> is red")
def _red(f: Facts, m: Match) -> bool:
    return f.rows[f.at].get("predecessors") == m["id"] and f.red(f.row_of[m["id"]])


@part("延期 <days:i> 个工作日", "Done late by <days:i> workday{s}")
def _done_late(f: Facts, m: Match) -> bool:
    return f.done(f.at) and f.variance(f.at) == int(m["days"]) > 0


@part("提前 <days:i> 个工作日", "Done early by <days:i> workday{s}")
def _done_early(f: Facts, m: Match) -> bool:
    return f.done(f.at) and f.variance(f.at) == -int(m["days"]) < 0


@part("按期完成", "Done on time")
def _on_time(f: Facts, _m: Match) -> bool:
    return f.done(f.at) and f.variance(f.at) == 0


@part("已完成", "Done")
def _done(f: Facts, _m: Match) -> bool:
    return f.done(f.at) and not f.rows[f.at].get("actual")


@part("各期记录齐全", "Records complete")
def _no_gap(f: Facts, _m: Match) -> bool:
    return f.weeks[f.at][0] == 0


@part("缺 <n:i> 期记录", "Records missing: <n:i> period{s}")
def _gaps(f: Facts, m: Match) -> bool:
    return f.weeks[f.at][0] == int(m["n"])


@part("暂停中，不计偏差", "Paused, no variance")
def _paused(f: Facts, _m: Match) -> bool:
    return f.rows[f.at]["status"] == "paused"


@part("已取消，不计偏差", "Cancelled, no variance")
def _cancelled(f: Facts, _m: Match) -> bool:
    return f.rows[f.at]["status"] == "cancelled"


# why

_HOW = {"自报预计完成": "own word", "its own expected finish": "own word", "未按期开始": "not begun"}
_HOW |= {"not begun in time": "not begun", "超期": "overrun", "overrun": "overrun"}


def _how(f: Facts, row: int) -> str:
    """How a row made its days."""
    if f.done(row):
        return "overrun"
    return "own word" if f.kind[row] == "forecast" else "not begun"


@part(
    "只数周一至周五是 <days:s>，节假日与调休已计入",
    "holidays and make-up days are counted in (Monday to Friday alone would give <days:s>)",
)
def _weekdays(f: Facts, m: Match) -> bool:
    base, compared = f.base(f.at), f.compared[f.at]
    plain = f.days.plain(base, compared) if base and compared else None
    return plain == int(m["days"]) != f.variance(f.at)


@part("原因未登记（<how>）", "no cause on record (<how>)")
def _made(f: Facts, m: Match) -> bool:
    return f.caused(f.at) is None and f.own(f.at) > 0 and _HOW[m["how"]] == _how(f, f.at)


@part("原因：因<id:id>", "cause: 因<id:id>")
def _written(f: Facts, m: Match) -> bool:
    return f.caused(f.at) == f"因{m['id']}"


@part("所报问题：<text>", "problem reported: <text>")
def _problem(f: Facts, m: Match) -> bool:
    told = [r["problem"] for r in f.table("sync") if r["task_id"] == f.rows[f.at]["id"] and r["problem"]]
    return f.caused(f.at) is None and told[-1] == m["text"]


# what changed in a row


def _old(f: Facts, name: str) -> object:
    assert f.then is not None
    return f.then.rows[f.then.row_of[f.rows[f.at]["id"]]].get(name)


def _is_new(f: Facts) -> bool:
    return f.then is None or f.rows[f.at]["id"] not in f.then.row_of


@part("新增任务", "New task")
def _new(f: Facts, _m: Match) -> bool:
    return f.then is not None and _is_new(f)


@part("现为<word>", "Now: <word>")
def _now(f: Facts, m: Match) -> bool:
    return _is_new(f) and code(m["word"]) == f.rows[f.at]["status"]


@part("状态 <old>→<new>", "Status <old> → <new>")
def _status(f: Facts, m: Match) -> bool:
    return (code(m["old"]), code(m["new"])) == (_old(f, "status"), f.rows[f.at]["status"])


@part("预计完成 <old>→<new>", "Expected finish <old> → <new>")
def _forecast(f: Facts, m: Match) -> bool:
    said = (_EMPTY.get(m["old"], m["old"]), _EMPTY.get(m["new"], m["new"]))
    return said == (str(_old(f, "forecast") or ""), str(f.rows[f.at].get("forecast") or ""))


@part("预计 <day:d> 完成", "Expected to finish on <day:d>")
def _expected(f: Facts, m: Match) -> bool:
    return f.rows[f.at].get("forecast") == day(m["day"])


def _alert(f: Facts, m: Match) -> bool:
    old = "" if _is_new(f) or f.then is None else f.then.rag(f.then.row_of[f.rows[f.at]["id"]])
    return (code(m.get("old", "")), code(m["new"])) == (old, f.rag(f.at))


part("预警 <old>→<new>", "Alert <old> → <new>")(_alert)
