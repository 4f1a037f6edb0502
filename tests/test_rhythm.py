"""设置!沟通频次 says how often people talk, and what is looked for follows it."""

from __future__ import annotations

from datetime import date as D  # noqa: N812 - short, for many dates

from test_process_findings import BUILD, KICK_OFF, SIGNED, codes, made, only

from xl_collab.plan.project import Project

MEETING = {"id": "H001", "date": D(2023, 10, 16), "present": "研发部、市场部", "kind": "启动会"}
CHANNEL = {
    "id": "D001",
    "duty": "研发",
    "accountable": "研发部",
    "responsible": "研发部",
    "channel": "周例会",
}


def project(urgency: str | None, *meetings: dict[str, object], as_of: D = D(2023, 11, 13)) -> Project:
    return made(
        KICK_OFF,
        BUILD,
        as_of=as_of,
        plans=[SIGNED],
        duties=[CHANNEL],
        meetings=[MEETING, *meetings],
        settings={"meeting_rule": None, "urgency": urgency},
    )


def test_without_a_word_the_duties_say_who_reports_daily() -> None:
    assert "P325" not in codes(project(None))


def test_routine_work_is_reported_every_day_whatever_the_duties_say() -> None:
    assert "研发部" in only(project("日常"), "P325").message("zh")
    assert "P326" not in codes(project("日常（每日同步）"))


def test_a_key_project_reviews_every_week() -> None:
    # Three weeks are over since the week of the kick-off: 23 October, 30 October, 6 November.
    found = only(project("重点"), "P326")
    assert "3 周" in found.message("zh")
    assert "2023-10-23–10-29" in found.message("zh")


def test_a_review_is_a_meeting_of_its_kind_or_a_regular_one_that_reviews() -> None:
    held = [
        {"id": "H002", "date": D(2023, 10, 27), "kind": "周复盘"},
        {"id": "H003", "date": D(2023, 11, 3), "topics": "本周复盘、下周计划"},
        {"id": "H004", "date": D(2023, 11, 8), "kind": "站会"},
    ]
    assert "2023-11-06" in only(project("重点", *held), "P326").message("zh")
    assert "1 周" in only(project("重点", *held), "P326").message("zh")


def test_the_week_that_still_runs_is_not_asked() -> None:
    held = [{"id": f"H00{n}", "date": D(2023, 10, 20 + 7 * n), "kind": "周复盘"} for n in (1,)]
    assert "P326" not in codes(project("重点", *held, as_of=D(2023, 11, 5)))
