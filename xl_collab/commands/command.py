"""A command, declared once: what it is called, what it may be told, and what it does.

From a Command come the command line, its help, JSON, the ribbon, the buttons on 首页, LibreOffice's menu and
the reference pages. To add one: a file in this folder with its words, its options and `run`, its name in the
list of `__init__.py`, and a test. What may not enter: terminals, windows, programs, and rules of content.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from xl_collab.errors import Lang, UsageError
from xl_collab.schema.words import Text, in_a_row, t

if TYPE_CHECKING:
    from xl_collab.commands.session import Request, Session
    from xl_collab.hosts.changes import Applied

Where = Literal["both", "line", "click"]
"""Who is told: everybody, only who typed the command, only who clicked."""
Kind = Literal["text", "number", "file", "flag", "texts", "files"]
Options = Mapping[str, Any]
"""What was given, by the option's name; every declared option is in it."""


class Nothing(Exception):
    """Raised by a question of a click when there is nothing to do; `reply` is what to say instead."""

    def __init__(self, reply: Reply | None = None) -> None:
        super().__init__()
        self.reply = reply


@dataclass(frozen=True)
class Option:
    """Something that a command may be told.

    flags    on the line: ("-o", "--out"); () is an argument, told by its place
    type     "texts" and "files" may be given several times
    least    the smallest number that is taken
    ask      asks the person who clicked; what it gives back is the value, None when they would rather not.
             Without it the option exists on the line only
    """

    name: str
    help: Text
    flags: tuple[str, ...] = ()
    type: Kind = "text"
    metavar: str = ""
    default: Any = None
    required: bool = False
    least: int | None = None
    ask: Callable[[Session], Any] | None = None

    @property
    def empty(self) -> Any:
        """The value when nothing was given."""
        if self.type in ("texts", "files"):
            return ()
        return False if self.type == "flag" else self.default


@dataclass(frozen=True)
class ReplyTable:
    """Rows below headings; a cell may be (text, style)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | tuple[str, str], ...], ...]
    where: Where = "both"


@dataclass(frozen=True)
class ReplyLine:
    """A sentence.

    entry  one of many, of which a message box shows the first ones
    grave  an error
    aside  said on standard error: the answer itself stays clean for programs
    """

    text: str
    where: Where = "both"
    entry: bool = False
    grave: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Written:
    """What became of the workbook; each surface has its own words for how to take it back."""

    applied: Applied


@dataclass
class Reply:
    """What a command answers, for every surface. `front`: kind of the new sheet to show; None for none."""

    lang: Lang
    words: Mapping[str, Text] = field(default_factory=dict)
    parts: list[ReplyLine | ReplyTable | Written] = field(default_factory=list)
    payload: Any = None
    severity: Literal["info", "warning", "error", "quiet"] = "info"
    exit_code: int = 0
    front: str | None = ""

    def text(self, key: str, **words: object) -> str:
        """A sentence of the command's words, else of those that all share."""
        from xl_collab.project.sentences import fitted

        return fitted(self._found(key), **words).of(self.lang)

    def _found(self, key: str) -> Text:
        from xl_collab.commands.words import SHARED

        return self.words[key] if key in self.words else SHARED[key]

    def say(
        self, key: str, where: Where = "both", *, entry: bool = False, grave: bool = False, **words: object
    ) -> None:
        """One sentence."""
        self.parts.append(ReplyLine(self.text(key, **words), where, entry, grave))

    def line(self, text: str, where: Where = "both", *, entry: bool = False) -> None:
        """A line as it is."""
        self.parts.append(ReplyLine(text, where, entry))

    def aside(self, text: str) -> None:
        """A remark that is no part of the answer."""
        self.parts.append(ReplyLine(text, aside=True))

    def table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], where: Where = "both"
    ) -> None:
        """Rows below headings."""
        self.parts.append(ReplyTable(title, tuple(columns), tuple(map(tuple, rows)), where))

    def written(self, applied: Applied) -> None:
        """What became of the workbook."""
        self.parts.append(Written(applied))

    def listed(self, names: Sequence[str]) -> str:
        """Names in a row, with the separator of the language."""
        return in_a_row(names, self.lang)


@dataclass(frozen=True)
class RibbonGroup:
    """A box of the ribbon's tab."""

    id: str
    label: Text


def _request(options: Options) -> Request:
    from xl_collab.commands.session import Request

    return Request.of(options)


@dataclass(frozen=True)
class Command:
    """One thing that can be asked for.

    id       stable; the ribbon's control is collab_<id>, the macro CollabDo_<Id>
    tip      one line: help of the command line, screen tip, reference; `more` says what it leaves alone
    name     on the command line, "calendar import"; "" for a button that is another command with `given`
    group    box of the ribbon; "" keeps it off the ribbon, toolbars and menus
    key      key tip, unique on the tab, 1 to 3 letters
    image    imageMso, one of tools.lint.lintribbon.IMAGES
    twin     the same on the command line, as an example
    given    options that this button sets
    home     a button on 首页 as well; `large` on the ribbon
    confirm  asked before a click does anything; None for what can simply be undone
    writes   False for what changes neither the workbook nor what is kept beside it
    holds    the front door holds the lock of `request(options)`; False where `run` does it, or need not
    follows  rows that were moved by hand are noted first, where replies are exchanged
    talks    asks on a terminal too, where one is
    sheet    key of the sheet to show, for commands that need no Python
    """

    id: str
    label: Text
    tip: Text
    run: Callable[[Session, Options], Reply]
    name: str = ""
    options: tuple[Option, ...] = ()
    group: str = ""
    more: Text = t("", "")
    key: str = ""
    image: str = ""
    twin: str = ""
    given: Options = field(default_factory=dict)
    large: bool = False
    home: bool = False
    confirm: Text | None = None
    writes: bool = True
    holds: bool = True
    follows: bool = True
    talks: bool = False
    sheet: str = ""
    request: Callable[[Options], Request] = _request

    @property
    def control(self) -> str:
        """Id of the ribbon's control."""
        return f"collab_{self.id}"

    @property
    def macro(self) -> str:
        """Name of the VBA macro, ASCII: CollabDo_Validate. Collab_Risks would be COLLAB_RISKS to a cell."""
        return "CollabDo_" + "".join(part.title() for part in self.id.split("_"))

    def filled(self, given: Options) -> dict[str, Any]:
        """Every option of the command with its value: what was given, else what the declaration says."""
        return {option.name: option.empty for option in self.options} | dict(self.given) | dict(given)


# options that commands share

FILE = Option(
    "file",
    t("跟踪表工作簿（.xlsm 或 .xlsx）", "Tracker workbook (.xlsm or .xlsx)"),
    (),
    "file",
    required=True,
)
AS_OF = Option(
    "as_of",
    t(
        "按哪一天计算（默认数据日期，再默认今天）；不是数据日期时只写注明日期的文档",
        "Day to ask about (default: the data date, else today); on another day only dated documents are written",
    ),
    ("--as-of",),
    metavar="YYYY-MM-DD",
)
SET_DATE = Option(
    "set_date",
    t(
        "修改设置里的数据日期，全部按它重新计算；today 为清空（即每天的今天）",
        "Write the data date into Settings and compute everything for it; today clears it",
    ),
    ("--set-date",),
    metavar="YYYY-MM-DD|today",
)
OUT = Option(
    "out",
    t("写到另一个文件（默认写回原文件并备份）", "Write to another file (default: in place, with a backup)"),
    ("-o", "--out"),
    "file",
    "PATH",
)
DRY_RUN = Option(
    "dry_run", t("只显示将要做的修改，不写文件", "Show the edits, write nothing"), ("--dry-run",), "flag"
)
BREAK_LOCK = Option(
    "break_lock",
    t(
        "工作簿被另一次运行锁定时接管它（先确认那次运行已不在）",
        "Take the workbook over from another run (make sure that it no longer runs)",
    ),
    ("--break-lock",),
    "flag",
)
JSON = Option("json", t("输出 JSON", "Print JSON"), ("--json",), "flag")
LANG = Option("lang", t("语言：zh 或 en", "Language: zh or en"), ("--lang",), metavar="zh|en")
FORCE = Option("force", t("覆盖已有的文件", "Replace an existing file"), ("--force",), "flag")
WRITING = (AS_OF, OUT, DRY_RUN, BREAK_LOCK)
"""Options of a command that writes a document into its workbook."""


def listed(names: Sequence[str]) -> list[str]:
    """IDs of a repeated option; several may also stand in one, divided by commas."""
    return [part for name in names for part in name.replace("，", ",").split(",") if part.strip()]


def usage_error(said: Text, **words: object) -> UsageError:
    """A UsageError with a sentence that has its words."""
    return UsageError(said.zh.format(**words), said.en.format(**words))
