"""Writes project/calendar/seed_days.py: the official Chinese holidays that the product ships with.

The sources are chinesecalendar (MIT) and, for the dates of the lunar holidays, holidays (MIT), needed only
here, so that users need not have them. Run `python -m tools.build.seed_calendar` after a new release of
chinesecalendar, or with `--check` to learn whether the file is stale (exit code 1).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

TARGET = Path(__file__).parents[2] / "xl_collab" / "project" / "calendar" / "seed_days.py"

# chinesecalendar's names -> ours; the Chinese ones are those of the State Council's notices.
NAMES = {
    "New Year's Day": ("元旦", "New Year"),
    "Spring Festival": ("春节", "Spring Festival"),
    "Tomb-sweeping Day": ("清明节", "Qingming"),
    "Labour Day": ("劳动节", "Labour Day"),
    "Dragon Boat Festival": ("端午节", "Dragon Boat Festival"),
    "National Day": ("国庆节", "National Day"),
    "Mid-autumn Festival": ("中秋节", "Mid-Autumn Festival"),
    "Anti-Fascist 70th Day": ("抗战胜利70周年纪念日", "Victory Day 70th anniversary"),
}

# The 2006 notice (国办发明电〔2005〕35号) makes Saturday 2005-12-31 a workday; the package lacks it.
CORRECTIONS = {dt.date(2005, 12, 31): "元旦"}

LAST_FESTIVALS = 2035

HEADER = '''"""Official holidays and make-up workdays of China, {first} to {last}, and lunar dates to {lunar}.

GENERATED from the packages chinesecalendar and holidays by `python -m tools.build.seed_calendar`: do not
edit. One line per year and holiday: days off as MMDD or MMDD-MMDD, make-up workdays with a +. Then one line
per year with the dates of 春节 (its first day), 清明节, 端午节 and 中秋节.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

NAMES_EN = {{
{names}
}}

DAYS = """\\
{rows}
"""

LUNAR = """\\
{festivals}
"""


def listed_days() -> Iterator[tuple[dt.date, Literal["off", "work"], str]]:
    """Every listed day as (date, off or work, Chinese name of its holiday), holiday by holiday."""
    for line in DAYS.splitlines():
        year, name, *spans = line.split()
        for span in spans:
            first, _, last = span.lstrip("+").partition("-")
            start, end = _ordinal(year, first), _ordinal(year, last or first)
            for number in range(start, end + 1):
                yield dt.date.fromordinal(number), "work" if span[0] == "+" else "off", name


def _ordinal(year: str, month_day: str) -> int:
    return dt.date(int(year), int(month_day[:2]), int(month_day[2:])).toordinal()


def _festivals() -> dict[int, tuple[dt.date, ...]]:
    """The dates of a year's 春节, 清明节, 端午节 and 中秋节."""
    found = {{}}
    for line in LUNAR.splitlines():
        year, *dates = line.split()
        found[int(year)] = tuple(dt.date.fromordinal(_ordinal(year, date)) for date in dates)
    return found


FESTIVALS = _festivals()
'''


def render(last_year: int | None = None) -> str:
    """The text of seed_days.py, up to `last_year` or to the last year that the package knows."""
    from chinese_calendar import constants

    off, work = _named(constants.holidays), _named(constants.workdays) | CORRECTIONS
    first, last = min(off).year, min(max(off).year, last_year or dt.MAXYEAR)
    rows = "\n".join(line for year in range(first, last + 1) for line in _year_lines(year, off, work))
    names = "\n".join(f'    "{zh}": "{en}",' for zh, en in NAMES.values())
    festivals = "\n".join(_festivals(year) for year in range(first, LAST_FESTIVALS + 1))
    return HEADER.format(
        first=first, last=last, names=names, rows=rows, lunar=LAST_FESTIVALS, festivals=festivals
    )


def _festivals(year: int) -> str:
    from holidays.calendars.chinese import _ChineseLunisolar

    calendar = _ChineseLunisolar()
    found = (
        calendar.lunar_new_year_date(year),
        calendar.qingming_date(year),
        calendar.dragon_boat_date(year),
        calendar.mid_autumn_date(year),
    )
    return " ".join([str(year), *(f"{date:%m%d}" for date, _ in found if date)])


def _named(days: Mapping[dt.date, str]) -> dict[dt.date, str]:
    return {date: NAMES[name][0] for date, name in days.items()}


def _year_lines(year: int, off: dict[dt.date, str], work: dict[dt.date, str]) -> Iterator[str]:
    for name, _ in NAMES.values():
        holidays = sorted(d for d, n in off.items() if n == name and d.year == year)
        made_up = sorted(d for d, n in work.items() if n == name and d.year == year)
        spans = [*_spans(holidays), *(f"+{date:%m%d}" for date in made_up)]
        if spans:
            yield " ".join([str(year), name, *spans])


def _spans(dates: list[dt.date]) -> Iterator[str]:
    """Neighbouring dates as MMDD-MMDD."""
    for _, run in groupby(enumerate(dates), lambda pair: pair[1].toordinal() - pair[0]):
        days = [f"{date:%m%d}" for _, date in run]
        yield days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or with --check only compare it; the exit code is 1 when it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args(arguments).check
    wanted = render()
    fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == wanted
    if check:
        print(f"{TARGET.name}: {'up to date' if fresh else 'stale'}")
        return 0 if fresh else 1
    TARGET.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
