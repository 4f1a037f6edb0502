"""`import xl_collab`: what somebody writes who knows pandas, openpyxl, xlwings, and nothing of this house."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from notebooks import NOTEBOOK, cells, run
from tracker_letters import at

import xl_collab
from xl_collab import Calendar
from xl_collab.api.opening import new_tracker, open_tracker
from xl_collab.api.tracker import Tracker
from xl_collab.errors import XlCollabError

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "xl_collab", "demo", str(folder), "--no-pictures"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "collab_tracker.xlsm"


@pytest.fixture
def path(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo, tmp_path / "tracker.xlsm"))


def cell(path: Path, sheet: str, address: str) -> object:
    """What another program reads there."""
    return openpyxl.load_workbook(path)[sheet][address].value


def row(frame: pd.DataFrame, identity: str, heading: str = "编号") -> pd.Series:
    [found] = [one for _, one in frame.iterrows() if one[heading] == identity]
    return found


class TestImport:
    def test_it_loads_nothing_until_something_is_used(self) -> None:
        code = (
            "import sys; before = set(sys.modules); import xl_collab; dir(xl_collab); xl_collab.__version__\n"
            "print(*sorted(set(sys.modules) - before))"
        )
        found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert found.stdout.split() == ["xl_collab"]

    def test_a_calendar_loads_no_office_and_no_workbook(self) -> None:
        code = (
            "import sys; from xl_collab import Calendar; Calendar.official().add('2023-09-28', 3)\n"
            "print(*sorted(set(sys.modules) & {'xlwings', 'lxml', 'openpyxl', 'xlsxwriter', 'tkinter'}))"
        )
        found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert found.stdout.split() == []

    def test_names_can_be_completed(self) -> None:
        assert {"Calendar", "Tracker", "XlCollabError", "new_tracker", "open_tracker"} <= set(dir(xl_collab))
        with pytest.raises(AttributeError, match="open_trackr"):
            xl_collab.open_trackr  # noqa: B018

    def test_the_package_says_that_it_is_typed(self) -> None:
        assert (Path(xl_collab.__file__).parent / "py.typed").is_file()


class TestReading:
    def test_the_tracker_is_a_typed_frame_with_its_own_headings(self, path: Path) -> None:
        frame = open_tracker(path)["跟踪表"]
        assert frame["编号"].tolist() == ["T001", "T002", "T003", "T004", "T005", "T006", "T007"]
        assert frame["实际完成"].dtype.kind == "M"
        assert row(frame, "T001")["实际完成"] == pd.Timestamp("2023-10-08")
        assert frame["实际完成"].isna().tolist() == [False, False, False, True, True, True, False]
        assert frame["完成率"].dtype == float and row(frame, "T005")["完成率"] == 0.55
        assert row(frame, "T005")["偏差(工作日)"] == 4 and pd.isna(row(frame, "T004")["偏差(工作日)"])
        assert row(frame, "T004")["时间节点"] == "每周一17:00前"
        assert row(frame, "T005")["时间节点"] == "2023-12-20"
        assert row(frame, "T001")["前置"] == ""

    def test_any_name_of_a_sheet_will_do(self, path: Path) -> None:
        tracker = open_tracker(path)
        for name in ("跟踪表", "tracker", "Tracker"):
            assert tracker[name].equals(tracker["跟踪表"])
        assert tracker["风险登记"]["编号"].iloc[0] == "K001"
        assert "跟踪表" in tracker.sheets and "跟踪表" in tracker and "no such" not in tracker

    def test_headings_in_english_on_request(self, path: Path) -> None:
        frame = open_tracker(path, lang="en")["Tracker"]
        assert frame.columns[:3].tolist() == ["ID", "Stage", "Owner"]

    def test_settings_are_a_frame_too(self, path: Path) -> None:
        settings = open_tracker(path)["设置"]
        assert dict(settings.itertuples(index=False))["延迟阈值(工作日)"] == 2

    def test_a_text_in_a_date_column_is_missing_in_the_frame_and_stays_in_the_workbook(
        self, path: Path
    ) -> None:
        book = openpyxl.load_workbook(path, keep_vba=True)
        book["跟踪表"][at("actual", 8)] = "下周"
        book.save(path)
        tracker = open_tracker(path)
        frame = tracker["跟踪表"]
        assert frame["实际完成"].dtype.kind == "M" and pd.isna(row(frame, "T004")["实际完成"])
        assert "E104" in tracker.findings()["代码"].tolist() or "E105" in tracker.findings()["代码"].tolist()
        tracker.update(frame.assign(完成率=0.9))
        tracker.save()
        assert cell(path, "跟踪表", at("actual", 8)) == "下周"

    def test_views_are_frames(self, path: Path) -> None:
        tracker = open_tracker(path)
        findings = tracker.findings()
        assert {"级别", "代码", "工作表", "编号", "单元格", "问题", "怎么办"} == set(findings.columns)
        assert len(findings) == 6 and set(findings["级别"]) == {"警告"}
        variance = tracker.variance()
        assert row(variance, "T005")["偏差(工作日)"] == 4 and row(variance, "T005")["预警"] == "红"
        risks = tracker.risks()
        assert risks["分值"].is_monotonic_decreasing and risks["分值"].iloc[0] == 16
        assert "K001" in risks["编号"].tolist()

    def test_another_day_may_be_asked_about(self, path: Path) -> None:
        # T005 was due on Wednesday 2023-12-20 and expected on 12-26. On Friday 2024-01-19 it is late by the
        # rest of December (2 + 5) and by 14 days of January, New Year being off (4 + 5 + 5).
        late = open_tracker(path, as_of="2024-01-19")
        assert late.as_of == dt.date(2024, 1, 19)
        assert row(late.variance(), "T005")["偏差(工作日)"] == 21
        assert row(late["跟踪表"], "T005")["偏差(工作日)"] == 4  # what stands in the workbook

    def test_explain_counts_the_days_of_a_row(self, path: Path) -> None:
        # T007: 2023-09-28 to 2023-10-09 over 国庆; 10-07 and 10-08 were made up
        days = open_tracker(path).explain("T007")
        counted = days[days["计入"]]["日期"].dt.strftime("%m-%d").tolist()
        assert len(days) == 11 and counted == ["10-07", "10-08", "10-09"]
        with pytest.raises(KeyError, match="T999"):
            open_tracker(path).explain("T999")

    def test_what_if_says_what_moves(self, path: Path) -> None:
        tracker = open_tracker(path)
        moved = tracker.what_if({"T005": 3})
        assert row(moved, "T005")["工作日"] == 3
        assert moved.equals(tracker.what_if(T005=3))
        with pytest.raises(KeyError, match="T999"):
            tracker.what_if(T999=3)
        assert tracker.changes.empty

    def test_reprs_are_short(self, path: Path) -> None:
        tracker = open_tracker(path)
        assert "\n" not in repr(tracker) and "tracker.xlsm" in repr(tracker) and "2023-11-28" in repr(tracker)
        assert str(path.parent) not in repr(tracker)
        assert "\n" not in repr(tracker.calendar)


class TestWriting:
    def test_a_completion_rate_from_frame_to_file_and_back(self, path: Path) -> None:
        before = path.read_bytes()
        tracker = open_tracker(path)
        frame = tracker["跟踪表"]
        frame.loc[frame["编号"] == "T005", "完成率"] = 0.7
        tracker.update(frame)
        assert row(tracker["跟踪表"], "T005")["完成率"] == 0.7
        changes = tracker.changes
        assert changes.columns.tolist() == ["工作表", "单元格", "原值", "新值"]
        assert changes.to_numpy().tolist() == [["跟踪表", at("percent", 9), 0.55, 0.7]]
        assert path.read_bytes() == before
        assert tracker.save() == path
        assert tracker.changes.empty
        assert cell(path, "跟踪表", at("percent", 9)) == 0.7
        assert row(open_tracker(path)["跟踪表"], "T005")["完成率"] == 0.7
        tracker.undo()
        assert path.read_bytes() == before
        assert row(tracker["跟踪表"], "T005")["完成率"] == 0.55

    def test_figures_follow_what_was_entered(self, path: Path) -> None:
        # T006: baseline Wednesday 2024-01-10, now expected on Monday 2024-01-15: 3 working days, over the 2
        tracker = open_tracker(path)
        tracker.update(pd.DataFrame({"编号": ["T006"], "预计完成": ["2024-01-15"]}))
        found = row(tracker["跟踪表"], "T006")
        assert (found["偏差(工作日)"], found["预警"]) == (3, "红")
        assert row(tracker.variance(), "T006")["偏差(工作日)"] == 3
        tracker.save()
        assert cell(path, "跟踪表", at("forecast", 10)) == dt.datetime(2024, 1, 15)
        assert row(open_tracker(path)["跟踪表"], "T006")["预警"] == "红"

    def test_only_what_is_given_changes_and_a_missing_value_is_not_given(self, path: Path) -> None:
        tracker = open_tracker(path)
        tracker.update(
            pd.DataFrame({"编号": ["T004", "T005"], "完成率": [0.65, np.nan], "部门反馈": ["", ""]})
        )
        assert tracker.changes["单元格"].tolist() == [at("percent", 8), at("feedback", 8), at("feedback", 9)]
        assert row(tracker["跟踪表"], "T005")["完成率"] == 0.55
        tracker.discard()
        assert tracker.changes.empty
        tracker.update(pd.DataFrame({"编号": ["T005"], "完成率": [np.nan]}), clear=True)
        assert pd.isna(row(tracker["跟踪表"], "T005")["完成率"])

    def test_rows_without_a_match_are_new(self, path: Path) -> None:
        tracker = open_tracker(path)
        base = {"环节": "成果交付", "责任部门/人": "研发部", "输出成果": "《报告》", "时间节点": "2023-12-15"}
        new = [{"编号": "", "主要任务": "补测", **base}, {"编号": "T020", "主要任务": "复测", **base}]
        tracker.update(pd.DataFrame(new))
        assert tracker["跟踪表"]["编号"].tolist()[-2:] == ["T021", "T020"]
        assert {"A12", "D12", "A13"} <= set(tracker.changes["单元格"])
        tracker.update(pd.DataFrame({"编号": ["T020"], "完成率": [0.5]}))
        tracker.save()
        assert [cell(path, "跟踪表", place) for place in ("A12", "A13", "D13", at("percent", 13))] == [
            "T021", "T020", "复测", 0.5,
        ]  # fmt: skip
        assert cell(path, "跟踪表", "F12") == dt.datetime(2023, 12, 15)
        # due Friday 2023-12-15, asked on Tuesday 2023-11-28: 13 working days are left
        again = row(open_tracker(path)["跟踪表"], "T020")
        assert again["预警"] == "绿" and "13" in again["说明"]
        assert str(cell(path, "跟踪表", at("rag", 13))).startswith("=")

    def test_a_frame_as_it_was_read_changes_nothing(self, path: Path) -> None:
        tracker = open_tracker(path)
        for sheet in ("跟踪表", "职责分工", "里程碑计划", "风险登记", "待办台账", "进度调整", "成果验收"):
            assert tracker.update(tracker[sheet], sheet).changes.empty
            assert tracker.update(tracker[sheet], sheet, clear=True).changes.empty

    def test_ids_may_be_the_index(self, path: Path) -> None:
        frame = open_tracker(path)["跟踪表"].set_index("编号")
        frame.loc["T005", "完成率"] = 0.7
        assert open_tracker(path).update(frame).changes["新值"].tolist() == [0.7]

    def test_texts_stay_texts_and_dates_become_dates(self, path: Path) -> None:
        new = {"编号": ["T005"], "主要任务": ["=1+1"], "时间节点": ["2023年12月22日"], "状态": ["完成"]}
        open_tracker(path).update(pd.DataFrame(new)).save()
        assert [cell(path, "跟踪表", place) for place in ("D9", "F9", at("status", 9))] == [
            "=1+1", dt.datetime(2023, 12, 22), "已完成",
        ]  # fmt: skip
        assert openpyxl.load_workbook(path)["跟踪表"]["D9"].quotePrefix

    def test_other_registers_too(self, path: Path) -> None:
        tracker = open_tracker(path)
        risks = tracker["风险登记"]
        at = risks["编号"] == "K005"
        risks.loc[at, ["概率", "影响"]] = [5, 5]
        tracker.update(risks, sheet="风险登记")
        found = row(tracker["风险登记"], "K005")
        assert (found["分值"], found["等级"]) == (25, "高")
        assert tracker.risks()["分值"].iloc[0] == 25

    def test_documents_are_queued_and_saved_together(self, path: Path) -> None:
        tracker = open_tracker(path)
        tracker.update(pd.DataFrame({"编号": ["T005"], "完成率": [0.7], "预计完成": ["2023-12-29"]}))
        tracker.minutes().review()
        assert set(tracker.changes["工作表"]) == {"跟踪表", "纪要-20231128", "复盘报告"}
        assert tracker.changes.iloc[-1].tolist() == ["复盘报告", "", None, "重新生成"]
        tracker.save()
        texts = [str(one.value) for line in openpyxl.load_workbook(path)["纪要-20231128"] for one in line]
        assert any("55%→70%" in text or "70" in text for text in texts)

    def test_issued_minutes_and_a_frozen_baseline(self, path: Path) -> None:
        tracker = open_tracker(path)
        row_ = {"编号": "T030", "环节": "成果交付", "责任部门/人": "研发部", "主要任务": "试产"}
        tracker.update(pd.DataFrame([{**row_, "输出成果": "《报告》", "时间节点": dt.date(2023, 12, 29)}]))
        tracker.freeze().minutes(issue=True)
        assert row(tracker["跟踪表"], "T030")["基线完成"] == pd.Timestamp("2023-12-29")
        tracker.save()
        assert cell(path, "跟踪表", at("baseline", 12)) == dt.datetime(2023, 12, 29)
        history = openpyxl.load_workbook(path)["_history"]
        kinds = [line[0] for line in history.iter_rows(values_only=True)]
        assert "minutes" in kinds and "baseline" in kinds

    def test_into_another_file(self, path: Path, tmp_path: Path) -> None:
        before = path.read_bytes()
        tracker = open_tracker(path)
        tracker.update(pd.DataFrame({"编号": ["T005"], "完成率": [0.7]}))
        assert tracker.save(tmp_path / "copy.xlsm") == tmp_path / "copy.xlsm"
        assert path.read_bytes() == before and len(tracker.changes) == 1
        assert cell(tmp_path / "copy.xlsm", "跟踪表", at("percent", 9)) == 0.7

    def test_a_copy_is_of_the_same_kind_in_a_folder_that_is_there(self, path: Path, tmp_path: Path) -> None:
        tracker = open_tracker(path)
        with pytest.raises(ValueError, match=r"\.xlsm"):
            tracker.save(tmp_path / "copy.xlsx")  # Excel would not open it: there are macros inside
        with pytest.raises(XlCollabError):
            tracker.save(tmp_path / "nowhere" / "copy.xlsm")
        assert tracker.save(path.parent / "." / path.name) == path

    def test_nothing_queued_nothing_written(self, path: Path) -> None:
        before = path.read_bytes(), path.stat().st_mtime_ns
        assert open_tracker(path).save() == path
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before

    def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(self, path: Path) -> None:
        tracker, other = open_tracker(path), open_tracker(path)
        other.update(pd.DataFrame({"编号": ["T005"], "完成率": [0.6]})).save()
        tracker.update(pd.DataFrame({"编号": ["T005"], "完成率": [0.7]}))
        with pytest.raises(XlCollabError, match="改过"):
            tracker.save()
        with pytest.raises(XlCollabError, match="open_tracker"):
            tracker.save()  # edits go by rows, and those of the file may have moved
        assert cell(path, "跟踪表", at("percent", 9)) == 0.6
        assert row(tracker["跟踪表"], "T005")["完成率"] == 0.7

    def test_a_file_that_is_closed_again_is_saved_at_the_second_try(self, path: Path) -> None:
        tracker = open_tracker(path).update(pd.DataFrame({"编号": ["T005"], "完成率": [0.7]}))
        lock = path.with_name(f".~lock.{path.name}#")
        lock.write_text("")
        with pytest.raises(XlCollabError, match="LibreOffice"):
            tracker.save()
        lock.unlink()
        tracker.save(path.with_name("copy.xlsm"))
        tracker.save()
        assert (
            cell(path, "跟踪表", at("percent", 9))
            == cell(path.with_name("copy.xlsm"), "跟踪表", at("percent", 9))
            == 0.7
        )

    def test_the_figures_in_the_workbook_stay_those_of_its_own_day(self, path: Path) -> None:
        tracker = open_tracker(path, as_of="2024-01-19")
        new = {
            "编号": "T030",
            "环节": "成果交付",
            "责任部门/人": "研发部",
            "主要任务": "试产",
            "输出成果": "样机",
        }
        tracker.update(pd.DataFrame([{"编号": "T005", "完成率": 0.7}, {**new, "时间节点": "2023-12-15"}]))
        assert tracker.changes["单元格"].tolist()[0] == at("percent", 9) and at("rag", 9) not in set(
            tracker.changes["单元格"]
        )
        # 13 working days are left on 2023-11-28; on 2024-01-19 it would be late
        assert row(tracker["跟踪表"], "T030")["预警"] == "绿"
        assert row(tracker.variance(), "T030")["预警"] == "红"
        tracker.save()
        assert row(open_tracker(path)["跟踪表"], "T030")["预警"] == "绿"

    def test_the_same_frame_may_be_used_again(self, path: Path) -> None:
        tracker = open_tracker(path)
        frame = tracker["跟踪表"]
        for day in ("2024-01-15", "2024-01-16"):
            frame.loc[frame["编号"] == "T006", "预计完成"] = pd.Timestamp(day)
            tracker.update(frame)
        tracker.save()
        frame.loc[frame["编号"] == "T006", "预计完成"] = pd.Timestamp("2024-01-17")
        tracker.update(frame).save()
        assert cell(path, "跟踪表", at("forecast", 10)) == dt.datetime(2024, 1, 17)

    def test_undo_does_not_lose_what_is_queued(self, path: Path) -> None:
        tracker = open_tracker(path)
        tracker.update(pd.DataFrame({"编号": ["T005"], "完成率": [0.7]})).save()
        tracker.update(pd.DataFrame({"编号": ["T005"], "完成率": [0.8]}))
        with pytest.raises(XlCollabError, match="discard"):
            tracker.undo()
        tracker.discard()
        tracker.undo()
        with pytest.raises(XlCollabError):
            Path(path.with_name("never.xlsm")).write_bytes(path.read_bytes())
            open_tracker(path.with_name("never.xlsm")).undo()


class TestErrors:
    def test_a_wrong_path(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match=r"nothing\.xlsm") as missing:
            open_tracker(tmp_path / "nothing.xlsm")
        assert isinstance(missing.value, XlCollabError)
        with pytest.raises(FileNotFoundError, match="Check the path"):
            open_tracker(tmp_path / "nothing.xlsm", lang="en")

    def test_a_wrong_sheet(self, path: Path) -> None:
        with pytest.raises(KeyError, match="跟踪表") as wrong:
            open_tracker(path)["追踪表"]
        assert isinstance(wrong.value, XlCollabError) and not str(wrong.value).startswith(("'", '"'))

    def test_a_wrong_column(self, path: Path) -> None:
        tracker = open_tracker(path)
        with pytest.raises(KeyError, match=r"完成度.*完成率"):
            tracker.update(pd.DataFrame({"编号": ["T005"], "完成度": [0.7]}))
        with pytest.raises(KeyError, match="编号"):
            tracker.update(pd.DataFrame({"完成率": [0.7]}))
        with pytest.raises(KeyError, match="'% dun'"):
            open_tracker(path, lang="en").update(pd.DataFrame({"ID": ["T005"], "% dun": [0.7]}))
        assert tracker.changes.empty

    def test_a_computed_column_that_was_changed(self, path: Path) -> None:
        tracker = open_tracker(path)
        with pytest.raises(ValueError, match=r"预警.*T005"):
            tracker.update(pd.DataFrame({"编号": ["T005"], "预警": ["绿"]}))
        tracker.update(pd.DataFrame({"编号": ["T005"], "预警": ["红"]}))
        assert tracker.changes.empty

    @pytest.mark.parametrize(
        ("column", "value", "said"),
        [
            ("完成率", 70, "完成率"),
            ("完成率", "七成", "七成"),
            ("实际完成", "下周", "下周"),
            ("状态", "快了", "快了"),
            ("配合部门", "火星部", "火星部"),
            ("时间节点", "尽快吧", "尽快吧"),
            ("主要任务", ["x"], "主要任务"),
            ("实际完成", 45000, "45000"),
        ],
    )
    def test_a_value_that_cannot_stand_there(self, path: Path, column: str, value: object, said: str) -> None:
        tracker = open_tracker(path)
        with pytest.raises(ValueError, match=said) as wrong:
            tracker.update(pd.DataFrame({"编号": ["T005"], column: [value]}))
        assert "T005" in str(wrong.value) and isinstance(wrong.value, XlCollabError)
        assert tracker.changes.empty

    def test_an_id_twice(self, path: Path) -> None:
        with pytest.raises(ValueError, match=r"t005.*数据框"):
            open_tracker(path).update(pd.DataFrame({"编号": ["T005", "t005"], "完成率": [0.7, 0.8]}))

    def test_what_cannot_be_updated_from_a_frame(self, path: Path) -> None:
        tracker = open_tracker(path)
        for sheet in ("节假日", "设置"):
            with pytest.raises(ValueError, match=sheet):
                tracker.update(pd.DataFrame({"日期": ["2023-12-22"]}), sheet)
        with pytest.raises(TypeError, match="DataFrame"):
            tracker.update("T005")  # type: ignore[arg-type]

    def test_a_wrong_day_or_language(self, path: Path) -> None:
        with pytest.raises(ValueError, match="someday"):
            open_tracker(path, as_of="someday")
        with pytest.raises(ValueError, match="zh"):
            open_tracker(path, lang="fr")  # type: ignore[arg-type]

    def test_what_is_no_tracker(self, tmp_path: Path) -> None:
        with pytest.raises(TypeError, match="int"):
            open_tracker(5)
        (tmp_path / "text.xlsx").write_text("no workbook")
        with pytest.raises(XlCollabError):
            open_tracker(tmp_path / "text.xlsx")


class TestNew:
    def test_a_new_tracker_is_that_of_the_command(self, tmp_path: Path) -> None:
        tracker = new_tracker(tmp_path / "new.xlsm", "product-launch", start="2026-03-02", name="新品")
        assert len(tracker["跟踪表"]) > 5 and tracker["设置"].iloc[0, 1] == "新品"
        command = [sys.executable, "-m", "xl_collab", "new", str(tmp_path / "same.xlsm")]
        options = ["--scenario", "product-launch", "--start", "2026-03-02", "--name", "新品"]
        subprocess.run([*command, *options], check=True, capture_output=True)
        assert tracker["跟踪表"].equals(open_tracker(tmp_path / "same.xlsm")["跟踪表"])
        with pytest.raises(FileExistsError, match="overwrite"):
            new_tracker(tmp_path / "new.xlsm")
        assert new_tracker(tmp_path / "new.xlsm", lang="en", overwrite=True).lang == "en"


class TestCalendar:
    """2023: 中秋节、国庆节 9月29日至10月6日放假，10月7日（周六）、10月8日（周日）上班."""

    calendar = Calendar.official()

    def test_single_days_in_the_type_they_came_in(self) -> None:
        assert self.calendar.add("2023-09-28", 3) == pd.Timestamp("2023-10-09")
        assert self.calendar.add(dt.date(2023, 9, 28), 1) == dt.date(2023, 10, 7)
        assert self.calendar.add(pd.Timestamp("2023-10-09 15:00"), -3) == pd.Timestamp("2023-09-28")
        assert self.calendar.between("2023-09-28", "2023-10-09") == 3
        assert self.calendar.between(dt.date(2023, 10, 9), "2023-09-28") == -3
        assert self.calendar.is_workday("2023-10-08") is True
        assert self.calendar.is_workday(dt.date(2023, 10, 6)) is False
        assert self.calendar.roll("2023-09-30") == pd.Timestamp("2023-10-07")
        assert self.calendar.roll("2023-09-30", "preceding") == pd.Timestamp("2023-09-28")
        assert "国庆节" in self.calendar.explain("2023-09-28", "2023-10-09")
        assert "make-up" in Calendar.official(lang="en").explain("2023-09-28", "2023-10-09")
        # Monday 2024-01-01 is a holiday: the meeting of that week is held on the next working day
        assert self.calendar.next_due("每周一17:00前", "2023-12-30") == pd.Timestamp("2024-01-02 17:00")

    def test_series(self) -> None:
        days = pd.Series(
            pd.to_datetime(["2023-09-28", None, "2023-10-06"]), index=["a", "b", "c"], name="due"
        )
        added = self.calendar.add(days, 3)
        assert added.tolist()[::2] == [pd.Timestamp("2023-10-09"), pd.Timestamp("2023-10-09")]
        assert added.isna().tolist() == [False, True, False]
        assert added.index.tolist() == ["a", "b", "c"] and added.name == "due" and added.dtype.kind == "M"
        until = self.calendar.between(days, "2023-10-09")
        assert until.dropna().tolist() == [3, 3] and pd.isna(until["b"])
        assert self.calendar.is_workday(days).dropna().tolist() == [True, False]
        assert self.calendar.roll(days).dropna().dt.strftime("%m-%d").tolist() == ["09-28", "10-07"]
        assert pd.isna(self.calendar.explain(days, "2023-10-09")["b"])
        assert self.calendar.add(days, pd.Series([1, 1, 2], index=["a", "b", "c"])).dropna().tolist() == [
            pd.Timestamp("2023-10-07"),
            pd.Timestamp("2023-10-08"),
        ]

    def test_series_of_texts_and_of_dates(self) -> None:
        texts = pd.Series(["2023-09-28", "2023年10月6日", ""])
        assert self.calendar.add(texts, 1).dropna().dt.strftime("%m-%d").tolist() == ["10-07", "10-07"]
        assert self.calendar.add(pd.Series([dt.date(2023, 9, 28), None]), 1).tolist()[0].day == 7
        due = self.calendar.next_due(pd.Series(["每周一17:00前", "2024-01-10", ""]), "2023-12-30")
        assert due.tolist()[:2] == [
            pd.Timestamp("2024-01-02 17:00"),
            pd.Timestamp("2024-01-10 23:59:59"),  # a day without a time ends with the day
        ]
        assert pd.isna(due[2])

    def test_two_series_are_matched_by_their_index(self) -> None:
        one = pd.Series(["2023-09-28", "2023-10-09"], index=[1, 2])
        other = pd.Series(["2023-10-09", "2023-10-07"], index=[2, 1])
        assert self.calendar.between(one, other).to_dict() == {1: 1, 2: 0}

    def test_missing_days(self) -> None:
        assert self.calendar.add(pd.NaT, 3) is pd.NaT
        assert pd.isna(self.calendar.between(pd.NaT, "2023-10-09"))

    def test_many_days_at_once(self) -> None:
        days = pd.Series(pd.date_range("2014-01-01", periods=200_000, freq="h"))
        found = self.calendar.between(days, days.iloc[::-1].reset_index(drop=True))
        assert len(found) == 200_000 and found.iloc[0] == -found.iloc[-1] > 0

    def test_what_is_no_day(self) -> None:
        with pytest.raises(ValueError, match="someday"):
            self.calendar.add("someday", 3)
        with pytest.raises(ValueError, match="someday"):
            self.calendar.is_workday(pd.Series(["2023-10-09", "someday"]))
        with pytest.raises(ValueError, match="尽快"):
            self.calendar.next_due("尽快", "2023-10-09")
        with pytest.raises(ValueError, match="list"):
            self.calendar.add(["2023-10-09"], 3)  # type: ignore[call-overload]
        with pytest.raises(ValueError, match="sideways"):
            self.calendar.roll("2023-10-09", "sideways")  # type: ignore[call-overload]

    def test_a_trackers_own_calendar_knows_its_company_days(self, path: Path) -> None:
        book = openpyxl.load_workbook(path, keep_vba=True)
        sheet = book["节假日"]
        sheet.append([None])
        line = next(n for n in range(5, 3000) if sheet.cell(n, 1).value is None)
        for column, value in enumerate((dt.date(2023, 12, 22), "休", "厂庆", "公司"), start=1):
            sheet.cell(line, column).value = value
        book.save(path)
        calendar = open_tracker(path).calendar
        assert not calendar.is_workday("2023-12-22") and self.calendar.is_workday("2023-12-22")
        # without a day the data date, Tuesday 2023-11-28, is meant: the next Monday is 12-04
        assert calendar.next_due("每周一17:00前") == pd.Timestamp("2023-12-04 17:00")


SNIPPET = """
import datetime as dt
from pathlib import Path
from typing import Any, assert_type

import pandas as pd

from xl_collab import Calendar, Tracker, XlCollabError, new_tracker, open_tracker

tracker = open_tracker(Path("a.xlsx"), as_of=dt.date(2023, 11, 28), lang="en")
assert_type(tracker, Tracker)
assert_type(new_tracker("b.xlsm", start="2026-03-02"), Tracker)
table = tracker["Tracker"]
assert_type(table, pd.DataFrame)
assert_type(tracker.findings(), pd.DataFrame)
assert_type(tracker.what_if({"T003": 3}), pd.DataFrame)
assert_type(tracker.update(table).minutes().changes, pd.DataFrame)
assert_type(tracker.save(), Path)
calendar = Calendar.official()
assert_type(tracker.calendar, Calendar)
assert_type(calendar.add("2023-09-28", 3), pd.Timestamp)
assert_type(calendar.add(dt.date(2023, 9, 28), 3), dt.date)
assert_type(calendar.between("2023-09-28", "2023-10-09"), int)
assert_type(calendar.is_workday("2023-09-28"), bool)
assert_type(calendar.add(pd.Series(["2023-09-28"]), 3), "pd.Series[Any]")
assert_type(calendar.explain("2023-09-28", "2023-10-09"), str)
error: XlCollabError = XlCollabError("", "")
"""
WRONG = """
from xl_collab import open_tracker

open_tracker("a.xlsx", lang="fr")
open_tracker("a.xlsx").update("T005")
open_tracker("a.xlsx").nothing
"""


class TestTypes:
    def found(self, folder: Path, code: str) -> list[str]:
        pytest.importorskip("mypy")
        (folder / "script.py").write_text(code)
        command = [sys.executable, "-m", "mypy", "--strict", str(folder / "script.py")]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        return [line.split(" error: ")[1] for line in done.stdout.splitlines() if " error: " in line]

    def test_a_script_is_checked_strictly(self, tmp_path: Path) -> None:
        assert self.found(tmp_path, SNIPPET) == []
        wrong = self.found(tmp_path, WRONG)
        assert [line.rsplit("[")[-1] for line in wrong] == ["arg-type]", "arg-type]", "attr-defined]"]


class TestDocuments:
    @pytest.fixture(autouse=True)
    def there(self, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "collab-demo").mkdir()
        shutil.copy(demo, tmp_path / "collab-demo")
        monkeypatch.chdir(tmp_path)

    @pytest.mark.parametrize("page", ["python.md", "python.zh-CN.md"])
    def test_the_page_runs_as_it_stands(self, page: str) -> None:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        names = run(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
        assert len(names["late"]) == 2 and names["tracker"].changes.empty
        assert names["calendar"].add("2023-09-28", 3) == pd.Timestamp("2023-10-09")

    @pytest.mark.parametrize("page", ["python.md", "python.zh-CN.md"])
    def test_the_page_names_everything_that_is_public(self, page: str) -> None:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        public = {name for kind in (Tracker, Calendar) for name in vars(kind) if not name.startswith("_")}
        assert {name for name in public - {"as_of", "lang", "name"} if f"{name}" not in text} == set()

    def test_the_notebook_runs_and_is_clean(self) -> None:
        whole = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
        outputs = [cell["outputs"] for cell in whole["cells"] if cell["cell_type"] == "code"]
        assert outputs == [[]] * len(cells()) and sum(text.count("\n") + 1 for text in cells()) < 20
        assert run(cells())["tracker"].changes.empty
