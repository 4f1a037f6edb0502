"""The door into LibreOffice: one UNO component, loaded into the running office by its own Python loader.

It takes a list of operations as JSON text and gives their results back, so that an action of ours
is one call across processes, however many UNO calls it needs inside. Nothing else may be here:
this file is cached by LibreOffice for as long as the office runs, the package beside it is not.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from typing import Any

import unohelper
from com.sun.star.task import XJob

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - LibreOffice's Python may be old
NAME = "xl_collab.libreoffice.Agent"


def package() -> Any:
    """This folder as a package, loaded anew when its files changed since (an upgrade meanwhile)."""
    digest = hashlib.sha256()
    for name in sorted(os.listdir(HERE)):  # noqa: PTH208
        if name.endswith(".py"):
            with open(os.path.join(HERE, name), "rb") as file:  # noqa: PTH118, PTH123
                digest.update(file.read())
    known = "xl_collab_inside_" + digest.hexdigest()[:12]
    if known not in sys.modules:
        start = os.path.join(HERE, "__init__.py")  # noqa: PTH118
        spec: Any = importlib.util.spec_from_file_location(known, start, submodule_search_locations=[HERE])
        module = importlib.util.module_from_spec(spec)
        sys.modules[known] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[known]
            raise
    return sys.modules[known]


class Agent(unohelper.Base, XJob):  # type: ignore[misc]
    """XJob because it is an interface that takes and gives anything."""

    main_thread: Any = None

    def __init__(self, context: Any) -> None:
        inside = package()
        Agent.main_thread = Agent.main_thread or inside.MainThread(context)
        self.client = inside.Client(context, Agent.main_thread)

    def execute(self, arguments: Any) -> Any:
        """`arguments`: one NamedValue whose value is the JSON list of operations."""
        return self.client.answer(arguments[0].Value)


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the name the loader looks for
g_ImplementationHelper.addImplementation(Agent, NAME, ("com.sun.star.task.Job",))
