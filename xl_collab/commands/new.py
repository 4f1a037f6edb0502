"""`new`: a fresh workbook for a scenario, never over an existing one unless asked.

With --from-lessons it begins with what a finished project learnt.
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
    "ask_where": t("新工作簿保存为", "Save the new workbook as"),
    "new_name": t("跟踪表.xlsm", "tracker.xlsm"),
    "suffix": t("{name}：新工作簿请用 .xlsm 结尾", "{name}: name a new workbook .xlsm"),
}


def _ask_scenario(session: Session) -> str | None:
    from xl_collab.project.scenarios import SCENARIOS

    assert session.person is not None
    reply = session.reply(WORDS)
    titles = [one.title.of(reply.lang) for one in SCENARIOS.values()]
    chosen = session.person.choose(reply.text("ask_scenario"), titles, many=False)
    return list(SCENARIOS)[chosen[0]] if chosen else None


def _ask_where(session: Session) -> Path | None:
    assert session.person is not None
    reply = session.reply(WORDS)
    return session.person.save_book(reply.text("ask_where"), reply.text("new_name"))


SCENARIO = Option(
    "scenario",
    t("场景", "Scenario"),
    ("--scenario",),
    metavar="NAME",
    default="product-launch",
    ask=_ask_scenario,
)
NEW_FILE = Option(
    "out",
    t("跟踪表工作簿（.xlsm 或 .xlsx）", "Tracker workbook (.xlsm or .xlsx)"),
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
)
NAME = Option("name", t("项目名称", "Project name"), ("--name",), metavar="TEXT")
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
    start, old = options["start"], options["from_lessons"]
    begin = next_monday(session.today) if start is None else read_date(start)
    # The person who clicked has been asked whether to replace the file.
    force = options["force"] or session.person is not None
    asked: dict[str, Any] = {"start": begin, "name": options["name"], "lang": reply.lang, "force": force}
    asked["interface"] = session.interface(reply.lang)
    if old is None:
        reply.say("made", path=out, scenario=make(out, options["scenario"], **asked))
    else:
        title, took = make_from(old, out, options["scenario"], **asked)
        reply.say("made", path=out, scenario=title)
        reply.say("inherited", name=old.name, lessons=len(took.lessons), risks=len(took.risks))
    if session.open_book is not None:
        session.open_book(out)
    return reply


def next_monday(today: date) -> date:
    """The Monday after `today`: when a new project starts unless somebody says otherwise."""
    return today + timedelta(days=7 - today.weekday())


def make(
    out: Path,
    scenario: str,
    *,
    start: date,
    name: str | None,
    lang: Lang,
    interface: Interface | None = None,
    force: bool = False,
) -> str:
    """Write the workbook of a scenario to `out`; the scenario's title in `lang`."""
    from xl_collab.documents.workbook.template import make_workbook
    from xl_collab.hosts.atomic import write_atomically
    from xl_collab.hosts.file import hold_closed
    from xl_collab.project.scenarios import find

    chosen = find(scenario)
    if out.suffix.lower() != ".xlsm":
        raise usage_error(WORDS["suffix"], name=out.name)
    if out.exists() and not force:
        raise usage_error(WORDS["exists"], path=out)
    out.parent.mkdir(parents=True, exist_ok=True)
    made = make_workbook(chosen, lang, start, project_name=name or "", interface=interface)
    with hold_closed(out):
        write_atomically(out, made)
    return chosen.title.of(lang)


def make_from(
    old: Path,
    out: Path,
    scenario: str,
    *,
    start: date,
    name: str | None,
    lang: Lang,
    interface: Interface | None = None,
    force: bool = False,
) -> tuple[str, Inherited]:
    """Write the scenario's workbook with the lessons of `old` in it; its title, and what came along.

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
        title = make(fresh, scenario, start=start, name=name, lang=lang, interface=interface)
        host = FileHost(fresh)
        outcome = inherit(Project(finished, start), Project(host.read(), start))
        out.parent.mkdir(parents=True, exist_ok=True)
        host.apply(outcome.edits, out=out, command="new")
    return title, outcome.data


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
    options=(SCENARIO, NEW_FILE, START, NAME, FROM_LESSONS, FORCE, BREAK_LOCK),
    request=_request,
    follows=False,
)
