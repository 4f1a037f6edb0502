"""Values as JSON holds them; the shapes are documented in docs/json.md, tested, and stable."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

from xl_collab.errors import Lang


def plain(value: Any, lang: Lang = "zh") -> Any:
    """A value as JSON holds it: ISO dates, null for none, texts in `lang`."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    if hasattr(value, "of"):
        return value.of(lang)
    return value.item() if hasattr(value, "item") else value


def fields(item: Any, names: tuple[str, ...], lang: Lang = "zh") -> dict[str, Any]:
    """The named attributes of an object."""
    values = {name: getattr(item, name) for name in names}
    return {k: list(v) if isinstance(v, tuple) else plain(v, lang) for k, v in values.items()}
