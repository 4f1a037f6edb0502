"""Never two truths in one file: every figure in a workbook is that of its own data date.

`--as-of` asks and makes documents, each of which says its day; `--set-date` moves the data date itself.
LibreOffice works the formulas out anew, and what the file said must be what they say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from command_line import Ran
from openpyxl import load_workbook
from recalculation import Sheets, cells, differences, recalculated

from xl_collab.hosts.reading import read_book
from xl_collab.plan.computed import COLUMNS
from xl_collab.schema.sheets import SHEETS
from xl_collab.ui.buttons import COMMANDS

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
OWN = date(2023, 11, 13)
"""The data date of the shipped sample."""
OTHER = "2023-12-20"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def figures(path: Path) -> dict[str, list[object]]:
    """The program's columns of the tracker, as cells show them."""
    table = read_book(path).tables["tracker"]
    return {name: table.raw(name).tolist() for name in COLUMNS}


def data_date(path: Path) -> object:
    found = read_book(path).forms["settings"].get("data_date")
    return getattr(found, "date", lambda: found)() if found else None


def recalculate(path: Path, folder: Path, soffice: Callable[..., None]) -> Sheets:
    folder.mkdir()
    return recalculated({"book": path.read_bytes()}, folder, soffice)["book"]


# --as-of


WITH_AS_OF = {
    "validate": (),
    "variance": (),
    "risks": (),
    "run": (),
    "minutes": (),
    "review": (),
    "gantt": (),
    "raci": (),
    "adjust": (),
    "accept": (),
    "proposals": ("--accept", "{condition}"),
    "execution": (),
    "briefing": (),
    "daily": (),
    "lessons": (),
    "freeze": (),
}
"""Every command of the command line that knows --as-of and writes into the workbook it is given."""
ELSEWHERE = {"what-if", "packets", "send", "answer", "archive", "portfolio"}
"""They write into a copy, a file of their own, outside the workbook, or what is no figure of a day."""


def test_the_list_of_commands_is_the_command_lines_own() -> None:
    with_option = {
        command.name
        for command in COMMANDS
        if command.name and any(option.name == "as_of" for option in command.options)
    }
    assert with_option == WITH_AS_OF.keys() | ELSEWHERE


@pytest.mark.parametrize("command", WITH_AS_OF)
def test_as_of_another_day_leaves_the_figures_of_the_file(
    command: str, sample: Path, cli: Callable[..., Ran]
) -> None:
    cli("run", sample)
    before, shown = figures(sample), cells(sample.read_bytes())
    noted = json.loads(cli("proposals", sample, "--json").out)
    more = [word.format(condition=noted[0]["id"]) for word in WITH_AS_OF[command]]
    ran = cli(command, sample, *more, "--as-of", OTHER)
    assert ran.code in (0, 1), ran.err
    after = figures(sample)
    # What is decided on that day may change the plan; then the figures are those of the workbook's own day.
    ran_own = cli("variance", sample, "--dry-run")
    assert "没有改动" in ran_own.out or "没有要改动的内容" in ran_own.out, ran_own.out
    assert after["computed_at"] == before["computed_at"]
    assert data_date(sample) == OWN
    home = SHEETS["home"].name("zh")
    if command in ("validate", "variance", "risks", "run", "minutes", "review", "gantt", "raci", "adjust"):
        assert after == before
        assert cells(sample.read_bytes())[home] == shown[home]


def test_as_of_says_in_one_line_what_it_left(sample: Path, cli: Callable[..., Ran]) -> None:
    for more in ((), ("--json",), ("--dry-run",)):
        ran = cli("variance", sample, "--as-of", OTHER, *more)
        told = [line for line in ran.err.splitlines() if OTHER in line]
        assert len(told) == 1, ran.err
        assert "2023-11-13" in told[0] and "--set-date 2023-12-20" in told[0]
    english = cli("run", sample, "--as-of", OTHER, "--lang", "en").err
    assert "2023-12-20" in english and "data date" in english


def test_as_of_the_data_date_itself_is_nothing_special(sample: Path, cli: Callable[..., Ran]) -> None:
    ran = cli("run", sample, "--as-of", OWN)
    assert "--set-date" not in ran.err
    assert set(figures(sample)["computed_at"]) == {OWN}


def test_the_answer_is_that_of_the_day_asked(sample: Path, cli: Callable[..., Ran]) -> None:
    shown = json.loads(cli("variance", sample, "--as-of", "2024-03-01", "--json").out)
    own = json.loads(cli("variance", sample, "--json").out)
    assert [row["workdays"] for row in shown] != [row["workdays"] for row in own]


def test_documents_state_the_day_they_were_asked_for(sample: Path, cli: Callable[..., Ran]) -> None:
    ran = cli("run", sample, "--as-of", OTHER)
    assert ran.code == 0, ran.err
    book = load_workbook(sample)
    made = set(book.sheetnames) - set(load_workbook(SHIPPED).sheetnames) - {"文档目录"}
    assert len(made) == 5, made
    for tab in made:
        head = " ".join(str(c.value) for row in book[tab].iter_rows(max_row=12) for c in row if c.value)
        assert re.search(r"2023-12-20|2023年12月20日|20231220", head + tab), (tab, head[:300])


def test_what_the_file_says_is_what_its_formulas_say_after_as_of(
    sample: Path, tmp_path: Path, soffice: Callable[..., None], cli: Callable[..., Ran]
) -> None:
    assert cli("run", sample, "--as-of", OTHER).code == 0
    found = recalculate(sample, tmp_path / "one", soffice)
    assert differences(found, cells(sample.read_bytes())) == []


def test_a_copy_of_what_if_agrees_with_its_own_formulas(
    sample: Path, tmp_path: Path, soffice: Callable[..., None], cli: Callable[..., Ran]
) -> None:
    copy = tmp_path / "假如.xlsm"
    ran = cli("what-if", sample, "--slip", "T005=+3", "--as-of", "2023-11-20", "-o", copy)
    assert ran.code == 0, ran.err
    tracker = SHEETS["tracker"].name("zh")
    found = recalculate(copy, tmp_path / "one", soffice)
    assert differences({tracker: found[tracker]}, {tracker: cells(copy.read_bytes())[tracker]}) == []


# --set-date


@pytest.mark.parametrize("command", ["run", "validate", "variance"])
def test_set_date_moves_the_data_date_and_every_figure(
    command: str, sample: Path, tmp_path: Path, soffice: Callable[..., None], cli: Callable[..., Ran]
) -> None:
    ran = cli(command, sample, "--set-date", OTHER)
    assert ran.code in (0, 1), ran.err
    assert data_date(sample) == date(2023, 12, 20)
    assert set(figures(sample)["computed_at"]) == {date(2023, 12, 20)}
    found = recalculate(sample, tmp_path / "one", soffice)
    assert differences(found, cells(sample.read_bytes())) == []
    again = cli("variance", sample, "--dry-run")
    assert "没有要改动的内容" in again.out, again.out


@pytest.mark.parametrize("word", ["today", "今天", "Today"])
def test_today_clears_the_data_date(
    word: str, sample: Path, tmp_path: Path, soffice: Callable[..., None], cli: Callable[..., Ran]
) -> None:
    before = date.today()
    ran = cli("run", sample, "--set-date", word)
    assert ran.code == 0, ran.err
    assert data_date(sample) is None
    assert set(figures(sample)["computed_at"]) <= {before, date.today()}
    if word == "today":
        found = recalculate(sample, tmp_path / "one", soffice)
        assert differences(found, cells(sample.read_bytes())) == []


def test_set_date_can_be_undone(sample: Path, cli: Callable[..., Ran]) -> None:
    before = digest(sample)
    cli("run", sample, "--set-date", OTHER)
    assert digest(sample) != before
    assert cli("undo", sample).code == 0
    assert digest(sample) == before


def test_set_date_only_asked_about_writes_nothing(sample: Path, cli: Callable[..., Ran]) -> None:
    before = digest(sample)
    ran = cli("variance", sample, "--set-date", OTHER, "--dry-run")
    assert ran.code == 0 and digest(sample) == before
    assert "数据日期" in ran.out or "设置!" in ran.out, ran.out


def test_two_days_at_once_cannot_be_meant(sample: Path, cli: Callable[..., Ran]) -> None:
    before = digest(sample)
    ran = cli("run", sample, "--set-date", OTHER, "--as-of", "2023-12-01")
    assert ran.code == 2 and "--set-date" in ran.err
    assert cli("run", sample, "--set-date", "某天").code == 2
    assert digest(sample) == before


def test_a_second_run_on_the_new_day_changes_nothing(sample: Path, cli: Callable[..., Ran]) -> None:
    later = str(OWN + timedelta(days=7))
    cli("run", sample, "--set-date", later)
    before = digest(sample)
    assert "没有改动" in cli("run", sample, "--set-date", later).out
    assert digest(sample) == before


def test_a_packet_asked_as_of_a_day_agrees_with_its_own_formulas(
    sample: Path, tmp_path: Path, soffice: Callable[..., None], cli: Callable[..., Ran]
) -> None:
    cli("variance", sample, "--set-date", "today")
    ran = cli("packets", sample, "--to", "研发部", "-o", tmp_path / "out", "--as-of", OTHER)
    assert ran.code == 0, ran.err
    packet = next((tmp_path / "out").iterdir())
    found = recalculate(packet, tmp_path / "one", soffice)
    assert differences(found, cells(packet.read_bytes())) == []
