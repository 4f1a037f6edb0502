"""The pictures in docs/pictures: real renders of the demo and of the worked example, in both languages.

`python docs/make_pictures.py` draws the demo, runs everything on it, plays the lamp project, prints both and
a packet through LibreOffice and keeps the first page of each sheet in SHOWN, SENT and PLAYED; a headless
Chromium shows the page of many projects. With `demo` as its word it leaves the lamp project out, with `page`
it draws what shows many projects alone. Needs LibreOffice, poppler, Chromium and the extra `browser`.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from xl_collab.commands.demo import FILE_NAME
from xl_collab.documents.portfolio.sheet import draw_portfolio
from xl_collab.errors import Lang
from xl_collab.hosts.printing import find_soffice, to_pdf
from xl_collab.schema.words import LANGS, Text, t
from xl_collab.ui.cli import main as xl_collab

for place in ("examples", "tests"):
    sys.path.insert(0, str(Path(__file__).parents[1] / place))
from browsing import Opened, browser  # noqa: E402
from desk import Desk  # noqa: E402
from play import play  # noqa: E402
from portfolio_made import made, written  # noqa: E402

PICTURES = Path(__file__).parent / "pictures"
DPI = 96

SHOWN: dict[str, Text] = {
    "home": t("未来七天", "Next seven days"),
    "request": t("跨部门合作需求申请表", "Cross-department request"),
    "tracker": t("白底由人填写，灰底自动计算", "the grey ones are computed"),
    "risks": t("风险清单 · 数据截至", "Risk list · Data as of"),
    "gantt": t("项目甘特图 · 数据截至", "Gantt chart · Data as of"),
    "minutes": t("例会会议纪要 · 第", "Minutes of the project meeting · No."),
    "review": t("跨部门协作复盘报告 · 2", "Review of the cross-department project · 2"),
    "execution": t("一、项目与目标", "1 Project and goal"),
    "briefing": t("三、需领导决策", "3 To be decided"),
    "daily": t("二、各部门进展", "2 Progress by department"),
    "kickoff": t("三、总体目标", "3 Goal"),
}
"""Name of a picture → words that only the first page of its sheet has, latest page first."""

SENT: dict[str, Text] = {
    "packet-cards": t("待您填写", "to fill in, by"),
    "packet": t("只填浅黄色格，其余只供查看", "Fill the pale yellow cells only. New tasks"),
}
"""As SHOWN, of the packet that the demo's research department gets."""

PLAYED: dict[str, Text] = {
    "raci": t("项职责与任务", "duties and tasks"),
    "adjustment": t("进度调整方案 · 编号", "Schedule change · No."),
    "acceptance": t("成果验收确认单 · 编号", "Acceptance certificate · No."),
}
"""As SHOWN, of the worked example when acceptance was signed."""
UNTIL = "countersigned"
ON_SCREEN = {"portfolio": (1366, 1180), "portfolio-phone": (375, 812)}
"""Name of a picture of the page of many projects → width and height of the window."""
OF_MANY: dict[str, Text] = {"portfolio-load": t("合计", "Later")}
"""As SHOWN, of the workbook of many projects."""
ASKED = (["execution"], ["briefing"], ["daily"], ["minutes", "--meeting", "kickoff"])
"""Commands whose documents `run` does not make."""


def page_texts(pdf: Path) -> list[str]:
    """The text of each page."""
    ran = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return ran.stdout.split("\f")


def draw(lang: Lang, folder: Path, *, played: bool = True) -> None:
    """The pictures of one language; `played` are those of the lamp project too."""
    soffice = find_soffice()
    if soffice is None:
        raise SystemExit("LibreOffice is needed to draw the pictures")
    with tempfile.TemporaryDirectory(prefix="xl-collab-pictures-") as scratch:
        book = Path(scratch) / FILE_NAME
        run("demo", scratch, "--no-pictures", "--lang", lang)
        for command, *more in ASKED:
            run(command, str(book), *more, "--lang", lang)
        keep_all(to_pdf(on_screen(book), Path(scratch), soffice), SHOWN, lang, folder)
        packet = one_packet(Path(scratch), lang)
        keep_all(to_pdf(packet, Path(scratch), soffice), SENT, lang, folder)
    if not played:
        return
    with tempfile.TemporaryDirectory(prefix="xl-collab-pictures-") as scratch:
        desk = Desk(Path(scratch) / "lamp.xlsm", lang)
        for _ in play(desk, UNTIL):
            pass
        keep_all(to_pdf(desk.path, Path(scratch), soffice), PLAYED, lang, folder)


def draw_page(lang: Lang, folder: Path) -> None:
    """The page of many projects, on a desk and on a phone; its projects are made up."""
    with tempfile.TemporaryDirectory(prefix="xl-collab-pictures-") as scratch, browser() as window:
        file = written(made(48, 24, lang=lang), Path(scratch) / "page.html")
        for name, size in ON_SCREEN.items():
            with Opened(window, file, size=size) as shown:
                shown.page.screenshot(path=folder / f"{name}.{lang}.png")
                fewer_colours(folder / f"{name}.{lang}.png")


def draw_workbook(lang: Lang, folder: Path) -> None:
    """A sheet of the workbook of many projects."""
    soffice = find_soffice()
    if soffice is None:
        raise SystemExit("LibreOffice is needed to draw the pictures")
    with tempfile.TemporaryDirectory(prefix="xl-collab-pictures-") as scratch:
        book = Path(scratch) / "portfolio.xlsx"
        book.write_bytes(draw_portfolio(made(48, 24, lang=lang), Path(scratch), lang))
        keep_all(to_pdf(book, Path(scratch), soffice), OF_MANY, lang, folder)


_PRINTED = re.compile("((?:首页|Home)'?!\\$B\\$)\\d+(:\\$Y\\$)\\d+".encode())


def run(*words: str) -> None:
    """One command, without what it says."""
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        xl_collab(list(words))


def on_screen(book: Path) -> Path:
    """A copy of a workbook whose 首页 prints what its screen shows, not the page that is meant for paper."""
    copy = book.with_name(f"screen{book.suffix}")
    with zipfile.ZipFile(book) as held, zipfile.ZipFile(copy, "w") as made:
        for item in held.infolist():
            data = held.read(item)
            if item.filename == "xl/workbook.xml":
                data = _PRINTED.sub(rb"\g<1>1\g<2>21", data)
            made.writestr(item, data)
    return copy


def one_packet(folder: Path, lang: Lang) -> Path:
    """The packet of the demo's research department."""
    department = t("研发部", "R&D").of(lang)
    run("packets", str(folder / FILE_NAME), "-o", str(folder / "out"), "--to", department, "--lang", lang)
    return next((folder / "out").glob("*.xlsx"))


def keep_all(pdf: Path, shown: dict[str, Text], lang: Lang, folder: Path) -> None:
    """The pictures of one printed workbook."""
    texts = page_texts(pdf)
    for name, words in shown.items():
        keep(pdf, find_page(texts, words.of(lang)), folder / f"{name}.{lang}.png")


def find_page(texts: list[str], words: str) -> int:
    """Number (from 1) of the first page with `words`; ValueError when none has them."""
    for number, text in enumerate(texts, 1):
        if words in text:
            return number
    raise ValueError(f"no page says {words!r}")


def keep(pdf: Path, page: int, target: Path) -> None:
    """Write one page as a PNG, its margins cut where ImageMagick is there."""
    stem = target.with_suffix("")
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(DPI), "-f", str(page), "-l", str(page)]
    subprocess.run([*command, str(pdf), str(stem)], check=True)
    # The footer goes first, out of the lower margin, or trimming would keep the white above it.
    cut = ("-gravity", "south", "-chop", f"0x{DPI * 2 // 3}", "-trim", "-bordercolor", "white")
    fewer_colours(target, *cut, "-border", "12")


def fewer_colours(target: Path, *more: str) -> None:
    """Make a picture small, where ImageMagick is there; `more` is done before."""
    trim = shutil.which("mogrify")
    if trim is not None:
        subprocess.run([trim, *more, "+dither", "-colors", "128", "-strip", str(target)], check=True)


def main() -> int:
    """Draw all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for lang in LANGS:
        draw_page(lang, PICTURES)
        draw_workbook(lang, PICTURES)
        if "page" not in sys.argv[1:]:
            draw(lang, PICTURES, played="demo" not in sys.argv[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
