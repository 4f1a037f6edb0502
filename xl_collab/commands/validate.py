"""`validate`: every finding with its cure; exit code 1 when one of them is an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xl_collab.commands import fix
from xl_collab.commands.command import FILE, SET_DATE, WRITING, Command, Option
from xl_collab.commands.readings import NAMED
from xl_collab.commands.reply import Options, Reply
from xl_collab.errors import Lang
from xl_collab.schema.words import in_a_row, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.schema.findings import Finding

WORDS = {
    "findings": t("每处问题和改法在“{sheet}”。", "Every finding with its cure is on {sheet}."),
    "choose_click": t(
        "有 {n} 处列出了可选的读法：在“读作”列里选好，再点任一会写入的按钮。",
        "{n:cell|cells} with readings to choose from: choose in the column Read as, then click any button "
        "that writes.",
    ),
    "choose": t(
        "有 {n} 处列出了可选的读法：用 --accept {name}=1 这样选，或在“校验结果”的“读作”列里选好再运行一个"
        "会写入的命令。",
        "{n:cell|cells} with readings to choose from: choose with --accept {name}=1 and the like, or in the "
        "column Read as of Findings and run any command that writes.",
    ),
}
ACCEPT = Option(
    NAMED,
    t(
        "按第几种读法写入：T003=1；一行有几格可选时 T003:时间节点=1，也可写单元格 F7=1；可重复",
        "Write a cell by one of its readings: T003=1, T003:deadline=1 where a row has several such cells, or "
        "F7=1; may be repeated",
    ),
    ("--accept",),
    "texts",
    "ID=N",
    tells=True,
)
STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}


def run(session: Session, options: Options) -> Reply:
    """Check, restore broken formulas, and list all on 校验结果; with `fix` write first what has one meaning."""
    from xl_collab.checks.validate import taken_in, validate
    from xl_collab.plan.computed import restore
    from xl_collab.schema.sheets import GENERATED

    fixed = fix.begin(session) if options.get("fix") else None
    project = session.project
    with session.progress("checking"):
        outcome = validate(project)
    applied = session.write((*restore(project), *outcome.edits), "validate")
    found = taken_in(outcome.data) if applied.written else outcome.data
    reply = session.reply(WORDS)
    reply.payload = payload(found, session.lang)
    if fixed is not None:
        reply.payload = {"fixes": fix.payload(fixed, session.lang), "findings": reply.payload}
        fix.listed(reply, fixed)
    reply.exit_code = 1 if any(f.severity == "error" for f in found) else 0
    reply.severity = "warning" if reply.exit_code else "info"
    shown(reply, found)
    reply.say("findings", "click", sheet=GENERATED["findings"])
    choices(reply, found)
    if fixed is None:
        fix.offered(reply, project)
    reply.written(applied)
    return reply


def shown(reply: Reply, found: Sequence[Finding]) -> None:
    """The findings with their cures, grave ones first, and how many there are."""
    counts: dict[str, Any] = {s: sum(f.severity == s for f in found) for s in STYLES}
    if not found:
        reply.say("no_findings", "line")
    else:
        from xl_collab.documents.findings.sheet import COLUMN

        rows = [_row(reply, same) for same in grouped(found, reply.lang)]
        columns = [COLUMN[name].of(reply.lang) for name in ("severity", "code", "where", "message")]
        reply.table(reply.text("findings_title"), columns, rows, "line")
    reply.say("counts", "both" if found else "click", **counts)


def choices(reply: Reply, found: Sequence[Finding]) -> None:
    """How to choose, where a cell can be read in several ways."""
    offered = [f for f in found if f.readings]
    if offered:
        name = offered[0].row_id or offered[0].cell
        reply.say("choose", "line", n=len(offered), name=name)
        reply.say("choose_click", "click", n=len(offered))


def grouped(found: Sequence[Finding], lang: Lang) -> list[list[Finding]]:
    """Findings that say the same of several places, together; each group stands where its first one stood."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for f in found:
        same = (f.code, f.message(lang), f.cure(lang), tuple(one.says.of(lang) for one in f.readings))
        groups.setdefault(same, []).append(f)
    return list(groups.values())


def _row(reply: Reply, same: Sequence[Finding]) -> tuple[Any, ...]:
    """Severity, code, places, and what is wrong with its readings and its cure."""
    from xl_collab.documents.findings.sheet import COLUMN, SEVERITY

    f, lang = same[0], reply.lang
    severity = (SEVERITY[f.severity].of(lang), STYLES[f.severity])
    message = f.message(lang)
    if len(same) > 1:
        message = reply.text("in_places", message=message, n=len(same))
    numbered = (f"{n}. {one.says.of(lang)}" for n, one in enumerate(f.readings, start=1))
    cure = reply.text("cure", what=COLUMN["cure"], cure=f.cure(lang))
    return (severity, f.code, _places(same, lang), "\n".join((message, *numbered, cure)))


def _places(same: Sequence[Finding], lang: Lang) -> str:
    """跟踪表!H5、H6, a line for each sheet."""
    cells: dict[str, list[str]] = {}
    for f in same:
        cells.setdefault(f.tab, []).extend([f.cell] if f.cell else [])
    return "\n".join(
        f"{tab}!{in_a_row(dict.fromkeys(found), lang)}" if found else tab for tab, found in cells.items()
    )


def payload(found: Sequence[Finding], lang: Lang) -> list[dict[str, Any]]:
    """A list of {code, severity, sheet, row_id, cell, message, readings}."""
    return [
        {
            "code": f.code,
            "severity": f.severity,
            "sheet": f.tab or f.sheet,
            "row_id": f.row_id,
            "cell": f.cell,
            "message": f.message(lang),
            "readings": [
                {"number": n, "says": one.says.of(lang), "writes": dict(one.writes)}
                for n, one in enumerate(f.readings, start=1)
            ],
        }
        for f in found
    ]


VALIDATE = Command(
    name="validate",
    id="validate",
    group="checks",
    label=t("校验", "Validate"),
    tip=t("列出每处问题和改法", "Every finding with its cure"),
    more=t(
        "检查填写、职责、流程和结构，恢复被改坏的公式，结果写入“校验结果”，点编号跳到单元格。"
        "你填的内容不动；只有你在“读作”列选好的读法会写入。",
        "Checks entries, responsibilities, process and structure, restores broken formulas and lists all "
        "on Findings with links. What you entered stays; only readings that you chose there are written.",
    ),
    key="V",
    image="DataValidation",
    large=True,
    home=True,
    twin="xl-collab validate FILE",
    run=run,
    answers=True,
    options=(FILE, ACCEPT, fix.FIX, SET_DATE, *WRITING),
)
FIX_BUTTON = Command(
    id="fix",
    group="checks",
    label=t("统一写法", "Tidy up"),
    tip=t("把含义明确的写法改成规范写法", "Write what has one meaning as its column holds it"),
    more=t(
        "文字日期、完成→已完成、80→80%、首尾空格、部门别名：先列出每一处，确认后一次写入，可撤销。"
        "有几种含义的不动，请在“校验结果”里选；公式和自动计算的列不动。",
        "Text dates, done → Done, 80 → 80%, blanks, other names of departments: lists each and asks first; one "
        "step to take back. What has several meanings, formulas and computed columns stay.",
    ),
    key="QF",
    image="ReviewAcceptChange",
    twin="xl-collab validate FILE --fix",
    run=run,
    options=(FILE, fix.ASKED_FIX, SET_DATE, *WRITING),
)
