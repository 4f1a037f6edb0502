"""The statutory holidays of mainland China, as the sheet 节假日 names them.

A year is official only when every statutory holiday of its law is in 节假日 as an official day off; the
sheet's own formula and `project/calendar/statutory.py` ask the same of these names. Which days the law gives
is told there; no date arithmetic may enter here.
"""

from __future__ import annotations

from xl_collab.records import dataclass


@dataclass(frozen=True, slots=True)
class Holiday:
    """A statutory holiday: its name, words by which a row's name is known as it, the law's first year."""

    name: str
    words: tuple[str, ...]
    since: int = 2000


NEW_YEAR = Holiday("元旦", ("元旦", "New Year"))
SPRING_FESTIVAL = Holiday("春节", ("春节", "Spring Festival"))
QINGMING = Holiday("清明节", ("清明", "Qingming", "Tomb"), 2008)
LABOUR_DAY = Holiday("劳动节", ("劳动", "五一", "Labour", "Labor"))
DRAGON_BOAT = Holiday("端午节", ("端午", "Dragon"), 2008)
MID_AUTUMN = Holiday("中秋节", ("中秋", "Mid-Autumn"), 2008)
NATIONAL_DAY = Holiday("国庆节", ("国庆", "十一", "National"))

STATUTORY = (NEW_YEAR, SPRING_FESTIVAL, QINGMING, LABOUR_DAY, DRAGON_BOAT, MID_AUTUMN, NATIONAL_DAY)
"""In the order of the law."""

MID_AUTUMN_IN_OCTOBER = {2009: 3, 2017: 4, 2020: 1, 2025: 6, 2028: 3, 2031: 1}
"""Years whose 中秋节 lies in the first week of October: the days of 国庆节 hold it, named or not."""
