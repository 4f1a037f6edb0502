"""A person's hands in a LibreOffice of the tests: one UNO component, loaded into it by its own Python.

It runs a piece of Python in the main thread, in which `document` is a workbook and `desktop` the program.
What that sets as `found` comes back. The product's driver has no part in it: tests set and see by it what
the driver has no operation for.
"""

import importlib.util
import json
from pathlib import Path

import uno
import unohelper
from com.sun.star.task import XJob

AGENT = Path(__file__).resolve().parents[1] / "xl_collab/hosts/libreoffice/inside/agent.py"
NAME = "xl_collab.tests.Hands"


class Hands(unohelper.Base, XJob):
    """Takes {"code", "book", …} as JSON, and gives `found` back as JSON."""

    def __init__(self, context):
        spec = importlib.util.spec_from_file_location("xl_collab_tests_agent", AGENT)
        agent = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(agent)
        self.inside = agent.package()
        self.main = self.inside.MainThread(context)
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    def execute(self, arguments):
        given = json.loads(arguments[0].Value)
        return json.dumps(self.main.call(lambda: self._done(given)))

    def _done(self, given):
        names = {**given, "desktop": self.desktop, "uno": uno, "inside": self.inside, "found": None}
        names["document"] = self._document(given.get("book"))
        exec(given["code"], names)
        return names["found"]

    def _document(self, uid):
        components = self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            component = components.nextElement()
            if getattr(component, "RuntimeUID", None) == uid:
                return component
        return None


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the name the loader looks for
g_ImplementationHelper.addImplementation(Hands, NAME, ("com.sun.star.task.Job",))
