"""xl-collab, the command line: made from the commands, for every one of them in the same way.

Exit codes: 0 fine; 1 `validate` found errors, or `collect`, `resolve`, `undo --reply` left something to
decide; 2 cannot go on, with one line that says what to do. What may not enter: anything about one command.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from xl_collab.commands.command import COMMON, FILE, Command, Option
from xl_collab.commands.reply import Reply, usage_error
from xl_collab.commands.words import SHARED
from xl_collab.errors import Lang, XlCollabError
from xl_collab.log import log, log_path, written
from xl_collab.schema.words import Text, t
from xl_collab.ui import buttons
from xl_collab.ui.console import bear_every_sign, speak_utf8
from xl_collab.ui.setup.installed import asked_lang
from xl_collab.ui.terminal import Terminal, TerminalPerson, text_columns, wrapped

if TYPE_CHECKING:
    from xl_collab.commands.session import Session, Tell
    from xl_collab.documents.interface import Interface
    from xl_collab.hosts.lock import Hearer

PROGRAM = "xl-collab"

_ABOUT = t(
    "跨部门协作跟踪表：校验、真实工作日偏差、风险、纪要与复盘。",
    "Cross-department tracker: checks, true working-day variance, risks, minutes, review.",
)
_USAGE, _OPTIONS = t("用法", "Usage"), t("选项", "Options")
_ARGUMENTS, _COMMANDS = t("参数", "Arguments"), t("命令", "Commands")
_HELP_OPTION, _VERSION = t("显示这份帮助", "Show this help"), t("显示版本", "Show the version")
_COMPLETION = t(
    "输出命令补全脚本：bash、zsh 或 powershell", "Print a completion script: bash, zsh or powershell"
)
_COLON = t("：", ": ")
_METAVARS: dict[str, Text] = {
    "YYYY-MM-DD": t("日期", "YYYY-MM-DD"),
    "DATE": t("日期", "DATE"),
    "YYYY": t("年份", "YYYY"),
    "FILE": t("文件", "FILE"),
    "FILE.toml": t("文件.toml", "FILE.toml"),
    "WORKBOOK": t("工作簿", "WORKBOOK"),
    "TRACKER": t("跟踪表", "TRACKER"),
    "FOREIGN": t("别的表", "FOREIGN"),
    "NEW.xlsm": t("新表.xlsm", "NEW.xlsm"),
    "OLD": t("旧项目", "OLD"),
    "PATH": t("路径", "PATH"),
    "OUT": t("输出", "OUT"),
    "DIR": t("文件夹", "DIR"),
    "FOLDER": t("文件夹", "FOLDER"),
    "ZIP": t("台账包", "ZIP"),
    "NOTICE": t("通知", "NOTICE"),
    "REPLIES": t("回复", "REPLIES"),
    "TEXT": t("文字", "TEXT"),
    "NAME": t("名称", "NAME"),
    "DEPT": t("部门", "DEPT"),
    "ADDRESS": t("地址", "ADDRESS"),
    "WHO": t("谁", "WHO"),
    "KIND": t("种类", "KIND"),
    "LOOK": t("样子", "LOOK"),
    "TOKEN": t("回执码", "TOKEN"),
    "SHELL": t("终端", "SHELL"),
    "ID": t("编号", "ID"),
}
"""What stands for a value in help, by the word of its declaration; what is not here is typed as it is."""
_METAVAR = re.compile(r"YYYY-MM-DD|FILE\.toml|NEW\.xlsm|[A-Z]+")
_NO_SHELL = t("--completion 后面是 {shells}", "--completion takes {shells}")
_MORE = t("{program} 命令 --help 说明每个命令", "{program} COMMAND --help explains each command")
_NO_COMMAND = t(
    "没有命令“{name}”（看 {program} --help）", "There is no command {name!r} (see {program} --help)"
)
_NO_NUMBER = t("“{text}”不是整数", "{text!r} is not a whole number")
_TOO_SMALL = t("{text} 小于 {least}", "{text} is less than {least}")
_ARGPARSE: tuple[tuple[str, Text], ...] = (
    (r"the following arguments are required: (.*)", t("缺少：{0}", "Missing: {0}")),
    (r"unrecognized arguments: (.*)", t("不认识：{0}", "Not understood: {0}")),
    (r"argument (.*?): expected (?:one|at least one) argument", t("{0} 后面缺少值", "{0} needs a value")),
    (r"argument (.*?): ignored explicit argument (.*)", t("{0} 后面不能有值 {1}", "{0} takes no value: {1}")),
    (r"argument (.*?): (.*)", t("{0}：{1}", "{0}: {1}")),
)
"""What argparse says, and how we say it."""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """The console script: runs one command and ends the process with its exit code."""
    if argv is None:
        # A command is short and makes few cycles; looking for them costs it some five per cent.
        gc.disable()
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        bear_every_sign(stream)
    lang = asked_lang(words)
    code = _ended(words, Terminal(lang or "zh", asked=lang is not None))
    if argv is None:
        # The system takes all memory back: the interpreter need not look for cycles once more as it ends.
        gc.freeze()
    sys.exit(code)


def _ended(words: list[str], terminal: Terminal) -> int:
    """Run the line; the exit code, whatever happens."""
    before = written()
    try:
        return run_line(words, terminal)
    except XlCollabError as error:
        terminal.error(error.message(terminal.lang))
    except KeyboardInterrupt as stopped:
        if str(stopped):  # what became of the work
            terminal.aside(str(stopped))
        return 130
    except BrokenPipeError:  # who read the output has gone, as `head` goes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:  # nobody foresaw it: one line for the user, the rest for the log
        log().exception("a command failed")
        before = written()
        text = SHARED["unforeseen"].of(terminal.lang)
        terminal.error(text.format(error=f"{type(error).__name__}: {error}", log=log_path()))
    finally:
        if written() > before:
            terminal.aside(SHARED["logged"].of(terminal.lang).format(log=log_path()))
    return 2


def run_line(words: Sequence[str], terminal: Terminal, commands: Iterable[Command] = buttons.COMMANDS) -> int:
    """Do what the words say with one of `commands`; the exit code."""
    named = {command.name: command for command in commands if command.name}
    if words and words[0] == "--version":
        from xl_collab import __version__

        terminal.line(f"{PROGRAM} {__version__}")
        return 0
    if words and words[0] == "--completion":
        terminal.line(_completion(words[1] if len(words) > 1 else "", named))
        return 0
    command, rest = _named(_name_first(words), named)
    if command is None:
        return _no_command(words, named, terminal)
    options = _parsed(command, rest, terminal)
    return 0 if options is None else _run(command, options, terminal)


def _completion(shell: str, named: dict[str, Command]) -> str:
    from xl_collab.ui.completion import SHELLS

    if shell not in SHELLS:
        raise usage_error(_NO_SHELL, shells="|".join(SHELLS))
    return SHELLS[shell](PROGRAM, named)


def _name_first(words: Sequence[str]) -> Sequence[str]:
    """The words with options that all commands have moved behind the command's name."""
    takes = {flag: option.type != "flag" for option in COMMON for flag in option.flags}
    end = 0
    while end < len(words) and words[end].partition("=")[0] in takes:
        end += 2 if takes.get(words[end]) else 1
    return [*words[end:], *words[:end]] if end < len(words) else words


def _named(words: Sequence[str], named: dict[str, Command]) -> tuple[Command | None, Sequence[str]]:
    """The command that the first one or two words name, and the words after them."""
    for count in (2, 1):
        name = " ".join(words[:count])
        if len(words) >= count and name in named:
            return named[name], words[count:]
    return None, words


def _no_command(words: Sequence[str], named: dict[str, Command], terminal: Terminal) -> int:
    """Help where it is asked for or nothing is; an error for a word that is no command."""
    first = next((word for word in words if not word.startswith("-")), "")
    within = {name: command for name, command in named.items() if first and name.startswith(f"{first} ")}
    asked = {"-h", "--help"} & set(words)
    if not words or words[0].startswith("-") or within or asked:
        terminal.line(overview(within or named, terminal.lang, terminal.width))
        return 0 if asked else 2
    raise usage_error(_NO_COMMAND, name=first, program=PROGRAM)


# options


class _Parser(argparse.ArgumentParser):
    """argparse that speaks our languages."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with what is wrong, and where the help is."""
        for pattern, text in _ARGPARSE:
            found = re.fullmatch(pattern, message, re.DOTALL)
            if found:
                zh, en = (side.format(*found.groups()) for side in (text.zh, text.en))
                break
        else:
            zh = en = message
        help_ = f"{self.prog} --help"
        raise usage_error(t("{zh}（{help}）", "{en} ({help})"), zh=zh, en=en, help=help_)


def _parsed(command: Command, words: Sequence[str], terminal: Terminal) -> dict[str, Any] | None:
    """The options that the words give; None after help was shown."""
    if {"-h", "--help"} & set(words):
        terminal.line(usage(command, terminal.lang, terminal.width))
        return None
    parser = _Parser(prog=f"{PROGRAM} {command.name}", add_help=False, allow_abbrev=False)
    for option in command.on_line:
        _add(parser, option, terminal.lang)
    found = vars(parser.parse_intermixed_args(list(words)))
    given = {option.name: _value(option, found.get(option.name)) for option in command.on_line}
    if given.get("lang") not in (None, "zh", "en"):
        raise usage_error(SHARED["bad_lang"])
    return given


def _add(parser: argparse.ArgumentParser, option: Option, lang: Lang) -> None:
    """Declare an option to argparse."""
    kinds: dict[str, Callable[[str], Any]] = {"number": _number(option, lang), "file": Path, "files": Path}
    many, kind = option.type in ("texts", "files"), kinds.get(option.type, str)
    if not option.flags:
        count = ("+" if option.required else "*") if many else None if option.required else "?"
        parser.add_argument(option.name, metavar=_name(option, lang), nargs=count, type=kind)
    elif option.type == "flag":
        parser.add_argument(*option.flags, dest=option.name, action="store_true")
    elif option.alone is not None:
        parser.add_argument(*option.flags, dest=option.name, nargs="?", const=option.alone)
    else:
        how = "append" if many else "store"
        parser.add_argument(*option.flags, dest=option.name, action=how, required=option.required, type=kind)


def _number(option: Option, lang: Lang) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(_NO_NUMBER.of(lang).format(text=text)) from None
        if option.least is not None and number < option.least:
            raise argparse.ArgumentTypeError(_TOO_SMALL.of(lang).format(text=text, least=option.least))
        return number

    return read


def _value(option: Option, given: Any) -> Any:
    if given is None or given == []:
        return option.empty
    return tuple(given) if option.type in ("texts", "files") else given


# running


def _run(command: Command, given: dict[str, Any], terminal: Terminal) -> int:
    """Open what the command works on, and show what it answers."""
    options = command.filled(given)
    as_json = options["json"]
    if as_json:
        speak_utf8(terminal.out)
    if (
        as_json
        and command.answers
        and not any(option.tells and options[option.name] for option in command.on_line)
    ):
        options["dry_run"] = True
    from xl_collab.commands.answered import answered

    session = _session(command, options, terminal, as_json)
    try:
        reply = answered(command, session, options)
    finally:  # an error too is said in the language of the workbook that it is about
        if session.is_read:
            terminal.lang = session.reply_lang
    _show(reply, terminal, as_json)
    return reply.exit_code


def _interface(lang: Lang) -> Interface:
    from xl_collab.ui.ribbon_xml import interface  # only drawing asks for it

    return interface(lang)


def _session(command: Command, options: dict[str, Any], terminal: Terminal, as_json: bool) -> Session:
    from datetime import date

    from xl_collab.commands.session import Session, quiet

    def progress(what: str) -> AbstractContextManager[Tell]:
        if session.is_read:
            terminal.lang = session.reply_lang
        return quiet(what) if as_json else terminal.step(what)

    speaks = terminal.lang if terminal.asked or FILE not in command.options else None
    session = Session(command.request(options), date.today(), progress, terminal.aside, speaks)
    session.interface = _interface
    if "break_lock" in options:
        session.hearer = _hearer(terminal)
    if command.talks and sys.stdin.isatty() and sys.stdout.isatty():
        session.person = TerminalPerson(terminal)
    return session


def _hearer(terminal: Terminal) -> Hearer:
    """Waiting for a lock, and one that was taken over, are told once on standard error."""
    from xl_collab.hosts.lock import Hearer

    told: list[Text] = []

    def tell(text: Text) -> None:
        if text not in told:
            told.append(text)
            terminal.aside(text.of(terminal.lang))

    return Hearer(tell, tell)


def _show(reply: Reply, terminal: Terminal, as_json: bool) -> None:
    if not as_json:
        terminal.show(reply)
        return
    import json

    terminal.line(json.dumps(reply.as_json(), ensure_ascii=False, indent=2))


# help


def overview(named: dict[str, Command], lang: Lang, width: int) -> str:
    """Every command with its line."""
    colon = _COLON.of(lang)
    lines = [
        f"{_USAGE.of(lang)}{colon}{PROGRAM} {_COMMANDS.of(lang)} …",
        "",
        *wrapped(_ABOUT.of(lang), width),
    ]
    lines += ["", f"{_COMMANDS.of(lang)}{colon.rstrip()}"]
    lines += _listed([(name, command.tip.of(lang)) for name, command in named.items()], width)
    lines += ["", f"{_OPTIONS.of(lang)}{colon.rstrip()}"]
    shown = [(_shown(option, lang), option.help.of(lang)) for option in COMMON]
    own = [
        (f"--completion {_metavar('SHELL', lang)}", _COMPLETION),
        ("--version", _VERSION),
        ("-h, --help", _HELP_OPTION),
    ]
    lines += _listed([*shown, *((name, text.of(lang)) for name, text in own)], width)
    return "\n".join([*lines, "", _MORE.of(lang).format(program=PROGRAM)])


def usage(command: Command, lang: Lang, width: int) -> str:
    """What a command does, and its options."""
    arguments = [option for option in command.on_line if not option.flags]
    flags = [option for option in command.on_line if option.flags]
    places = " ".join(_place(option, lang) for option in arguments)
    musts = " ".join(
        f"{option.flags[-1]} {_metavar(option.metavar, lang)}" for option in flags if option.required
    )
    words = " ".join(filter(None, (PROGRAM, command.name, f"[{_OPTIONS.of(lang)}]", places, musts)))
    colon = _COLON.of(lang)
    lines = [*wrapped(f"{_USAGE.of(lang)}{colon}{words}", width), "", *wrapped(command.tip.of(lang), width)]
    if command.more.of(lang):
        lines += wrapped(command.more.of(lang), width)
    for title, options in ((_ARGUMENTS, arguments), (_OPTIONS, flags)):
        shown = [(_shown(option, lang), option.help.of(lang)) for option in options]
        if title is _OPTIONS:
            shown.append(("-h, --help", _HELP_OPTION.of(lang)))
        if shown:
            lines += ["", f"{title.of(lang)}{colon.rstrip()}", *_listed(shown, width)]
    return "\n".join(lines)


def _metavar(text: str, lang: Lang) -> str:
    """What stands for a value, in the language."""
    return _METAVAR.sub(
        lambda found: _METAVARS[found[0]].of(lang) if found[0] in _METAVARS else found[0], text
    )


def _name(option: Option, lang: Lang) -> str:
    return _metavar(option.metavar or option.name.upper(), lang)


def _place(option: Option, lang: Lang) -> str:
    name = _name(option, lang)
    return name if option.required or name.startswith("[") else f"[{name}]"


def _shown(option: Option, lang: Lang) -> str:
    if not option.flags:
        return _name(option, lang)
    value = _metavar(option.metavar, lang) if option.metavar else ""
    return ", ".join(option.flags) + (
        f" [{value}]" if option.alone is not None else f" {value}" if value else ""
    )


def _listed(pairs: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Two columns; a long name has a line of its own."""
    column = min(26, max(text_columns(name) for name, _ in pairs) + 2)
    lines = []
    for name, text in pairs:
        broken = wrapped(text, max(20, width - column - 2))
        if text_columns(name) + 2 > column:
            lines.append(f"  {name}")
        else:
            lines.append(f"  {name}{' ' * (column - text_columns(name))}{broken.pop(0)}")
        lines += [f"  {'':{column}}{line}" for line in broken]
    return lines
