"""The file manager's menu and Send to: what install writes and uninstall takes away, and that it works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from recorded_windows import PYTHON, RecordedWindows

from xl_collab.errors import CannotWrite
from xl_collab.hosts.windows import Shortcut
from xl_collab.ui.buttons import COMMANDS
from xl_collab.ui.ribbon_xml import interface
from xl_collab.ui.setup.file_menu import IN_MENU, plan_menu
from xl_collab.ui.setup.installing import plan_install, plan_uninstall
from xl_collab.ui.setup.steps import carry_out

MENU = r"Software\Classes\SystemFileAssociations\.xlsx\shell\xl_collab"


@pytest.fixture
def windows(tmp_path: Path) -> RecordedWindows:
    return RecordedWindows(tmp_path / "AppData" / "Roaming")


def install(windows: RecordedWindows, home: Path, lang: str = "zh") -> None:
    carry_out(plan_install(windows, interface(lang), lang=lang, home=home, executable=PYTHON))  # type: ignore[arg-type]


def menu(windows: RecordedWindows) -> dict[str, str]:
    """What the menu shows → the line that it runs, in Windows' order."""
    verbs = sorted({at[1] for at in windows.values if at[1].startswith(MENU) and at[1].endswith("command")})
    titles = [str(windows.values["HKCU", verb.removesuffix(r"\command"), "MUIVerb"]) for verb in verbs]
    return dict(zip(titles, (str(windows.values["HKCU", verb, ""]) for verb in verbs), strict=True))


def test_workbooks_have_a_menu_of_commands(windows: RecordedWindows, tmp_path: Path) -> None:
    install(windows, tmp_path)
    assert windows.values["HKCU", MENU, "MUIVerb"] == "跨部门协同"
    assert windows.values["HKCU", MENU.replace(".xlsx", ".xlsm"), "MUIVerb"] == "跨部门协同"
    assert list(menu(windows))[:3] == ["一键全部", "校验", "偏差"]
    assert menu(windows)["校验"] == f'"{PYTHON}" -P -m xl_collab.ui.closed_file validate "%1"'


def test_send_to_has_the_most_used(windows: RecordedWindows, tmp_path: Path) -> None:
    install(windows, tmp_path)
    folder = windows.appdata / "Microsoft" / "Windows" / "SendTo"
    assert sorted(path.stem for path in folder.iterdir()) == ["协同：一键全部", "协同：撤销", "协同：校验"]
    link = windows.links[str(folder / "协同：一键全部.lnk")]
    assert link == Shortcut(PYTHON, "-P -m xl_collab.ui.closed_file run")


def test_the_other_language_takes_their_place(windows: RecordedWindows, tmp_path: Path) -> None:
    install(windows, tmp_path)
    install(windows, tmp_path, "en")
    folder = windows.appdata / "Microsoft" / "Windows" / "SendTo"
    assert all(path.stem.startswith("Collaboration - ") for path in folder.iterdir())
    assert list(menu(windows))[1] == "Validate"


def test_uninstall_takes_all_of_it_away(windows: RecordedWindows, tmp_path: Path) -> None:
    before = dict(windows.values)
    install(windows, tmp_path)
    assert windows.values != before
    carry_out(plan_uninstall(windows, home=tmp_path, executable=PYTHON))
    assert windows.values == before
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not any(step.changes for step in plan_uninstall(windows, home=tmp_path, executable=PYTHON))


def test_every_command_needs_nothing_but_the_workbook() -> None:
    for name in IN_MENU:
        command = next(one for one in COMMANDS if one.name == name)
        assert [option.name for option in command.options if option.required] == ["file"], name


def test_the_written_line_does_what_the_button_does(
    windows: RecordedWindows, sample: Path, tmp_path: Path
) -> None:
    """With %1 replaced as Windows does, in the folder of a workbook whose name cmd.exe would not survive."""
    carry_out(list(plan_menu(windows, sys.executable, "zh")))
    nasty = tmp_path / "项目 100% & co^(1)"
    nasty.mkdir()
    book = nasty / "跟踪表!.xlsx"
    book.write_bytes(sample.read_bytes())
    words = [one.strip('"') for one in re.findall(r'"[^"]*"|\S+', menu(windows)["校验"])]
    words = [str(book) if word == "%1" else word for word in words]
    ran = subprocess.run(
        words, cwd=nasty, capture_output=True, stdin=subprocess.DEVNULL, check=False, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr
    assert "校验结果" in ran.stdout
    assert book.read_bytes() != sample.read_bytes()


def test_a_policy_that_forbids_the_menu_is_told_once_the_ribbon_is_there(
    windows: RecordedWindows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(self: RecordedWindows, path: str, name: str, value: str) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(RecordedWindows, "write_value", forbidden)
    with pytest.raises(CannotWrite, match="功能区不受影响") as refused:
        install(windows, tmp_path)
    assert "Excel 窗口" not in refused.value.zh
    assert (windows.appdata / "Microsoft" / "Excel" / "XLSTART" / "xl_collab.xlam").is_file()
