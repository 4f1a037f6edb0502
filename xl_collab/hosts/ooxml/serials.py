"""Dates as the serial numbers that cells hold, in either date system of Excel.

What may not enter: how dates look (styles), and reading (calamine turns serials into dates itself).
"""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd

_EPOCH_1900 = 693_594  # ordinal of 1899-12-30: right from 1900-03-01 on
_EPOCH_1904 = date(1904, 1, 1).toordinal()
_LEAP_BUG = 61  # Excel believes in 1900-02-29, serial 60
_DAY = 86_400


def as_cell(value: object, *, date1904: bool = False) -> object:
    """A value as cells hold it: dates as serial numbers, missing values None, the rest unchanged."""
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if kind is date:
        return serial(value, date1904=date1904)  # type: ignore[arg-type]
    if isinstance(value, float):
        return None if value != value else value
    if isinstance(value, np.generic):
        return as_cell(
            pd.Timestamp(value) if isinstance(value, np.datetime64) else value.item(), date1904=date1904
        )
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, date):
        return serial(value, date1904=date1904)
    return value


def serial(day: date, *, date1904: bool = False) -> int | float:
    """The serial number of a date or date-time (to the second)."""
    days = day.toordinal() - (_EPOCH_1904 if date1904 else _EPOCH_1900)
    if not date1904 and days < _LEAP_BUG:
        days -= 1
    if not isinstance(day, datetime):
        return days
    seconds = day.hour * 3600 + day.minute * 60 + day.second
    return days + seconds / _DAY if seconds else days
