"""Notices other than the State Council's yearly one: amending, without a title, of a company.

What each means was written down by hand from its text. For two amended years the whole year is compared
with chinesecalendar, which was made by other people from the same notices.
"""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest
from effort import effort
from hypothesis import given, strategies as st

from xl_collab.project.calendar.notice import HolidayNotice, parse_notice
from xl_collab.project.calendar.workdays import Calendar, Day

D = dt.date

LABOUR_DAY_2019 = """国务院办公厅关于调整2019年劳动节假期安排的通知
国办发明电〔2019〕3号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2019年劳动节假期调整安排通知如下。
一、2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。
二、各地区、各部门要按照调整后的劳动节假期安排，及早做好工作。
国务院办公厅
2019年3月22日
"""
VICTORY_DAY_2015 = """国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知
国发明电〔2015〕1号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
2015年是中国人民抗日战争暨世界反法西斯战争胜利70周年。为使全国人民广泛参与中央及各地区各部门举行的纪念活动，2015年9月3日全国放假1天。为方便公众安排假日期间生产生活，特作如下调休：
9月3日至5日调休放假，共3天。其中9月3日（星期四）放假，9月4日（星期五）调休，9月6日（星期日）上班。
调休放假期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院
2015年5月13日
"""
SPRING_FESTIVAL_2020 = """国务院办公厅关于延长2020年春节假期的通知
国办发明电〔2020〕1号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，为加强新型冠状病毒感染的肺炎疫情防控工作，有效减少人员聚集，阻断疫情传播，更好保障人民群众生命安全和身体健康，现将延长2020年春节假期的具体安排通知如下。
一、延长2020年春节假期至2月2日（农历正月初九，星期日），2月3日（星期一）起正常上班。
二、各地大专院校、中小学、幼儿园推迟开学，具体时间由教育部门另行通知。
三、疫情防控不能休假的职工，应根据《中华人民共和国劳动法》规定安排补休，未休假期的工资报酬应按照有关政策保障落实。
国务院办公厅
2020年1月26日
"""
NO_TITLE_2026 = """国办发明电〔2025〕7号
各省、自治区、直辖市人民政府,国务院各部委、各直属机构:
经国务院批准,现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
  一、元旦:1月1日（周四）至3日（周六）放假调休,共3天。1月4日（周日）上班。
  二、春节:2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休,共9天。2月14日（周六）、2月28日（周六）上班。
  三、清明节:4月4日（周六）至6日（周一）放假,共3天。
  四、劳动节:5月1日（周五）至5日（周二）放假调休,共5天。5月9日（周六）上班。
  五、端午节:6月19日（周五）至21日（周日）放假,共3天。
  六、中秋节:9月25日（周五）至27日（周日）放假,共3天。
  七、国庆节:10月1日（周四）至7日（周三）放假调休,共7天。9月20日（周日）、10月10日（周六）上班。
  鼓励单位和个人结合落实带薪年休假等制度,实际形成较长假期,推动错峰出行。
"""
COMPANY_NEW_YEAR = """关于2026年元旦放假的通知
所内各部门：
根据《国务院办公厅关于2026年部分节假日安排的通知》（国办发明电〔2025〕7号），2026年元旦放假时间为1月1日（星期四）至1月3日（星期六），共3天。1月4日（星期日）调休上班。
放假期间，各部门要妥善安排好假期工作。
综合办公室
2025年12月29日
"""
COMPANY_LONGER_BREAK = """关于2026年春节放假安排的通知
公司各部门：
结合公司实际，现将2026年春节放假安排通知如下：
一、放假时间：2026年2月13日（腊月二十六）至2月24日（正月初八），共12天，2月25日（正月初九）正式上班。
二、2月28日（星期六）不补班。
三、节前2月7日（星期六）、2月8日（星期日）正常上班。
人力资源部
2026年1月20日
"""
PARTIAL_2027 = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历腊月二十九、周五）至13日（农历正月初七、周六）放假调休，共9天。1月31日（周日）、2月14日（周一）上班。
"""


def span(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(n) for n in range((last - first).days + 1)]


def off(notice: HolidayNotice) -> list[dt.date]:
    return [day.date for day in notice.days if day.kind == "off"]


def work(notice: HolidayNotice) -> list[dt.date]:
    return [day.date for day in notice.days if day.kind == "work"]


def sources(notice: HolidayNotice) -> set[str]:
    return {day.source for day in notice.days}


def days(kind: str, name: str, *dates: dt.date) -> list[Day]:
    return [Day(date, kind, name, "official") for date in dates]


# amending notices


def test_an_amended_labour_day_is_read_without_a_paragraph_of_its_own() -> None:
    notice = parse_notice(LABOUR_DAY_2019)
    assert (notice.year, notice.unread) == (2019, ())
    assert off(notice) == span(D(2019, 5, 1), D(2019, 5, 4))
    assert work(notice) == [D(2019, 4, 28), D(2019, 5, 5)]
    assert {day.name for day in notice.days} == {"劳动节"}
    assert sources(notice) == {"official"}


def test_the_day_of_victory_is_read_with_its_year_from_the_text() -> None:
    notice = parse_notice(VICTORY_DAY_2015)
    assert (notice.year, notice.unread) == (2015, ())
    assert off(notice) == span(D(2015, 9, 3), D(2015, 9, 5))
    assert work(notice) == [D(2015, 9, 6)]
    assert {day.name for day in notice.days} == {"抗战胜利70周年纪念日"}


def test_a_longer_holiday_takes_back_the_make_up_day_that_lies_in_it() -> None:
    earlier = Calendar.from_days(
        days("off", "春节", *span(D(2020, 1, 24), D(2020, 1, 30)))
        + days("work", "春节", D(2020, 1, 19), D(2020, 2, 1))
    )
    notice = parse_notice(SPRING_FESTIVAL_2020, known=earlier)
    after = Calendar.from_days([*earlier.days, *notice.days])
    spring = span(D(2020, 1, 15), D(2020, 2, 10))
    assert notice.unread == ()
    assert [d for d in spring if after.is_workday(d) != chinese_calendar.is_workday(d)] == []


def test_a_longer_holiday_of_which_nothing_is_known_is_not_guessed() -> None:
    notice = parse_notice(SPRING_FESTIVAL_2020)
    assert notice.days == ()
    assert any("延长2020年春节假期至2月2日" in sentence for sentence in notice.unread)


def test_an_amendment_takes_the_place_of_what_the_holiday_had_before() -> None:
    earlier = Calendar.from_days(
        days("off", "劳动节", *span(D(2019, 4, 29), D(2019, 5, 1))) + days("work", "劳动节", D(2019, 4, 27))
    )
    after = Calendar.from_days([*earlier.days, *parse_notice(LABOUR_DAY_2019, known=earlier).days])
    spring = span(D(2019, 4, 20), D(2019, 5, 12))
    assert [d for d in spring if after.is_workday(d) != chinese_calendar.is_workday(d)] == []


@pytest.mark.parametrize(
    ("sentence", "off_days", "work_days"),
    [
        ("原定5月9日（周六）上班调整为5月10日（周日）上班", [D(2026, 5, 9)], [D(2026, 5, 10)]),
        ("将5月9日（周六）公休日调至5月6日（周三）", [D(2026, 5, 6)], [D(2026, 5, 9)]),
        ("5月6日（周三）调至5月9日（周六）上班", [D(2026, 5, 6)], [D(2026, 5, 9)]),
        ("5月6日（周三）与5月9日（周六）对调", [D(2026, 5, 6)], [D(2026, 5, 9)]),
        ("5月6日（周三）调休至5月9日（周六）上班", [D(2026, 5, 6)], [D(2026, 5, 9)]),
        ("原定5月2日（周六）至5日放假调整为5月1日至4日放假", span(D(2026, 5, 1), D(2026, 5, 4)), []),
        ("原定5月9日（周六）上班调整为5月10日（周日）", [D(2026, 5, 9)], [D(2026, 5, 10)]),
        ("5月9日（周六）补班", [], [D(2026, 5, 9)]),
        ("5月9日（周六）不再补班", [D(2026, 5, 9)], []),
        ("5月9日（周六）不上班", [D(2026, 5, 9)], []),
        ("取消5月9日（周六）补班", [D(2026, 5, 9)], []),
        ("5月9日（周六）取消补班", [D(2026, 5, 9)], []),
        ("5月1号至3号放假三天", span(D(2026, 5, 1), D(2026, 5, 3)), []),
        ("自2026年5月1日起至5月3日止放假", span(D(2026, 5, 1), D(2026, 5, 3)), []),
        ("2026.5.1-2026.5.3放假", span(D(2026, 5, 1), D(2026, 5, 3)), []),
        ("补班日期：5月9日（周六）、5月10日（周日）", [], [D(2026, 5, 9), D(2026, 5, 10)]),
    ],
)
def test_the_words_of_a_change(sentence: str, off_days: list[dt.date], work_days: list[dt.date]) -> None:
    notice = parse_notice(f"公司各部门：\n关于2026年劳动节放假的通知\n{sentence}。")
    assert notice.unread == ()
    assert (off(notice), work(notice)) == (off_days, work_days)


@pytest.mark.parametrize(
    "sentence",
    [
        "车间5月1日照常上班",
        "生产部门：5月1日放假",
        "除车间外，5月1日放假",
        "5月1日下午放假半天",
        "5月1日左右放假",
        "5月6日（周三）调至5月7日（周四）",
        "5月9日（周六）调休",
        "请各部门于4月20日前报送值班表",
        "5月1日（周六）放假",
        "4月31日放假",
    ],
)
def test_what_is_not_sure_is_listed_and_changes_nothing(sentence: str) -> None:
    notice = parse_notice(f"公司各部门：\n关于2026年劳动节放假的通知\n{sentence}。")
    assert notice.days == ()
    assert len(notice.unread) == 1
    assert sentence.translate(str.maketrans("（），：", "(),:")) in notice.unread[0]


# without a title, in other brackets


@pytest.mark.parametrize(
    "text",
    [
        NO_TITLE_2026,
        NO_TITLE_2026.replace("（", "【").replace("）", "】"),
        NO_TITLE_2026.replace("一、元旦:", "一、【元旦】").replace("二、春节:", "【春节】："),
        NO_TITLE_2026.replace("五、端午节:", "五、端午节 "),
        NO_TITLE_2026.replace("上班", "补班"),
    ],
)
def test_a_notice_without_its_title_is_read_whole(text: str) -> None:
    notice = parse_notice(text)
    calendar = Calendar.from_days(notice.days)
    assert (notice.year, notice.unread) == (2026, ())
    year = span(D(2026, 1, 1), D(2026, 12, 31))
    assert [d for d in year if calendar.is_workday(d) != chinese_calendar.is_workday(d)] == []
    assert sources(notice) == {"official"}


# a company's own


def test_a_companys_notice_gives_company_days() -> None:
    notice = parse_notice(COMPANY_NEW_YEAR)
    assert (notice.year, notice.unread) == (2026, ())
    assert off(notice) == span(D(2026, 1, 1), D(2026, 1, 3))
    assert work(notice) == [D(2026, 1, 4)]
    assert {(day.name, day.source) for day in notice.days} == {("元旦", "company")}


def test_a_longer_break_with_its_own_make_up_days() -> None:
    notice = parse_notice(COMPANY_LONGER_BREAK)
    assert notice.unread == ()
    assert off(notice) == [*span(D(2026, 2, 13), D(2026, 2, 24)), D(2026, 2, 28)]
    assert work(notice) == [D(2026, 2, 7), D(2026, 2, 8)]
    assert {(day.name, day.source) for day in notice.days} == {("春节", "company")}


def test_a_companys_days_need_no_holiday() -> None:
    notice = parse_notice("关于2026年公司年会放假的通知\n全体员工：\n3月13日（星期五）放假1天。\n行政部")
    assert [(day.date, day.source) for day in notice.days] == [(D(2026, 3, 13), "company")]


def test_who_issued_it_can_be_said() -> None:
    assert sources(parse_notice("春节：2月16日至20日放假。", 2026)) == {"official"}
    assert sources(parse_notice("春节：2月16日至20日放假。", 2026, source="company")) == {"company"}


def test_an_official_text_that_a_company_passes_on_can_be_called_official() -> None:
    passed_on = "各部门：\n现转发2026年放假安排：\n" + NO_TITLE_2026[NO_TITLE_2026.index("  一、") :]
    assert sources(parse_notice(passed_on)) == {"company"}
    assert sources(parse_notice(passed_on, source="official")) == {"official"}


# no sentence with a date vanishes


def test_every_sentence_with_a_date_is_read_or_listed() -> None:
    text = (
        NO_TITLE_2026
        + "节假日期间，各地区要做好工作。12月5日（周六）另有安排。\n国务院办公厅\n2025年11月4日\n"
    )
    assert parse_notice(text).unread == ("12月5日(周六)另有安排",)


def test_days_of_a_holiday_that_was_half_understood_are_estimated() -> None:
    notice = parse_notice(PARTIAL_2027)
    by_name = {name: {d.source for d in notice.days if d.name == name} for name in ("元旦", "春节")}
    assert by_name == {"元旦": {"official"}, "春节": {"estimated"}}
    assert notice.unread == ("春节：1月31日(周日)、2月14日(周一)上班",)


def test_an_unread_change_outside_every_paragraph_leaves_all_of_it_estimated() -> None:
    notice = parse_notice(NO_TITLE_2026.replace("五、端午节:", "五、"))
    assert len(notice.unread) == 1
    assert sources(notice) == {"estimated"}


def test_advice_with_a_date_is_told_as_a_remark() -> None:
    notice = parse_notice(
        "关于2024年春节放假的通知\n公司各部门：\n2月10日至17日放假。鼓励大家在2月9日休年假。"
    )
    assert notice.remarks == ("鼓励大家在2月9日休年假",)
    assert notice.unread == ()


@pytest.mark.parametrize(
    ("text", "first", "last", "made_up"),
    [
        (
            "各位同事：\n根据国家规定，结合公司实际情况，2026年清明节放假安排通知如下：\n4月4日-4月6日放假3天，"
            "4月7日（周二）正常上班。\n人力资源部 2026年3月25日",
            D(2026, 4, 4),
            D(2026, 4, 6),
            [],
        ),
        (
            "【放假通知】2026年中秋节放假3天：9月25日（周五）-27日（周日）。",
            D(2026, 9, 25),
            D(2026, 9, 27),
            [],
        ),
        (
            "2026年国庆放假安排：10月1日至10月8日放假共8天，9月20日（星期日）、10月10日（星期六）上班，"
            "10月9日（周五）恢复上班",
            D(2026, 10, 1),
            D(2026, 10, 8),
            [D(2026, 9, 20), D(2026, 10, 10)],
        ),
        (
            "关于五一劳动节放假的通知\n全体员工：\n五一劳动节放假时间为2026年5月1日（星期五）至5月5日（星期二）"
            "放假调休，共5天，5月9日（星期六）补班。5月6日（星期三）起正式上班。",
            D(2026, 5, 1),
            D(2026, 5, 5),
            [D(2026, 5, 9)],
        ),
    ],
)
def test_the_ways_a_company_writes(text: str, first: dt.date, last: dt.date, made_up: list[dt.date]) -> None:
    notice = parse_notice(text)
    assert (notice.year, notice.unread) == (2026, ())
    assert (off(notice), work(notice)) == (span(first, last), made_up)


WORDS = [
    "5月1日",
    "5月9日（周六）",
    "5月6日",
    "至",
    "、",
    "，",
    "放假",
    "上班",
    "不补班",
    "调至",
    "共3天",
    "公休日",
    "原定",
    "取消",
    "车间",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_no_sentence_with_a_date_vanishes(words: str) -> None:
    """It gives a day, or is listed; an ordinary workday (正常上班) is the one thing that changes nothing."""
    notice = parse_notice(f"关于2026年劳动节放假的通知\n公司各部门：\n5月4日{words}。")
    assert notice.days or notice.unread or "上班" in words


def test_a_text_of_nothing_but_space_is_read_at_once() -> None:
    text = " \n" * 30_000 + "5月1日放假"
    assert off(parse_notice(text, 2026)) == []
    assert effort(lambda: parse_notice(text, 2026), enough=200) < 200
