"""《每日进度同步记录》 as a sheet."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.documents.upright import drawer
from xl_collab.schema.words import Lang

_WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (6.7, 9.0, 18.0, 13.0, 12.0, 13.0),
    "en": (6.7, 12.0, 16.0, 12.5, 12.0, 12.5),
}
"""An ID, who, and four columns of prose."""

draw = drawer("daily", _WIDTHS)
