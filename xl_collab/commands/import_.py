"""`import`: a foreign tracker into a new workbook, asking where a person has to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import BREAK_LOCK, DRY_RUN, FORCE, Command, Option
from xl_collab.commands.reply import Options, Reply, listed, usage_error
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.import_mapping import MadeWorkbook
    from xl_collab.commands.person import Person
    from xl_collab.commands.session import Session
    from xl_collab.errors import Lang
    from xl_collab.importing.adopt import Adopted
    from xl_collab.importing.adoption import ImportReport
    from xl_collab.importing.columns import ForeignColumn
    from xl_collab.importing.look_proposals import Accepted
    from xl_collab.importing.table_finder import ForeignTable

WORDS = {
    "exists": t(
        "{path} 已存在；加 --force 覆盖，或换个文件名",
        "{path} exists; add --force to replace it, or choose another name",
    ),
    "import_no_out": t(
        "请用 -o NEW.xlsm 给出新工作簿的文件名，或加 --dry-run 只看结果",
        "Name the new workbook with -o NEW.xlsm, or add --dry-run to look only",
    ),
    "import_suffix": t(
        "{name}：新工作簿请用 .xlsm 或 .xlsx 结尾", "{name}: name the new workbook .xlsm or .xlsx"
    ),
    "import_same": t(
        "{name} 就是要导入的文件；请换一个新文件名，原文件不会被改动",
        "{name} is the file to import; choose another name, the source is never changed",
    ),
    "import_tables": t("找到 {count} 张可能的跟踪表：", "Found {count} tables that may be trackers:"),
    "import_which": t("导入哪一张", "Which one is to be imported"),
    "import_ask": t(
        "“{heading}”（如 {examples}）是“{label}”吗？y 是，n 原样保留，或输入列名",
        "Is {heading!r} (such as {examples}) the column {label!r}? y, n to keep it as it is, or a column's name",
    ),
    "import_again": t(
        "请答 y、n，或写一个列名，如 deadline、时间节点", "Answer y, n, or a column's name such as deadline"
    ),
    "import_taken": t(
        "“{text}”已经给了别的列，请换一个", "{text!r} is taken by another column; choose another"
    ),
    "import_agree": t("按以上对应导入 {tasks} 项任务？", "Import {tasks} tasks with these columns?"),
    "import_stopped": t("没有导入，什么都没写", "Nothing was imported or written"),
    "import_columns": t("各列的去向", "Where each column goes"),
    "import_rows": t(
        "工作表“{sheet}”{area}：任务 {tasks} 项，未作为任务的 {left} 行",
        "Sheet {sheet} {area}: {tasks} tasks, {left} rows that are no task",
    ),
    "import_hint": t(
        '“{heading}”没有把握，未采用；要采用请加 --map "{map}"',
        '{heading!r} is not sure and was not taken; to take it add --map "{map}"',
    ),
    "import_other": t(
        "另有一张表可能是跟踪表：{name}（用 --sheet 选择）",
        "Another table may be a tracker: {name} (choose it with --sheet)",
    ),
    "import_more": t("…… 还有 {count} 条，见工作表“导入报告”", "… {count} more on the sheet Import report"),
    "import_dry": t("没有写文件", "Nothing written"),
    "import_done": t(
        "已生成 {path}；“导入报告”里有 {check} 条需要核对。原文件没有改动",
        "Made {path}; its Import report has {check} lines to check. The source was not touched",
    ),
    "import_checked": t(
        "校验：错误 {error} · 警告 {warning} · 提示 {info}（见“校验结果”，或运行 xl-collab validate {path}）",
        "Validated: errors {error} · warnings {warning} · notes {info} (see Findings, or run xl-collab validate {path})",
    ),
}
FOREIGN = Option(
    "file",
    t(
        "要导入的跟踪表（.xlsx、.xlsm、.xls、.xlsb、.ods、.csv），只读",
        "Tracker to import (.xlsx, .xlsm, .xls, .xlsb, .ods, .csv); only read",
    ),
    (),
    "file",
    "FOREIGN",
    required=True,
)
NEW_FILE = Option(
    "out",
    t("新工作簿（.xlsm，或不带宏的 .xlsx）", "New workbook (.xlsm, or .xlsx without macros)"),
    ("-o", "--out"),
    "file",
    "NEW.xlsm",
)
MAPS = Option(
    "maps",
    t(
        "指定一列：原标题（或列号）=我们的列，如 完成时限=deadline；=extra 表示原样保留。可重复",
        "Say what a column is: heading (or letter)=our column, such as Finish=deadline; =extra keeps it. Repeatable",
    ),
    ("--map",),
    "texts",
    "X=Y",
)
SHEET = Option(
    "sheet",
    t(
        "要导入的工作表，或 工作表!单元格 指明其中一张表",
        "Sheet to import, or SHEET!CELL for one of its tables",
    ),
    ("--sheet",),
    metavar="NAME",
)
ACCEPT = Option(
    "accept",
    t(
        "采用从外观读出的提议：looks（全部）、颜色、red、green、struck（删除线）、comment（批注）；"
        "也可指定含义，如 grey=取消、red=重点、hidden=leave（隐藏行不导入）。可重复",
        "Take proposals read from looks: looks (all), colours, red, green, struck, comment; or say the meaning, "
        "such as grey=cancelled, red=urgent, hidden=leave (do not import hidden rows). Repeatable",
    ),
    ("--accept",),
    "texts",
    "LOOK[=X]",
)
YES = Option(
    "yes",
    t("不再询问：有把握的都采用，没把握的原样保留", "Do not ask: take what is sure, keep the rest as it is"),
    ("-y", "--yes"),
    "flag",
)

_SHOWN = 12
"""Lines of each kind that the terminal shows; the report sheet has them all."""


def run(session: Session, options: Options) -> Reply:
    """A foreign tracker becomes a new workbook of ours; the source is only read."""
    from xl_collab.commands import import_mapping
    from xl_collab.exchange.gate.foreign import open_foreign
    from xl_collab.importing.adopt import adopt
    from xl_collab.importing.look_proposals import read_accept

    file, out, dry_run = options["file"], options["out"], options["dry_run"]
    _check_out(file, out, dry_run=dry_run, force=options["force"])
    reply = session.reply(WORDS)
    person = None if options["yes"] or options["json"] else session.person
    foreign = open_foreign(file)
    tables = import_mapping.candidates(foreign, options["sheet"], options["maps"])
    table = tables[0] if person is None else _chosen(tables, reply, person)
    decided = import_mapping.given_mapping(table, options["maps"])
    if person is not None:
        decided |= _asked(table, decided, reply, person)
    whole = import_mapping.whole_mapping(table, decided)
    language = options["lang"] or import_mapping.language_of(table)
    adopted = adopt(foreign, table, whole, language)
    _columns(adopted.report, reply)
    accept = read_accept(listed(options["accept"] or ()), adopted.report.looks)
    if person is not None:
        accept |= _looks_asked(adopted.report, accept, reply, person)
    if accept:
        adopted = adopt(foreign, table, whole, language, accept=accept)
    if person is not None and not _agreed(adopted, reply, person):
        reply.say("import_stopped")
        return reply
    made = None if dry_run else _made(session, adopted, language, out, options)
    findings = made.findings if made else ()
    reply.payload = import_mapping.payload(adopted.report, reply.lang, None if dry_run else out, findings)
    _show(adopted.report, made, out, reply, hints=person is None)
    return reply


def _check_out(file: Path, out: Path | None, *, dry_run: bool, force: bool) -> None:
    if out is None:
        if not dry_run:
            raise usage_error(WORDS["import_no_out"])
        return
    if out.suffix.lower() not in (".xlsm", ".xlsx"):
        raise usage_error(WORDS["import_suffix"], name=out.name)
    if out.exists() and file.exists() and out.samefile(file):
        raise usage_error(WORDS["import_same"], name=out.name)
    if out.exists() and not force and not dry_run:
        raise usage_error(WORDS["exists"], path=out)


def _chosen(tables: Sequence[ForeignTable], reply: Reply, person: Person) -> ForeignTable:
    """The table that the person means, when there are several."""
    if len(tables) == 1:
        return tables[0]
    reply.say("import_tables", count=len(tables))
    for number, table in enumerate(tables, start=1):
        reply.line(f"  {number}. {table.name} ({table.area})")
    while True:
        person.show(reply)
        answer = person.text(reply.text("import_which"), "1") or ""
        if answer.isdecimal() and 1 <= int(answer) <= len(tables):
            return tables[int(answer) - 1]


def _asked(
    table: ForeignTable, decided: Mapping[int, str | None], reply: Reply, person: Person
) -> dict[int, str | None]:
    """What the person says of every column that is not sure: yes, no, or another column's name."""
    from xl_collab.commands import import_mapping

    answers: dict[int, str | None] = {}
    sure = [c.guess.target for c in table.columns if c.guess and c.guess.sure and c.number not in decided]
    for column in import_mapping.doubts(table, decided):
        taken = {target for target in (*decided.values(), *answers.values(), *sure) if target is not None}
        if column.guess is not None and column.guess.target not in taken:
            answers[column.number] = _answer(table, column, taken, reply, person)
    return answers


def _answer(
    table: ForeignTable, column: ForeignColumn, taken: set[str], reply: Reply, person: Person
) -> str | None:
    from xl_collab.commands import import_mapping
    from xl_collab.importing.headings import read_target

    assert column.guess is not None
    target = column.guess.target
    examples = reply.listed(import_mapping.examples(table, column)) or "–"
    label = import_mapping.label_of(target, reply.lang)
    question = reply.text("import_ask", heading=column.heading or "–", label=label, examples=examples)
    while True:
        answer = (person.text(question, "y") or "").strip()
        if answer.casefold() in ("y", "yes", "是", "对"):
            return target
        if answer.casefold() in ("n", "no", "否", "不"):
            return None
        named = read_target(answer)
        if named is not None and named not in taken:
            return named
        reply.say("import_again" if named is None else "import_taken", text=answer)
        person.show(reply)


def _looks_asked(report: ImportReport, accept: Accepted, reply: Reply, person: Person) -> Accepted:
    """What the person says of each kind of look that is not decided: yes, no, or what it means."""
    from xl_collab.commands.import_looks import asked, open_kinds

    return {
        kind: answer
        for kind, found in open_kinds(report)
        if kind not in accept and (answer := asked(kind, found, reply, person)) is not False
    }


def _agreed(adopted: Adopted, reply: Reply, person: Person) -> bool:
    person.show(reply)
    return person.confirm(reply.text("import_agree", tasks=adopted.report.tasks))


def _made(session: Session, adopted: Adopted, lang: Lang, out: Path, options: Options) -> MadeWorkbook:
    from xl_collab.commands import import_mapping
    from xl_collab.commands.session import Request, held
    from xl_collab.hosts.atomic import write_atomically

    macros = out.suffix.lower() == ".xlsm"
    made = import_mapping.make_workbook(adopted, lang, macros=macros, today=session.today)
    out.parent.mkdir(parents=True, exist_ok=True)
    with held(Request(out, out=out, break_lock=options["break_lock"]), session.hearer):
        write_atomically(out, made.data)
    return made


def _show(
    report: ImportReport, made: MadeWorkbook | None, out: Path | None, reply: Reply, *, hints: bool
) -> None:
    from xl_collab.commands import import_looks

    reply.say("import_rows", sheet=report.sheet, area=report.area, tasks=report.tasks, left=len(report.left))
    _changes(report, reply)
    import_looks.show(report, reply, hints=hints)
    for line in report.columns:
        if line.target is None and not line.sure and hints:
            heading, guess = line.heading or line.letter, line.guess or "deadline"
            reply.say("import_hint", heading=heading, map=f"{heading}={guess}")
    for name in report.others[:_SHOWN]:
        reply.say("import_other", name=name)
    if made is None:
        reply.say("import_dry")
        return
    reply.say("import_done", path=out, check=report.to_check)
    counts: dict[str, Any] = {
        s: sum(f.severity == s for f in made.findings) for s in ("error", "warning", "info")
    }
    reply.say("import_checked", path=out, **counts)


def _columns(report: ImportReport, reply: Reply) -> None:
    rows = []
    for line in report.columns:
        style = "" if line.target else "yellow"
        cells = (line.letter, line.heading, "→", line.label.of(reply.lang), line.how.of(reply.lang))
        rows.append([(cell, style) for cell in cells])
    reply.table(reply.text("import_columns"), ("",) * 5, rows)


def _changes(report: ImportReport, reply: Reply) -> None:
    """The rewritten cells that a person should look at; the sheet lists the others too."""
    to_check = [change for change in report.changes if change.check]
    for change in to_check[:_SHOWN]:
        what = change.old if change.old == change.new else f"{change.old} → {change.new or '–'}"
        reply.line(f"  ! {change.cells} {change.heading}: {what} ({change.why.of(reply.lang)})")
    if len(to_check) > _SHOWN:
        reply.say("import_more", count=len(to_check) - _SHOWN)


IMPORT = Command(
    id="import",
    name="import",
    label=t("导入", "Import"),
    tip=t(
        "导入别的跟踪表（Excel 或 CSV），生成新工作簿和导入报告",
        "Import another tracker (Excel or CSV) into a new workbook, with a report",
    ),
    run=run,
    options=(FOREIGN, NEW_FILE, MAPS, SHEET, ACCEPT, YES, FORCE, DRY_RUN, BREAK_LOCK),
    holds=False,
    follows=False,
    talks=True,
)
