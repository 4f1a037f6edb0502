"""`doctor`: what may keep the buttons from working, each with its cure. It only looks.

What Windows alone can tell comes through its port; on other systems those checks are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from xl_collab.errors import UsageError, XlCollabError
from xl_collab.hosts.windows import Windows
from xl_collab.ui.progress_window import can_show_windows
from xl_collab.ui.setup.checks import XLWINGS, Check, Surroundings
from xl_collab.ui.setup.doctor_windows import examine_windows
from xl_collab.ui.setup.installed import LANG_KEY, configuration, read_settings
from xl_collab.ui.setup.installing import ascii_path

OLDEST = (3, 11)


def examine(where: Surroundings) -> list[Check]:
    """Every check, in the order in which one would mend."""
    checks = [*_python(where), *_xlwings(), *_configuration(where)]
    if where.windows is None:
        checks.append(Check("not_windows", "note"))
    else:
        checks += examine_windows(where, where.windows)
    return [*checks, *_workbook_macros(where), *_calendar(where), *_libreoffice(), *_screen()]


def _python(where: Surroundings) -> Iterator[Check]:
    version = ".".join(map(str, where.version))
    if where.version[:2] < OLDEST:
        yield Check("python_old", "problem", {"version": version})
    else:
        yield Check("python", "ok", {"version": version, "bits": where.bits, "path": where.executable})
    if not where.executable.isascii() and where.windows is not None:
        yield _chinese_path(where.executable, where.windows)


def _chinese_path(path: str, windows: Windows) -> Check:
    """A problem only where the path has no other name that VBA and Python read alike; install writes that."""
    try:
        return Check("python_named", "ok", {"path": path, "name": ascii_path(path, windows)})
    except UsageError:
        return Check("python_path", "problem", {"path": path})


def _xlwings() -> Iterator[Check]:
    try:
        version = metadata.version("xlwings")
    except metadata.PackageNotFoundError:
        yield Check("xlwings_none", "problem")
        return
    words = {"version": version, "wanted": XLWINGS}
    yield Check("xlwings", "ok", words) if version == XLWINGS else Check("xlwings_other", "problem", words)


def _configuration(where: Surroundings) -> Iterator[Check]:
    """The user's own settings of xlwings: ours are in the add-in, but Python reads these when it starts."""
    conf = configuration(where.home)
    try:
        data = conf.read_bytes()
    except OSError:
        return
    strange = [str(n) for n, line in enumerate(data.splitlines(), 1) if not line.isascii()]
    if strange:
        yield Check("conf_encoding", "problem", {"lines": ", ".join(strange), "path": conf})
    if LANG_KEY in read_settings(data):
        yield Check("conf_ours", "problem", {"path": conf})
    elif not strange:
        yield Check("conf", "ok", {"path": conf})


def _workbook_macros(where: Surroundings) -> Iterator[Check]:
    """Whether the macros in the workbook are this version's; those of another xlwings start nothing."""
    if not Path(where.path).is_file():
        return
    from xl_collab.documents.workbook.template import shipped_vba
    from xl_collab.hosts.macros import macro_age
    from xl_collab.hosts.ooxml.package import Package

    try:
        found = macro_age(Package.open(where.path), shipped_vba())
    except XlCollabError:  # what keeps it from being read, every command says
        return
    words = {"name": where.name, "version": found.xlwings or "?", "wanted": XLWINGS}
    if found.state == "other" and found.xlwings != XLWINGS:
        yield Check("macros_xlwings", "problem", words)
    elif found.state in ("current", "other"):
        yield Check(f"macros_{found.state}", "ok" if found.state == "current" else "note", words)


def _calendar(where: Surroundings) -> Iterator[Check]:
    years = _official_years(where)
    first, last = min(years), max(years)
    if last < where.today.year:
        yield Check("calendar_short", "problem", {"last": last, "year": where.today.year})
    elif last == where.today.year and where.today.month == 12:
        yield Check("calendar_short", "note", {"last": last, "year": last + 1})
    else:
        yield Check("calendar", "ok", {"first": first, "last": last})


def _official_years(where: Surroundings) -> frozenset[int]:
    """The workbook's own years where it can be read, else the shipped ones."""
    from xl_collab.project.calendar.workdays import Calendar

    if where.path and Path(where.path).is_file():
        from xl_collab.hosts.file import FileHost
        from xl_collab.plan.project import Project

        try:
            years = Project(FileHost(where.path).read(), where.today).calendar.official_years
        except XlCollabError:
            years = frozenset()
        if years:
            return years
    return Calendar.seeded().official_years


def _libreoffice() -> Iterator[Check]:
    from xl_collab.hosts.printing import find_soffice

    program = find_soffice()
    if program is None:
        yield Check("office_none", "note")
        return
    yield Check("office", "ok", {"path": program})
    try:
        yield Check("uno", "ok", {"how": _way_to_uno()})
    except XlCollabError as error:
        yield Check("uno_none", "note", {"reason": error.message("en")})
    except ImportError as error:
        yield Check("uno_none", "note", {"reason": str(error)})


def _way_to_uno() -> str:
    """ "direct", or the Python that serves as a bridge."""
    from xl_collab.hosts.libreoffice.uno_client import import_uno

    try:
        import_uno()
    except ImportError:
        from xl_collab.hosts.libreoffice.connection import uno_python

        return str(uno_python())
    return "direct"


def _screen() -> Iterator[Check]:
    yield Check("windows", "ok") if can_show_windows() else Check("windows_none", "note")
    encoding = getattr(sys.stdout, "encoding", None) or "?"
    yield Check("console", "ok", {"encoding": encoding})
