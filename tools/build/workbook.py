"""The shipped workbook: the template's sample project, the same bytes each time."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from tools.build.vba import build_vba
from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.scenarios.sample import AS_OF
from xl_collab.ui.ribbon_xml import interface

WORKBOOK = Path(__file__).parents[2] / "workbook" / "collab_tracker.xlsm"
DOCUMENT_ID = "00000000-0000-0000-0000-000000000000"
"""The shipped workbook has no identity of its own; `new` and `demo` give each copy a fresh one."""


def build_workbook() -> bytes:
    """The bytes of workbook/collab_tracker.xlsm."""
    project = Project(SAMPLE.book("zh"), AS_OF)
    created = datetime.combine(AS_OF, time())
    return draw_workbook(
        project,
        "zh",
        created=created,
        document_id=DOCUMENT_ID,
        vba=build_vba(),
        interface=interface("zh"),
    )
