"""Every sentence of review and minutes with a number or a name, worked out again from the rows, and true.

Twenty random projects, in Chinese and English, before and after minutes were issued. Texts are read from the
drawn sheets, so that none can be forgotten; each is a raw cell of the workbook, or matches a sentence written
down in `true_sentences.py`, `true_minutes.py` or `true_cells.py` and is true by `true_facts.py`, which knows
rows and nothing of the product. A sentence that nobody knows fails. What is assumed:

- rows have one predecessor at most, finish to start, that the plan waits for; no percentages on open rows, no
  frozen baselines: a row is measured against its date in 时间节点;
- all dates lie in one year with official holidays; which days of other years are off is tested elsewhere;
- the words of drop-downs come from `schema/words.py`, and the snapshot of the first minutes from the product
  (that it holds what the rows said then is part of what is tested: what changed is recomputed from the rows);
- order and number of rows in tables are not judged here, nor which rows a long list leaves out.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import true_cells
import true_minutes
import true_sentences
from python_calamine import CalamineWorkbook
from true_facts import Facts
from true_patterns import PARTS, SENTENCES, having, listed, mean, wrong, wrong_parts
from true_project import Raw, random_project

from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.minutes.sheet import draw as draw_minutes
from xl_collab.documents.review.content import review
from xl_collab.documents.review.sheet import draw as draw_review
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows
from xl_collab.project.sentences import places
from xl_collab.schema.words import CHANGE_STATUS, LANGS, RAG, STAGE, Lang

PROJECTS = 20
_LAST = 9
"""Columns of a page with its margin; what is noted behind it is for programs."""
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)\n(.+)")
_KINDS = {"实际": "actual", "预计": "forecast", "推算": "projected", "至今": "today"}
_KINDS |= {"actual": "actual", "expected": "forecast", "projected": "projected", "so far": "today"}

Cells = dict[str, Any]


def facts_of(raw: Raw, lang: Lang) -> tuple[Facts, Raw]:
    """The facts, and the rows with the snapshot of the minutes that half of the projects issued before."""
    found = Facts(raw)
    if raw.as_of.toordinal() % 2:
        return found, raw
    before = raw.earlier()
    outcome = minutes(Project(before.book(lang), before.as_of), issue=True)
    kept = outcome.edits[1]
    assert isinstance(kept, AppendRows)
    found.then, found.number = Facts(before), outcome.data.number
    return found, replace(raw, history=list(kept.records))


def sheets(raw: Raw, lang: Lang) -> dict[str, list[list[Any]]]:
    """The cells of the drawn documents."""
    project = Project(raw.book(lang), raw.as_of)
    links = places(project.book)
    drawn = {
        "review": draw_review(review(project).data, "P", lang, links),
        "minutes": draw_minutes(minutes(project).data, "P", lang, links),
    }
    return {name: _cells(data) for name, data in drawn.items()}


def _cells(data: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [row[:_LAST] for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]


def telling(raw: Raw, lang: Lang, rows: list[list[Any]]) -> Iterator[tuple[str, Cells]]:
    """Every row of a page: a line of text under "", or the cells of a table's row by their headings."""
    header: list[str] = []
    last = ""
    for row in rows:
        cells = [cell for cell in row[1:] if cell != ""]
        heads = row[1] in ("编号", "ID", "序号", "No.", "来源", "Source") and len(cells) > 4
        if heads:
            header = [str(cell) for cell in row[1:]]
        elif header and row[1] == "" and len(cells) == 1:
            yield "below", {"text": str(cells[0]), "row": last}
        elif (
            header and len(cells) > 2 and re.fullmatch(r"[A-Z]\d{3}|\d+(?:\.0)?|同步\d+|Sync\d+", str(row[1]))
        ):
            last = str(row[1])
            yield "|".join(header), dict(zip(header, row[1:], strict=True))
        else:
            header = []
            yield from (("", {"text": str(cell)}) for cell in cells)


_FORM = [
    r"第\d+期 · (\d{4}-\d\d-\d\d)(?: · 草稿)?",
    r"No\. \d+ · (\d{4}-\d\d-\d\d)(?: · Draft)?",
    r"例会会议纪要 · 第\d+期 · (\d{4}-\d\d-\d\d)",
    r"Minutes of the project meeting · No\. \d+ · (\d{4}-\d\d-\d\d)",
    r"(?:跨部门协作复盘报告|Review of the cross-department project) · (\d{4}-\d\d-\d\d)",
    r"(\d{4}-\d\d-\d\d)",
    r"P · (?:数据截至 |Data as of )(\d{4}-\d\d-\d\d)(?: · 阶段性复盘| · Interim review)?",
]
"""Heads of documents, with the day that they name."""
_EVIDENCE = re.compile(
    r"(?:[A-Z]\d{3}|每日同步 \d+|Daily sync \d+)(?: (?:[A-Z]\d{3}|每日同步 \d+|Daily sync \d+))*(?: …)?"
)


def about_nothing(facts: Facts, raw: Raw, lang: Lang, text: str) -> bool:
    """Whether a line holds no number and no name, or is a raw cell, evidence, or a document's head."""
    known = {str(value) for table in raw.tables.values() for row in table for value in row.values()}
    known |= {
        str(value).removesuffix(" 00:00:00") for value in (*raw.settings.values(), *raw.request.values())
    }
    names = {row[key] for key, name in _NAMES for row in raw.tables[key] for key in [name] if row.get(name)}
    if re.fullmatch(r"[1-8] [A-Z][A-Za-z ,:()]+", text):  # a section's heading
        return True
    if text in known or not (re.search(r"\d", text) or any(str(name) in text for name in names)):
        return True
    if _EVIDENCE.fullmatch(text):
        ids = {row["id"] for table in raw.tables.values() for row in table if "id" in row}
        return set(re.findall(r"[A-Z]\d{3}", text)) <= ids
    days = {str(facts.as_of), *(str(row["date"]) for row in raw.tables["meetings"])}
    heads = (re.fullmatch(form, text) for form in _FORM)
    return any(head is not None and head[1] in days for head in heads) or _people(facts, text)


_NAMES = (("tracker", "task"), ("contacts", "department"), ("milestones", "milestone"), ("risks", "risk"))
_NAMES += (("actions", "action"), ("contacts", "contact"))


def _people(facts: Facts, text: str) -> bool:
    """Whether a text is a list of departments and nothing else: who was there, who signs, who gets a copy."""
    bare = re.sub(
        r"（人\d）| \(人\d\)|[：:]$|[。.]$",
        "",
        text,
    )
    departments = {row["department"] for row in facts.table("contacts")} | {facts.raw.settings["superior"]}
    return set(re.split("、|, ", bare)) <= departments


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("seed", range(PROJECTS))
def test_every_sentence_of_review_and_minutes_is_true(seed: int, lang: Lang) -> None:
    facts, raw = facts_of(random_project(seed, lang), lang)
    told, faults = 0, []
    for name, rows in sheets(raw, lang).items():
        for header, cells in telling(raw, lang, rows):
            if header == "below":
                at = facts.about(facts.row_of[cells["row"]])
                faults += [f"{name}: {why} below" for why in wrong_parts(at, lang, cells["text"])]
            elif header:
                faults += [f"{name}: {why} in {cells}" for why in wrong_row(facts, raw, lang, header, cells)]
            elif not about_nothing(facts, raw, lang, cells["text"]):
                why = wrong(facts, lang, cells["text"])
                faults += [f"{name}: {why}"] if why else []
            told += 1
    assert not faults, "\n".join(faults)
    assert told > 60


_KNOWN = (true_cells, true_minutes, true_sentences)
"""Importing them writes their sentences down."""


# rows of tables


def wrong_row(facts: Facts, raw: Raw, lang: Lang, header: str, cells: Cells) -> Iterator[str]:
    """What a table's row says that is not so."""
    values = list(cells.values())
    if re.search("依据$|By$|Reason$|说明$", header) and values[0] in facts.row_of:
        yield from _task_row(facts.about(facts.row_of[values[0]]), lang, cells)
    elif "红/黄" in cells or "Red/ yellow" in cells:
        yield from _department_row(facts, lang, values)
    elif "决议内容" in cells or "Decision" in cells:
        yield from _decision_row(facts, values)
    elif "按期率" in cells or "On time" in cells:
        yield from _group_row(facts, lang, cells)
    elif "最后完成日期" in cells or "Last finish" in cells:
        yield from _point_row(facts, lang, values)
    elif "达成标准" in cells or "Criteria" in cells:
        yield from _milestone_row(facts, values)
    elif "影响与原因" in cells or "Moved, and why" in cells:
        yield from _request_row(facts, lang, values)
    elif "已挂起天数" in cells or "Days open" in cells:
        yield from _action_row(facts, lang, values)
    else:
        yield from _other_row(facts, raw, lang, values)


def _task_row(f: Facts, lang: Lang, cells: Cells) -> Iterator[str]:
    """Of review and minutes: the row's dates, its variance and alert, and what is said of it."""
    values = list(cells.values())
    compared = next((m for v in values if (m := _DATE.fullmatch(str(v)))), None)
    if "依据" in cells or "By" in cells:
        shown = (f"{f.compared[f.at] or ''}", f.kind[f.at])
        if (str(values[4]).removesuffix(" 00:00:00"), _KINDS.get(values[7], "")) != shown:
            yield f"compared with {shown}"
        return
    if compared and (compared[1], _KINDS[compared[2]]) != (str(f.compared[f.at]), f.kind[f.at]):
        yield f"compared with {f.compared[f.at]} {f.kind[f.at]}"
    for name, value in cells.items():
        if name in ("偏差", "Var.") and value != "" and int(value) != f.variance(f.at):
            yield f"late by {f.variance(f.at)}"
        if name in ("预警", "Alert") and value != alert_word(f, lang):
            yield f"its alert is {alert_word(f, lang)}"
    yield from wrong_parts(f, lang, str(values[-1])) if values[-1] else ()


def _department_row(f: Facts, lang: Lang, values: list[Any]) -> Iterator[str]:
    """A department of the minutes: how far it is, what it finished, what else moved.

    The blank headings of the columns that its changes take are one in `values`.
    """
    mine = having(f, lambda i: f.rows[i]["owner"] == values[1])
    counted = [i for i in mine if f.rows[i]["status"] != "cancelled"]
    if values[4] != f"{sum(f.done(i) for i in counted)}/{len(counted)}":
        yield "not its tasks"
    colours = [f.rag(i) for i in mine]
    if values[5] != f"{colours.count('red')}/{colours.count('yellow')}":
        yield "not its alerts"
    newly = [i for i in mine if true_minutes.newly(f, i)]
    shown, total = listed(values[6]) if values[6] else ([], 0)
    if total != len(newly) or not set(shown) <= {f.rows[i]["id"] for i in newly}:
        yield "not what it finished"
    moved = [i for i in mine if true_minutes.moved(f, i) and i not in newly]
    yield from _moves(f, lang, values[2], moved, newly)


def _moves(f: Facts, lang: Lang, text: str, moved: list[int], newly: list[int]) -> Iterator[str]:
    """What is told of the rows of a department that moved and were not finished."""
    if not moved:
        nothing = "无变化" if lang == "zh" else "No change"
        if text != ("" if newly else nothing):
            yield "nothing moved"
        return
    said = re.findall(r"(T\d{3}):? (.+?)(?=；|; |$)", text, re.DOTALL)
    if [name for name, _ in said] != [f.rows[i]["id"] for i in moved[:3]]:
        yield "not those that moved"
    if len(moved) > 3 and not re.search(rf"等 {len(moved)} 项有变化$|{len(moved)} changed in all$", text):
        yield "not as many as moved"
    for name, changes in said:
        parts = re.sub("，|, ", "；" if lang == "zh" else "; ", changes)
        yield from wrong_parts(f.about(f.row_of[name]), lang, parts)


def _decision_row(f: Facts, values: list[Any]) -> Iterator[str]:
    """A decision: its meeting's day and words."""
    row = next(r for r in f.table("meetings") if r["id"] == values[0])
    day, _, number = values[1].partition("-")
    if (day, values[2]) != (f"{row['date']:%Y%m%d}", row["decisions"]) or not number.isdecimal():
        yield "nobody decided so"


def alert_word(f: Facts, lang: Lang) -> str:
    """The word that a row's alert has in documents."""
    code = f.rag(f.at)
    if code == "blue" and (f.variance(f.at) or 0) > 0:
        return "延期完成" if lang == "zh" else "Done late"
    return RAG.label(code, lang) if code else ""


def _group_row(f: Facts, lang: Lang, cells: Cells) -> Iterator[str]:
    """A department or a stage: tasks, rate, mean, latest, and the rows it names."""
    _, name, notable, tasks, rate, mean_, latest, remark = cells.values()
    code = {STAGE.label(c, lang): c for c in STAGE.codes}.get(name)
    mine = having(f, lambda i: f.rows[i]["stage"] == code if code else f.rows[i]["owner"] == name)
    mine = [i for i in mine if f.rows[i]["status"] != "cancelled"]
    if tasks != f"{sum(f.done(i) for i in mine)}/{len(mine)}":
        yield "not its tasks"
    due, good = ([i for i in mine if test(i)] for test in (f.due, f.in_time))
    if rate != (f"{len(good) / len(due):.0%}\n{len(good)}/{len(due)}" if due else ""):
        yield f"not its rate: {len(good)}/{len(due)}"
    known = {i: v for i in mine if (v := f.variance(i)) is not None}
    if known and (mean(list(known.values())), max(known.values())) != (_signed(mean_), int(latest)):
        yield "not its variances"
    left = sum(not f.done(i) for i in known)
    if left != int((re.findall(r"\d+", remark) or ["0"])[0]):
        yield f"{left} unfinished"
    for word, sign in (("延期|Late", 1), ("提前|early", -1)):
        said = re.search(rf"(?:{word})[：:] ?(.+?)(?=；|; early|$)", notable)
        shown, total = listed(said[1]) if said else ([], 0)
        right = {i for i, v in known.items() if v * sign > 0}
        rows = {_item(f, text) for text in shown}
        if total != len(right) or not rows <= {(i, known[i]) for i in right}:
            yield f"not those that are {word}"


def _signed(value: object) -> str:
    number = float(str(value))
    return "0" if abs(number) < 0.05 else f"{number:+.1f}"


def _item(f: Facts, text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]\d{3}) \(?([+-]\d+)\)?", text)
    assert found, text
    return f.row_of[found[1]], int(found[2])


def _point_row(f: Facts, lang: Lang, values: list[Any]) -> Iterator[str]:
    """The project on one day."""
    day, end = dt.date.fromisoformat(values[1]), dt.date.fromisoformat(values[7])
    then = f if day == f.as_of else f.then
    if then is None or then.as_of != day:
        yield "no such day"
        return
    tasks = having(then, lambda i: then.rows[i]["status"] != "cancelled")
    done = sum(then.done(i) for i in tasks)
    first = (f.then or f).end()
    moved = f.days.between(first, end) if first else None
    right = (len(tasks), done, round(done / len(tasks), 6), moved, then.end())
    if right != (int(values[3]), int(values[4]), round(values[5], 6), int(values[6]), end):
        yield f"is {right}"
    if re.sub(r"\D", "", values[2]) not in ("", str(f.number)):
        yield "not their number"


def _milestone_row(f: Facts, values: list[Any]) -> Iterator[str]:
    row = next(r for r in f.table("milestones") if r["id"] == values[0])
    state, days = f.milestone(row)
    words = {"done": ("早", "按期", "提前", "延期完成", "Early", "On time", "Done late")}
    words |= {"over": ("已过期", "Overdue", "未完成", "Open"), "open": ("未完成", "Open")}
    if values[6] not in words[state] or (values[5] == "") != (days is None):
        yield f"is {state}"
    if days is not None and (int(values[5]) != days or (days > 0) != (values[6] in _LATE_WORDS)):
        yield f"late by {days}"


_LATE_WORDS = ("延期完成", "Done late", "已过期", "Overdue")


def _action_row(f: Facts, lang: Lang, values: list[Any]) -> Iterator[str]:
    row = next(r for r in f.table("actions") if r["id"] == values[0])
    age, late = (f.as_of - row["raised_on"]).days, f.overdue(row)
    if int(values[5]) != age:
        yield f"{age} days old"
    if values[6] != (str(late) if late else ""):
        yield f"overdue by {late}"
    known = f.then is not None and row["id"] in {r["id"] for r in f.then.table("actions")}
    if values[7] not in (("结转", "Carried") if known else ("新增", "New")):
        yield "not told before" if known else "told before"


def _request_row(f: Facts, lang: Lang, values: list[Any]) -> Iterator[str]:
    """A change of the request, cell by cell; its last one says what it moved and why."""
    row = next(r for r in f.table("changes") if r["id"] == values[0])
    state = CHANGE_STATUS.label(row["status"], lang)
    right = (row["raised_by"], row["change"], str(row["raised_on"]), str(row.get("approved_on") or ""))
    shown = (*values[1:3], *(str(value)[:10] for value in values[3:5]))
    if (*shown, values[5], values[6]) != (*right, "" if row["days"] is None else row["days"], state):
        yield f"is {row}"
    marks = ("影响 {}", "原因：{}", "；") if lang == "zh" else ("{}", "cause: {}", "; ")
    tasks = (row["task_id"] or "").replace("、", "、" if lang == "zh" else ", ")
    said = [mark.format(text) for mark, text in zip(marks, (tasks, row["reason"]), strict=False) if text]
    if values[7] != marks[2].join(said):
        yield f"moved {said}"


def _other_row(f: Facts, raw: Raw, lang: Lang, values: list[Any]) -> Iterator[str]:
    """Registers: raw cells, labels, what changed, days overdue; a task that turned, about itself."""
    at = f.about(f.row_of[values[0]]) if values[0] in f.row_of else f
    risk = next((r for r in f.table("risks") if r["id"] == values[0]), None)
    for value in map(str, values):
        if value.startswith("+") and value[1:].isdecimal():
            row = next((r for r in f.table("actions") if r["id"] == values[0]), None)
            if row is None or f.overdue(row) != int(value[1:]):
                yield "not its days"
        elif risk is not None and re.match(r"(?:高|中|低|High|Medium|Low) \d+", value):
            yield from _risk_level(f, risk, value)
        elif not (about_nothing(f, raw, lang, value) or _plain(raw, value)) and wrong_parts(at, lang, value):
            yield from wrong_parts(at, lang, value)


def _plain(raw: Raw, value: str) -> bool:
    """A number or a cell out of the rows in another shape: 2 for 2.0, a score, tasks that a row names."""
    if re.fullmatch(r"[\d,]+(?:\.\d+)?", value):
        numbers = {
            float(v) for t in raw.tables.values() for r in t for v in r.values() if isinstance(v, int | float)
        }
        scores = {float(r["probability"] * r["impact"]) for r in raw.tables["risks"]}
        return float(value.replace(",", "")) in numbers | scores
    return bool(
        re.fullmatch(r"(?:同步|Sync) ?\d+|[A-Z]\d{3}(?: [A-Z]\d{3})*|\d{4}-\d\d-\d\d(?: 00:00:00)?", value)
    )


def _risk_level(f: Facts, risk: Mapping[str, Any], value: str) -> Iterator[str]:
    """Level and score of a risk, and under them what is new of it."""
    level, _, news = value.partition("\n")
    if int(level.split(" ")[1]) != risk["probability"] * risk["impact"]:
        yield "not its score"
    known = f.then is not None and risk["id"] in {r["id"] for r in f.then.table("risks")}
    if "→" in news:
        yield from _risk_change(f, risk, news)
    elif risk["status"] == "closed":
        yield from [] if news in ("关闭", "Closed") else ["not its news"]
    elif news not in (("新增", "New") if f.then else ("",)):
        yield "not its news"
    elif known and news in ("新增", "New"):
        yield "told before"


def _risk_change(f: Facts, risk: Mapping[str, Any], value: str) -> Iterator[str]:
    before = next((r for r in f.then.table("risks") if r["id"] == risk["id"]), None) if f.then else None
    for piece in re.split("；|; ", value):
        if "→" in piece:
            old, new = (true_cells.code(word.strip()) for word in piece.split("→"))
            if before is None or (old, new) != (before["status"], risk["status"]):
                yield f"nobody changed {piece}"
        else:
            yield f"nobody knows {piece}"


def test_every_known_sentence_is_said_by_some_project(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is never said is never tested: each pattern has to be met, in one language at least.
    left = {id(each): each for each in (*SENTENCES, *PARTS)}
    for seed in range(PROJECTS):
        _, raw = facts_of(random_project(seed, "zh"), "zh")
        drawn = sheets(raw, "zh").values()
        texts = [str(cell) for rows in drawn for row in rows for cell in row if cell != ""]
        pieces = [piece for text in texts for piece in text.split("；")]
        pieces += [
            part for piece in pieces for part in re.split("，|^T\\d{3} ", piece)
        ]  # rows of a department
        left = {
            name: each for name, each in left.items() if not any(map(each.zh.fullmatch, (*texts, *pieces)))
        }
    # Half of an English sentence, and what stands within a sentence of the summary.
    assert {each.zh.pattern for each in left.values()} <= {r"（不在中文里出现）"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("到期任务 4 项，按期率为 99%（1/4），平均偏差 +1.0 个工作日；没有任务晚于基线。", "is not true"),
        ("本项目堪称典范，提前 3 天完成。", "nobody knows"),
        ("未完成的任务没有晚于基线的。", "nobody knows"),
    ],
)
def test_a_sentence_that_is_false_or_new_is_found(text: str, why: str) -> None:
    facts, _ = facts_of(random_project(0, "zh"), "zh")
    assert facts.late()
    assert wrong(facts, "zh", text).startswith(why)
