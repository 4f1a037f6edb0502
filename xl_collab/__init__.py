"""xl_collab: the tracking workbook of a cross-department project, and the rules behind it.

What scripts and notebooks use is here (docs/python.md) and loaded when it is first used: importing the
package costs nothing. `__init__.pyi` says the same to type checkers and editors.
"""

__version__ = "0.1.0"
__all__ = ("Calendar", "Tracker", "XlCollabError", "new_tracker", "open_tracker")

_HOMES = {
    "Calendar": "xl_collab.api.calendar",
    "Tracker": "xl_collab.api.tracker",
    "XlCollabError": "xl_collab.errors",
    "new_tracker": "xl_collab.api.opening",
    "open_tracker": "xl_collab.api.opening",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
