"""What LibreOffice loads from the extension: worksheet functions, commands, and the job at start.

It runs in LibreOffice's own Python (3.8 or later), with its standard library and `uno` only. Whatever needs
xl_collab is done by the user's Python, in a process of its own (see pythonpath/xl_collab_office.py).
"""

# mypy: ignore-errors
# Nearly every class is one of LibreOffice's, known to it alone.

import unohelper
import xl_collab_functions as functions
import xl_collab_office as office
from com.sun.star.lang import XServiceInfo, XServiceName
from com.sun.star.sheet import XAddIn
from com.sun.star.task import XJob, XJobExecutor
from com.sun.star.uno import RuntimeException
from xlcollab import XFunctions


class Service(unohelper.Base, XServiceInfo):
    """What every service says of itself."""

    NAME = ""
    MORE = ()

    def __init__(self, context, *_):
        self.context = context

    def getImplementationName(self):
        return self.NAME + "Impl"

    def getSupportedServiceNames(self):
        return (self.NAME, *self.MORE)

    def supportsService(self, name):
        return name in self.getSupportedServiceNames()


class Functions(Service, XFunctions, XAddIn, XServiceName):
    """The worksheet functions: one method for each, with help for the function wizard.

    `COLLAB_…` in a cell is a Basic function that calls `cell_…`; the wizard calls the methods.
    """

    NAME = "COLLAB"
    MORE = ("com.sun.star.sheet.AddIn",)

    def __init__(self, context, *_):
        super().__init__(context)
        self.locale = None
        self.stopped = None

    def answer(self, key, given):
        """A value, or rows: those at which Basic was just stopped are not asked for twice."""
        stopped, self.stopped = self.stopped, None
        if stopped is not None and stopped[:2] == (key, given):
            return stopped[2]
        return functions.answer(self.context, key, _whole(key, given))

    def _of(self, key):
        return office.declared()["functions"].get(key)

    def _said(self, text):
        chinese = self.locale is not None and self.locale.Language == "zh"
        return text["zh" if chinese else "en"]

    def getProgrammaticFuntionName(self, shown):  # the interface spells it so
        known = office.declared()["functions"]
        return next((key for key, one in known.items() if one["shown"] == shown), "")

    def getDisplayFunctionName(self, key):
        found = self._of(key)
        return found["shown"] if found else ""

    def getFunctionDescription(self, key):
        found = self._of(key)
        return self._said(found["help"]) if found else ""

    def getDisplayArgumentName(self, key, place):
        return self._argument(key, place, "label")

    def getArgumentDescription(self, key, place):
        return self._argument(key, place, "help")

    def _argument(self, key, place, what):
        found = self._of(key)
        place -= 1  # the document comes first, unseen
        return self._said(found["arguments"][place][what]) if found and place >= 0 else "document"

    def getProgrammaticCategoryName(self, key):
        return "Add-In"

    def getDisplayCategoryName(self, key):
        return "Add-In"

    def setLocale(self, locale):
        self.locale = locale

    def getLocale(self):
        return self.locale

    def getServiceName(self):
        return self.NAME


def _method(key):
    """The wizard's function of that key. Calc takes no truth values from an add-in: numbers do."""

    def calculate(self, document, *given):
        found = functions.evaluate(self.context, key, document, given)
        rows = found if isinstance(found, tuple) else ((found,),)
        return tuple(tuple(float(v) if isinstance(v, bool) else v for v in row) for row in rows)

    return calculate


def _cell(key):
    """What Basic calls for a value. Rows, which it cannot pass on to Calc, stop it: it asks for `answer`."""

    def calculate(self, given):
        found = functions.answer(self.context, key, _whole(key, given))
        if isinstance(found, tuple):
            self.stopped = (key, given, found)
            raise RuntimeException("rows", self)
        return found

    return calculate


def _whole(key, given):
    """As many arguments as the function has."""
    count = COUNTS[key]
    return given if len(given) == count else (*given, *(None,) * count)[:count]


COUNTS = {key: len(told["arguments"]) for key, told in office.declared()["functions"].items()}
for one in COUNTS:
    setattr(Functions, one, _method(one))
    setattr(Functions, "cell_" + one, _cell(one))


class CommandService(Service, XJobExecutor):
    """service:xl_collab.Command?validate, from the menu or the toolbar; returns at once."""

    NAME = "xl_collab.Command"

    def trigger(self, command):
        office.command(self.context, command)


class Start(Service, XJob):
    """At the office's start: the names COLLAB_… are made known."""

    NAME = "xl_collab.Start"

    def execute(self, arguments):
        office.make_names(self.context)


g_ImplementationHelper = unohelper.ImplementationHelper()
for one in (Functions, CommandService, Start):
    g_ImplementationHelper.addImplementation(one, one.NAME + "Impl", (one.NAME, *one.MORE))
