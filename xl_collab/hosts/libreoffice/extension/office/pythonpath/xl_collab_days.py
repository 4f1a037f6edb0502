"""Working days inside LibreOffice, counted in a table that the user's Python has made.

The same counting as xl_collab's calendar; days are LibreOffice's numbers. What a plain number does not say
beyond doubt is UNKNOWN, and xl_collab itself is asked. Standard library only, Python 3.8; no UNO.
"""

# mypy: ignore-errors
# LibreOffice's own Python runs it; tests hold it against the calendar that it repeats.

from bisect import bisect_left

UNKNOWN = object()
BLANK = None
FIRST, AFTER = 61, 190000
"""Numbers that can be nothing but a day: 1900-03-01 up to 2420; larger ones may be a typed 202310."""
MOST = 200000
"""Working days that a date may be moved by."""
MONDAY = 25573
"""1970-01-05, from which weeks are counted."""


class Days:
    """first   the number of the first listed day
    changes  what listed days add to counting Monday to Friday, from the day before it on
    as_of    the data date
    """

    def __init__(self, first, changes, as_of):
        self.first, self.changes, self.as_of = first, changes, as_of
        self.last = len(changes) - 1
        self.counts = [_weekdays(first - 1 + n) + change for n, change in enumerate(changes)]

    def count(self, day):
        """Working days up to and including a day."""
        place = day - self.first + 1
        if place < 0:
            return _weekdays(day) + self.changes[0]
        if place > self.last:
            return _weekdays(day) + self.changes[-1]
        return self.counts[place]

    def nth(self, count):
        """The first day up to which there are that many."""
        if count <= self.counts[0]:
            return _weekday(count)
        if count > self.counts[-1]:
            return _weekday(count - self.changes[-1])
        return self.first + bisect_left(self.counts, count) - 1


def _weekdays(day):
    weeks, rest = divmod(day - MONDAY, 7)
    return weeks * 5 + min(rest + 1, 5)


def _weekday(count):
    return (count - 1) // 5 * 7 + (count - 1) % 5 + MONDAY


def day_of(value):
    """The day that an argument says, BLANK, or UNKNOWN."""
    kind = type(value)
    if kind is float or kind is int:
        if FIRST <= value < AFTER:
            whole = int(value)
            return whole if value == whole else whole + round((value - whole) * 86400) // 86400
        return BLANK if value == 0 else UNKNOWN
    return BLANK if value is None or value == "" else UNKNOWN


def workdays(days, start, finish):
    start, finish = day_of(start), day_of(finish)
    if start is UNKNOWN or finish is UNKNOWN:
        return UNKNOWN
    if start is BLANK or finish is BLANK:
        return ""
    return float(days.count(finish) - days.count(start))


def add_workdays(days, day, number):
    day = day_of(day)
    if number is None or number == "":
        return UNKNOWN if day is UNKNOWN else ""
    if day is UNKNOWN or type(number) not in (int, float) or not -MOST < number < MOST:
        return UNKNOWN
    steps = int(number)
    if steps != number:
        return UNKNOWN
    if day is BLANK:
        return ""
    if steps == 0:
        return float(day)
    back = steps < 0
    found = days.nth(days.count(day - back) + steps + back)
    return float(found) if FIRST <= found < AFTER else UNKNOWN


def is_workday(days, day):
    day = day_of(day)
    if day is UNKNOWN:
        return UNKNOWN
    return "" if day is BLANK else days.count(day) > days.count(day - 1)


def variance(days, baseline, compared=None):
    baseline, compared = day_of(baseline), day_of(compared)
    if baseline is UNKNOWN or compared is UNKNOWN:
        return UNKNOWN
    if baseline is BLANK:
        return ""
    if compared is BLANK:
        if baseline >= days.as_of:
            return ""
        compared = days.as_of
    return float(days.count(compared) - days.count(baseline))


ANSWERS = {
    "workdays": workdays,
    "addworkdays": add_workdays,
    "isworkday": is_workday,
    "variance": variance,
}
"""The functions that plain days answer; each takes the table and its arguments."""
