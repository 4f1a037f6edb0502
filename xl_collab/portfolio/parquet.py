"""Tables of the portfolio as Parquet: types, files, and how a file comes to be there whole or not at all.

Needs pyarrow (extra `store`). May not enter: what is in the tables, which files count.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xl_collab.errors import CannotWrite, XlCollabError, system_reason
from xl_collab.plan.portfolio import Records
from xl_collab.schema.portfolio_columns import Holds, PortfolioTable


class MissingExtra(XlCollabError):
    """Raised when a library that is installed on demand is missing; says how to install it."""

    def __init__(self, libraries: str, what_zh: str, what_en: str) -> None:
        super().__init__(
            f"{what_zh}需要先安装：请运行 pip install {libraries}，再试一次。",
            f"{what_en} needs more: run pip install {libraries} and try again.",
        )


class DamagedStore(XlCollabError):
    """Raised when files of a store are missing or cannot be read: it is no longer what runs wrote."""

    def __init__(self, path: Path, store: Path) -> None:
        super().__init__(
            f"存储里的 {path} 读不出来或已缺失。请把存储文件夹 {store} 改名后重新运行，全部会重新读取。",
            f"{path} of the store cannot be read or is missing. Rename the folder {store} and run again; "
            "everything is read anew.",
        )


def arrow() -> Any:
    """The module pyarrow, with its Parquet part. MissingExtra where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("pyarrow duckdb", "存储（--store）", "A store (--store)") from error
    return pyarrow


def types() -> Mapping[Holds, Any]:
    """The Arrow type of each kind of cell."""
    pa = arrow()
    return {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "integer": pa.int64(),
        "number": pa.float64(),
        "date": pa.date32(),
        "moment": pa.timestamp("us"),
        "flag": pa.bool_(),
    }


def as_arrow(records: Records, **constants: str) -> Any:
    """The records as an Arrow table; `constants` become text columns that are the same in every row."""
    pa, kinds = arrow(), types()
    arrays = {
        column.name: pa.array(_whole(records[column.name], column.holds), kinds[column.holds])
        for column in records.table.columns
    }
    more = {name: pa.array([value] * len(records), pa.string()) for name, value in constants.items()}
    return pa.table({**arrays, **more})


def _whole(values: list[Any], holds: Holds) -> list[Any]:
    """Texts as UTF-8 can hold them: half a character out of a broken cell is shown as one."""
    if holds == "text":
        return [value.encode("utf-8", "replace").decode() for value in values]
    return values


def records_of(table: PortfolioTable, found: Any) -> Records:
    """The declared columns of an Arrow table as records."""
    return Records(table, {name: found.column(name).to_pylist() for name in table.names})


def read(path: Path) -> Any:
    """The Arrow table in a file of a store (STORE/table/day=…/file). DamagedStore when it cannot be read."""
    try:
        return arrow().parquet.read_table(path, partitioning=None)
    except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
        raise DamagedStore(path, path.parents[2]) from error


def prepared(folder: Path) -> Path:
    """The folder of a store, made where there is none. CannotWrite when it cannot be one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        zh, en = system_reason(error), system_reason(error, "en")
        raise CannotWrite(
            f"不能用 {folder} 作存储文件夹：{zh}。请换一个文件夹。",
            f"{folder} cannot be the folder of a store: {en}. Choose another one.",
        ) from error
    return folder


def write(table: Any, path: Path) -> None:
    """Write a file; whoever looks sees all of it or nothing, whenever this process is ended. CannotWrite."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        arrow().parquet.write_table(table, draft, compression="zstd")
        os.replace(draft, path)  # noqa: PTH105
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        zh, en = system_reason(error), system_reason(error, "en")
        raise CannotWrite(
            f"存储写不进去：{zh}（{path.parent}）。请检查磁盘和权限后重试，已读的不会丢失。",
            f"The store cannot be written: {en} ({path.parent}). Check disk and permissions and run again; "
            "what was read is kept.",
        ) from error
