"""Native charts of generated sheets: few, titled, labelled directly, reading cells of their own sheet.

Every switch of a label is written out: LibreOffice takes those that are missing as on. Negative bars keep
their colour. Whoever places a chart keeps its rows on one page (`Paper.keep`). What a chart says is not
decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.chart_column import ChartColumn
from xlsxwriter.chart_line import ChartLine

from xl_collab.documents.blocks import Page
from xl_collab.documents.theme import FONT, INK, QUIET
from xl_collab.records import dataclass
from xl_collab.schema.words import Text

FACE = {"name": FONT, "size": 10, "color": INK}
_SWITCHES = (
    ("showLegendKey", "legend_key"),
    ("showVal", "value"),
    ("showCatName", "category"),
    ("showSerName", "series_name"),
    ("showPercent", "percentage"),
    ("showBubbleSize", "bubble_size"),
)


@dataclass(frozen=True)
class Series:
    """Cells of one row of marks: its name, the columns of the page with names and values, its colours.

    `points` colours bars one by one; `labels` is the number format of what stands beside them, "" for none.
    """

    name: Text
    categories: int
    values: int
    colour: str
    points: Sequence[str] = ()
    labels: str = ""


class _Explicit:
    """What XlsxWriter leaves to the reader's default is written out."""

    def _write_d_lbls(self: Any, labels: Mapping[str, Any] | None) -> None:
        if not labels:
            return
        self._xml_start_tag("c:dLbls")
        if labels.get("num_format"):
            self._write_data_label_number_format(labels["num_format"])
        self._write_sp_pr(labels)
        if labels.get("font"):
            self._write_axis_font(labels["font"])
        if labels.get("position"):
            self._write_d_lbl_pos(labels["position"])
        for tag, name in _SWITCHES:
            self._xml_empty_tag(f"c:{tag}", [("val", int(bool(labels.get(name))))])
        self._xml_end_tag("c:dLbls")


class _Bars(_Explicit):
    """Bars that keep their colour below zero."""

    def _write_c_invert_if_negative(self: Any, _invert: object) -> None:
        self._xml_empty_tag("c:invertIfNegative", [("val", 0)])

    def _write_d_pt_point(self: Any, index: int, point: Mapping[str, Any]) -> None:
        self._xml_start_tag("c:dPt")
        self._write_idx(index)
        self._write_c_invert_if_negative(None)
        self._write_sp_pr(point)
        self._xml_end_tag("c:dPt")


class _BarChart(_Bars, ChartBar):  # type: ignore[misc]
    pass


class _ColumnChart(_Bars, ChartColumn):  # type: ignore[misc]
    pass


class _LineChart(_Explicit, ChartLine):  # type: ignore[misc]
    pass


_KINDS: Mapping[str, type[Any]] = {"bar": _BarChart, "column": _ColumnChart, "line": _LineChart}


def chart(page: Page, kind: str, title: Text, series: Sequence[Series], first: int, last: int) -> Any:
    """A chart of the rows first to last (zero-based) of the page; `place` puts it there."""
    made = _KINDS[kind]({})
    # As Workbook.add_chart does for its own classes.
    made.embedded, made.date_1904 = True, page.workbook.date_1904
    made.remove_timezone = page.workbook.remove_timezone
    page.workbook.charts.append(made)
    for one in series:
        made.add_series(_series(page, kind, one, first, last))
    name = title.of(page.lang)
    made.set_title({"name": name, "name_font": {**FACE, "size": 10, "bold": True}, "overlay": False})
    made.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": FACE})
    made.set_chartarea({"border": {"none": True}})
    return made


def _series(page: Page, kind: str, one: Series, first: int, last: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": one.name.of(page.lang),
        "categories": [page.tab, first, one.categories, last, one.categories],
        "values": [page.tab, first, one.values, last, one.values],
    }
    if one.labels:
        above = {"position": "above"} if kind == "line" else {}
        found["data_labels"] = {"value": True, "num_format": one.labels, "font": FACE, **above}
    if kind == "line":
        mark = {"type": "circle", "size": 6, "fill": {"color": one.colour}, "border": {"color": one.colour}}
        return found | {"line": {"color": one.colour, "width": 2}, "marker": mark}
    found |= {"fill": {"color": one.colour}, "gap": 60}
    return found | ({"points": [{"fill": {"color": colour}} for colour in one.points]} if one.points else {})


def place(page: Page, made: Any, height: float) -> tuple[int, int]:
    """Put a chart over the page's full width, `height` pixels tall; its first row and the one after it."""
    page.gap(6)
    first = page.row
    page.objects += 1
    page.sheet.insert_chart(page.row, 1, made, {"object_position": 2, "x_offset": 2, "y_offset": 2})
    made.set_size({"width": round(page.width(1, page.last) * 7.2), "height": round(height)})
    for _ in range(-(-round(height) // 24)):
        page.gap(18)
    return first, page.row


def quiet_axis(**more: Any) -> dict[str, Any]:
    """An axis in small quiet type, without marks."""
    return {"num_font": FACE, "line": {"color": QUIET}, "major_tick_mark": "none", **more}
