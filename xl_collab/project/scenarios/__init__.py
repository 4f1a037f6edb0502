"""The scenarios that a new workbook can start from, and the sample project.

Contents only: each is a `Scenario`, plain data in Chinese and English that becomes a `Book`. The four
scenarios are data files of the package, `data/scenarios/*.toml`, read when one is asked for. No file of
a user, clock or spreadsheet may enter; what a column means is said in `schema/sheets.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from xl_collab.errors import UsageError
from xl_collab.project.scenarios.sample import SAMPLE as SAMPLE
from xl_collab.project.scenarios.sample_demo import DEMO as DEMO
from xl_collab.project.scenarios.scenario import Scenario as Scenario
from xl_collab.project.scenarios.scenario_file import COMMON, read_scenario
from xl_collab.schema.words import t

BLANK = Scenario(
    "blank",
    t("空白项目", "Blank project"),
    forms={"settings": {"project": t("【项目名称】", "[Project]")}},
)
"""Nothing but the settings' defaults and the calendar."""

_FILES = ("product-launch", "marketing-event", "customer-issue", "process-improvement")


def _text(name: str) -> str:
    return (resources.files("xl_collab") / "data" / "scenarios" / name).read_text(encoding="utf-8")


@cache
def _shipped(key: str) -> Scenario:
    return read_scenario(key, _text(f"{key}.toml"), _text(COMMON))


class _Shipped(Mapping[str, Scenario]):
    """The scenarios by key; a file is read when its scenario is taken."""

    def __getitem__(self, key: str) -> Scenario:
        if key == BLANK.key:
            return BLANK
        if key not in _FILES:
            raise KeyError(key)
        return _shipped(key)

    def __iter__(self) -> Iterator[str]:
        return iter((*_FILES, BLANK.key))

    def __len__(self) -> int:
        return len(_FILES) + 1


SCENARIOS: Mapping[str, Scenario] = _Shipped()
"""What `new` offers, by name."""


def read_own(name: str, content: bytes) -> Scenario:
    """The scenario of a user's own file, called `name`; raises UsageError that says where it is wrong."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"场景文件 {name} 不是 UTF-8 文本：请另存为 UTF-8 编码", f"Scenario file {name} is no UTF-8 text"
        ) from error
    return read_scenario(name.removesuffix(".toml"), text, _text(COMMON), shipped=False)


def file_of(key: str) -> str:
    """The shipped file of a scenario as text, to begin one's own with."""
    if key not in _FILES:
        raise UsageError(
            f"场景 {key} 没有文件，可用的有 {'、'.join(_FILES)}",
            f"No file for {key}; there are {', '.join(_FILES)}",
        )
    return _text(f"{key}.toml")


def find(name: str) -> Scenario:
    """The scenario of that name or title; raises UsageError naming the valid ones."""
    wanted = name.strip().casefold().replace("_", "-")
    if wanted in SCENARIOS:
        return SCENARIOS[wanted]
    for scenario in SCENARIOS.values():
        if wanted in (scenario.title.zh, scenario.title.en.casefold()):
            return scenario
    zh = "、".join(f"{s.key}({s.title.zh})" for s in SCENARIOS.values())
    en = ", ".join(SCENARIOS)
    raise UsageError(
        f"没有场景“{name}”，请从这些里选：{zh}", f'There is no scenario "{name}"; choose one of: {en}'
    )
