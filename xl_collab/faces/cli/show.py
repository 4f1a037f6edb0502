"""Results as people read them in a terminal: rich tables, the word beside every colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from xl_collab.faces.words.drafts import drafts_said
from xl_collab.faces.words.sentences import SAID
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import RAG, RISK_LEVEL, Lang

if TYPE_CHECKING:
    from xl_collab.documents.risks.content import RiskItem
    from xl_collab.hosts.file import Applied
    from xl_collab.plan.variance import VarianceRow
    from xl_collab.schema.findings import Finding

STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "blue": "blue", "": "dim"}
LEVELS = {"high": "bold red", "medium": "yellow", "low": "green"}
SEVERITIES = {"error": "bold red", "warning": "yellow", "info": "dim"}
MOST = 200
"""Rows that a terminal table shows at most; the sheet holds them all."""


class Screen:
    """One terminal in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.console = Console(highlight=False, soft_wrap=False)
        self.errors = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, key: str, **words: object) -> None:
        """One sentence of the catalogue."""
        self.console.print(escape(self.text(key, **words)), soft_wrap=True)

    def text(self, key: str, **words: object) -> str:
        """The sentence as text."""
        return SAID[key].of(self.lang).format(**words)

    def line(self, text: str) -> None:
        """A line as it is."""
        self.console.print(escape(text), soft_wrap=True)

    def listed(self, names: Sequence[str]) -> str:
        """Names in a row, with the separator of the language."""
        return (", " if self.lang == "en" else "、").join(names)

    def error(self, text: str) -> None:
        """One line on standard error."""
        self.errors.print(f"[bold red]{SAID['error'].of(self.lang)}[/]: {escape(text)}")

    def aside(self, text: str) -> None:
        """A remark on standard error: a program that reads the answer stays undisturbed."""
        self.errors.print(escape(text))

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """A spinner while a step runs; nothing where the output is no terminal."""
        if not self.errors.is_terminal:
            yield lambda _: None
            return
        with self.errors.status(self.text("working", what=self.text(what))) as status:
            yield lambda far: status.update(escape(self.text("so_far", what=self.text(what), far=far)))

    def findings(self, found: Sequence[Finding]) -> None:
        """The findings with their cures, grave ones first."""
        counts = {s: sum(f.severity == s for f in found) for s in SEVERITIES}
        if not found:
            self.say("no_findings")
            return
        grid = _grid(self.text("findings_title"), ("", 5), ("", 12), ("", None), ("", None))
        for f in found[:MOST]:
            where = f"{f.tab}!{f.cell}" if f.cell else f.tab
            grid.add_row(
                f"[{SEVERITIES[f.severity]}]{f.code}[/]",
                escape(where),
                escape(f.message(self.lang)),
                f"[dim]{escape(f.cure(self.lang))}[/]",
            )
        self._grid(grid, len(found))
        self.say("counts", **counts)

    def variance(self, rows: Sequence[VarianceRow]) -> None:
        """ID, stage, baseline, compared, working days, alert, reason."""
        columns = ("id", "stage", "baseline", "compared", "variance", "rag", "reason")
        labels = [SHEETS.table("tracker").column(name).label.of(self.lang) for name in columns]
        grid = _grid(self.text("variance_title"), *((label, None) for label in labels))
        for row in rows[:MOST]:
            days = "" if row.workdays is None else f"{row.workdays:+d}" if row.workdays else "0"
            word = RAG.label(row.rag, self.lang) if row.rag else ""
            grid.add_row(
                escape(row.id),
                escape(row.stage),
                str(row.baseline or ""),
                str(row.compared or ""),
                days,
                f"[{STYLES[row.rag]}]{word}[/]",
                escape(row.reason),
            )
        self._grid(grid, len(rows))

    def risks(self, items: Sequence[RiskItem]) -> None:
        """Level, score, ID, reason and source, highest score first."""
        grid = _grid(self.text("risks_title"), ("", 6), ("", 4), ("", 10), ("", None), ("", 18))
        for item in items[:MOST]:
            level = RISK_LEVEL.label(item.level, self.lang)
            reason = item.reason if isinstance(item.reason, str) else item.reason.of(self.lang)
            source = item.source if isinstance(item.source, str) else item.source.of(self.lang)
            grid.add_row(
                f"[{LEVELS[item.level]}]{level}[/]",
                str(item.score),
                escape(item.id),
                escape(reason),
                f"[dim]{escape(source)}[/]",
            )
        self._grid(grid, len(items))

    def applied(self, applied: Applied) -> None:
        """What was written, and how to take it back."""
        sheets = self.listed(applied.sheets) or self.text("none")
        if applied.dry_run:
            self.say("would", cells=applied.cells, sheets=sheets)
            for change in applied.samples:
                self.line(f"  {change}")
        elif not applied.written:
            self.say("unchanged", path=applied.path)
        else:
            self.say("written", path=applied.path, cells=applied.cells, sheets=sheets)
            if applied.backup:
                self.say("backup", path=applied.backup, file=applied.path)
        for line in drafts_said(applied, self.lang):
            self.line(line)

    def _grid(self, grid: Grid, total: int) -> None:
        self.console.print(grid)
        if total > MOST:
            self.line(f"… {total - MOST}")


def _grid(title: str, *columns: tuple[str, int | None]) -> Grid:
    headed = any(label for label, _ in columns)
    grid = Grid(title=title, title_justify="left", show_header=headed, pad_edge=False)
    for label, width in columns:
        grid.add_column(label, min_width=width, overflow="fold")
    return grid
