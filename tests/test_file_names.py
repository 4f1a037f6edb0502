"""Names of files that go to departments: each its own, safe on every system, never too long."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.make import Maker
from tests.sending import STAMP, letter
from xl_collab.exchange.mail.letters import file_name, make_mail, name_for
from xl_collab.exchange.mail.recipients import UnsafeLetter
from xl_collab.ui.cli import main

PATTERN = "{project}-{department}-任务填报"
LONG = "新一代智能家居中控平台与华东华南区域渠道协同上市及售后保障体系建设项目（二〇二六年度第一期）"
RESERVED = {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))}


def named(department: str, project: str = LONG, ending: str = ".xlsx") -> str:
    return name_for(PATTERN, ending, project=project, department=department)


def as_windows_sees(name: str) -> str:
    return unicodedata.normalize("NFC", name).rstrip(" .").casefold()


def assert_safe(name: str) -> None:
    assert len(name.encode("utf-8")) <= 200
    assert not set(name) & set('<>:"/\\|?*') and name.isprintable()
    assert not name.startswith((" ", ".")) and not name.endswith((" ", "."))
    assert name.split(".")[0].casefold() not in RESERVED


@pytest.mark.parametrize("project", [LONG, "短", "A" * 300, "甲" * 38, "甲" * 39, "甲" * 40, "", "🚀" * 60])
def test_the_department_stays_whole_however_long_the_project_is(project: str) -> None:
    for department in ("市场部", "研发中心·结构设计二部", "IT & Data"):
        name = named(department, project)
        assert f"-{department}-任务填报" in name
        assert_safe(name)


def test_a_project_that_fits_is_not_touched() -> None:
    assert named("市场部", "新产品上市") == "新产品上市-市场部-任务填报.xlsx"


def test_two_long_projects_do_not_meet_in_one_folder() -> None:
    assert named("市场部", LONG + "甲") != named("市场部", LONG + "乙")


PAIRS = [
    ("研发/测试部", "研发:测试部"),
    ("市场部", "市场部."),
    ("市场部", "市场部/"),
    ("甲" * 80 + "一部", "甲" * 80 + "二部"),
    ("A/B", "A_B"),
    ("a?", "a*"),
    ("…", "..."),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_departments_that_look_alike_have_their_own_files(one: str, other: str) -> None:
    for pattern in (PATTERN, "{department}", "{department}-截止日期"):
        names = [name_for(pattern, ".xlsx", project="项目", department=name) for name in (one, other)]
        assert len(set(map(as_windows_sees, names))) == 2
        for name in names:
            assert_safe(name)


NAMES = st.text(st.sampled_from("甲乙丙部AaBbCONcon1. _-/\\:*?<>|~(（é́🚀　"), min_size=1, max_size=90)


@given(st.lists(NAMES, min_size=2, max_size=6), NAMES)
def test_no_two_departments_share_a_path(departments: list[str], project: str) -> None:
    one_each = {" ".join(unicodedata.normalize("NFC", d).split()).casefold(): d for d in departments}
    names = [named(department, project) for department in one_each.values()]
    assert len(set(map(as_windows_sees, names))) == len(names), names
    for name in names:
        assert_safe(name)


@pytest.mark.parametrize("name", ["CON", "nul", "com1", "LPT9.txt", "aux."])
def test_names_of_windows_devices_are_not_used(name: str) -> None:
    assert_safe(file_name(name, ".eml"))
    assert_safe(name_for("{department}", ".ics", department=name))


@pytest.mark.parametrize("word", ["市场\n部", "=?utf-8?b?eA==?=", "部\u202e门"])
def test_words_that_could_be_more_are_refused(word: str) -> None:
    with pytest.raises(UnsafeLetter):
        named(word)
    with pytest.raises(UnsafeLetter):
        named("市场部", word)


def test_what_is_attached_to_a_letter_has_such_names_too() -> None:
    made = make_mail(letter("a@x.com", department="甲" * 90, project=LONG), None, "zh", stamp=STAMP)
    for attached in made.attachments:
        assert_safe(attached.name)
        assert attached.name.endswith("-截止日期.ics")


# from the command line


def workbook(path: Path, project: str, departments: Iterable[str]) -> Path:
    maker = Maker()
    rows = [
        {
            "id": f"T{n}", "stage": "方案评审", "owner": name, "task": f"任务{n}",
            "output": "方案", "deadline": "2023-12-01", "status": "进行中",
        }
        for n, name in enumerate(departments, 1)
    ]  # fmt: skip
    maker.table("tracker", rows)
    maker.table("contacts", [{"department": row["owner"], "contact": "*"} for row in rows])
    maker.form("settings", {"project": project})
    maker.table("meta", [{"name": "document_id", "value": "d1"}, {"name": "revision", "value": 1}])
    return maker.save(path)


def packets(path: Path, folder: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["packets", str(path), "-o", str(folder)])
    assert not ended.value.code


def test_every_department_gets_its_own_packet_under_a_long_project_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    departments = ["市场部", "研发部", "生产部", "采购与供应链管理中心", "A部.", "A部", "售后?部", "售后*部"]
    master = workbook(tmp_path / "m.xlsx", LONG, departments)
    packets(master, tmp_path / "out")
    files = sorted(one.name for one in (tmp_path / "out").iterdir())
    assert len(files) == len(departments), files
    for department in ("市场部", "研发部", "生产部", "采购与供应链管理中心"):
        assert sum(department in name for name in files) == 1


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None] | None:
    monkeypatch.setenv("COLUMNS", "200")
    return None
