"""`upgrade`: an earlier workbook gets the columns, formulas, rules, names and macros of today's.

It is the only migration, and no other command does any of it unasked. Nothing that people wrote is changed, and
nothing is moved unless `--reorder` asks for it; a second run finds nothing to do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import BREAK_LOCK, DRY_RUN, FILE, OUT, Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from xl_collab.commands.session import Session
    from xl_collab.errors import Lang
    from xl_collab.hosts.changes import SheetChange
    from xl_collab.hosts.grid import Sheets
    from xl_collab.hosts.macros import Macros, Shipped
    from xl_collab.hosts.reading import LocatedBook
    from xl_collab.hosts.upgrading import SheetUpgrade, Upgrade
    from xl_collab.plan.project import Project
    from xl_collab.project.edits import Edit

WORDS = {
    "current": t("已是现行版本的结构，无需升级。", "The workbook has everything of this version already."),
    "columns": t("“{tab}”新增列（{place}）：{columns}", "{tab}: new columns ({place}): {columns}"),
    "adopted": t(
        "“{tab}”表格右边您自己的列已一并纳入表格：{columns}",
        "{tab}: your own columns beside the table are part of it now: {columns}",
    ),
    "rows": t(
        "“{tab}”表格下方的 {count} 行已纳入表格", "{tab}: {count} rows below the table are part of it now"
    ),
    "formulas": t("“{tab}”改为现行公式：{columns}", "{tab}: today's formulas in {columns}"),
    "reordered": t(
        "“{tab}”的列已按现行顺序排列，公式、名称、条件格式、下拉、图表、批注和链接都随列移动；别的文件里指向"
        "这张表的链接请自行核对",
        "{tab}: the columns stand in today's order; formulas, names, colours, drop-downs, charts, comments and "
        "links went along. Check what other files link to here",
    ),
    "rules": t(
        "“{tab}”补上条件格式 {colours} 条、下拉与填写检查 {entries} 条",
        "{tab}: {colours} conditional formats, {entries} drop-downs and entry checks",
    ),
    "days": t(
        "“{tab}”补上推定放假 {count} 天（{first} 至 {last} 年）",
        "{tab}: {count} estimated days off ({first} to {last})",
    ),
    "added": t("新增工作表：{sheets}", "New sheets: {sheets}"),
    "names": t("补上名称：{names}", "Names defined: {names}"),
    "macros_replaced": t("宏和功能区已换成现行版本", "Macros and ribbon are those of this version"),
    "macros_own": t(
        "宏没有更换，因为其中有别人写的代码（{modules}）：请另建一个工作簿存放它们，删去后再运行一次",
        "Macros were left alone, for they hold code of somebody's ({modules}): keep it in a workbook of its "
        "own, delete it here and run this again",
    ),
    "macros_unreadable": t(
        "宏没有更换，因为读不出来：请用 xl-collab new 新建一个工作簿，比较后再决定",
        "Macros were left alone, for they cannot be read: make a new workbook with xl-collab new and compare",
    ),
    "missing": t(
        "还缺工作表：{sheets}。同名的表不是它：请给那张表改名后再运行一次；缺 _meta 时运行 xl-collab fork",
        "Still missing: {sheets}. A sheet of that name is not it: rename that one and run this again. Where "
        "_meta is missing run xl-collab fork",
    ),
}


def run(session: Session, options: Options) -> Reply:
    """Find what is missing, put it in, and compute every figure for it."""
    found, macros = _rebuilt(session)
    reordered = bool(options.get("reorder")) and _reordered(session)
    days, missing = _days(session), session.project.book.missing_sheets
    lacking = found.changed or reordered or days or session.project.book.stale_formulas
    applied = session.write(_figures(session.project) if lacking else (), "upgrade")
    reply = session.reply(WORDS)
    reply.payload = _payload(found, macros, days, missing, applied.written) | {"reordered": reordered}
    _tell(reply, session, found, macros, days)
    if reordered:
        reply.say("reordered", tab=session.project.tracker.tab)
    if not applied.changed:
        reply.say("current")
    _warn(reply, macros, missing)
    reply.written(replace(applied, generated=(*applied.generated, *_inserted(found))))
    return reply


def _inserted(found: Upgrade) -> Iterator[SheetChange]:
    """The sheets that were missing, for the closing line."""
    from xl_collab.hosts.changes import SheetChange

    for key, tab in found.added.items():
        yield SheetChange(key, "", tab, "inserted")


def _figures(project: Project) -> tuple[Edit, ...]:
    """Every formula with its result, every figure, and what 首页 shows: new columns are empty until then."""
    from xl_collab.documents.workbook.results import fresh_results
    from xl_collab.plan.computed import figure_edits, refresh, restore

    return (*restore(project), *figure_edits(project), *refresh(project), *fresh_results(project))


def _rebuilt(session: Session) -> tuple[Upgrade, Macros]:
    """The workbook with what it lacks, in memory, and what that was."""
    from xl_collab.documents.workbook.model import draw_model
    from xl_collab.hosts.macros import bring_up_to_date
    from xl_collab.hosts.upgrading import as_found, upgraded

    done: list[tuple[Upgrade, Macros]] = []

    def change(reading: LocatedBook[Sheets]) -> bool:
        declaration = as_found(reading)
        with session.progress("drawing"):
            drawn = draw_model(session.project, declaration, date1904=reading.sheets.date1904)
        found = upgraded(reading, drawn, declaration)
        shipped = _shipped(session, reading.book.lang)
        names = _code_names(reading, found.added)
        done.append((found, bring_up_to_date(found.package, shipped, names)))
        return found.changed

    session.rebuild(change)
    return done[0]


def _reordered(session: Session) -> bool:
    """Whether the columns of 跟踪表 had another order than a new workbook's, which they have now."""
    from xl_collab.hosts.reordering import reordered

    done: list[bool] = []

    def change(reading: LocatedBook[Sheets]) -> bool:
        done.append(reordered(reading))
        return done[-1]

    session.rebuild(change)
    return done[0]


def _shipped(session: Session, lang: Lang) -> Callable[[], Shipped]:
    """Today's macros and ribbon, for workbooks that have macros."""
    from xl_collab.documents.interface import RIBBON_KINDS
    from xl_collab.documents.workbook.template import shipped_vba
    from xl_collab.hosts.macros import Shipped

    def made() -> Shipped:
        ribbon = session.interface(lang).ribbon
        return Shipped(shipped_vba(), {name: (RIBBON_KINDS[name], part) for name, part in ribbon.items()})

    return made


def _code_names(reading: LocatedBook[Sheets], added: Mapping[str, str]) -> dict[str, str]:
    """Tab → the VBA name of each of our sheets that the workbook has, or got just now."""
    from xl_collab.documents.canvas import code_name
    from xl_collab.documents.workbook.template import CONF
    from xl_collab.hosts.headings import is_titled
    from xl_collab.schema.sheets import HOME

    names = {place.tab: code_name(key) for key, place in reading.tables.items()}
    names |= {place.tab: code_name(key) for key, place in reading.forms.items()}
    names |= {tab: code_name(key) for key, tab in added.items()}
    for tab in reading.sheets.tabs:
        if tab == CONF:
            names[tab] = code_name(CONF)
        elif is_titled(HOME.title, tab):
            names.setdefault(tab, code_name(HOME.key))
    return names


def _days(session: Session) -> list[str]:
    """The estimated days off that 节假日 lacks, which the command begins with; their dates."""
    from xl_collab.plan.calendar_edits import calendar_edits

    project = session.project
    if "calendar" not in project.book.tables:
        return []
    days = project.calendar.missing_estimates()
    if days:
        session.begin_with(calendar_edits(project, days))
    return [day.date.isoformat() for day in days]


# what is said


def _tell(reply: Reply, session: Session, found: Upgrade, macros: Macros, days: list[str]) -> None:
    for one in found.sheets:
        _tell_sheet(reply, one)
    if days:
        tab = session.project.table("calendar").tab
        reply.say("days", tab=tab, count=len(days), first=days[0][:4], last=days[-1][:4])
    if found.added:
        reply.say("added", sheets=reply.listed(list(found.added.values())))
    if found.names:
        reply.say("names", names=reply.listed(found.names))
    if macros.outcome == "replaced":
        reply.say("macros_replaced")


def _tell_sheet(reply: Reply, one: SheetUpgrade) -> None:
    if one.columns:
        reply.say("columns", tab=one.tab, place=one.place, columns=_labels(reply, one, one.columns))
    if one.adopted:
        reply.say("adopted", tab=one.tab, columns=reply.listed(one.adopted))
    if one.rows:
        reply.say("rows", tab=one.tab, count=one.rows)
    if one.formulas:
        reply.say("formulas", tab=one.tab, columns=_labels(reply, one, one.formulas))
    if one.colours or one.entries:
        reply.say("rules", tab=one.tab, colours=one.colours, entries=one.entries)


def _labels(reply: Reply, one: SheetUpgrade, names: tuple[str, ...]) -> str:
    from xl_collab.schema.sheets import SHEETS

    sheet = SHEETS.table(one.key)
    return reply.listed([sheet.column(name).label.of(reply.lang) for name in names])


def _warn(reply: Reply, macros: Macros, missing: tuple[str, ...]) -> None:
    """What upgrading leaves for people to do."""
    from xl_collab.schema.sheets import SHEETS

    if macros.outcome == "own":
        reply.say("macros_own", modules=reply.listed(macros.modules))
    elif macros.outcome == "unreadable":
        reply.say("macros_unreadable")
    if missing:
        reply.say("missing", sheets=reply.listed([SHEETS[key].title.of(reply.lang) for key in missing]))
    if missing or macros.outcome in ("own", "unreadable"):
        reply.severity = "warning"


def _payload(
    found: Upgrade, macros: Macros, days: list[str], missing: tuple[str, ...], written: bool
) -> dict[str, Any]:
    """Sheets with their new columns, formulas, rules and rows; days, names, macros; sheets still missing."""
    sheets = [
        {
            "sheet": one.key,
            "tab": one.tab,
            "columns": list(one.columns),
            "place": one.place,
            "adopted": list(one.adopted),
            "rows": one.rows,
            "formulas": list(one.formulas),
            "colours": one.colours,
            "entries": one.entries,
        }
        for one in found.sheets
    ]
    payload: dict[str, Any] = {"sheets": sheets, "added_sheets": list(found.added)}
    payload |= {"estimated_days": days, "names": list(found.names)}
    return payload | {"macros": macros.outcome, "missing_sheets": list(missing), "written": written}


REORDER = Option(
    "reorder",
    t(
        "把跟踪表各列排成现行顺序，所有引用随之移动",
        "Put the tracker's columns in today's order; every reference goes along",
    ),
    ("--reorder",),
    "flag",
)
UPGRADE = Command(
    name="upgrade",
    id="upgrade",
    label=t("升级工作簿", "Upgrade"),
    tip=t("把旧版工作簿补成现行结构", "Bring an earlier workbook up to this version"),
    more=t(
        "在表格右端补上新列，补上推定放假、公式、下拉、颜色、名称、宏和功能区；不改动已填的内容，可撤销；列的位置只有加 --reorder 才会变。",
        "Appends new columns to the tables; adds estimated days off, formulas, drop-downs, colours, names, "
        "macros and ribbon. Nothing that people entered is changed, nothing is moved without --reorder, and undo "
        "takes it back.",
    ),
    twin="xl-collab upgrade FILE",
    run=run,
    options=(FILE, REORDER, OUT, DRY_RUN, BREAK_LOCK),
)
