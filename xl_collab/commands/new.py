"""`new`: a fresh workbook for a scenario, never over an existing one unless asked.

The scenario is one of ours, a file of the user's, or a tracker that exists (--like). With --from-lessons it
begins with what a finished project learnt.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import BREAK_LOCK, FORCE, Command, Option
from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.errors import Lang
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Request, Session
    from xl_collab.documents.interface import Interface
    from xl_collab.documents.lessons.content import Inherited
    from xl_collab.plan.as_scenario import AsScenario
    from xl_collab.project.scenarios import Scenario

WORDS = {
    "exists": t(
        "{path} 已存在；加 --force 覆盖，或换个文件名",
        "{path} exists; add --force to replace it, or choose another name",
    ),
    "inherited": t(
        "从 {name} 带入经验 {lessons} 条、风险 {risks} 条",
        "Taken over from {name}: {lessons} lessons, {risks} risks",
    ),
    "ask_scenario": t("选择场景", "Choose a scenario"),
    "like_one": t("参照已有的跟踪表…", "Like a tracker that exists…"),
    "ask_like": t("选择要参照的跟踪表", "Choose the tracker to begin like"),
    "ask_where": t("新工作簿保存为", "Save the new workbook as"),
    "ask_name": t("项目名称（可以留空，以后再填）", "Name of the project (may be left for later)"),
    "ask_department": t(
        "需求发起部门（留空用场景里的部门）", "Requested by which department (empty: that of the scenario)"
    ),
    "ask_start": t("项目开始日期（年-月-日）", "Project start (YYYY-MM-DD)"),
    "new_name": t("跟踪表.xlsm", "tracker.xlsm"),
    "like": t(
        "任务 {tasks} 项，日期按工作日平移到 {start} 开始",
        "{tasks:task|tasks}; dates moved by working days to begin on {start}",
    ),
    "like_cancelled": t("未带入已取消的任务：{ids}", "Cancelled tasks were left out: {ids}"),
    "like_notes": t(
        "备注里仍有旧项目的日期，请改：{ids}", "Notes that still name dates of the old project: {ids}"
    ),
    "one_choice": t("--like 与 --scenario 只能用一个", "Give --like or --scenario, not both"),
    "file_made": t(
        "已写出场景文件 {path}：改好后用 --scenario {name} 新建工作簿",
        "Wrote the scenario file {path}: edit it, then make a workbook with --scenario {name}",
    ),
    "no_file": t("找不到场景文件 {name}", "Scenario file {name} not found"),
    "only_scenario": t(
        "场景文件（.toml）只能由 --scenario 写出", "A scenario file (.toml) is written from --scenario alone"
    ),
    "suffix": t("{name}：新工作簿请用 .xlsm 结尾", "{name}: name a new workbook .xlsm"),
}


def _ask_scenario(session: Session) -> str | None:
    from xl_collab.project.scenarios import SCENARIOS

    assert session.person is not None
    reply = session.reply(WORDS)
    titles = [one.title.of(reply.lang) for one in SCENARIOS.values()]
    chosen = session.person.choose(reply.text("ask_scenario"), [*titles, reply.text("like_one")], many=False)
    if not chosen or chosen[0] < len(titles):
        return list(SCENARIOS)[chosen[0]] if chosen else None
    files = session.person.open_replies(reply.text("ask_like"))
    return str(files[0]) if files else None


def _ask_where(session: Session) -> Path | None:
    assert session.person is not None
    reply = session.reply(WORDS)
    return session.person.save_book(reply.text("ask_where"), reply.text("new_name"))


def _ask_name(session: Session) -> str | None:
    assert session.person is not None
    return session.person.text(session.reply(WORDS).text("ask_name"))


def _ask_department(session: Session) -> str | None:
    assert session.person is not None
    return session.person.text(session.reply(WORDS).text("ask_department"))


def _ask_start(session: Session) -> str | None:
    assert session.person is not None
    return session.person.text(session.reply(WORDS).text("ask_start"), str(next_monday(session.today)))


SCENARIO = Option(
    "scenario",
    t(
        "场景（默认 product-launch），或自己的场景文件",
        "Scenario (default: product-launch), or a scenario file of your own",
    ),
    ("--scenario",),
    metavar="NAME|FILE.toml",
    ask=_ask_scenario,
)
DEFAULT = "product-launch"
LIKE = Option(
    "like",
    t(
        "参照这个跟踪表：带入部门、分工、任务、里程碑、风险，日期按工作日平移",
        "Begin like this tracker: departments, duties, tasks, milestones, risks; dates move by working days",
    ),
    ("--like",),
    "file",
    "TRACKER",
)
NEW_FILE = Option(
    "out",
    t(
        "新工作簿（.xlsm），或要写出的场景文件（.toml）",
        "New workbook (.xlsm), or scenario file to write (.toml)",
    ),
    type="file",
    metavar="FILE",
    required=True,
    ask=_ask_where,
)
START = Option(
    "start",
    t("项目开始日期，默认下周一", "Project start; default: next Monday"),
    ("--start",),
    metavar="YYYY-MM-DD",
    ask=_ask_start,
)
NAME = Option("name", t("项目名称", "Project name"), ("--name",), metavar="TEXT", ask=_ask_name)
DEPARTMENT = Option(
    "department",
    t("需求发起部门", "Requested by"),
    ("--department",),
    metavar="DEPT",
    ask=_ask_department,
)
FROM_LESSONS = Option(
    "from_lessons",
    t(
        "带入这个旧项目的可复用模式、改进与发生过的风险",
        "Take over the patterns, improvements and struck risks of this finished project",
    ),
    ("--from-lessons",),
    "file",
    "OLD",
)


def run(session: Session, options: Options) -> Reply:
    """Make the workbook; a click opens it beside the others."""
    from xl_collab.commands.session import read_date

    reply, out = session.reply(WORDS), options["out"]
    if out.suffix.lower() == ".toml":
        return _scenario_file(reply, options)
    begin = (
        next_monday(session.today) if not (options["start"] or "").strip() else read_date(options["start"])
    )
    about = _like(options)
    scenario = about.scenario if about else find_scenario(options["scenario"] or DEFAULT)
    _make(session, reply, options, scenario, begin)
    if about is not None:
        reply.say("like", tasks=len(scenario.tables["tracker"]), start=begin)
        _told(reply, about)
    if session.open_book is not None:
        session.open_book(out)
    return reply


def _like(options: Options) -> AsScenario | None:
    """The tracker to begin like, if one is named; a click names it in the place of the scenario."""
    scenario, like = options["scenario"], options["like"]
    if like and scenario:
        raise usage_error(WORDS["one_choice"])
    if scenario and Path(scenario).suffix.lower() in (".xlsm", ".xlsx"):
        like = Path(scenario)
    return read_like(like) if like else None


def _make(session: Session, reply: Reply, options: Options, scenario: Scenario, begin: date) -> None:
    """The workbook, with what an old project taught if one is named."""
    out, old = options["out"], options["from_lessons"]
    # The person who clicked has been asked whether to replace the file.
    force = options["force"] or session.person is not None
    asked: dict[str, Any] = {
        "start": begin,
        "name": (options["name"] or "").strip(),
        "lang": reply.lang,
        "force": force,
    }
    asked["interface"] = session.interface(reply.lang)
    asked["department"] = (options["department"] or "").strip()
    if old is None:
        make(out, scenario, **asked)
    took = make_from(old, out, scenario, **asked) if old else None
    reply.say("made", path=out, scenario=scenario.title.of(reply.lang))
    if took is not None:
        reply.say("inherited", name=old.name, lessons=len(took.lessons), risks=len(took.risks))


def _told(reply: Reply, about: AsScenario) -> None:
    """What of the old tracker needs eyes."""
    join = "、" if reply.lang == "zh" else ", "
    for word, ids in (("like_cancelled", about.cancelled), ("like_notes", about.dated_notes)):
        if ids:
            reply.say(word, ids=join.join(ids))


def _scenario_file(reply: Reply, options: Options) -> Reply:
    """A shipped scenario as a file to edit."""
    from xl_collab.hosts.atomic import write_atomically
    from xl_collab.project.scenarios import file_of

    out = options["out"]
    if options["like"] or options["from_lessons"]:
        raise usage_error(WORDS["only_scenario"])
    if out.exists() and not options["force"]:
        raise usage_error(WORDS["exists"], path=out)
    text = file_of(find_scenario(options["scenario"] or DEFAULT).key)
    write_atomically(out, text.encode())
    reply.say("file_made", path=out, name=out.name)
    return reply


def find_scenario(name: str) -> Scenario:
    """The scenario of that name, or of a file that ends .toml; raises UsageError."""
    from xl_collab.project.scenarios import find, read_own

    if not name.lower().endswith(".toml"):
        return find(name)
    file = Path(name).expanduser()
    try:
        return read_own(file.name, file.read_bytes())
    except OSError as error:
        raise usage_error(WORDS["no_file"], name=name) from error


def read_like(path: Path) -> AsScenario:
    """A tracker as the scenario of the next one; it is only read."""
    from xl_collab.hosts.file import FileHost
    from xl_collab.plan.as_scenario import as_scenario
    from xl_collab.plan.project import Project

    book = FileHost(path).read()
    return as_scenario(Project(book, Project.resolve_as_of(book, date.today())))


def next_monday(today: date) -> date:
    """The Monday after `today`: when a new project starts unless somebody says otherwise."""
    return today + timedelta(days=7 - today.weekday())


def make(
    out: Path,
    scenario: Scenario,
    *,
    start: date,
    name: str | None,
    lang: Lang,
    department: str = "",
    interface: Interface | None = None,
    force: bool = False,
) -> None:
    """Write the workbook of a scenario to `out`."""
    from xl_collab.documents.workbook.template import make_workbook
    from xl_collab.hosts.atomic import write_atomically
    from xl_collab.hosts.file import hold_closed

    if out.suffix.lower() != ".xlsm":
        raise usage_error(WORDS["suffix"], name=out.name)
    if out.exists() and not force:
        raise usage_error(WORDS["exists"], path=out)
    out.parent.mkdir(parents=True, exist_ok=True)
    made = make_workbook(
        scenario, lang, start, project_name=name or "", department=department, interface=interface
    )
    with hold_closed(out):
        write_atomically(out, made)


def make_from(
    old: Path,
    out: Path,
    scenario: Scenario,
    *,
    start: date,
    name: str | None,
    lang: Lang,
    department: str = "",
    interface: Interface | None = None,
    force: bool = False,
) -> Inherited:
    """Write the scenario's workbook with the lessons of `old` in it; what came along.

    `old` is only read. Both are read before anything stands at `out`.
    """
    import tempfile

    from xl_collab.documents.lessons.content import inherit
    from xl_collab.hosts.file import FileHost
    from xl_collab.plan.project import Project

    if out.exists() and not force:
        raise usage_error(WORDS["exists"], path=out)
    finished = FileHost(old).read()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / out.name
        make(fresh, scenario, start=start, name=name, lang=lang, department=department, interface=interface)
        host = FileHost(fresh)
        outcome = inherit(Project(finished, start), Project(host.read(), start))
        out.parent.mkdir(parents=True, exist_ok=True)
        host.apply(outcome.edits, out=out, command="new")
    return outcome.data


def _request(options: Options) -> Request:
    from xl_collab.commands.session import Request

    out = options["out"]
    return Request(out, out=out, lang=options["lang"], break_lock=options["break_lock"])


NEW = Command(
    name="new",
    id="new",
    group="forms",
    label=t("新建项目", "New project"),
    tip=t("新建一个跟踪表工作簿", "Make a new tracker workbook"),
    more=t(
        "选择场景（新品上市、客诉处理、流程优化、市场活动）和保存位置，生成已填好部门、环节和任务的工作簿。",
        "Choose a scenario and where to save; departments, stages and tasks are filled in.",
    ),
    key="N",
    image="FileNew",
    writes=False,
    twin="xl-collab new OUT.xlsm --scenario NAME",
    run=run,
    options=(SCENARIO, NEW_FILE, LIKE, NAME, DEPARTMENT, START, FROM_LESSONS, FORCE, BREAK_LOCK),
    request=_request,
    follows=False,
)
