"""`calendar import` on a real workbook: what is read counts, what is not is told, firms keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from recalculation import cells
from test_notice_kinds import (
    COMPANY_LONGER_BREAK,
    COMPANY_NEW_YEAR,
    LABOUR_DAY_2019,
    NO_TITLE_2026,
    PARTIAL_2027,
)

from xl_collab.hosts.file import FileHost
from xl_collab.plan.project import Project

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
Say = Callable[..., str]


@pytest.fixture
def take(say: Say, sample: Path, tmp_path: Path) -> Say:
    """Import a text as a notice."""

    def run(text: str, *args: object) -> str:
        notice = tmp_path / "通知.txt"
        notice.write_text(text, encoding="utf-8")
        return say("calendar", "import", sample, notice, *args)

    return run


def project(path: Path) -> Project:
    return Project(FileHost(path).read(), date(2026, 1, 5))


def test_a_companys_longer_break_counts_and_is_told_as_the_companys(
    take: Say, say: Say, sample: Path
) -> None:
    assert "2026 年公司通知" in take(COMPANY_LONGER_BREAK)
    told = say("explain", "2026-02-06", "2026-02-28", "--file", sample)
    # 02-07, 02-08, 02-09 to 02-12 and 02-25 to 02-27; 02-14 is off for the company, 02-28 is not made up for
    assert told.splitlines()[0].startswith("2026-02-06 → 2026-02-28：+9 个工作日")
    assert "02-07 周六 至 02-08 周日：公司工作日（春节），计 2" in told
    assert "02-28 周六：公司休息日（春节），1 天不计" in told
    assert "推定" not in told


def test_what_the_company_repeats_is_not_written_again(take: Say, sample: Path) -> None:
    assert "新增 0 天" in take(COMPANY_NEW_YEAR)
    assert project(sample).calendar.official_years >= {2026}


def test_the_companys_choice_outlives_a_second_import_of_the_official_notice(take: Say, sample: Path) -> None:
    take(COMPANY_LONGER_BREAK)
    assert "新增 0 天" in take(NO_TITLE_2026)
    assert not project(sample).calendar.is_workday(date(2026, 2, 28))


def test_an_amendment_that_is_known_changes_nothing(take: Say, sample: Path) -> None:
    before = sample.read_bytes()
    said = take(LABOUR_DAY_2019, "--year", 2019)
    assert "2019 年：新增 0 天" in said
    assert "另有 6 天" in said
    assert sample.read_bytes() == before


def test_what_was_not_understood_is_told_and_its_holiday_stays_estimated(take: Say, sample: Path) -> None:
    said = take(PARTIAL_2027)
    assert "春节：1月31日(周日)、2月14日(周一)上班" in said
    assert "9 天" in said
    sources = {day.date: day.source for day in project(sample).calendar.days}
    assert sources[date(2027, 1, 1)] == "official"
    assert sources[date(2027, 2, 5)] == "estimated"


def test_without_a_year_the_cure_is_named(take: Say) -> None:
    assert "--year" in take("一、元旦：1月1日放假1天。")


def test_a_notice_that_tells_no_issuer_can_be_the_companys(take: Say, sample: Path) -> None:
    take("端午节：6月18日放假。", "--year", 2026, "--company")
    day = project(sample).calendar.listed(date(2026, 6, 18))
    assert day is not None
    assert day.source == "company"


def test_a_half_read_notice_makes_no_year_official(take: Say, say: Say, sample: Path) -> None:
    take(PARTIAL_2027)
    told = say("explain", "2027-05-01", "2027-05-10", "--file", sample)
    # 05-03 and 05-04 are the two days of 劳动节, given back for a weekend; 05-05 to 05-07 and 05-10 count
    assert told.splitlines()[0].startswith("2027-05-01 → 2027-05-10：+4 个工作日")
    assert "推定：2027 年没有完整的官方放假安排" in told
    assert 2027 not in project(sample).calendar.official_years


FULL_2027 = (
    PARTIAL_2027.replace("2月14日（周一）", "2月14日（周日）")
    + """三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天。
六、中秋节：9月15日（周三）放假1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""
)


def test_the_official_notice_takes_the_place_of_the_estimates(take: Say, sample: Path) -> None:
    rows = len(project(sample).table("calendar"))
    take(FULL_2027)
    found = project(sample)
    days = [day for day in found.calendar.days if day.date.year == 2027]
    assert {day.source for day in days} == {"official"}
    assert 2027 in found.calendar.official_years
    # the law had given 13 days and had listed the six weekend days among them with the days given back
    assert len(found.table("calendar")) - rows == len(days) - 19
    assert found.calendar.between(date(2027, 4, 30), date(2027, 5, 10)) == 4


def test_a_guess_that_the_notice_does_not_confirm_is_worked(take: Say, sample: Path) -> None:
    take(
        FULL_2027.replace(
            "5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班", "5月1日（周六）放假1天"
        )
    )
    assert project(sample).calendar.is_workday(date(2027, 5, 3))


def test_an_english_workbook_names_its_holidays_in_english(tmp_path: Path, say: Say) -> None:
    path, notice = tmp_path / "tracker.xlsm", tmp_path / "notice.txt"
    say("new", path, "--lang", "en")
    notice.write_text(FULL_2027, encoding="utf-8")
    say("calendar", "import", path, notice)
    found = project(path).calendar
    assert 2027 in found.official_years
    assert {day.name for day in found.days if day.date == date(2027, 5, 3)} == {"Labour Day"}
    later = FULL_2027.splitlines()[0].replace("关于2027年部分节假日安排", "关于延长2027年春节假期")
    notice.write_text(f"{later}\n一、延长2027年春节假期至2月14日（星期日）。", encoding="utf-8")
    say("calendar", "import", path, notice)
    assert not project(path).calendar.is_workday(date(2027, 2, 14))  # it was made up for


def test_the_next_run_shows_the_new_official_year(take: Say, say: Say, sample: Path) -> None:
    take(FULL_2027)
    say("validate", sample)
    tab = cells(sample.read_bytes())["节假日"]
    assert (tab[3, 4], tab[3, 5]) == (2004, 2027)
    assert "2004–2027" in str(tab[3, 0])


def test_the_whole_official_text_passed_on_by_a_company(take: Say, sample: Path) -> None:
    text = "各部门：\n现转发2027年放假安排：\n" + FULL_2027.partition("\n")[2]
    assert "--official" in take(text)
    assert 2027 not in project(sample).calendar.official_years
    take(text, "--official")
    assert 2027 in project(sample).calendar.official_years
