"""`portfolio`: one view over many trackers: a workbook, a page, JSON, and a letter for each department."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import FORCE, Command, Option
from xl_collab.commands.reply import Options, Reply, plain, usage_error
from xl_collab.errors import FileThere
from xl_collab.schema.words import RAG, Lang, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session, Tell
    from xl_collab.plan.portfolio import Portfolio
    from xl_collab.portfolio.running import Reading, Run

WORDS = {
    "suffix": t(
        "不能写成 {suffix}；请用 .xlsx（工作簿）或 .html（网页）",
        "Cannot write {suffix}; use .xlsx (a workbook) or .html (a page)",
    ),
    "exists": t(
        "{path} 已存在，且不是项目组合文件；加 --force 覆盖，或换个文件名",
        "{path} exists and is no portfolio; add --force to replace it, or choose another name",
    ),
    "both": t("--workers 与 --scheduler 只能用一个", "Give --workers or --scheduler, not both"),
    "counts": t(
        "项目 {projects} 个：红 {red} · 黄 {yellow} · 绿 {green} · 蓝 {blue}；任务 {tasks} 项，延期 {late} 项",
        "{projects:project|projects}: red {red} · yellow {yellow} · green {green} · blue {blue}; "
        "{tasks:task|tasks}, {late} late",
    ),
    "files": t(
        "读取 {read} 个文件，沿用上次 {known} 个，未读入 {skipped} 个",
        "{read:file|files} read, {known} as before, {skipped} left out",
    ),
    "title": t("延期最多的项目", "Projects that slip most"),
    "more": t("另有 {n} 个，见 --json", "{n} more; see --json"),
    "mend": t("须处理：{n} 个文件", "To be mended: {n:file|files}"),
    "fine": t("不必处理：{n} 个文件", "Nothing to mend: {n:file|files}"),
    "made": t("已写入 {path}", "Wrote {path}"),
    "letters": t("已写入 {n} 封部门信：{folder}", "Wrote {n:letter|letters} to departments: {folder}"),
    "refused": t("{name} 的信没有写：{why}", "No letter for {name}: {why}"),
    "kept": t("您改过的 {path} 保持不变", "{path}, which you changed, stays"),
    "speed": t("{bar} {done}/{of}　{rate} 个/秒　还需 {left}", "{bar} {done}/{of} {rate}/s {left} left"),
    "nothing": t(
        "没有找到跟踪表（.xlsx、.xlsm），没有写文件。请检查路径",
        "No tracker (.xlsx, .xlsm) was found, nothing was written. Check the paths",
    ),
    "no_such": t("没有这个文件或文件夹：{paths}", "There is no such file or folder: {paths}"),
    "no_folder": t("{path} 不是文件夹", "{path} is no folder"),
    "stopped": t(
        "已中断。读完的已存下，再运行一次接着读",
        "Stopped. What was read is kept; run it again to go on",
    ),
}
_SHOWN = 15
"""Projects that the answer lists."""
_TOLD = 10
"""Files left out for one reason that it lists."""
_BAR = 20
"""Signs of the progress bar."""
_DAYS_TO_ANSWER = 3
_STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "blue": "blue", "": "dim"}


def run(session: Session, options: Options) -> Reply:
    """Read all, write what was asked for, say how it stands."""
    reply = session.reply(WORDS)
    _check(options)
    try:
        with _reading(session, options) as (work, reading):
            found = work.portfolio(reading, reply.lang)
    except KeyboardInterrupt as stopped:
        raise KeyboardInterrupt(reply.text("stopped") if options["store"] else "") from stopped
    counts = work.counts
    if options["json"]:
        reply.payload = as_json(found)
    if not len(found["projects"]) and not len(found["skipped"]):
        reply.say("nothing")
        reply.exit_code = 1
        return reply
    _say(reply, found)
    reply.say("files", read=counts.read, known=counts.known, skipped=counts.skipped)
    for path in (options["out"],) if options["out"] else ():
        with session.progress("drawing"):
            write(found, Path(path))
        reply.say("made", path=path)
    if options["digest"]:
        _digest(reply, found, Path(options["digest"]), session.today)
    reply.exit_code = int(any(found["skipped"]["grave"]))
    return reply


def _check(options: Options) -> None:
    """What cannot be meant is said before anything is read."""
    from xl_collab.hosts.atomic import refuse_early

    if options["workers"] is not None and options["scheduler"]:
        raise usage_error(WORDS["both"])
    # A share that is not there: nobody wants yesterday's overview to become an empty one.
    if not any(Path(path).exists() for path in options["paths"]):
        raise usage_error(WORDS["no_such"], paths=", ".join(map(str, options["paths"])))
    if options["digest"] and Path(options["digest"]).is_file():
        raise usage_error(WORDS["no_folder"], path=options["digest"])
    if not options["out"]:
        return
    out = Path(options["out"])
    if out.suffix.lower() not in _WRITERS:
        raise usage_error(WORDS["suffix"], suffix=out.suffix or out.name)
    if out.exists() and not options["force"] and not _ours(out):
        said = WORDS["exists"]
        raise FileThere(said.zh.format(path=out), said.en.format(path=out))
    refuse_early(out)


def _ours(path: Path) -> bool:
    """Whether a file is a portfolio of an earlier run, which the next one may replace."""
    from xl_collab.plan.portfolio import MARK

    try:
        if path.suffix.lower() == ".html":
            with path.open("rb") as stream:
                return b'content="xl-collab' in stream.read(4096)
        with zipfile.ZipFile(path) as package:
            return MARK.encode() in package.read("docProps/custom.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


@contextmanager
def _reading(session: Session, options: Options) -> Iterator[tuple[Run, Reading]]:
    """The run, and what reads its files: processes of this computer, or a cluster's."""
    from xl_collab.commands.session import read_date
    from xl_collab.portfolio.analysis import Asked
    from xl_collab.portfolio.pool import Pool, usual_workers
    from xl_collab.portfolio.running import Run
    from xl_collab.portfolio.store import Store

    as_of = read_date(options["as_of"]) if options["as_of"] else None
    asked, when = Asked(as_of, session.today), datetime.now().replace(microsecond=0)
    store = Store(Path(options["store"]), when) if options["store"] else None
    with session.progress("reading_many") as tell:
        work = Run([Path(path) for path in options["paths"]], asked, when, store, _speed(session, tell))
        if options["scheduler"]:
            from xl_collab.portfolio.cluster import Cluster

            with Cluster(options["scheduler"], asked, store) as cluster:
                yield work, cluster
        else:
            with Pool(options["workers"] or usual_workers(), asked) as pool:
                yield work, pool


def _speed(session: Session, tell: Tell) -> Callable[[int, int], None]:
    """Says how many files of how many are done, how many a second, and how long the rest takes."""
    words, begun, first = WORDS["speed"].of(session.reply_lang), [time.monotonic()], [-1]

    def said(done: int, of: int) -> None:
        if first[0] < 0 or done <= first[0]:  # files are being found, and known ones taken from the store
            first[0], begun[0] = done, time.monotonic()
        rate = (done - first[0]) / max(time.monotonic() - begun[0], 1e-3)
        left = "{:.0f}:{:02.0f}".format(*divmod((of - done) / rate, 60)) if rate else "…"
        full = _BAR * done // max(of, 1)
        tell(
            words.format(
                bar="■" * full + "□" * (_BAR - full), done=done, of=of, rate=f"{rate:.1f}", left=left
            )
        )

    return said


# what it says


def _say(reply: Reply, found: Portfolio) -> None:
    projects = found["projects"]
    lights = projects["rag"]
    counts: dict[str, Any] = {code: lights.count(code) for code in RAG.codes}
    sums = {name: sum(projects[name]) for name in ("tasks", "late")}
    reply.say("counts", projects=len(projects), **counts, **sums)
    _slipping(reply, found)
    _skipped(reply, found)


def _slipping(reply: Reply, found: Portfolio) -> None:
    """The projects that slip most, the red ones first."""
    names = ("name", "rag", "slip", "forecast_end", "late", "milestone")
    labels = {column.name: column.label.of(reply.lang) for column in found["projects"].table.columns}
    late = [row for row in found["projects"] if row["rag"] in ("red", "yellow")]
    late.sort(key=lambda row: (row["rag"] != "red", -(row["slip"] or 0), -row["late"]))
    rows = [tuple(_cell(name, row[name], reply) for name in names) for row in late[:_SHOWN]]
    if rows:
        reply.table(reply.text("title"), [labels[name] for name in names], rows)


def _cell(name: str, value: Any, reply: Reply) -> str | tuple[str, str]:
    if name == "rag":
        return (RAG.label(value, reply.lang) if value else "", _STYLES[value])
    return "" if value is None else str(value)


def _skipped(reply: Reply, found: Portfolio) -> None:
    """Files that were left out, under their reason and cure; those that need somebody first."""
    by_reason: dict[tuple[bool, str], list[str]] = {}
    for row in found["skipped"]:
        told = _sentences(row[f"reason_{reply.lang}"], row[f"cure_{reply.lang}"], reply.lang)
        path = _shortened(row["path"])
        by_reason.setdefault((not row["grave"], told), []).append(path)
    for fine in (False, True):
        reasons = {said: paths for (kind, said), paths in by_reason.items() if kind == fine}
        if reasons:
            reply.say("fine" if fine else "mend", n=sum(map(len, reasons.values())))
        for said, paths in reasons.items():
            reply.line(f"  {said}", entry=True)
            for path in paths[:_TOLD]:
                reply.line(f"    {path}", entry=True)
            if len(paths) > _TOLD:
                reply.line(f"    {reply.text('more', n=len(paths) - _TOLD)}", entry=True)


def _sentences(reason: str, cure: str, lang: Lang) -> str:
    """Reason and cure as two sentences."""
    return f"{reason}。{cure}" if lang == "zh" else f"{reason[:1].upper()}{reason[1:]}. {cure}"


def _shortened(path: str) -> str:
    """A path as it is seen from here, where that is below."""
    here = f"{os.getcwd()}{os.sep}"  # noqa: PTH109
    return path.removeprefix(here)


def as_json(found: Portfolio) -> dict[str, Any]:
    """The portfolio as JSON holds it: each table a list of rows."""
    told = {
        key: [{name: plain(value) for name, value in row.items()} for row in found[key]]
        for key in found.tables
    }
    days = {"as_of": plain(found.as_of), "run": plain(found.run), "since": plain(found.since)}
    return {**days, "left_out": dict(found.left_out), **told}


# what it writes


def write(found: Portfolio, out: Path) -> None:
    """Draw the portfolio in the kind that the file's name asks for, and write it, all of it or nothing."""
    from xl_collab.hosts.atomic import write_atomically

    write_atomically(out, _WRITERS[out.suffix.lower()](found, out))


def _workbook(found: Portfolio, out: Path) -> bytes:
    from xl_collab.documents.portfolio.sheet import draw_portfolio

    return draw_portfolio(found, Path(os.path.abspath(out)).parent, found.lang)  # noqa: PTH100


def _page(found: Portfolio, out: Path) -> bytes:
    from xl_collab.documents.portfolio.page import portfolio_page

    return portfolio_page(found, out).encode()


_WRITERS: dict[str, Callable[[Portfolio, Path], bytes]] = {".xlsx": _workbook, ".html": _page}


def _digest(reply: Reply, found: Portfolio, folder: Path, today: date) -> None:
    """A letter and a chat text for each department that owes anything."""
    from xl_collab.documents.portfolio.digest import digests
    from xl_collab.exchange.mail.digest import write_digests
    from xl_collab.exchange.mail.recipients import mail_settings
    from xl_collab.project.calendar.workdays import Calendar

    settings = mail_settings()
    letters = digests(found, Calendar.seeded().add(today, _DAYS_TO_ANSWER), reply.lang)
    done = write_digests(
        letters,
        folder,
        reply.lang,
        stamp=datetime.now().astimezone(),
        sender=settings.sender,
        allowed=settings.allowed,
    )
    reply.say("letters", n=done.letters, folder=folder)
    for name, why in done.refused:
        reply.say("refused", name=name, why=why.message(reply.lang))
    for path in done.kept:
        reply.say("kept", path=path)


PATHS = Option(
    "paths",
    t(
        "文件夹或跟踪表；文件夹连同子文件夹一起找",
        "Folders or trackers; folders are searched with all below them",
    ),
    (),
    "files",
    "PATH",
    required=True,
)
PORTFOLIO_OUT = Option(
    "out",
    t("写成工作簿（.xlsx）或单个网页（.html）", "Write a workbook (.xlsx) or a page (.html)"),
    ("-o", "--out"),
    "file",
    "OUT",
)
PORTFOLIO_DAY = Option(
    "as_of",
    t(
        "全部项目按哪一天计算（默认各自的数据日期，再默认今天）",
        "Day for all projects (default: each one's data date, else today)",
    ),
    ("--as-of",),
    metavar="YYYY-MM-DD",
)
WORKERS = Option(
    "workers",
    t("同时读取的进程数（默认处理器个数）", "Processes that read side by side (default: one a processor)"),
    ("--workers",),
    "number",
    "N",
    least=1,
)
SCHEDULER = Option(
    "scheduler",
    t(
        "Dask 调度器地址，如 tcp://host:8786；各机器须看到同一路径",
        "Address of a Dask scheduler, tcp://host:8786; all machines see the same paths",
    ),
    ("--scheduler",),
    metavar="ADDRESS",
)
STORE = Option(
    "store",
    t(
        "结果存放的文件夹：下次只读改动过的文件，并比较变化",
        "Folder that keeps results: the next run reads what changed, and says it",
    ),
    ("--store",),
    "file",
    "DIR",
)
DIGEST = Option(
    "digest",
    t(
        "每个部门一封信，列出它在所有项目里待交的，写到这个文件夹",
        "A letter per department with what it owes in all projects, into this folder",
    ),
    ("--digest",),
    "file",
    "DIR",
)

PORTFOLIO = Command(
    id="portfolio",
    name="portfolio",
    label=t("项目组合", "Portfolio"),
    tip=t("许多跟踪表汇成一张总览", "One view over many trackers"),
    more=t(
        "红黄绿、延期源头、里程碑、负荷与撞期、风险、待办、较上次的变化；不改动任何跟踪表。",
        "Alerts, roots of slips, milestones, load and clashes, risks, actions, what changed; no tracker is touched.",
    ),
    run=run,
    options=(PATHS, PORTFOLIO_OUT, PORTFOLIO_DAY, WORKERS, SCHEDULER, STORE, DIGEST, FORCE),
    writes=False,
    holds=False,
    follows=False,
)
