"""Native charts of generated sheets: few, titled, labelled directly, reading their own sheet."""

from __future__ import annotations

from collections.abc import Sequence

from xl_collab.compose.blocks import Page
from xl_collab.compose.theme import FONT, INK, QUIET, RAG_COLOURS
from xl_collab.model.words import Text

_NAMES, _MEANS = 2, 6
"""Columns of a page in which a table of groups has its names and its means."""

_FACE = {"name": FONT, "size": 9, "color": INK}


def bars(
    page: Page, title: Text, means: Sequence[float | None], first: int, last: int, *, threshold: int
) -> None:
    """A bar for each row of a table of groups, under it, coloured like the alert that it would be."""
    chart = page.workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": title.of(page.lang),
            "categories": [page.tab, first, _NAMES, last, _NAMES],
            "values": [page.tab, first, _MEANS, last, _MEANS],
            "points": [{"fill": {"color": _colour(mean, threshold)}} for mean in means],
            "data_labels": {"value": True, "num_format": "+0.0;-0.0;0", "font": _FACE},
            "gap": 60,
        }
    )
    chart.set_title(
        {"name": title.of(page.lang), "name_font": {**_FACE, "size": 10, "bold": True}, "overlay": False}
    )
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"none": True}})
    # Names stand at the edge, not at zero, where bars of early groups would cover them.
    axis = {"num_font": _FACE, "line": {"color": QUIET}, "reverse": True, "label_position": "low"}
    chart.set_y_axis({**axis, "major_tick_mark": "none"})
    # The labels say the figures: the axis itself would only repeat them.
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, **_span(means)})
    _place(page, chart, len(means))


def _colour(mean: float | None, threshold: int) -> str:
    if mean is None or mean <= 0:
        return RAG_COLOURS["green"][0]
    return RAG_COLOURS["red" if mean > threshold else "yellow"][0]


def _span(means: Sequence[float | None]) -> dict[str, float]:
    """An axis that shows zero and leaves room for the labels."""
    known = [mean for mean in means if mean is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    return {"min": low * 1.15 if low else 0, "max": high * 1.15 if high else 1}


def _place(page: Page, chart: object, bars_count: int) -> None:
    """Reserve rows for the chart over the page's full width."""
    height = 70 + 26 * min(bars_count, 20)
    width = round(page.width(1, page.last) * 7.2)
    page.gap(6)
    page.objects += 1
    page.sheet.insert_chart(page.row, 1, chart, {"object_position": 2, "x_offset": 2, "y_offset": 2})
    chart.set_size({"width": width, "height": height})  # type: ignore[attr-defined]
    for _ in range(-(-height // 24)):
        page.gap(18)
