"""Handbook and README are true: commands are parsed, the first week is lived, links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click_way import PARTS
from collect_desk import place
from openpyxl.worksheet.worksheet import Worksheet

from docs import make_way
from examples.desk import Desk
from xl_collab.commands.command import Command
from xl_collab.exchange.gate.limits import MB, USUAL
from xl_collab.exchange.mail import recipients
from xl_collab.exchange.mail.recipients import mail_settings, settings_path
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.journal import KEPT
from xl_collab.log import log_path
from xl_collab.merge.words import CHOICE
from xl_collab.project.edits import SetColumn
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import LANGS, Lang
from xl_collab.ui import buttons, cli
from xl_collab.ui.terminal import Terminal

HOUSE = Path(__file__).parents[1]
DOCS = HOUSE / "docs"
ENDING: dict[Lang, str] = {"zh": ".zh-CN.md", "en": ".md"}
GENERATED = ("findings", "functions", "sheets", "ribbon", "portfolio-tables")
PAGES = sorted(
    path
    for folder in (HOUSE, DOCS, HOUSE / "examples")
    for path in folder.glob("*.md")
    if path.name != "CHANGELOG.md"
)
NAMED: dict[str, Command] = {command.name: command for command in buttons.COMMANDS if command.name}

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`(xl-collab[^`]*)`")
_CLICKED: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(r"(?:点|或|、|，) ?\*\*([^*]+)\*\*"),
    "en": re.compile(r"(?:[Cc]lick(?: on)?|and) \*\*([^*]+)\*\*"),
}
_FLAG = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def named(path: Path) -> str:
    return str(path.relative_to(HOUSE))


pages = pytest.mark.parametrize("page", PAGES, ids=named)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Fenced blocks of a page: what language they are said to be in, and their text."""
    return _FENCE.findall(page.read_text(encoding="utf-8"))


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def commands_of(text: str) -> Iterator[list[str]]:
    """The words of every `xl-collab` in a block of shell lines."""
    for line in text.splitlines():
        words = shlex.split(line.strip(), comments=True)
        while words:
            at = words.index("&&") if "&&" in words else len(words)
            if words[0] == "xl-collab":
                yield words[1:at]
            words = words[at + 1 :]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        kept = "".join(sign for sign in text if sign in " -_" or unicodedata.category(sign)[0] in "LNM")
        slug = kept.replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return set(found)


@pages
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    dead = []
    for target in _LINK.findall(prose(page)):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            dead.append(target)
    assert dead == []


@pages
def test_commands_in_blocks_are_understood_by_the_command_line(page: Path) -> None:
    for language, text in blocks(page):
        if language in ("", "sh", "shell", "console"):
            for words in commands_of(text):
                command, rest = cli._named(words, NAMED)
                assert command is not None, words
                cli._parsed(command, rest, Terminal("en"))  # UsageError for what it does not know


@pages
def test_commands_in_sentences_exist_with_their_options(page: Path) -> None:
    """A sentence may leave arguments out, or name them by a placeholder."""
    for text in _INLINE.findall(prose(page)):
        words = text.split()[1:]
        if not words or words[0] in ("--help", "--version", "COMMAND", "命令"):
            continue
        command, rest = cli._named(words, NAMED)
        assert command is not None, text
        known = {flag for option in command.on_line for flag in option.flags} | {"--help", "-h"}
        assert set(_FLAG.findall(" ".join(rest))) <= known, text


@pages
def test_programs_that_blocks_start_are_there(page: Path) -> None:
    for language, text in blocks(page):
        if language == "":
            for script in re.findall(r"^python3? ([\w/]+\.py)", text, re.MULTILINE):
                assert (HOUSE / script).is_file(), script


@pytest.mark.parametrize("lang", LANGS)
def test_the_front_page_leads_to_every_page(lang: Lang) -> None:
    front = DOCS / f"index{ENDING[lang]}"
    linked = {target.partition("#")[0] for target in _LINK.findall(front.read_text(encoding="utf-8"))}
    here = {path.name for path in DOCS.glob("*.md") if (".zh-CN" in path.name) == (lang == "zh")}
    alone = {"json.md"} if lang == "zh" else set()  # English only
    assert (here | alone) - linked - {front.name} == set()

    readme = (HOUSE / f"README{ENDING[lang]}").read_text(encoding="utf-8")
    top = readme.partition("\n## ")[0]
    assert len(top.splitlines()) <= 30 and f"(docs/{front.name})" in top
    assert f"(docs/functions{ENDING[lang]})" in readme


@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_of_a_click_shows_the_numbers_that_are_kept(lang: Lang) -> None:
    numbers = json.loads(make_way.NUMBERS.read_text(encoding="utf-8"))
    picture = (DOCS / "pictures" / f"click-way.{lang}.svg").read_text(encoding="utf-8")
    assert picture == make_way.draw(numbers, lang)
    for kind in ("first", "later"):
        assert sum(numbers[kind][part] for part in PARTS) == pytest.approx(numbers[kind]["total"], abs=4)
    assert str(numbers["later"]["calls"]) in (DOCS / f"click{ENDING[lang]}").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGS)
def test_every_command_is_told_of(lang: Lang) -> None:
    told = "\n".join(path.read_text("utf-8") for path in PAGES if (".zh-CN" in path.name) == (lang == "zh"))
    assert [name for name in NAMED if not re.search(rf"(`|xl-collab ){re.escape(name)}\b", told)] == []


def test_every_page_has_its_twin_and_says_so() -> None:
    for page in DOCS.glob("*.zh-CN.md"):
        twin = page.with_name(page.name.replace(".zh-CN", ""))
        assert twin.exists(), page.name
        if page.name.partition(".")[0] not in (*GENERATED, "install", "libreoffice", "python"):
            assert f"]({twin.name})" in page.read_text(encoding="utf-8")
            assert f"]({page.name})" in twin.read_text(encoding="utf-8")
            assert len(blocks(page)) == len(blocks(twin)), page.name


@pytest.mark.parametrize("lang", LANGS)
def test_buttons_are_called_as_they_are_called(lang: Lang) -> None:
    labels = {command.label.of(lang) for command in buttons.COMMANDS if command.label.of(lang)}
    for name in ("first-week", "trouble", "calendar", "concepts", "moving"):
        page = DOCS / f"{name}{ENDING[lang]}"
        assert set(_CLICKED[lang].findall(page.read_text(encoding="utf-8"))) <= labels, page.name


# The first week, lived: the page's commands in their order, people's work between them.


@dataclass
class Week:
    """A page's names of files, and what people do between its commands."""

    lang: Lang
    folder: Path
    master: str
    letters: str
    replies: str

    @property
    def path(self) -> Path:
        return self.folder / self.master

    def before(self, command: str) -> None:
        """What people did before the command was run."""
        if command == "validate":
            self.fill_in()
        elif command == "collect":
            self.answer()
        elif command == "resolve":
            self.choose()

    def fill_in(self) -> None:
        """Real addresses in Contacts."""
        host = FileHost(self.path)
        held = host.read().tables["contacts"].texts("email").tolist()
        typed = [address.replace("example.com", "company.cn") for address in held]
        host.apply([SetColumn("contacts", "email", np.arange(5, 5 + len(typed)), typed)], command="typed")

    def answer(self) -> None:
        """R&D and Production fill in their packets; the coordinator meanwhile changed T004."""
        late = {"T004__forecast": "late", "T004__feedback": "help", "T006__support_feedback": "OK"}
        self.reply("02-*", T004__percent=0.2, T004__status="in_progress", **late)
        self.reply("03-*", T006__percent=0.1, T006__status="in_progress", T006__feedback="unchanged")
        desk = Desk(self.path, self.lang)
        desk.change("tracker", "T004", percent=0.5)
        desk.save()

    def reply(self, department: str, **cells: object) -> None:
        source = next(path for path in (self.folder / self.letters).glob(f"{department}/*.xlsx"))
        book = openpyxl.load_workbook(source)
        sheet = book.worksheets[1]
        for key, value in cells.items():
            row, _, name = key.partition("__")
            at = cell(sheet, row, name, self.lang)
            choices = TRACKER.column(name).choices
            if choices is not None:
                value = choices.label(str(value), self.lang)
            elif value == "late":
                due = cell(sheet, row, "deadline", self.lang).value
                value = due.replace(day=min(28, due.day + 7))
            at.value = value
        into = self.folder / self.replies
        into.mkdir(exist_ok=True)
        book.save(into / source.name)

    def choose(self) -> None:
        book = openpyxl.load_workbook(self.path, keep_vba=True)
        page = book["冲突" if self.lang == "zh" else "Conflicts"]
        heading = next(c for row in page.iter_rows() for c in row if c.value in ("选择", "Choice"))
        rows = [row[1].row for row in page.iter_rows() if row[1].value == "T004"]
        for row in rows:
            page.cell(row, heading.column).value = CHOICE.label("theirs", self.lang)
        book.save(self.path)

    def of(self, name: str, row: str) -> object:
        """A cell of the tracker now."""
        sheet = openpyxl.load_workbook(self.path)["跟踪表" if self.lang == "zh" else "Tracker"]
        return cell(sheet, row, name, self.lang).value


def cell(sheet: Worksheet, row: str, name: str, lang: Lang) -> openpyxl.cell.Cell:
    if lang == "zh":
        return place(sheet, row, name)
    top = next(n for n in range(1, 30) if sheet.cell(n, 1).value == "ID")
    column = next(c.column for c in sheet[top] if c.value == TRACKER.column(name).label.en)
    return sheet.cell(next(n for n in range(top, 200) if sheet.cell(n, 1).value == row), column)


def steps(page: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Each command of a page, with the lines that the page shows as its answer."""
    at: list[str] = []
    for language, text in blocks(page):
        if language == "text" and at:
            yield at, text.splitlines()
            at = []
        elif language == "":
            for words in commands_of(text):
                if at:
                    yield at, []
                at = words
    if at:
        yield at, []


def bare(text: str) -> str:
    """Without blanks, and one sign for any number: days and counts of days are those of today."""
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", text))


WEEKS = {"zh": ("项目.xlsm", "信件", "回复"), "en": ("project.xlsm", "letters", "replies")}
LEAVES_SOMETHING = {"collect": 1, "validate": 0}


@pytest.mark.parametrize("lang", LANGS)
def test_the_first_week_goes_as_the_page_says(
    lang: Lang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XL_COLLAB_LANG", lang)
    monkeypatch.setenv("XL_COLLAB_LOG", str(tmp_path / "log"))
    week, done = Week(lang, tmp_path, *WEEKS[lang]), []
    for words, answer in steps(DOCS / f"first-week{ENDING[lang]}"):
        week.before(words[0])
        more = ["--no-pictures"] if words[0] == "demo" else []
        with pytest.raises(SystemExit) as ended:
            cli.main([*words, *more])
        said = capsys.readouterr()
        assert ended.value.code == LEAVES_SOMETHING.get(words[0], 0), (words, said)
        for line in answer:
            assert bare(line) in bare(said.out), (words, line, said.out)
        done.append(words[0])
    first = ["demo", "new", *["validate"] * 3, "raci", "freeze", "send", "collect", "resolve"]
    assert done == [*first, "send", "run", "minutes", "send"]
    assert week.of("percent", "T004") == 0.2 and week.of("percent", "T006") == 0.1
    assert "OK" in str(week.of("support_feedback", "T006"))


# The other pages: their answers are what the commands say.


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Lang:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XL_COLLAB_LANG", request.param)
    monkeypatch.setenv("XL_COLLAB_LOG", str(tmp_path / "log"))
    found: Lang = request.param
    return found


def run(*words: str, expect: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(words))
    assert ended.value.code == expect, words


def answers(page: str, lang: Lang) -> list[str]:
    """The answers that a page shows."""
    return [text.strip() for kind, text in blocks(DOCS / f"{page}{ENDING[lang]}") if kind == "text"]


def test_the_notice_on_the_page_is_read_to_its_end(lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    """2026 came with the program: nothing new and nothing that was not understood, so every day was read."""
    (notice,) = (text for kind, text in blocks(DOCS / f"calendar{ENDING[lang]}") if kind == "notice")
    (answer,) = answers("calendar", lang)
    Path("notice.txt").write_text(notice, encoding="utf-8")
    run("new", "a.xlsm", "--scenario", "blank", "--start", "2026-03-02")
    capsys.readouterr()
    run("calendar", "import", "a.xlsm", "notice.txt")
    assert capsys.readouterr().out.splitlines()[0] == answer
    run("workdays", "2023-09-28", "2023-10-09")
    assert capsys.readouterr().out.strip() == "3"


def test_a_project_moves_to_another_computer_as_the_page_says(
    lang: Lang, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, packed = answers("moving", lang)
    old, *_ = WEEKS[lang]
    new, archive = {"zh": ("改名.xlsm", "台账.zip"), "en": ("renamed.xlsm", "ledger.zip")}[lang]
    run("new", old, "--scenario", "product-launch", "--lang", lang)
    run("packets", old, "-o", "out")
    Path(old).rename(new)
    capsys.readouterr()
    run("collect", new, "out", expect=2)
    assert capsys.readouterr().err.strip() == asked
    run("adopt", new)
    run("collect", new, "out")
    Path(new).rename(old)
    run("adopt", old)
    capsys.readouterr()
    run("handover", old, "-o", archive)
    assert capsys.readouterr().out.strip().replace(f"{Path.cwd()}/", "") == packed
    there = Path("there")
    there.mkdir()
    for name in (old, archive):
        shutil.copy(name, there)
    run("adopt", str(there / old), "--from", str(there / archive))
    capsys.readouterr()
    run("collect", str(there / old), "out")
    assert ("没有新的回复" if lang == "zh" else "No new reply") in capsys.readouterr().out
    run("fork", str(there / old))
    run("log", str(there / old))
    assert ("还没有记录" if lang == "zh" else "Nothing is recorded") in capsys.readouterr().out


def test_the_page_on_mail_says_every_key_every_variable_and_every_place(lang: Lang) -> None:
    text = (DOCS / f"mail{ENDING[lang]}").read_text(encoding="utf-8")
    keys = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) - set(re.findall(r"XL_COLLAB_\w+", text))
    assert keys == {*recipients._NAMES, "folders", "move_to"}
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((HOUSE / "xl_collab").rglob("*.py")))
    known = set(re.findall(r"XL_COLLAB_[A-Z_]*[A-Z]\b", code))
    known |= {f"XL_COLLAB_SMTP_{name.upper()}" for name in recipients._NAMES if name != "domains"}
    known |= {f"XL_COLLAB_IMAP_{name}" for name in ("PORT", "SECURITY", "USER")}
    assert set(re.findall(r"XL_COLLAB_[A-Z_]*[A-Z]\b", text)) == known
    for environ, platform, said in (
        ({"APPDATA": "%APPDATA%"}, "win32", "%APPDATA%\\xl_collab\\mail.toml"),
        ({"HOME": "~"}, "darwin", None),
        ({"HOME": "~"}, "linux", None),
    ):
        place_ = settings_path(environ, platform)
        assert f"`{said or place_.as_posix()}`" in text
        assert place_.parts[-2:] == ("xl_collab", "mail.toml")


def test_the_settings_on_the_page_are_settings(lang: Lang) -> None:
    (example,) = (text for kind, text in blocks(DOCS / f"mail{ENDING[lang]}") if kind == "toml")
    Path("mail.toml").write_text(example, encoding="utf-8")
    found = mail_settings({"XL_COLLAB_MAIL_CONFIG": "mail.toml"})
    assert (found.host, found.port, found.security) == ("smtp.company.com", 465, "ssl")
    assert found.allowed == ("company.com", "*.company.com")


def test_the_log_is_where_the_page_says(lang: Lang) -> None:
    text = (DOCS / f"trouble{ENDING[lang]}").read_text(encoding="utf-8")
    for platform in ("darwin", "linux"):
        assert f"`{log_path({'HOME': '~'}, platform).as_posix()}`" in text
    windows = log_path({"LOCALAPPDATA": "%LOCALAPPDATA%"}, "win32").as_posix().replace("/", "\\")
    assert f"`{windows}`" in text
    assert ("最近 10 份" if lang == "zh" else "the newest ten") in text and KEPT == 10


@pytest.mark.parametrize("lang", LANGS)
def test_the_gate_keeps_what_is_promised_to_it(lang: Lang) -> None:
    text = (DOCS / f"it{ENDING[lang]}").read_text(encoding="utf-8")
    promised = {
        "zh": "限 {0} 秒、{1} MB 内存；文件最大 {2} MB，解压后最大 {3} MB",
        "en": "within {0} seconds and {1} MB of memory; {2} MB is the largest file, {3} MB the most",
    }[lang]
    sizes = (USUAL.memory // MB, USUAL.file_bytes // MB, USUAL.total_bytes // MB)
    assert promised.format(f"{USUAL.seconds:.0f}", *sizes) in " ".join(text.split())


def test_the_deadlines_on_the_page_are_understood(lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    heading = {"zh": "## 时间节点", "en": "## Due"}[lang]
    text = (DOCS / f"concepts{ENDING[lang]}").read_text(encoding="utf-8").partition(heading)[2]
    phrases = re.findall(r"`([^`]+)`", text.partition("\n## ")[0])
    assert len(phrases) >= 5
    for phrase in phrases:
        run("deadline", phrase, "--after", "2026-11-29")
        assert "E103" not in capsys.readouterr().out, phrase
