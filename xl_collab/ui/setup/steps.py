"""What installing writes and removes, one step a thing, so that it can be shown before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xl_collab.errors import CannotWrite, FileLocked
from xl_collab.hosts.atomic import write_atomically

What = Literal["", "restored"]


@dataclass(frozen=True, slots=True)
class Step:
    """A thing to write, or with data None to remove; `changes` is False when it is so already.

    path  a file, or a key of the registry below HKCU
    what  "restored": settings of the user that an earlier version changed
    act   does it, where it is more than a file's bytes
    """

    path: Path
    data: bytes | None
    changes: bool
    what: What = ""
    act: Callable[[], None] | None = None


def carry_out(steps: list[Step]) -> None:
    """Write and remove; raises FileLocked when Excel holds the add-in, CannotWrite when refused."""
    for step in steps:
        if not step.changes:
            continue
        try:
            _do(step)
        except (PermissionError, FileLocked) as error:
            raise FileLocked(
                f"{step.path} 正被占用。请关闭所有 Excel 窗口后重试。",
                f"{step.path} is in use. Close every Excel window and try again.",
            ) from error


def _act(step: Step) -> None:
    try:
        assert step.act is not None
        step.act()
    except OSError as error:
        raise CannotWrite(
            f"没能改动 {step.path}（{error}），可能是公司策略不允许。功能区不受影响，只缺资源管理器的菜单。",
            f"{step.path} could not be changed ({error}); a policy may forbid it. The ribbon is there, "
            "only the file manager's menu is not.",
        ) from error


def _do(step: Step) -> None:
    if step.act is not None:
        _act(step)
    elif step.data is None:
        step.path.unlink()
    else:
        step.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(step.path, step.data)
