"""Starts tests/excel_server.py and hands out its Application, as programs get Excel's. Only on Windows."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xl_collab.hosts.windows import this_windows
from xl_collab.ui.ribbon_xml import interface
from xl_collab.ui.setup.addin import ADDIN, shipped_addin
from xl_collab.ui.setup.installing import settings

HERE = Path(__file__).parent


@contextmanager
def excel(folder: Path, *, addin: bool = True) -> Iterator[Any]:
    """An Application with our add-in, as `install` writes it; all it started ends with it."""
    import pythoncom
    import pywintypes
    from win32com.client import dynamic

    pythoncom.CoInitialize()
    started = folder / "Roaming" / "Microsoft" / "Excel" / "XLSTART"
    started.mkdir(parents=True)
    if addin:
        own = settings(this_windows(), sys.executable)
        (started / ADDIN).write_bytes(shipped_addin(interface("zh"), own))
    clsid = str(pythoncom.CreateGuid())
    with _server(clsid, folder) as server:
        how = (pythoncom.CLSCTX_LOCAL_SERVER, pythoncom.IID_IDispatch)
        application = dynamic.Dispatch(pythoncom.CoCreateInstance(pywintypes.IID(clsid), None, *how))
        try:
            yield application
        finally:
            gc.collect()  # what is let go after the server's end waits for it
            application.Quit()
            del application
            server.wait(60)


@contextmanager
def _server(clsid: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", f"import excel_server; excel_server.serve('{clsid}')"]
    places = os.pathsep.join(map(str, (HERE.parent, HERE)))
    surroundings = os.environ | {"APPDATA": str(folder / "Roaming"), "PYTHONPATH": places}
    said = folder / "excel.txt"
    with said.open("wb") as errors:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=surroundings)
        try:
            assert server.stdout is not None
            assert server.stdout.readline().strip() == b"ready", said.read_text("mbcs", "replace")
            yield server
        finally:
            server.kill()
            server.communicate()
