"""`validate --fix`: cells with one meaning written as their column holds it, listed, and asked of who clicks.

They come before what validate does, so that it is all one write and one undo. What may not enter: which cells
these are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xl_collab.commands.command import Option
from xl_collab.commands.reply import Nothing, Reply, plain
from xl_collab.errors import Lang
from xl_collab.schema.words import Text, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.documents.findings.fixes import Fix
    from xl_collab.plan.project import Project

WORDS = {
    "fixes": t(
        "统一写法 {n} 处（含义只有一种，意思不变）：",
        "{n:cell|cells} written as the column holds it; each has one meaning, which stays:",
    ),
    "no_fixes": t("没有要统一写法的格。", "There is no cell to be written otherwise."),
    "fixable": t(
        "有 {n} 处含义明确、只是写法不同：用 --fix --dry-run 先看，--fix 改写。",
        "{n:cell|cells} with one meaning could be written as the column holds it: --fix --dry-run shows, "
        "--fix writes.",
    ),
    "fixable_click": t(
        "有 {n} 处含义明确、只是写法不同：点“统一写法”先看再改。",
        "{n:cell|cells} with one meaning could be written as the column holds it: Tidy up shows them first.",
    ),
    "more": t("……另有 {n} 处", "… and {n} more"),
    "ask": t("现在改写吗？可以用“撤销”恢复。", "Write them now? Undo takes it back."),
}
_LINE = t(
    "{tab}{row} {column}{cell}：{old} → {new}（{why}）", "{tab}{row} {column}{cell}: {old} → {new} ({why})"
)
_CELL = t("（{cell}）", " ({cell})")
_WORDS = t("“{text}”", '"{text}"')
_EMPTY = t("空", "empty")
_SHOWN = 12
"""Changes that a question lists: what fits on a screen."""
_LONGEST = 40


def begin(session: Session) -> tuple[Fix, ...]:
    """Put the cells before all that is written; from here on the project is as after them."""
    from xl_collab.documents.findings.fixes import fix_edits, fixes

    with session.progress("checking"):
        found = fixes(session.project)
        session.begin_with(fix_edits(session.project, found))
    return found


def listed(reply: Reply, found: Sequence[Fix]) -> None:
    """Every change, or that there is none."""
    if not found:
        reply.line(WORDS["no_fixes"].of(reply.lang))
        return
    reply.line(_counted("fixes", len(found), reply.lang))
    for one in found:
        reply.line(line(one, reply.lang), entry=True)


def offered(reply: Reply, project: Project) -> None:
    """That there is something to write, where there is."""
    from xl_collab.documents.findings.fixes import fixes

    count = len(fixes(project))
    if count:
        reply.line(_counted("fixable", count, reply.lang), "line")
        reply.line(_counted("fixable_click", count, reply.lang), "click")


def line(one: Fix, lang: Lang) -> str:
    """One change in words: where, old → new, why."""
    from xl_collab.project.sentences import fitted

    words = {
        "tab": one.tab,
        "row": f" {one.row_id}" if one.row_id else "",
        "column": one.label,
        "cell": fitted(_CELL, cell=one.cell) if one.cell else "",
        "old": _shown(one.old, share=False),
        "new": _shown(one.new, share=one.share),
        "why": one.why,
    }
    return fitted(_LINE, **words).of(lang)


def _shown(value: object, *, share: bool) -> Text:
    """A value as people see it; words in quotes, so that blanks show."""
    from xl_collab.project.sentences import fitted
    from xl_collab.project.text_size import shortened

    if value is None:
        return _EMPTY
    if isinstance(value, str):
        return fitted(_WORDS, text=shortened(value.replace("\n", "⏎"), _LONGEST))
    if isinstance(value, int | float):
        said = f"{value * 100:.10g}%" if share else f"{value:.15g}"
        return Text(said, said)
    return Text(str(value), str(value))


def _counted(key: str, count: int, lang: Lang) -> str:
    from xl_collab.project.sentences import fitted

    return fitted(WORDS[key], n=count).of(lang)


def payload(found: Sequence[Fix], lang: Lang) -> list[dict[str, Any]]:
    """A list of {sheet, row_id, cell, column, label, old, new, why}."""
    return [
        {
            "sheet": one.tab,
            "row_id": one.row_id,
            "cell": one.cell,
            "column": one.column,
            "label": one.label.of(lang),
            "old": plain(one.old, lang),
            "new": plain(one.new, lang),
            "why": one.why.of(lang),
        }
        for one in found
    ]


def _ask(session: Session) -> bool | None:
    """Whether to write what is listed; Nothing when there is nothing to write."""
    from xl_collab.documents.findings.fixes import fixes

    with session.progress("checking"):
        found = fixes(session.project)
    reply, lang = session.reply(WORDS), session.reply_lang
    if not found:
        reply.say("no_fixes")
        raise Nothing(reply)
    assert session.person is not None
    lines = [_counted("fixes", len(found), lang), *(line(one, lang) for one in found[:_SHOWN])]
    if len(found) > _SHOWN:
        lines.append(_counted("more", len(found) - _SHOWN, lang))
    return True if session.person.confirm("\n".join((*lines, WORDS["ask"].of(lang)))) else None


FIX = Option(
    "fix",
    t(
        "含义只有一种的写法，改成这一列的写法（文字日期、完成→已完成、80→80%、首尾空格、部门别名），逐处列出；"
        "先看用 --dry-run",
        "Write what has one meaning as its column holds it (text dates, done → Done, 80 → 80%, blanks, other names "
        "of departments) and list each; --dry-run only lists",
    ),
    ("--fix",),
    "flag",
    tells=True,
)
ASKED_FIX = Option("fix", FIX.help, FIX.flags, "flag", tells=True, ask=_ask)
