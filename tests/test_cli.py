"""The command line from a user's side: what it prints, which exit code, and what becomes of the file."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from command_line import Ran
from python_calamine import CalamineWorkbook

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
SCENARIOS = ("product-launch", "marketing-event", "customer-issue", "process-improvement")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tabs(path: Path) -> list[str]:
    return CalamineWorkbook.from_path(str(path)).sheet_names


def cells(path: Path, tab: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab).to_python(skip_empty_area=False)


def test_workdays_know_make_up_days(cli: Callable[..., Ran]) -> None:
    assert cli("workdays", "2023-09-28", "2023-10-09").out == "3\n"
    assert cli("workdays", "2023-10-09", "2023-09-28").out == "-3\n"


def test_workdays_of_a_year_without_official_days_say_so_beside_the_number(cli: Callable[..., Ran]) -> None:
    ran = cli("workdays", "2026-12-30", "2028-01-05")
    assert int(ran.out) and "推定：2027、2028 年没有完整的官方放假安排" in ran.err
    assert "Estimated" in cli("workdays", "2030-01-01", "2030-01-05", "--lang", "en").err
    assert cli("workdays", "2023-09-28", "2023-10-09").err == ""


def test_what_the_system_refuses_is_said_in_the_users_language(
    cli: Callable[..., Ran], tmp_path: Path
) -> None:
    assert "不存在" in cli("validate", tmp_path / "没有.xlsm").err
    assert "it does not exist" in cli("validate", tmp_path / "none.xlsm", "--lang", "en").err
    assert "这是文件夹" in cli("run", tmp_path).err
    assert "不存在" in cli("calendar", "import", SHIPPED, tmp_path / "通知.txt").err


def test_explain_names_the_days(cli: Callable[..., Ran]) -> None:
    out = cli("explain", "2023-09-28", "2023-10-09").out
    assert "调休上班" in out
    assert "国庆节" in out
    assert "Mid-Autumn" in cli("explain", "2023-09-28", "2023-10-09", "--lang", "en").out


def test_a_recurrence_on_a_holiday_moves(cli: Callable[..., Ran]) -> None:
    ran = cli("deadline", "每周一17:00前", "--after", "2023-12-30", "--json")
    assert json.loads(ran.out) == {
        "due": "2024-01-02T17:00:00",
        "nominal": "2024-01-01",
        "moved": True,
        "kind": "recurrence",
        "estimated_years": [],
    }


def test_a_deadline_that_cannot_be_read_is_a_finding_not_a_guess(cli: Callable[..., Ran]) -> None:
    ran = cli("deadline", "10.8", "--after", "2023-10-01", "--json")
    assert json.loads(ran.out)["code"] == "E103"  # type: ignore[call-overload]
    assert ran.code == 0


def test_the_sample_has_three_findings_and_none_is_an_error(cli: Callable[..., Ran], sample: Path) -> None:
    ran = cli("validate", sample, "--json")
    assert [(f["code"], f["row_id"], f["cell"], f["severity"]) for f in ran.json] == [
        ("E106", "T002", "F6", "warning"),
        ("P334", "A006", "E10", "warning"),
        ("P322", "C001", "H5", "warning"),
    ]
    assert set(ran.json[0]) == {"code", "severity", "sheet", "row_id", "cell", "message", "readings"}
    assert ran.code == 0
    assert cli("validate", sample).code == 0
    assert "校验结果" in tabs(sample)


def test_an_error_makes_validate_end_with_one(cli: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "new.xlsm"
    cli("new", path, "--start", "2026-03-02")
    broken = tmp_path / "broken.xlsm"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"<t>T002</t>", b"<t>T001</t>"))
    ran = cli("validate", broken, "--json")
    assert "S401" in {f["code"] for f in ran.json}
    assert ran.code == 1
    assert cli("variance", broken).code == 0, "only validate ends with 1"


def test_variance_of_the_sample(cli: Callable[..., Ran], sample: Path) -> None:
    rows = {str(row["id"]): row for row in cli("variance", sample, "--json").json}
    assert list(rows["T003"]) == [
        "id", "stage", "baseline", "compared", "compared_kind", "workdays", "rag", "reason",
    ]  # fmt: skip
    assert [(r["workdays"], r["rag"]) for r in rows.values()] == [
        (0, "blue"), (1, "blue"), (2, "blue"), (None, "green"), (3, "red"), (1, "yellow"),
    ]  # fmt: skip
    assert rows["T005"]["compared_kind"] == "forecast"


def test_as_of_overrides_the_data_date_for_one_run(cli: Callable[..., Ran], sample: Path) -> None:
    before = {r["id"]: r for r in cli("variance", sample, "--json", "--dry-run").json}
    later = {r["id"]: r for r in cli("variance", sample, "--json", "--dry-run", "--as-of", "2024-03-01").json}
    assert before["T005"]["compared"] == "2023-12-25"
    assert later["T005"]["compared_kind"] == "today"
    assert later["T005"]["compared"] == "2024-03-01"


def test_risks_warn_of_the_prototype(cli: Callable[..., Ran], sample: Path) -> None:
    risks = cli("risks", sample, "--json").json
    assert set(risks[0]) == {"id", "level", "score", "reason", "source"}
    scores = [int(str(r["score"])) for r in risks]
    assert scores == sorted(scores, reverse=True)
    prototype = [r for r in risks if "2023-11-30" in str(r["reason"])]
    assert any("2023-11-27" in str(r["reason"]) for r in prototype), risks


def test_run_adds_every_document_once(cli: Callable[..., Ran], sample: Path) -> None:
    assert cli("run", sample).code == 0
    made = tabs(sample)
    for name in ("校验结果", "风险清单", "甘特图", "纪要-20231113", "复盘报告"):
        assert made.count(name) == 1
    first = digest(sample)
    assert "没有改动" in cli("run", sample).out
    assert digest(sample) == first


def test_run_leaves_every_other_part_alone(cli: Callable[..., Ran], sample: Path) -> None:
    before = zipfile.ZipFile(sample)
    kept = {n: before.read(n) for n in before.namelist() if "vba" in n.lower() or "theme" in n}
    cli("run", sample)
    after = zipfile.ZipFile(sample)
    assert kept
    assert {n: after.read(n) for n in kept} == kept


def test_undo_brings_the_bytes_back_run_by_run(cli: Callable[..., Ran], sample: Path) -> None:
    original = digest(sample)
    cli("variance", sample, "--set-date", "2024-03-01")
    second = digest(sample)
    cli("minutes", sample)
    assert digest(sample) != second
    assert cli("undo", sample).code == 0
    assert digest(sample) == second
    assert cli("undo", sample).code == 0
    assert digest(sample) == original
    ran = cli("undo", sample)
    assert ran.code == 2
    assert len(ran.err.strip().splitlines()) == 1


def test_undo_refuses_when_somebody_worked_on_since(cli: Callable[..., Ran], sample: Path) -> None:
    cli("run", sample)
    sample.write_bytes(sample.read_bytes() + b"")
    with zipfile.ZipFile(sample, "a") as package:
        package.comment = b"saved by somebody"
    changed = digest(sample)
    assert cli("undo", sample).code == 2
    assert digest(sample) == changed


def test_dry_run_writes_nothing(cli: Callable[..., Ran], sample: Path) -> None:
    before = digest(sample)
    ran = cli("run", sample, "--dry-run")
    assert ran.code == 0
    assert "纪要-20231113" in ran.out
    assert digest(sample) == before
    assert [p.name for p in sample.parent.iterdir()] == [sample.name]


def test_out_leaves_the_source_alone(cli: Callable[..., Ran], sample: Path, tmp_path: Path) -> None:
    before, out = digest(sample), tmp_path / "结果.xlsm"
    assert cli("run", sample, "-o", out).code == 0
    assert digest(sample) == before
    assert "复盘报告" in tabs(out)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_new_workbook_is_right_from_the_start(
    cli: Callable[..., Ran], tmp_path: Path, scenario: str, lang: str, ooxml_validate: Callable[[Path], None]
) -> None:
    path = tmp_path / "new.xlsm"
    assert cli("new", path, "--scenario", scenario, "--lang", lang, "--start", "2026-03-02").code == 0
    # On its first day: later the unstarted tasks are late, and validate says so.
    assert cli("validate", path, "--json", "--dry-run", "--as-of", "2026-03-02").json == []
    assert cli("freeze", path).code == 0
    assert cli("run", path, "--as-of", "2026-03-30").code == 0
    ooxml_validate(path)


def test_freeze_writes_the_baseline_once(cli: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "new.xlsm"
    cli("new", path, "--start", "2026-03-02")
    cli("freeze", path)
    frozen = digest(path)
    header, *rows = cells(path, "跟踪表")[3:]
    column = header.index("基线完成")
    assert sum(isinstance(row[column], date) for row in rows) >= 9
    cli("freeze", path)
    assert digest(path) == frozen


def test_new_never_overwrites_unasked(cli: Callable[..., Ran], sample: Path) -> None:
    before = digest(sample)
    ran = cli("new", sample)
    assert ran.code == 2
    assert "--force" in ran.err
    assert digest(sample) == before


def test_calendar_import_adds_days_that_count(cli: Callable[..., Ran], sample: Path, tmp_path: Path) -> None:
    notice = tmp_path / "通知.txt"
    notice.write_text("关于2031年部分节假日安排的通知\n一、元旦:1月1日至2日放假2天。", encoding="gb18030")
    assert cli("calendar", "import", sample, notice).code == 0
    assert cli("workdays", "2031-01-01", "2031-01-02", "--file", sample).out == "0\n"
    assert cli("workdays", "2031-01-01", "2031-01-02").out == "1\n"


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x89PNG\r\n\x1a\n" + bytes(64), b"PK\x03\x04" + bytes(40)]
)
def test_what_is_no_workbook_gives_one_line(cli: Callable[..., Ran], tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsm"
    path.write_bytes(content)
    ran = cli("run", path)
    assert ran.code == 2
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err
    assert path.read_bytes() == content


def test_a_missing_file_and_a_bad_date_give_one_line(
    cli: Callable[..., Ran], tmp_path: Path, sample: Path
) -> None:
    for ran in (cli("run", tmp_path / "none.xlsm"), cli("run", sample, "--as-of", "2023-02-30")):
        assert ran.code == 2
        assert len(ran.err.strip().splitlines()) == 1


def test_the_demo_tells_what_happened(cli: Callable[..., Ran], tmp_path: Path) -> None:
    ran = cli("demo", tmp_path / "demo", "--no-pictures")
    assert ran.code == 0
    assert "T007" in ran.out
    path = tmp_path / "demo" / "collab_tracker.xlsm"
    rows = {str(r["id"]): r for r in cli("variance", path, "--json").json}
    assert (rows["T007"]["baseline"], rows["T007"]["compared"]) == ("2023-09-28", "2023-10-09")
    assert rows["T007"]["workdays"] == 3


def test_the_program_starts_without_the_repository(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "xl_collab", "workdays", "2023-09-28", "2023-10-09"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ran.stdout.strip() == "3", ran.stderr


def test_render_prints_a_pdf(cli: Callable[..., Ran], sample: Path, soffice: object) -> None:
    out = sample.with_suffix(".pdf")
    assert cli("render", sample, "-o", out).code == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_render_says_in_one_line_what_is_no_workbook(cli: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"no")
    ran = cli("render", path, "-o", tmp_path / "x.pdf")
    assert (ran.code, len(ran.err.strip().splitlines())) == (2, 1)
