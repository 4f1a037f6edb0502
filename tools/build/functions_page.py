"""docs/functions.md and docs/functions.zh-CN.md: every worksheet function, and its plain-formula twin."""

from __future__ import annotations

from collections.abc import Iterator

from xl_collab.functions.declared import FUNCTIONS, Function
from xl_collab.functions.twins import TwinFormula, twin
from xl_collab.schema.words import LANGS, Lang, t

_TITLE = t("工作表函数", "Worksheet functions")
_MADE = t("本页由程序从声明生成，请勿手改。", "This page is generated from the declaration; do not edit it.")
_INTRO = t(
    """这些函数在装有 xl-collab 的电脑上可用：Excel 里运行 `xl-collab install`，LibreOffice 里运行
`xl-collab install --libreoffice`。名称在两个程序里相同。没有 Python 的人用每个函数下面的“普通公式”，
结果相同。

- 日历取自公式所在工作簿的“节假日”，没有则用随程序附带的官方日历（2004–2026）；改了节假日后按
  Ctrl+Alt+F9（LibreOffice：Ctrl+Shift+F9）全部重算。
- 参数可以是一个单元格，也可以是一个区域：一次算 10,000 格。区域结果在新版 Excel 里自动铺开，在旧版 Excel
  和 LibreOffice 里用 Ctrl+Shift+Enter 输入；清单函数给出 `rows` 时补空到那么多行。
- 空单元格给出空文本。日期结果是日期序号，请把单元格设为日期格式。
- 出错时单元格显示 `#VALUE!`（参数不能用）或 `#N/A`（没有结果）。单元格只能显示代码，所以原因问
  `COLLAB_EXPLAIN`：它对同样的参数从不报错，而是用文字说出哪里不对。
- 清单函数（`COLLAB_RISKS`、`COLLAB_OVERDUE`、`COLLAB_BYDEPT`）读整个工作簿；`watch` 写跟踪表的数据区，
  其中内容变化时就会重算。不要把它们放进跟踪表等自有表格里，否则成为循环引用。
- 寄出的文件里不要留这些函数：对方会看到 `#NAME?`。寄出前点“函数转数值”。部门填报表和邮件里只有值。
- LibreOffice 的函数向导在“加载项”类别里列出它们，写作 `COLLAB.名称`；要在 Excel 里也能用，请键入
  `COLLAB_名称`。打开了几个跟踪表时，`COLLAB_名称` 用当前窗口的那一个。""",
    """They work where xl-collab is installed: `xl-collab install` for Excel,
`xl-collab install --libreoffice` for LibreOffice. Names are the same in both. People without Python use the
plain formula below each function, with the same result.

- The calendar is the sheet Calendar of the workbook that the formula stands in, else the official one that is
  shipped (2004–2026). After changing it, recalculate with Ctrl+Alt+F9 (LibreOffice: Ctrl+Shift+F9).
- An argument may be one cell or a range: 10,000 cells in one call. Results of a range spill in new Excel; in
  older Excel and LibreOffice enter with Ctrl+Shift+Enter. Lists are padded to `rows` rows.
- Blank cells give an empty text. Dates are serial numbers: format the cell as a date.
- Errors are `#VALUE!` (an argument cannot be used) or `#N/A` (there is no result). A cell shows the code
  only, so ask `COLLAB_EXPLAIN` for the reason: with the same arguments it never fails, it says what is wrong.
- Lists (`COLLAB_RISKS`, `COLLAB_OVERDUE`, `COLLAB_BYDEPT`) read the whole workbook; `watch` is the tracker's
  rows, and the list is calculated again when they change. Do not put them on the tracker itself: that would
  be a circular reference.
- Do not mail workbooks with them: others see `#NAME?`. Press *Functions to values* first. Packets and letters
  carry values only.
- LibreOffice's function wizard lists them under Add-In as `COLLAB.NAME`; type `COLLAB_NAME` where Excel is to
  know it too. With several trackers open, `COLLAB_NAME` means the one in front.""",
)
_ARGUMENT, _HOLDS = t("参数", "Argument"), t("内容", "Holds")
_OPTIONAL = t("可省略", "optional")
_EXAMPLE, _TWIN = t("例", "Example"), t("普通公式", "Plain formula")
_LAYOUT = t(
    "在跟踪表工作簿里；参数从 B2 起向右，按下面的单元格填入：",
    "In a tracker workbook; arguments from B2 on to the right, the formulas in the cells named:",
)
_ARRAY = t("数组公式", "array formula")
_FILES = t("functions.zh-CN.md", "functions.md")


def functions_pages() -> dict[str, str]:
    """File name → text."""
    return {_FILES.of(lang): functions_page(lang) for lang in LANGS}


def functions_page(lang: Lang) -> str:
    """The page in one language."""
    lines = [f"# {_TITLE.of(lang)}", "", _MADE.of(lang), "", _INTRO.of(lang), ""]
    for function in FUNCTIONS:
        lines += [*_function(function, lang), ""]
    return "\n".join(lines)


def _function(function: Function, lang: Lang) -> Iterator[str]:
    yield f"## {function.name}"
    yield ""
    yield f"`{function.signature()}`"
    yield ""
    yield function.help.of(lang)
    yield ""
    yield f"| {_ARGUMENT.of(lang)} | {_HOLDS.of(lang)} |"
    yield "| --- | --- |"
    for argument in function.arguments:
        optional = f" ({_OPTIONAL.of(lang)})" if argument.optional else ""
        yield f"| `{argument.name}`{optional} | {argument.label.of(lang)}: {argument.help.of(lang)} |"
    yield ""
    yield f"{_EXAMPLE.of(lang)}: `{function.example}` → {function.shows.of(lang)}"
    yield ""
    yield f"**{_TWIN.of(lang)}** — {_LAYOUT.of(lang)}"
    yield ""
    yield from (_step(step, lang) for step in twin(function.key, lang))


def _step(step: TwinFormula, lang: Lang) -> str:
    notes = [_ARRAY.of(lang)] if step.array else []
    notes += [step.note.of(lang)] if step.note.of(lang) else []
    told = f" ({'; '.join(notes)})" if notes else ""
    return f"- {step.cell}{told}\n\n  ```\n  {step.formula}\n  ```"
