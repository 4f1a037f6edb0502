"""A command, declared once: what it is called, what it may be told, and what it does.

From a Command come the command line, its help, JSON, the ribbon, the buttons on 首页, LibreOffice's menu and
the reference pages. To add one: a file in this folder with its words, its options and `run`, its name in the
list of `__init__.py`, and a test. What may not enter: terminals, windows, programs, and rules of content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, Literal

from xl_collab.commands.reply import Options, Reply
from xl_collab.commands.session import Request, Session
from xl_collab.records import dataclass
from xl_collab.schema.words import Text, t

Kind = Literal["text", "number", "file", "flag", "texts", "files"]


@dataclass(frozen=True)
class Option:
    """Something that a command may be told.

    flags    on the line: ("-o", "--out"); () is an argument, told by its place
    type     "texts" and "files" may be given several times
    alone    the value when the flag stands without one; None: it needs one
    least    the smallest number that is taken
    tells    given, it tells a command that answers as JSON to write as well
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
    alone: str | None = None
    least: int | None = None
    tells: bool = False
    ask: Callable[[Session], Any] | None = None

    @property
    def empty(self) -> Any:
        """The value when nothing was given."""
        if self.type in ("texts", "files"):
            return ()
        return False if self.type == "flag" else self.default


@dataclass(frozen=True)
class RibbonGroup:
    """A box of the ribbon's tab."""

    id: str
    label: Text


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
    answers  what is asked for is its answer: with --json it writes only when an option tells it to
    confirm  asked before a click does anything; None for what can simply be undone
    writes   False for what changes neither the workbook nor what is kept beside it
    holds    the front door holds the lock of `request(options)`; False where `run` does it, or need not
    follows  rows that were moved by hand are noted first, where replies are exchanged
    talks    asks on a terminal too, where one is
    sheet    key of the sheet to show, for commands that need no Python
    vba      the macro that does it in Excel, for commands that need no Python
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
    answers: bool = False
    confirm: Text | None = None
    writes: bool = True
    holds: bool = True
    follows: bool = True
    talks: bool = False
    sheet: str = ""
    vba: str = ""
    request: Callable[[Options], Request] = Request.of

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
        return {option.name: option.empty for option in self.on_line} | dict(self.given) | dict(given)

    @property
    def on_line(self) -> tuple[Option, ...]:
        """Every option that may be typed: the command's own, and those that all have."""
        return (*self.options, *((WRITE,) if self.answers else ()), *COMMON)


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
    tells=True,
)
OUT = Option(
    "out",
    t("写到另一个文件（默认写回原文件并备份）", "Write to another file (default: in place, with a backup)"),
    ("-o", "--out"),
    "file",
    "PATH",
    tells=True,
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
WRITE = Option(
    "write",
    t("用 --json 时也写入工作簿", "With --json, write the workbook too"),
    ("--write",),
    "flag",
    tells=True,
)
COMMON = (JSON, LANG)
"""Options of every command; on the line they may stand before its name too."""
FORCE = Option("force", t("覆盖已有的文件", "Replace an existing file"), ("--force",), "flag")
WRITING = (AS_OF, OUT, DRY_RUN, BREAK_LOCK)
"""Options of a command that writes a document into its workbook."""
