"""前置 as people write it: types and lags in signs and in words; of several readings none is taken."""

from __future__ import annotations

import pytest
from books import project, task
from effort import effort

from xl_collab.checks.validate import findings
from xl_collab.project.predecessors import Predecessor, parse_predecessors
from xl_collab.schema.findings import Finding

KNOWN = {"t001", "t002", "t003", "t004", "3", "4", "12", "a-1"}


def read(cell: str) -> list[str]:
    found = parse_predecessors(cell, KNOWN.__contains__)
    assert all(isinstance(link, Predecessor) for link in found)
    return [link.key + link.suffix for link in found]


@pytest.mark.parametrize(
    ("cell", "links"),
    [
        ("T003", ["t003"]),
        ("3", ["3"]),
        ("T003FS", ["t003"]),
        ("T003FS+2", ["t003FS+2"]),
        ("T003+2", ["t003FS+2"]),
        ("T003-2", ["t003FS-2"]),
        ("T003SS-1", ["t003SS-1"]),
        ("T003 SS - 1", ["t003SS-1"]),
        ("3SF+2 个工作日", ["3SF+2"]),
        ("3FF+2工作日", ["3FF+2"]),
        ("Ｔ００３ＦＳ＋２", ["t003FS+2"]),
        ("T003、T004", ["t003", "t004"]),
        ("T003，T004；T001", ["t003", "t004", "t001"]),
        ("T003 T004", ["t003", "t004"]),
        ("T003和T004", ["t003", "t004"]),
        ("T003FS+2、T004SS", ["t003FS+2", "t004SS"]),
        ("T003(SS)", ["t003SS"]),
        ("T003（FS+2天）", ["t003FS+2"]),
        ("T003【FF】", ["t003FF"]),
        ("T003：SS+1", ["t003SS+1"]),
        ("T003FS–2", ["t003FS-2"]),
        ("T003FS−2", ["t003FS-2"]),
        ("T003FS+2d", ["t003FS+2"]),
        ("T003完成", ["t003"]),
        ("T003完成后", ["t003"]),
        ("T003 完成后", ["t003"]),
        ("T003结束后", ["t003"]),
        ("T003之后", ["t003"]),
        ("T003后", ["t003"]),
        ("T003完成后2天", ["t003FS+2"]),
        ("T003完成后 2 个工作日", ["t003FS+2"]),
        ("T003完成后两天", ["t003FS+2"]),
        ("T003完成2天后", ["t003FS+2"]),
        ("T003完成前2天", ["t003FS-2"]),
        ("T003开始后2天", ["t003SS+2"]),
        ("T003开始后", ["t003SS"]),
        ("T003启动2天后", ["t003SS+2"]),
        ("与T003同时开始", ["t003SS"]),
        ("T003同时启动", ["t003SS"]),
        ("和T003同步开始", ["t003SS"]),
        ("与T003同时完成", ["t003FF"]),
        ("T003完成后2天完成", ["t003FF+2"]),
        ("T003开始后5天完成", ["t003SF+5"]),
        ("T003完成-开始", ["t003"]),
        ("T003 开始-开始+1", ["t003SS+1"]),
        ("T003完成-完成", ["t003FF"]),
        ("等T003完成", ["t003"]),
        ("待T003完成后", ["t003"]),
        ("依赖T003", ["t003"]),
        ("前置：T003", ["t003"]),
        ("任务3", ["3"]),
        ("第3项", ["3"]),
        ("3号任务", ["3"]),
        ("#3", ["3"]),
        ("任务3完成后2天", ["3FS+2"]),
        ("T003完成后、T004开始后2天", ["t003", "t004SS+2"]),
        ("T001、T002均完成后", ["t001", "t002"]),
        ("T001和T002完成后", ["t001", "t002"]),
        ("after T003", ["t003"]),
        ("T003 done", ["t003"]),
        ("A-1完成后2天", ["a-1FS+2"]),
        ("T003、T004完成后2天", ["t003FS+2", "t004FS+2"]),
        ("T003(+2)", ["t003FS+2"]),
        ("T003（完成后2天）", ["t003FS+2"]),
        ("T003-SS", ["t003SS"]),
        ("T003, FS+2", ["t003FS+2"]),
        ("FS:T003", ["t003"]),
        ("SS(T003)", ["t003SS"]),
        ("T003完成后立即开始", ["t003"]),
        ("T003+2工日", ["t003FS+2"]),
        ("T003任务", ["t003"]),
        ("无前置", []),
        ("无", []),
        ("—", []),
        ("暂无", []),
    ],
)
def test_one_reading_is_read(cell: str, links: list[str]) -> None:
    assert read(cell) == links


TASKS = ("制定技术方案", "样机试制与测试", "市场推广", "小批量试产")


def told(cell: str) -> list[Finding]:
    rows = [task(f"T{n:03}", task=name) for n, name in enumerate(TASKS, 1)]
    made = project([*rows, task("T005", task="发布", predecessors=cell)])
    return [f for f in findings(made) if f.code == "S405"]


@pytest.mark.parametrize(
    ("cell", "readings"),
    [
        ("T1-T3", ["T001、T002、T003", "T001、T003"]),
        ("T001-T003", ["T001、T002、T003", "T001、T003"]),
        ("T001至T003", ["T001、T002、T003", "T001、T003"]),
        ("T001~T002", ["T001、T002"]),
        ("T3", ["T003"]),
        ("3", ["T003"]),
        ("T03FS+2", ["T003FS+2"]),
        ("T003、T4", ["T003、T004"]),
        ("制定技术方案", ["T001"]),
        ("样机试制", ["T002"]),
        ("T001 到 T003", ["T001、T002、T003", "T001、T003"]),
        ("T003FS2", ["T003FS+2"]),
        ("T003提前2天", ["T003FS-2"]),
        ("T003或T004", ["T003、T004", "T003", "T004"]),
        ("T001+T002", ["T001、T002"]),
        ("T003?", ["T003"]),
        ("上一项", ["T004"]),
        ("上一行", ["T004"]),
        ("T003开始前", ["T003", "T003SS"]),
        ("T003+2周", ["T003FS+10"]),
        ("T003完成后一周", ["T003FS+5"]),
        ("T003+2小时", ["T003", "T003FS+1"]),
    ],
)
def test_several_readings_or_a_guess_are_offered(cell: str, readings: list[str]) -> None:
    (found,) = told(cell)
    assert [dict(each.writes)["predecessors"] for each in found.readings] == readings
    assert all(not told(text) for text in readings)


@pytest.mark.parametrize("cell", ["T099", "法务意见", "T003+50%"])
def test_what_nobody_can_read_is_told(cell: str) -> None:
    assert told(cell)


@pytest.mark.parametrize("piece", ["T003完成后", "T003", "完成", "3-", "后", "与T003", "(fs", "1周"])
def test_words_are_read_in_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    assert effort(lambda: parse_predecessors(text, KNOWN.__contains__), 400) < 400
