"""The reference pages in docs/, derived: findings, sheets, tables of the portfolio from their declarations.

`python -m tools.build.reference` writes them; `--check` exits 1 when one is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.build.ribbon import ribbon_page
from xl_collab.portfolio.skipping import KINDS
from xl_collab.schema.catalogue import FINDINGS
from xl_collab.schema.declaration import Column, Declaration, FormSheet, TableSheet
from xl_collab.schema.findings import FindingKind
from xl_collab.schema.portfolio import PORTFOLIO_TABLES
from xl_collab.schema.portfolio_columns import PortfolioTable
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import LANGS, Lang, Text, t

DOCS = Path(__file__).parents[2] / "docs"

_SEVERITY = {"error": t("错误", "error"), "warning": t("警告", "warning"), "info": t("提示", "note")}
_FAMILY = {
    "entry": t("填写", "Entry"),
    "responsibility": t("职责", "Responsibility"),
    "process": t("流程", "Process"),
    "structure": t("结构", "Structure"),
    "calendar": t("日历", "Calendar"),
    "agreement": t("各表是否一致、负荷", "Agreement between sheets, load"),
}
_COMPUTED = {
    "": t("填写", "entered"),
    "tool": t("程序写入", "written by the tool"),
    "formula": t("公式", "formula"),
}
_MADE = t("本页由程序从声明生成，请勿手改。", "This page is generated from the declaration; do not edit it.")


def findings_page(lang: Lang) -> str:
    """Every finding code with severity, sentence, cause and cure."""
    title = t("校验代码", "Finding codes").of(lang)
    lines = [f"# {title}", "", _MADE.of(lang), ""]
    families = dict.fromkeys(kind.family for kind in FINDINGS.values())
    for family in families:
        lines += [f"## {_FAMILY[family].of(lang)}", "", *_findings_table(family, lang), ""]
    return "\n".join(lines)


def _findings_table(family: str, lang: Lang) -> Iterator[str]:
    heads = (
        t("代码", "Code"),
        t("程度", "Severity"),
        t("问题", "Finding"),
        t("原因", "Cause"),
        t("改法", "Cure"),
    )
    yield _row(head.of(lang) for head in heads)
    yield _row("---" for _ in heads)
    for kind in FINDINGS.values():
        if kind.family == family:
            yield _row(_finding_cells(kind, lang))


def _finding_cells(kind: FindingKind, lang: Lang) -> Iterator[str]:
    yield kind.code
    yield _SEVERITY[kind.severity].of(lang)
    yield f"**{kind.title.of(lang)}**<br>{kind.sentence.of(lang)}"
    yield kind.cause.of(lang)
    yield kind.cure.of(lang)


def sheets_page(lang: Lang, declaration: Declaration = SHEETS) -> str:
    """Every sheet with its columns or fields."""
    lines = [f"# {t('工作表与列', 'Sheets and columns').of(lang)}", "", _MADE.of(lang), ""]
    for sheet in declaration.sheets:
        lines += [f"## {sheet.name(lang)}", ""]
        if sheet.hint.of(lang):
            lines += [sheet.hint.of(lang), ""]
        if isinstance(sheet, TableSheet):
            lines += [*_columns(sheet, lang), ""]
        elif isinstance(sheet, FormSheet):
            lines += [*_fields(sheet, lang), ""]
    return "\n".join(lines)


def _columns(sheet: TableSheet, lang: Lang) -> Iterator[str]:
    heads = (
        t("列", "Column"),
        t("内容", "Holds"),
        t("必填", "Required"),
        t("来源", "Filled by"),
        t("可选项/说明", "Choices, help"),
    )
    yield _row(head.of(lang) for head in heads)
    yield _row("---" for _ in heads)
    for column in sheet.columns:
        yield _row(_column_cells(column, lang))


def _column_cells(column: Column, lang: Lang) -> Iterator[str]:
    yield column.label.of(lang)
    yield column.kind.value
    yield "✓" if column.required else ""
    yield _COMPUTED[column.computed].of(lang)
    choices = " / ".join(column.choices.labels(lang)) if column.choices else ""
    yield " ".join(filter(None, (choices, column.help.of(lang))))


def _fields(sheet: FormSheet, lang: Lang) -> Iterator[str]:
    heads = (t("字段", "Field"), t("内容", "Holds"), t("必填", "Required"), t("可选项/说明", "Choices, help"))
    yield _row(head.of(lang) for head in heads)
    yield _row("---" for _ in heads)
    for field in sheet.fields:
        choices = " / ".join(field.choices.labels(lang)) if field.choices else ""
        told = " ".join(filter(None, (choices, field.help.of(lang))))
        yield _row((field.label.of(lang), field.kind.value, "✓" if field.required else "", told))


def portfolio_page(lang: Lang) -> str:
    """Every table of the portfolio with its columns, and why files are skipped."""
    lines = [f"# {t('项目组合的表与列', 'Tables of the portfolio').of(lang)}", "", _MADE.of(lang), ""]
    lines += [_STORED.of(lang), ""]
    for table in PORTFOLIO_TABLES:
        lines += [f"## {table.title.of(lang)}: `{table.key}`", "", *_measures(table, lang), ""]
    lines += [f"## {t('跳过的文件', 'Skipped files').of(lang)}", "", *_skipped(lang), ""]
    return "\n".join(lines)


_STORED = t(
    "`--json` 按表给出这些列，`--store` 把它们存成 Parquet：`skipped`、`runs` 每次运行一个文件；"
    "其余每块一个文件，另有列 `part`，`projects` 还有 `version`；"
    "`load`、`clashes`、`changes` 由它们算出，不存。未知的数和日期为空值，没有的文字为空文字。",
    "`--json` gives these columns by table; `--store` keeps them as Parquet: `skipped` and `runs` a file "
    "a run, the others a file a part, with the column `part`, `projects` with `version` too; `load`, "
    "`clashes` and `changes` follow from them and are not stored. Unknown numbers and dates are null; a text "
    "that is not there is empty.",
)


def _measures(table: PortfolioTable, lang: Lang) -> Iterator[str]:
    heads = (t("列", "Column"), t("类型", "Type"), t("名称", "Label"), t("说明", "Meaning"))
    yield _row(head.of(lang) for head in heads)
    yield _row("---" for _ in heads)
    for column in table.columns:
        yield _row((f"`{column.name}`", column.holds, column.label.of(lang), column.meaning.of(lang)))


def _skipped(lang: Lang) -> Iterator[str]:
    heads = (t("种类", "Kind"), t("原因", "Reason"), t("处理办法", "Cure"), t("须处理", "To be mended"))
    yield _row(head.of(lang) for head in heads)
    yield _row("---" for _ in heads)
    for name, kind in KINDS.items():
        yield _row((f"`{name}`", kind.reason.of(lang), kind.cure.of(lang), "✓" if kind.grave else ""))


def _row(cells: Iterable[str]) -> str:
    shown = [str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells]
    return "| " + " | ".join(shown) + " |"


def pages() -> dict[str, str]:
    """File name → text of every derived page."""
    names: dict[str, Text] = {
        "findings": t("findings.zh-CN.md", "findings.md"),
        "sheets": t("sheets.zh-CN.md", "sheets.md"),
        "ribbon": t("ribbon.zh-CN.md", "ribbon.md"),
        "portfolio": t("portfolio-tables.zh-CN.md", "portfolio-tables.md"),
    }
    made = {
        "findings": findings_page,
        "sheets": sheets_page,
        "ribbon": ribbon_page,
        "portfolio": portfolio_page,
    }
    return {names[page].of(lang): made[page](lang) for page in names for lang in LANGS}


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say whether they are current."""
    stale = [n for n, text in pages().items() if not _same(DOCS / n, text)]
    if "--check" in arguments:
        print("\n".join(f"stale: docs/{name}" for name in stale), end="\n" if stale else "")
        return 1 if stale else 0
    DOCS.mkdir(exist_ok=True)
    for name in stale:
        (DOCS / name).write_text(pages()[name], encoding="utf-8")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
