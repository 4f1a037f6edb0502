"""The personal add-in xl_collab.xlam: the ribbon for every workbook, macro-free ones too.

The same VBA as in the tracker, the worksheet functions, and a hidden sheet with xlwings' settings.
`install` puts it into Excel's start-up folder with the ribbon in the user's language.
"""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from tools.build.ribbon import WORKBOOK_FOLDER
from tools.build.udfs import addin_modules
from tools.build.vba import vba_project
from xl_collab.documents.canvas import code_name
from xl_collab.documents.interface import read_parts, rewritten, with_ribbon
from xl_collab.documents.workbook.template import CONF, write_conf
from xl_collab.project.scenarios.sample import AS_OF
from xl_collab.schema.words import Lang
from xl_collab.ui.ribbon_xml import ribbon_parts

ADDIN = WORKBOOK_FOLDER / "xl_collab.xlam"

_WORKBOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
_TYPES = "[Content_Types].xml"


def build_addin(lang: Lang = "zh") -> bytes:
    """The bytes of xl_collab.xlam with the ribbon in `lang`, the same each time."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": "xl-collab", "created": datetime(AS_OF.year, AS_OF.month, AS_OF.day)})
    workbook.set_vba_name("ThisWorkbook")
    # A workbook needs one sheet that is not hidden; of an add-in Excel shows none.
    workbook.add_worksheet("xl_collab").set_vba_name(code_name("xl_collab"))
    write_conf(workbook, workbook.add_format())
    project = vba_project(("xl_collab", CONF), addin_modules())
    workbook.add_vba_project(io.BytesIO(project), is_stream=True)  # type: ignore[arg-type]
    workbook.close()
    parts = read_parts(stream.getvalue())
    parts[_TYPES] = parts[_TYPES].replace(_WORKBOOK, _ADDIN)
    return with_ribbon(rewritten(parts), ribbon_parts(lang, addin=True))
