"""The extension's work inside LibreOffice: it asks the user's Python and passes on what that says.

Here: where that Python is, and commands, of which each has a process of its own that works on the open
document over a private pipe, while LibreOffice goes on. Worksheet functions are in xl_collab_functions.py.
Standard library and `uno` only.
"""

# mypy: ignore-errors
# Nearly every class is one of LibreOffice's, known to it alone.

import json
import os
import subprocess
import sys
import threading
import uuid

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.bridge import XInstanceProvider

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LONG = 240
"""Characters from which an answer is shown in a box instead of a bar."""
BAR = "xl_collab"
MODULE = "XlCollab"
MISSING = {
    "zh": "没有找到 xl-collab（{python}）。请重新安装它，再运行 xl-collab install --libreoffice，"
    "然后重启 LibreOffice。",
    "en": "xl-collab was not found ({python}). Install it again, run xl-collab install --libreoffice, "
    "and restart LibreOffice.",
}
NO_ANSWER = {
    "zh": "程序没有给出结果，文档可能没有改动。请运行 xl-collab doctor 查原因。\n{why}",
    "en": "The program gave no answer. Run xl-collab doctor to learn why.\n{why}",
}
NO_SHEET = {"zh": "当前文档里没有“{name}”这张表。", "en": "This document has no sheet {name}."}
WORKING = {"zh": "正在运行“{name}”…", "en": "Running {name} …"}

_declared = {}


def declared():
    """Functions and commands with their words, as the extension was built."""
    if not _declared:
        _declared.update(_json("declared.json"))
    return _declared


def place():
    """Where xl_collab was installed from: python, path, lang."""
    return _json("where.json")


def _json(name):
    try:
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return {}


def language():
    return "en" if place().get("lang") == "en" else "zh"


def _say(text, **words):
    return text[language()].format(**words)


def environment():
    """Without what points Python at LibreOffice's own, and with the place of xl_collab."""
    dropped = ("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "URE_BOOTSTRAP", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    kept["XL_COLLAB_LANG"] = language()
    if place().get("path"):
        kept["PYTHONPATH"] = place()["path"]
    return kept


def start(module, *arguments):
    """The user's Python with a module of xl_collab; OSError when it is not there."""
    python = place().get("python") or ""
    if not os.path.isfile(python):
        raise OSError(_say(MISSING, python=python or "?"))
    return subprocess.Popen(
        [python, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if arguments else subprocess.DEVNULL,
        env=environment(),
        creationflags=0x08000000 if sys.platform == "win32" else 0,
    )


def is_book(document):
    supports = getattr(document, "supportsService", None)
    return supports is not None and supports("com.sun.star.sheet.SpreadsheetDocument")


def make_names(context):
    """The Basic functions COLLAB_… in the user's library Standard, which formulas look names up in."""
    service = "com.sun.star.script.ApplicationScriptLibraryContainer"
    libraries = context.ServiceManager.createInstanceWithContext(service, context)
    if not libraries.hasByName("Standard"):
        libraries.createLibrary("Standard")
    libraries.loadLibrary("Standard")
    standard, source = libraries.getByName("Standard"), declared()["basic"]
    if not standard.hasByName(MODULE):
        standard.insertByName(MODULE, source)
    elif standard.getByName(MODULE) != source:
        standard.replaceByName(MODULE, source)
    else:
        return
    libraries.storeLibraries()


# -- commands ---------------------------------------------------------------------------------------


def command(context, identity):
    """Run a command on the document in front; what it says appears when it is done."""
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = desktop.CurrentComponent
    document = document if is_book(document) else None
    found = declared()["commands"].get(identity, {})
    if found.get("sheet"):
        _show_sheet(context, document, found["sheet"])
        return
    name = found.get("label", {}).get(language(), identity)
    Run(context, document, identity, name).begin()


def _show_sheet(context, document, titles):
    for title in titles.values():
        if document is not None and document.Sheets.hasByName(title):
            document.CurrentController.setActiveSheet(document.Sheets.getByName(title))
            return
    answer(context, document, "error", _say(NO_SHEET, name=titles[language()]))


class Run:
    """One command: a private pipe, the process at its other end, and its answer."""

    def __init__(self, context, document, identity, name):
        self.context, self.document = context, document
        self.identity, self.name = identity, name
        self.bridges = []

    def begin(self):
        pipe = "xlcollab" + uuid.uuid4().hex
        answer(self.context, self.document, "info", _say(WORKING, name=self.name))
        threading.Thread(target=self._serve, args=(pipe,), daemon=True).start()
        threading.Thread(target=self._work, args=(pipe,), daemon=True).start()

    def _serve(self, pipe):
        services = self.context.ServiceManager
        create = services.createInstanceWithContext
        self.acceptor = create("com.sun.star.connection.Acceptor", self.context)
        factory = create("com.sun.star.bridge.BridgeFactory", self.context)
        try:
            connection = self.acceptor.accept("pipe,name=" + pipe)
        except Exception:  # stopListening ends the wait with UNO's exception
            return
        if connection is not None:
            self.bridges.append(factory.createBridge("", "urp", connection, Door(self.context)))

    def _work(self, pipe):
        uid = self.document.RuntimeUID if self.document is not None else ""
        try:
            process = start("xl_collab.ui.office_command", self.identity, pipe, uid)
            told, errors = process.communicate()
            lines = told.decode("utf-8").strip().splitlines()
            said = json.loads(lines[-1]) if lines else None
            if said is None:
                why = errors.decode("utf-8", "replace").strip().splitlines()[-1:]
                said = {"kind": "error", "text": _say(NO_ANSWER, why="".join(why))}
        except (OSError, ValueError) as error:
            said = {"kind": "error", "text": str(error)}
        self._end()
        answer(self.context, self.document, said["kind"], said["text"])

    def _end(self):
        try:
            self.acceptor.stopListening()
            for bridge in self.bridges:
                bridge.dispose()
        except Exception:  # the other side may be gone already, with whatever UNO raises then
            self.bridges = []


class Door(unohelper.Base, XInstanceProvider):
    """Gives the office's context to who comes through the pipe."""

    def __init__(self, context):
        self.context = context

    def getInstance(self, name):
        return self.context if name == "StarOffice.ComponentContext" else None


def answer(context, document, kind, text):
    """Show an answer in the thread that owns the windows."""
    service = "com.sun.star.awt.AsyncCallback"
    later = context.ServiceManager.createInstanceWithContext(service, context)
    later.addCallback(Answer(context, document, kind, text), None)


class Answer(unohelper.Base, XCallback):
    """A bar above the cells; a box where the answer is long or no document is open."""

    def __init__(self, context, document, kind, text):
        self.context, self.document, self.kind, self.text = context, document, kind, text

    def notify(self, data):
        controller = self._controller()
        if controller is not None and controller.hasInfobar(BAR):
            controller.removeInfobar(BAR)
        if self.kind == "quiet":
            return
        if controller is None or (len(self.text) > LONG and not _headless()):
            self._box()
            return
        kind = {"info": 0, "warning": 2, "error": 3}[self.kind]
        controller.appendInfobar(BAR, "", self.text, kind, (), True)

    def _controller(self):
        try:
            return self.document.CurrentController if self.document is not None else None
        except Exception:  # closed meanwhile: UNO raises, and there is nothing to put a bar on
            return None

    def _box(self):
        if _headless():
            return
        create = self.context.ServiceManager.createInstanceWithContext
        desktop = create("com.sun.star.frame.Desktop", self.context)
        frame = desktop.getCurrentFrame()
        window = frame.getContainerWindow() if frame is not None else None
        kinds = {"info": "INFOBOX", "warning": "WARNINGBOX", "error": "ERRORBOX"}
        kind = uno.Enum("com.sun.star.awt.MessageBoxType", kinds[self.kind])
        toolkit = create("com.sun.star.awt.Toolkit", self.context)
        toolkit.createMessageBox(window, kind, 1, "xl-collab", self.text).execute()


def _headless():
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return b"--headless" in file.read().split(b"\0")
    except OSError:
        return False
