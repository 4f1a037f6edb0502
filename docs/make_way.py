"""The picture of a click in docs/pictures/click-way: who does what, and for how long.

`python docs/make_way.py DIRECTORY` measures clicks in the Windows Python of tools/windows/setup.sh, keeps the
numbers in click-way.json and draws; without a word it draws the numbers that are kept. An SVG, so that words
stay words.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple

from xl_collab.errors import Lang
from xl_collab.schema.words import LANGS, Text, t

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
NUMBERS = PICTURES / "click-way.json"
Numbers = Mapping[str, Mapping[str, int]]

LANES = (
    (110, t("您", "You"), "#f2f2f2"),
    (350, t("Excel（模型）和宏", "Excel (a model), macros"), "#e2efda"),
    (590, t("xlwings 的 DLL", "xlwings' DLL"), "#fff2cc"),
    (830, t("Python", "Python"), "#ddebf7"),
)
FIRST, LATER, WIDTH, TOP, STEP = 1100, 1200, 1230, 40, 50
YOU, EXCEL, DLL, PYTHON = (x for x, *_ in LANES)


class Act(NamedTuple):
    """A line of the picture: from a lane to another (the same: it works by itself), what, and which part."""

    begin: int
    end: int
    text: Text
    part: str = ""
    dashed: bool = False


ACTS = (
    Act(YOU, EXCEL, t("按下按钮“校验”", "press Validate")),
    Act(
        EXCEL,
        EXCEL,
        t("宏：定下答复文件，读设置", "macro: names the answer's file, reads settings"),
        "macros",
    ),
    Act(EXCEL, DLL, t("XLPyDLLActivateAuto", "XLPyDLLActivateAuto")),
    Act(DLL, PYTHON, t("首次启动 Python，之后沿用", "starts Python, later finds it"), "dll"),
    Act(EXCEL, PYTHON, t("COM：Exec“校验这个工作簿”", "COM: Exec “validate this workbook”")),
    Act(PYTHON, PYTHON, t("装入程序", "loads the program"), "load"),
    Act(PYTHON, EXCEL, t("COM：宏把各表整块读出", "COM: macros read the sheets, in blocks"), "read"),
    Act(PYTHON, PYTHON, t("检查，画“校验结果”", "checks, draws Findings"), "compute"),
    Act(PYTHON, EXCEL, t("COM：宏一次写入", "COM: a macro writes, in one call"), "write"),
    Act(PYTHON, EXCEL, t("答复文件", "the answer, in a file"), dashed=True),
    Act(EXCEL, YOU, t("显示答复", "shows the answer"), "show"),
)
_UNDER = t(
    "在 Wine 8 下实测，取若干次中最快的；Python 问 Excel {calls} 次。这里的 Excel 是模型，"
    "用 Python 写的解释器执行真正的宏，所以绿色的时间不代表 Excel。",
    "Measured under Wine 8, the fastest of several; Python asks Excel {calls} times. Excel is a model here, "
    "an interpreter in Python runs the real macros: the green times are not Excel's.",
)
_HEADS = (t("首次", "first"), t("之后", "later"), t("毫秒", "ms"), t("合计", "total"))


def draw(numbers: Numbers, lang: Lang) -> str:
    """The SVG."""
    height = TOP + STEP * len(ACTS) + 92
    body = [_lane(x, name.of(lang), colour, height - 84) for x, name, colour in LANES]
    for x, head in zip((FIRST, LATER), _HEADS, strict=False):
        body += [
            _text(x, 30, head.of(lang), "end", bold=True),
            _text(x, 48, _HEADS[2].of(lang), "end", small=True),
        ]
    for place, act in enumerate(ACTS):
        body += _line(act, TOP + STEP * (place + 1), numbers, lang)
    body += _total(TOP + STEP * len(ACTS) + 34, numbers, lang)
    note = _UNDER.of(lang).format(calls=numbers["later"]["calls"])
    body.append(_text(20, height - 14, note, small=True))
    style = "font-family:'Microsoft YaHei','Noto Sans CJK SC',sans-serif;font-size:15px"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" style="{style}">'
    ends = (
        '<defs><marker id="a" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        '<path d="M0,0 L9,4 L0,8 z" fill="#404040"/></marker></defs>'
    )
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join((head, ends, ground, *body, "</svg>")) + "\n"


def _lane(x: int, name: str, colour: str, bottom: int) -> str:
    box = f'<rect x="{x - 94}" y="14" width="188" height="40" rx="6" fill="{colour}" stroke="#808080"/>'
    line = f'<path d="M{x},54 V{bottom}" stroke="#a6a6a6" stroke-dasharray="4 4"/>'
    return box + line + _text(x, 39, name, "middle", bold=True)


def _line(act: Act, y: int, numbers: Numbers, lang: Lang) -> list[str]:
    dashes = ' stroke-dasharray="6 4"' if act.dashed else ""
    stroke = f'stroke="#404040" stroke-width="1.6" fill="none"{dashes} marker-end="url(#a)"'
    if act.begin == act.end:
        body = [f'<path d="M{act.begin},{y - 16} h26 v18 h-22" {stroke}/>']
        body.append(_text(act.begin + 34, y - 2, act.text.of(lang)))
    else:
        body = [f'<path d="M{act.begin},{y} H{act.end}" {stroke}/>']
        middle = (act.begin + act.end) // 2
        body.append(_text(middle, y - 7, act.text.of(lang), "middle", ground=True))
    if act.part:
        modelled = act.part in ("macros", "read", "write", "show")
        colour = "#548235" if modelled else "#1f3864"
        body += [
            _text(x, y - 4, f"{numbers[kind][act.part]:,}", "end", colour=colour)
            for x, kind in ((FIRST, "first"), (LATER, "later"))
        ]
    return body


def _total(y: int, numbers: Numbers, lang: Lang) -> list[str]:
    rule = f'<path d="M{FIRST - 90},{y - 22} H{LATER}" stroke="#404040"/>'
    sums = [
        _text(x, y, f"{numbers[kind]['total']:,}", "end", bold=True)
        for x, kind in ((FIRST, "first"), (LATER, "later"))
    ]
    return [rule, _text(FIRST - 90, y, _HEADS[3].of(lang), bold=True), *sums]


def _text(
    x: int,
    y: int,
    text: str,
    anchor: str = "start",
    *,
    bold: bool = False,
    small: bool = False,
    ground: bool = False,
    colour: str = "#202020",
) -> str:
    more = ' font-weight="bold"' if bold else ""
    more += ' font-size="13"' if small else ""
    more += ' stroke="#ffffff" stroke-width="4" paint-order="stroke"' if ground else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}"{more}>{escape(text)}</text>'


def measure(box: str) -> dict[str, dict[str, int]]:
    """What tests/click_way.py prints in a Windows Python."""
    ran = [str(ROOT / "tools" / "windows" / "run"), box, "tests/click_way.py"]
    said = subprocess.run(ran, check=True, capture_output=True, text=True).stdout
    found: dict[str, dict[str, int]] = json.loads(said.splitlines()[-1])
    return found


def main(words: list[str]) -> None:
    """Measure where a folder is named, and draw."""
    if words:
        NUMBERS.write_text(json.dumps(measure(words[0]), indent=1) + "\n", encoding="utf-8")
    numbers = json.loads(NUMBERS.read_text(encoding="utf-8"))
    for lang in LANGS:
        (PICTURES / f"click-way.{lang}.svg").write_text(draw(numbers, lang), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
