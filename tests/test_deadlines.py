"""时间节点: every way of writing a date, and what must not be guessed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from xl_collab.project.timing.deadlines import (
    REASONS,
    Blank,
    FixedDate,
    Unreadable,
    describe,
    parse_date,
    parse_deadline,
)

D, T, DT = dt.date, dt.time, dt.datetime
THE_EIGHTH = FixedDate(D(2023, 10, 8))
AT_FIVE = FixedDate(D(2023, 10, 8), T(17))


# fixed dates


@pytest.mark.parametrize(
    "value",
    [
        "2023-10-8",
        "2023-10-08",
        "2023.10.8",
        "2023/10/8",
        "2023年10月8日",
        "2023年10月8号前",
        " 2023 年 10 月 8 日 ",
        "２０２３－１０－０８",
        "2023—10—08",
        "２０２３年１０月８日",
        "二〇二三年十月八日",
        "二零二三年十月八日",
        "二零二三年十月零八日",
        "二○二三年十月八日",
        "二O二三年十月八日",
        "20231008",
        "2023-10-08之前",
        "2023-10-08以前",
        "by 2023-10-08",
        "截止2023-10-08",
        "2023-10-08（周日）",
        "2023年10月8日星期天前",
        "2023-10-08 (Sun)",
        "8 October 2023",
        "Oct 8th, 2023",
        "2023-10-08 24:00",
        "2023-10-08下班前",
        "2023-\u200b10-08",
        20231008,
        45207,
        45207.0,
        np.int64(45207),
        D(2023, 10, 8),
        DT(2023, 10, 8),
        pd.Timestamp(2023, 10, 8),
        np.datetime64("2023-10-08"),
        np.datetime64("2023-10-08T00:00:00.000000000"),
    ],
)
def test_ways_to_write_the_eighth_of_october(value):
    assert parse_deadline(value) == THE_EIGHTH


@pytest.mark.parametrize(
    "value",
    [
        "2023-10-08 17:00",
        "2023-10-08T17:00:00",
        "2023年10月8日17:00前",
        "2023年10月8日 17：00 之前",
        "2023年10月8日下午5点前",
        "2023年10月8日下午五点",
        "2023年10月8日17时",
        "2023-10-08 by 17:00",
        "by 2023-10-08 5pm",
        "2023-10-08 下午17:00",
        45207.708333333336,
        DT(2023, 10, 8, 17),
        DT(2023, 10, 8, 16, 59, 59, 999_997),
    ],
)
def test_ways_to_write_five_in_the_afternoon(value):
    assert parse_deadline(value) == AT_FIVE


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("17时30分", T(17, 30)),
        ("下午5点半", T(17, 30)),
        ("9点", T(9)),
        ("上午9点15分", T(9, 15)),
        ("中午", T(12)),
        ("中午12点", T(12)),
        ("中午1点", T(13)),
        ("12am", T(0)),
        ("noon", T(12)),
        ("12:30 p.m.", T(12, 30)),
        ("晚上8点整", T(20)),
        ("05:00", T(5)),
        ("23:59:58", T(23, 59, 58)),
    ],
)
def test_times(text, time):
    assert parse_deadline(f"2023-10-08 {text}") == FixedDate(D(2023, 10, 8), time)


@pytest.mark.parametrize(
    ("text", "near", "date"),
    [
        ("10月8日", D(2023, 10, 20), D(2023, 10, 8)),
        ("11月30日前", D(2023, 11, 1), D(2023, 11, 30)),
        ("十一月三十日前", D(2023, 11, 1), D(2023, 11, 30)),
        ("1月5日", D(2023, 12, 20), D(2024, 1, 5)),
        ("12月28日", D(2024, 1, 10), D(2023, 12, 28)),
        ("2月29日", D(2023, 3, 1), D(2024, 2, 29)),
        ("2月29日", D(1900, 3, 1), D(1904, 2, 29)),
        ("10月8日", DT(2023, 10, 20, 9), D(2023, 10, 8)),
        ("8 Oct", D(2023, 10, 20), D(2023, 10, 8)),
        ("10月8日", D.max, D(9999, 10, 8)),
    ],
)
def test_a_date_without_year_takes_the_nearest_and_says_so(text, near, date):
    assert parse_deadline(text, near=near) == FixedDate(date, year_inferred=True)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("10.8", "ambiguous"),
        ("8/10/2023", "ambiguous"),
        ("10/8", "ambiguous"),
        ("23-10-8", "ambiguous"),
        ("周一", "ambiguous"),
        ("2023-10-08 5点", "ambiguous"),
        ("每周一5点前", "ambiguous"),
        ("biweekly on Friday", "ambiguous"),
        (202310, "ambiguous"),
        (2023108, "ambiguous"),
        ("2023-02-30", "impossible"),
        ("2023-02-29", "impossible"),
        ("2023-13-01", "impossible"),
        ("2023-10-08 25:00", "impossible"),
        ("2023-10-08 上午17点", "impossible"),
        ("每月32日", "impossible"),
        ("每年2月30日", "impossible"),
        ("每周五至周一", "impossible"),
        (20231345, "impossible"),
        (60, "impossible"),
        ("10月", "incomplete"),
        ("2023年10月", "incomplete"),
        ("2023-10", "incomplete"),
        ("每月", "incomplete"),
        ("每周", "incomplete"),
        ("每两周", "incomplete"),
        ("每半年", "incomplete"),
        ("monthly", "incomplete"),
        ("10月8日", "no_year"),
        (-1, "out_of_range"),
        (0, "out_of_range"),
        (9999999999, "out_of_range"),
        (2958466, "out_of_range"),
        (float("inf"), "out_of_range"),
        (DT.max, "out_of_range"),
        ("待定", "pending"),
        ("TBD", "pending"),
        ("2023-10-08（暂定）", "pending"),
        ("2023-10-08至2023-10-10", "range"),
        ("10月8日-10月10日", "range"),
        ("10.8-10.12", "range"),
        ("10月8日-12日", "range"),
        ("启动会后3个工作日", "relative"),
        ("T+5个工作日", "relative"),
        ("before noon after signing", "relative"),
        ("下周一", "relative"),
        ("明天", "relative"),
        ("启动后3个工作日内", "relative"),
        ("next Monday", "relative"),
        ("45207", "serial_text"),
        ("2023-10-08、2023-10-15", "several"),
        ("17:00", "time_only"),
        (T(17), "time_only"),
        (dt.timedelta(hours=5), "time_only"),
        (0.5, "time_only"),
        ("Q4", "vague"),
        ("年底", "no_year"),
        ("月底", "vague"),
        ("尽快", "vague"),
        ("每月初", "vague"),
        ("2023-10-08（周一）", "weekday"),
        ("完成", "unknown"),
        ("=1+1", "unknown"),
        ("每月的", "unknown"),
        ("每周一日报", "unknown"),
        ("2023-10-08 ,," + "," * 100_000, "unknown"),
        (True, "unknown"),
    ],
)
def test_what_must_not_be_guessed(value, reason):
    found = parse_deadline(value)
    assert isinstance(found, Unreadable)
    assert (found.reason, found.text) == (reason, found.text.strip())


def test_every_reason_is_told_in_both_languages():
    for reason in REASONS:
        told = Unreadable("?", reason)
        assert told.explain("zh")
        assert told.explain("zh") != told.explain("en") == told.explain("en").strip()


@pytest.mark.parametrize(
    "value", [None, "", "  ", "\u200b", float("nan"), np.nan, pd.NaT, pd.NA, np.datetime64("NaT", "D")]
)
def test_nothing_is_blank(value):
    assert parse_deadline(value) == Blank()
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("serial", "date"),
    [
        (1, D(1900, 1, 1)),
        (59, D(1900, 2, 28)),
        (61, D(1900, 3, 1)),
        (45207.999999999, D(2023, 10, 9)),
        (2958465, D(9999, 12, 31)),
    ],
)
def test_serials_of_the_1900_system(serial, date):
    assert parse_deadline(serial) == FixedDate(date)


def test_date_columns_take_serials_in_text_but_no_recurrence():
    assert parse_date("45207") == parse_date("45207.75") == parse_date("2023.10.8") == D(2023, 10, 8)
    assert parse_date("10月8日", near=D(2023, 12, 1)) == D(2023, 10, 8)
    assert [parse_date(text) for text in ("每周一", "12", "待定", "10月8日")] == [None] * 4


def test_a_date_without_time_is_due_at_its_end():
    assert THE_EIGHTH.due == DT(2023, 10, 8, 23, 59, 59)
    assert AT_FIVE.due == DT(2023, 10, 8, 17)


# writing and reading back

TIMES = st.none() | st.builds(T, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 30]))
FIXED = st.builds(
    lambda date, time: FixedDate(date, time), st.dates(D(1900, 1, 1)), TIMES.filter(lambda time: time != T(0))
)
LANGS = st.sampled_from(["zh", "en"])


@given(FIXED | st.just(Blank()), LANGS)
def test_what_is_written_reads_back_the_same(deadline, lang):
    assert parse_deadline(describe(deadline, lang)) == deadline


@given(st.text(max_size=40), LANGS)
def test_any_text_has_an_answer_that_reads_back(text, lang):
    found = parse_deadline(text)
    assert parse_deadline(describe(found, lang)) == found
