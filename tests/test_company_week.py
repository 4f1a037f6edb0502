"""`calendar week`: six-day weeks and 大小周 as company workdays; Saturdays read off a wall calendar."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from test_calendar_command import FULL_2027

from xl_collab.documents.packet.content import issue, packets
from xl_collab.documents.packet.sheet import base_of, draw_packet
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.plan.project import Project

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
Say = Callable[..., str]
D = date


@pytest.fixture
def week(say: Say, sample: Path) -> Say:
    def run(first: str, last: str, *args: object, code: int = 0) -> str:
        return say("calendar", "week", sample, "--from", first, "--to", last, *args, code=code)

    return run


def company(path: Path) -> dict[date, str]:
    """Date → kind of the company's days that count."""
    calendar = Project(FileHost(path).read(), D(2026, 1, 5)).calendar
    return {day.date: day.kind for day in calendar.days if day.source == "company"}


def test_saturdays_are_worked_but_for_official_days_off(week: Say, sample: Path) -> None:
    said = week("2026-09-01", "2026-10-31", "--days", 6)
    saturdays = [*(D(2026, 9, day) for day in (5, 12, 19)), *(D(2026, 10, day) for day in (17, 24, 31))]
    assert company(sample) == dict.fromkeys(saturdays, "work")
    assert "新增 6 天" in said
    assert "2026-09-26" in said  # 中秋节
    assert "2026-10-03" in said  # 国庆节; 10-10 is made up for anyway


def test_seven_days_are_sundays_too(week: Say, sample: Path) -> None:
    week("2026-11-02", "2026-11-15", "--days", 7)
    assert list(company(sample)) == [D(2026, 11, 7), D(2026, 11, 8), D(2026, 11, 14), D(2026, 11, 15)]


@pytest.mark.parametrize(
    ("first", "worked"),
    [
        ("big", [D(2026, 11, 7), D(2026, 11, 21)]),
        ("大", [D(2026, 11, 7), D(2026, 11, 21)]),
        ("small", [D(2026, 11, 14), D(2026, 11, 28)]),
        ("小周", [D(2026, 11, 14), D(2026, 11, 28)]),
    ],
)
def test_every_other_saturday(week: Say, sample: Path, first: str, worked: list[date]) -> None:
    """The week of the first day is the first week, also where it begins in its middle."""
    week("2026-11-05", "2026-11-30", "--pattern", "大小周", "--first", first)
    assert list(company(sample)) == worked


def test_they_are_explained_as_the_companys(week: Say, say: Say, sample: Path) -> None:
    week("2026-11-02", "2026-11-30", "--days", 6)
    told = say("explain", "2026-11-06", "2026-11-09", "--file", sample)
    assert told.splitlines()[0].startswith("2026-11-06 → 2026-11-09：+2 个工作日")
    assert "11-07 周六：公司工作日（六天工作制），计 1" in told


def test_back_to_five_days(week: Say, sample: Path) -> None:
    week("2026-11-02", "2026-11-30", "--days", 6)
    week("2026-11-16", "2026-11-30", "--days", 5)
    worked = [day for day, kind in company(sample).items() if kind == "work"]
    assert worked == [D(2026, 11, 7), D(2026, 11, 14)]


def test_a_second_run_writes_nothing(week: Say, sample: Path) -> None:
    week("2026-11-02", "2026-11-30", "--days", 6)
    before = sample.read_bytes()
    assert "新增 0 天" in week("2026-11-02", "2026-11-30", "--days", 6)
    assert sample.read_bytes() == before


def test_from_six_days_to_every_other_week(week: Say, sample: Path) -> None:
    week("2026-11-02", "2026-11-30", "--days", 6)
    week("2026-11-02", "2026-11-30", "--pattern", "big-small", "--first", "small")
    assert [day for day, kind in company(sample).items() if kind == "work"] == [
        D(2026, 11, 14),
        D(2026, 11, 28),
    ]


def test_a_companys_own_day_off_stays(say: Say, week: Say, sample: Path, tmp_path: Path) -> None:
    notice = tmp_path / "通知.txt"
    notice.write_text(
        "关于2026年公司年会放假的通知\n全体员工：\n11月14日（星期六）放假1天。", encoding="utf-8"
    )
    say("calendar", "import", sample, notice)
    week("2026-11-02", "2026-11-30", "--days", 6)
    assert company(sample)[D(2026, 11, 14)] == "off"


def test_an_official_notice_that_comes_later_wins(say: Say, week: Say, sample: Path, tmp_path: Path) -> None:
    week("2027-01-01", "2027-12-31", "--days", 6)
    calendar = Project(FileHost(sample).read(), D(2026, 1, 5)).calendar
    assert not calendar.is_workday(D(2027, 5, 1))  # a Saturday that the law makes a day off
    assert calendar.is_workday(D(2027, 2, 13))
    notice = tmp_path / "通知.txt"
    notice.write_text(FULL_2027, encoding="utf-8")
    say("calendar", "import", sample, notice)
    calendar = Project(FileHost(sample).read(), D(2026, 1, 5)).calendar
    assert not calendar.is_workday(D(2027, 2, 13))  # the last day of 春节
    assert calendar.is_workday(D(2027, 2, 20))


def test_a_dry_run_writes_nothing_and_json_lists_the_days(week: Say, sample: Path) -> None:
    before = sample.read_bytes()
    found = json.loads(week("2026-11-02", "2026-11-15", "--days", 6, "--dry-run", "--json"))
    assert sample.read_bytes() == before
    assert found["worked"] == ["2026-11-07", "2026-11-14"]
    assert found["off"] == []
    assert found["kept_off"] == []


def test_a_packet_counts_the_same_days(week: Say, sample: Path) -> None:
    week("2023-11-01", "2023-12-31", "--days", 6)
    made = Project(FileHost(sample).read(), D(2023, 11, 13))
    (packet,) = packets(made, ["研发部"]).data
    sending = issue(packet, "K7QX2M5RTVWZ3N4P", 1, base_of(made, packet))
    drawn = draw_packet(made, packet, sending, created=datetime(2023, 11, 13))
    sent = Project(read_book(Package.from_bytes(drawn)), D(2023, 11, 13)).calendar
    assert sent.between(D(2023, 11, 13), D(2023, 11, 27)) == 12  # ten weekdays, Saturdays 11-18 and 11-25


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--days", 8),
        ("--days", 6, "--pattern", "大小周", "--first", "big"),
        ("--pattern", "大小周"),
        ("--pattern", "四天", "--first", "big"),
        ("--pattern", "大小周", "--first", "中"),
    ],
)
def test_what_is_not_said_clearly_is_asked_for(week: Say, sample: Path, words: tuple[object, ...]) -> None:
    before = sample.read_bytes()
    assert "--days" in week("2026-11-02", "2026-11-30", *words, code=2)
    assert sample.read_bytes() == before


def test_a_span_the_wrong_way_round_is_refused(week: Say) -> None:
    assert "2026-11-30" in week("2026-11-30", "2026-11-02", "--days", 6, code=2)
