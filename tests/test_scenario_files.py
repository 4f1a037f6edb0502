"""A scenario's data file says only what people may type: anything else is refused, and it says where."""

from __future__ import annotations

import datetime as dt
from importlib import resources

import pytest

from xl_collab.errors import UsageError
from xl_collab.project.scenarios import SCENARIOS
from xl_collab.project.scenarios.scenario_file import COMMON, read_scenario
from xl_collab.schema.words import t

FOLDER = resources.files("xl_collab") / "data" / "scenarios"
SHARED = (FOLDER / COMMON).read_text(encoding="utf-8")
SMALL = """
title = { zh = "搬家", en = "Moving" }
project = { zh = "【新址】搬家", en = "Move to [address]" }
initiator = "admin"

[departments.admin]
name = { zh = "行政部", en = "Administration" }
role = { zh = "统筹", en = "Coordination" }

[departments.it]
name = { zh = "信息部", en = "IT" }
role = { zh = "机房", en = "Server room" }
aliases = { zh = "信息", en = "Computing" }

[request]
end = 20

[[duties]]
id = "D001"
duty = { zh = "机房", en = "Server room" }
raci = { A = "it", R = ["it", "admin"] }
output = { zh = "清单", en = "List" }
receiver = "admin"

[[tracker]]
id = "T001"
stage = "request"
owner = ["admin", "it"]
task = { zh = "清点设备", en = "Count the devices" }
output = { zh = "清单", en = "List" }
deadline = 5

[[tracker]]
id = "T002"
stage = "monitor"
owner = "everyone"
task = { zh = "每周例会", en = "Weekly meeting" }
output = { zh = "纪要", en = "Minutes" }
deadline = { zh = "每周一", en = "every Monday" }
predecessors = "T001"
"""


def test_a_file_becomes_rows_in_both_languages() -> None:
    made = read_scenario("moving", SMALL, SHARED)
    book = made.book("en", dt.date(2026, 3, 2))
    tracker = book.tables["tracker"]
    assert tracker.texts("owner").tolist() == ["Administration, IT", "all departments"]
    assert str(tracker.dates("deadline")[0]) == "2026-03-09"  # five working days on
    assert tracker.texts("status").tolist() == ["Not started"] * 2
    duty = made.tables["duties"][0]
    assert (duty["initiator"], duty["accountable"]) == (t("行政部", "Administration"), t("信息部", "IT"))
    assert duty["responsible"] == t("信息部、行政部", "IT, Administration")
    assert book.forms["request"]["partners"] == "IT"
    assert book.forms["settings"]["chair"] == "Administration*"
    assert book.tables["contacts"].texts("email").tolist() == ["admin@example.com", "it@example.com"]


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


WRONG = {
    "a misspelt column": ("deadline = 5", "dead_line = 5", "tracker[1].dead_line", "deadline"),
    "a column that is computed": (
        "deadline = 5",
        'deadline = 5\nrag = "red"',
        "tracker[1].rag",
        "planned_start",
    ),
    "an unknown sheet": ("[request]", "[[taks]]\nid = 1\n\n[request]", "taks", "tracker"),
    "an unknown department": ('["admin", "it"]\ntask', '["admin", "hr"]\ntask', "tracker[1].owner", "'hr'"),
    "no department": ('receiver = "admin"', "receiver = []", "duties[1].receiver", "no department []"),
    "a department that is no code": ('receiver = "admin"', "receiver = [{}]", "duties[1].receiver", "{}"),
    "an unknown initiator": ('initiator = "admin"', 'initiator = "boss"', "initiator", "'boss'"),
    "an unknown stage": ('stage = "monitor"', 'stage = "watching"', "tracker[2].stage", "retrospective"),
    "an unknown letter": ('A = "it",', 'X = "it",', "duties[1].raci.X", "A, R, C, I"),
    "a missing English text": (
        'task = { zh = "清点设备", en = "Count the devices" }',
        'task = { zh = "清点设备" }',
        "tracker[1].task",
        "the English text is missing",
    ),
    "a text in one language only": (
        'task = { zh = "每周例会", en = "Weekly meeting" }',
        'task = "每周例会"',
        "tracker[2].task",
        "the Chinese text is missing",
    ),
    "a third language": (
        '{ zh = "每周例会", en = "Weekly meeting" }',
        '{ zh = "每周例会", en = "Weekly meeting", fr = "Réunion" }',
        "tracker[2].task.fr",
        "zh, en",
    ),
    "a required cell left out": ('owner = "everyone"\n', "", "tracker[2].owner", "must be filled in"),
    "an ID used twice": ('id = "T002"', 'id = "T001"', "tracker[2].id", "T001 is there already"),
    "a task that does not exist": (
        'predecessors = "T001"',
        'predecessors = ["T001", "T009"]',
        "tracker[2].predecessors",
        "T009",
    ),
    "a date instead of working days": ("end = 20", "end = 2026-03-20", "request.end", "working days"),
    "a deadline that is no recurrence": (
        'en = "every Monday"',
        'en = "soon"',
        "tracker[2].deadline",
        '"soon" is no recurrence',
    ),
    "a percentage over 1": ("deadline = 5", "deadline = 5\npercent = 50", "tracker[1].percent", "50"),
    "a field that the form lacks": ("end = 20", "end = 20\nhero = 1", "request.hero", "goal"),
    "a department without a name": (
        'name = { zh = "信息部", en = "IT" }',
        "",
        "departments.it.name",
        "Chinese text is missing",
    ),
    "no title": ('title = { zh = "搬家", en = "Moving" }', "", "title", "missing"),
}


@pytest.mark.parametrize("case", list(WRONG))
def test_what_the_declaration_does_not_know_is_refused(case: str) -> None:
    old, new, place, why = WRONG[case]
    with pytest.raises(UsageError) as caught:
        read_scenario("moving", changed(old, new), SHARED)
    said = caught.value.message("en")
    assert said.startswith(f"Scenario file moving.toml, {place}: ")
    assert why in said
    assert f"moving.toml 的 {place}：" in caught.value.message("zh")


def test_a_mistake_in_the_shared_file_is_told_of_that_file() -> None:
    with pytest.raises(UsageError) as caught:
        read_scenario("moving", SMALL, SHARED.replace('status = "not_started"', 'status = "new"', 1))
    assert "Scenario file common.toml, rows.tracker.status" in caught.value.message("en")


def test_a_file_that_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(UsageError) as caught:
        read_scenario("moving", SMALL + "\nid = \n", SHARED)
    assert "moving.toml" in caught.value.message("zh")
    assert f"line {SMALL.count(chr(10)) + 2}" in caught.value.message("en")


def test_every_file_of_the_folder_is_offered() -> None:
    files = {path.name.removesuffix(".toml") for path in FOLDER.iterdir()} - {"common"}
    assert files == set(SCENARIOS) - {"blank"}
