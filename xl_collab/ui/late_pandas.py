"""Python as xlwings' VBA starts it waits for no pandas: it is imported when something asks for it.

xlwings' VBA runs `python -c "import xlwings.utils; …"`, for a click and for the warm server, and xlwings
imports pandas, which takes longer than all the rest and which hardly a click needs. So the interpreter
itself, by the line in `xl_collab_click.pth`, calls `begin` before that. xlwings then finds no pandas while
it is imported, and is given it, DataFrame conversion and all, as soon as anything imports pandas or asks
xlwings for it. Without that file everything works as well, and later. It leans on names inside xlwings,
whose version is pinned. What may not enter: anything that costs time, or a click.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_PANDAS, _XLWINGS = "pandas", "xlwings"
_CONVERSION = "xlwings.conversion"
_CONVERTERS = "PandasDataFrameConverter", "PandasSeriesConverter"

_Run = Callable[[ModuleType], None]
"""Executes a module."""


def begin() -> None:
    """Let xlwings be imported without pandas; nothing to do where either is there already, or no pandas."""
    if _XLWINGS not in sys.modules and _PANDAS not in sys.modules and find_spec(_PANDAS) is not None:
        sys.meta_path.insert(0, _Once(_XLWINGS, _without_pandas))


class _Once(MetaPathFinder):
    """Finds a module where it is, once, and lets `around` execute it."""

    def __init__(self, name: str, around: Callable[[_Run, ModuleType], None]) -> None:
        self._name, self._around = name, around

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's own spec; None for every other module."""
        if fullname != self._name:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            # On this one loader, so that whoever asks it for sources or data still finds them.
            run = partial(self._around, spec.loader.exec_module)
            spec.loader.exec_module = run  # type: ignore[method-assign]
        return spec


def _without_pandas(run: _Run, xlwings: ModuleType) -> None:
    """Execute xlwings as where pandas is not installed; what looks for it later loads it."""
    if _PANDAS in sys.modules:
        return run(xlwings)
    sys.modules[_PANDAS] = None  # type: ignore[assignment]  # import's own sign for "there is none"
    try:
        run(xlwings)
    finally:
        del sys.modules[_PANDAS]
    sys.meta_path.insert(0, _Once(_PANDAS, _with_converters))
    sys.modules["xlwings.main"].__dict__["pd"] = _Pandas()
    import_module(_CONVERSION).accessors["df"] = _DataFrames()
    return None


def _with_converters(run: _Run, pandas: ModuleType) -> None:
    """Execute pandas, and give it to xlwings as if it had been there from the start."""
    run(pandas)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == _XLWINGS and "pd" in vars(module):
            vars(module)["pd"] = pandas
    converters = import_module(f"{_CONVERSION}.pandas_conv")  # registers DataFrame, "df" and Series
    vars(import_module(_CONVERSION)).update({name: getattr(converters, name) for name in _CONVERTERS})


class _Pandas:
    """What xlwings' functions take for pandas until it is loaded."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(_PANDAS), name)


class _DataFrames:
    """What xlwings calls "df" until pandas is loaded."""

    def __getattr__(self, name: str) -> Any:
        import_module(_PANDAS)
        return getattr(import_module(_CONVERSION).accessors["df"], name)
