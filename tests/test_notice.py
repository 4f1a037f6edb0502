"""Yearly notices: everything official is read, nothing is guessed."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest

from xl_collab.project.calendar.notice import parse_notice
from xl_collab.project.calendar.workdays import Calendar

CLOSING = """
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
国务院办公厅
2025年11月4日
"""
OPENING = """国务院办公厅关于{year}年
部分节假日安排的通知
国办发明电〔{before}〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
"""
BODIES = {
    2006: """一、元旦：1月1日—3日放假，共3天。其中1月1日为法定假日，
将12月31日(星期六)、1月1日(星期日)两个公休日调至1月2日(星期一)、3日(星期二)，
12月31日(星期六)上班。
二、春节：1月29日—2月4日(即农历大年初一至初七)放假，共7天。其中，29日、30日、31日为法定假日，
将1月28日(星期六)、29日(星期日)、2月5日(星期日)三个公休日调至2月1日(星期三)、2日(星期四)、3日(星期五)，
2月4日(星期六)照常公休，1月28日、2月5日上班。
三、“五一”：5月1日—7日放假，共7天。其中，1日、2日、3日为法定假日，
将4月29日(星期六)、30日(星期日)两个公休日调至5月4日(星期四)、5日(星期五)，
5月6日(星期六)、7日(星期日)照常公休，4月29日、30日上班。
四、“十一”：10月1日—7日放假，共7天。其中，1日、2日、3日为法定假日，
将9月30日(星期六)、10月1日(星期日)、8日(星期日)三个公休日调至10月4日(星期三)、5日(星期四)、6日(星期五)，10月7日(星期六)照常公休，9月30日、10月8日上班。""",
    2008: """一、元旦：2007年12月30日－2008年1月1日放假，共3天。其中，
1月1日（星期二）为法定节假日，12月30日（星期日）为公休日，
12月29日（星期六）公休日调至12月31日（星期一），12月29日（星期六）上班。
二、春节：2月6日－12日（农历除夕至正月初六）放假，共7天。其中，2月6日（除夕）、2月7日（春节）、2月8日（正月初二）为法定节假日，2月9日（星期六）、2月10日（星期日）照常公休，2月2日（星期六）、2月3日（星期日）两个公休日调至2月11日（星期一）、2月12日（星期二），2月2日、2月3日上班。
三、清明节：4月4日－6日放假，共3天。其中，4月4日（清明节）为法定节假日，4月5日（星期六）、4月6日（星期日）照常公休。
四、“五一”国际劳动节：5月1日－3日放假，共3天。其中，5月1日为法定节假日，5月3日（星期六）为公休日，5月4日（星期日）公休日调至5月2日（星期五），5月4日（星期日）上班。
五、端午节：6月7日－9日放假，共3天。其中，6月7日（星期六）为公休日，6月8日（农历五月初五，端午节）为法定节假日，6月8日（星期日）公休日调至6月9日（星期一）。
六、中秋节：9月13日－15日放假，共3天。其中，9月13日（星期六）为公休日，9月14日（农历八月十五，中秋节）为法定节假日，9月14日（星期日）公休日调至9月15日（星期一）。
七、国庆节：9月29日－10月5日放假，共7天。其中，10月1日、2日、3日为法定节假日，9月27日（星期六）、9月28日（星期日）两个公休日调至9月29日（星期一）、30日（星期二），9月27日、9月28日上班，10月4日（星期六）、5日（星期日）照常公休。""",
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    2024: """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
}


def notice_text(year: int) -> str:
    return OPENING.format(year=year, before=year - 1) + BODIES[year] + CLOSING


def full_width(text: str) -> str:
    digits = str.maketrans("0123456789():,-", "０１２３４５６７８９（）：，－")
    return text.translate(digits)


def days_of(year: int) -> list[dt.date]:
    return [dt.date(year, 1, 1) + dt.timedelta(n) for n in range(365 + (year % 4 == 0))]


@pytest.mark.parametrize("write", [str, full_width])
@pytest.mark.parametrize("year", BODIES)
def test_a_real_notice_gives_the_official_calendar_of_its_year_day_by_day(year, write):
    notice = parse_notice(write(notice_text(year)))
    calendar = Calendar.from_days(notice.days)
    wrong = [day for day in days_of(year) if calendar.is_workday(day) != chinese_calendar.is_workday(day)]
    # The notice of 2006 follows that of 2007 for its own last days.
    expected = [dt.date(2006, 12, 30), dt.date(2006, 12, 31)] if year == 2006 else []
    assert (notice.year, notice.unread, wrong) == (year, (), expected)
    assert {day.source for day in notice.days} == {"official"}


@pytest.mark.parametrize(("year", "kind"), [(2006, "work"), (2023, "off")])
def test_the_new_year_holiday_reaches_into_the_december_before(year, kind):
    eve = dt.date(year - 1, 12, 31)
    assert [day.kind for day in parse_notice(notice_text(year)).days if day.date == eve] == [kind]


def test_the_year_may_be_given_and_every_holiday_may_stand_in_one_line():
    one_line = BODIES[2026].replace("\n", "")
    assert parse_notice(one_line, 2026).days == parse_notice(notice_text(2026)).days


def test_wrapped_lines_and_spaces_change_nothing():
    wrapped = notice_text(2026).replace("放假调休", "放假\n调休").replace("月", " 月 ")
    assert parse_notice(wrapped).days == parse_notice(notice_text(2026)).days


def test_names_are_those_of_the_notice():
    names = {day.date: day.name for day in parse_notice(notice_text(2023)).days}
    assert names[dt.date(2023, 10, 7)] == "中秋节、国庆节"
    assert names[dt.date(2022, 12, 31)] == "元旦"


def test_advice_to_grant_leave_is_a_remark_and_no_day_off():
    notice = parse_notice(notice_text(2024))
    assert [remark[:5] for remark in notice.remarks] == ["春节：鼓励"]
    assert dt.date(2024, 2, 9) not in {day.date for day in notice.days}


def test_a_break_over_the_year_end_says_its_years():
    text = "一、元旦：2024年12月30日至次年1月1日放假调休，共3天。"
    dates = [day.date for day in parse_notice(text, 2025).days]
    assert dates == [dt.date(2024, 12, 30), dt.date(2024, 12, 31), dt.date(2025, 1, 1)]


def test_a_december_without_year_is_told_by_its_weekday():
    text = "元旦：12月31日（周三）至1月2日（周五）放假调休，共3天。"
    assert [str(day.date) for day in parse_notice(text, 2026).days] == [
        "2025-12-31",
        "2026-01-01",
        "2026-01-02",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "1月1日（周五）至3日（周六）放假调休，共3天",  # 2026-01-01 is a Thursday
        "1月1日（周四）至3日（周六）放假调休，共4天",  # three days, not four
        "12月31日至1月2日放假，共3天",  # December of which year?
        "1月1日左右放假",
        "2月30日放假",
        "1月3日至1日放假",
        "1日放假",
        "放假安排另行通知",
        "除1月2日外，1月1日至3日放假",
    ],
)
def test_what_is_wrong_or_open_is_unread_and_gives_no_day(sentence):
    notice = parse_notice(f"一、元旦：{sentence}。", 2026)
    assert (notice.days, notice.unread) == ((), (f"元旦：{sentence.translate(HALF)}",))


HALF = str.maketrans("（），", "(),")


def test_one_bad_sentence_does_not_spoil_the_others():
    notice = parse_notice("五、端午节：6月19日（周五）至21日（周日）放假，共3天。6月27日（周日）上班。", 2026)
    assert [day.date.day for day in notice.days] == [19, 20, 21]
    assert notice.unread == ("端午节：6月27日(周日)上班",)


def test_a_day_both_off_and_working_is_unread():
    notice = parse_notice("中秋节：9月25日至27日放假。国庆节：9月27日（周日）上班，10月1日至7日放假。", 2026)
    assert [day.date.month for day in notice.days] == [9, 9, 9]
    assert notice.unread == ("国庆节：9月27日(周日)上班,10月1日至7日放假",)


def test_days_off_outside_a_holidays_paragraph_are_unread():
    notice = parse_notice("1月1日放假。" + BODIES[2026], 2026)
    assert notice.unread == ("1月1日放假",)


def test_a_year_that_contradicts_the_text_leaves_everything_unread():
    notice = parse_notice(notice_text(2025), 2026)
    assert (notice.days, len(notice.unread)) == ((), 6)


def test_without_a_year_nothing_is_read():
    notice = parse_notice(BODIES[2024])
    assert (notice.year, notice.days, len(notice.unread)) == (None, (), 7)


def test_text_that_is_no_notice_has_nothing_to_say():
    assert parse_notice("本周例会纪要", 2026).days == ()
