"""Worksheet functions inside LibreOffice: most cells are answered here, the others by the user's Python.

What days count comes once as a table from a worker process, which reads 节假日 and 设置 of the workbook, and
is kept until these change; other results are kept by their arguments for as long. The worker reads through
us, because the thread that would serve a connection is the one that waits. Reading may calculate cells that
ask us again: nothing is read within that, so that no depth of calls can end LibreOffice. Standard library
and `uno` only.
"""

# mypy: ignore-errors
# Nearly every class is one of LibreOffice's, known to it alone.

import contextlib
import importlib.util
import json
import os
import queue
import struct
import threading
import time
from itertools import product

import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.document import XDocumentEventListener
from com.sun.star.util import XModifyListener
from xl_collab_days import ANSWERS, UNKNOWN, Days
from xl_collab_office import is_book, place, start

SECONDS = 60
"""Longest that one function call may keep LibreOffice waiting."""
AGAIN = 20
"""Seconds before a worker that could not be started is tried again."""
GLANCE = 0.05
"""Seconds for which the workbook in front stays the one in front, unless LibreOffice tells of an event."""
KEPT, LONG = 100000, 1000
"""Results kept for each workbook, and characters up to which one is."""
ERRORS = {"#VALUE!": 519, "#N/A": 32767, "#NAME?": 525}

_office = None


def office(context):
    """Everything about functions in this LibreOffice."""
    global _office
    if _office is None:
        _office = Office(context)
    return _office


def answer(context, key, given):
    """A cell's result in the workbook in front: a value, or rows of values. Never raises."""
    found = office(context)
    try:
        return found.front().result(key, given)
    except Exception as error:  # whatever it is, it is the bad luck of one cell
        return _told(key, str(error))


def evaluate(context, key, document, given):
    """As `answer`, in the workbook that is named."""
    found = office(context)
    try:
        return found.of(document).result(key, given)
    except Exception as error:  # as above
        return _told(key, str(error))


def _told(key, reason):
    return reason if key == "explain" else cell({"error": "#VALUE!"})


class Office:
    """The workbooks in which functions were calculated, and the worker."""

    def __init__(self, context):
        self.context = context
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self.books = {}
        self._front, self._until = None, 0.0
        self._worker = None
        events = "/singletons/com.sun.star.frame.theGlobalEventBroadcaster"
        context.getValueByName(events).addDocumentEventListener(Events(self))

    def service(self, name):
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def front(self):
        """The workbook with the focus: who calculates a Basic function is not told."""
        now = time.monotonic()
        if self._front is None or now >= self._until:
            self._front, self._until = self.of(self._in_front()), now + GLANCE
        return self._front

    def look_again(self):
        self._front = None

    def _in_front(self):
        front = self.desktop.CurrentComponent
        if is_book(front):
            return front
        components, books = self.desktop.Components.createEnumeration(), []
        while components.hasMoreElements():
            component = components.nextElement()
            if is_book(component):
                books.append(component)
        return books[0] if len(books) == 1 else None

    def of(self, document):
        """What is known of a workbook; None stands for one that cannot be told."""
        if document is None:
            return self.books.setdefault("", Book(self, None, ""))
        uid = document.RuntimeUID
        if uid not in self.books:
            self.books[uid] = Book(self, document, uid)
        return self.books[uid]

    def worker(self):
        """The worker, started when the first function is calculated; a dead one is replaced."""
        if isinstance(self._worker, tuple):
            when, reason = self._worker
            if time.monotonic() - when < AGAIN:
                raise OSError(reason)
            self._worker = None
        if self._worker is None or not self._worker.alive():
            try:
                self._worker = Worker(self.context)
            except OSError as error:
                self._worker = (time.monotonic(), str(error))
                raise
        return self._worker

    def later(self, act):
        """Do it when LibreOffice has come to rest."""
        self.service("com.sun.star.awt.AsyncCallback").addCallback(Later(act), None)


class Book:
    """A workbook's rules, as far as functions need them, and the results that hold under them."""

    def __init__(self, office, document, uid):
        self.office, self.document, self.uid = office, document, uid
        self.changes = 0
        self.stale, self.until = True, 0.0
        self.number, self.mark, self.wrong, self.days = 0, None, "", None
        self.results, self._latest = {}, {}
        self._watched, self._seen = [], None
        self._reading = self._within = self._again = self._asked = False
        if document is not None:
            document.addModifyListener(Changes(self))

    def result(self, key, given):
        """What a cell shows."""
        if self.stale or time.time() >= self.until:
            self.look()
        if self._reading:  # this cell is calculated because the rules are being read
            self._within = True
        local = ANSWERS.get(key)
        if local is not None and self.days is not None:
            found = local(self.days, *given)
            if found is not UNKNOWN:
                return found
        kept = (key, given)
        found = self.results.get(kept) if _ODD.isdisjoint(map(type, given)) else None
        return self._asking(key, given, kept) if found is None else found

    def _asking(self, key, given, kept):
        if self.days is None:
            return cell({"error": "#N/A"}) if self._reading else _told(key, self.wrong)
        question = {"call": key, "given": [plain(value) for value in given]}
        question["book"] = [self.uid, self.number, self.changes]
        told = self.office.worker().call(question)
        if told.get("busy"):  # a list on a sheet that is being read for a list
            return self._before(key)
        rows = tuple(tuple(cell(one) for one in row) for row in told["rows"])
        found = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows
        if not told["lasts"]:
            self._latest[key] = found
        elif self._worth(found, given):
            self.results[kept] = found
            self._learn(key, given, told.get("more"))
        self._once_more()
        return found

    def _learn(self, key, given, more):
        """Results for days nearby, which other cells will ask for; half of the room is not theirs."""
        if more is None or len(self.results) + len(more["cells"]) > KEPT // 2:
            return
        days = product(*(range(first, after) for first, after in more["windows"]))
        near = list(given)
        for number, some in enumerate(days):
            for i, at in enumerate(more["places"]):
                near[at] = some[i]
            self.results.setdefault((key, tuple(near)), cell(more["cells"][number]))

    def _before(self, key):
        """What such a function gave last; where that was nothing, it is calculated again once."""
        self._again = self._again or key not in self._latest
        return self._latest.setdefault(key, cell({"error": "#N/A"}))

    def _worth(self, found, given):
        short = not isinstance(found, (str, tuple)) or (isinstance(found, str) and len(found) <= LONG)
        return short and len(self.results) < KEPT and _plain_key(given)

    # what the rules are

    def look(self):
        """Make sure that the rules are those of now."""
        if self._reading:
            return
        self._reading, self._within = True, False
        try:
            self.stale = False
            if time.time() >= self.until or self.wrong or self._sight() != self._seen:
                self._read()
        except BaseException:
            self.stale = True
            raise
        finally:
            self._reading = False
        self._once_more()

    def _read(self):
        told = self.office.worker().call({"rules": self.uid, "number": self.number + 1})
        self.number, self.wrong = self.number + 1, told.get("wrong", "")
        self.until = _midnight()
        if told.get("mark") != self.mark:
            self.results.clear()
            self._again = self._again or self._within
        self.mark, self._watched = told.get("mark"), told.get("watched", [])
        self.days = Days(*told["days"]) if "days" in told else None
        self._seen = self._sight()

    def _sight(self):
        """All that the rules hang on, as it is now; other tabs only by their names."""
        if self.document is None:
            return None
        sheets = self.document.Sheets
        names = sheets.ElementNames
        found = [names, self.document.DatabaseRanges.ElementNames]
        for tab, left, top, right, bottom in self._watched:
            if tab not in names:
                return None
            area = sheets.getByName(tab).getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)
            found.append(area.getDataArray())
        return found

    # what changes

    def changed(self):
        """Something of the workbook did. Nothing tells cells of a change in 节假日: we do."""
        self.changes += 1
        self.stale = True
        if not self._asked:
            self._asked = True
            self.office.later(self._refresh)

    def _refresh(self):
        self._asked = False
        if not self.stale or self.uid not in self.office.books:
            return
        before = self.mark
        self.look()
        if self.mark != before:
            self._calculate()

    def _once_more(self):
        """Cells that asked while their answer was being found are calculated again, when all is at rest."""
        if self._again and not self._reading:
            self._again = False
            self.office.later(self._calculate)

    def _calculate(self):
        if self.document is not None and self.document.isAutomaticCalculationEnabled():
            self.document.calculateAll()

    def closed(self):
        self.office.books.pop(self.uid, None)
        self.office.look_again()


class Changes(unohelper.Base, XModifyListener):
    """Tells a book that its document changes."""

    def __init__(self, book):
        self.book = book

    def modified(self, event):
        self.book.changed()

    def disposing(self, event):
        self.book.closed()


class Events(unohelper.Base, XDocumentEventListener):
    """Tells that another document may be in front now."""

    def __init__(self, office):
        self.office = office

    def documentEventOccured(self, event):  # the interface spells it so
        self.office.look_again()

    def disposing(self, event):
        self.office.look_again()


class Later(unohelper.Base, XCallback):
    """Something to do when LibreOffice has come to rest."""

    def __init__(self, act):
        self.act = act

    def notify(self, data):
        with contextlib.suppress(Exception):  # the document may be closed meanwhile, the worker gone
            self.act()


def _midnight():
    now = time.localtime()
    return time.mktime((now.tm_year, now.tm_mon, now.tm_mday + 1, 0, 0, 0, 0, 0, -1))


_ODD = frozenset((tuple, bool))
"""Kinds of arguments that no key can tell apart: True is 1 there."""


def _plain_key(given):
    """Whether arguments can be told apart as a key; an error is none."""
    return _ODD.isdisjoint(map(type, given)) and all(value == value for value in given)


# -- the worker -------------------------------------------------------------------------------------


class Worker:
    """The process that calculates, and its lines. Questions may be asked while an earlier one is open."""

    def __init__(self, context):
        self.context = context
        self.documents = None
        self.lines = queue.Queue()
        self.process = start("xl_collab.ui.function_server")
        threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()

    def _listen(self, stream):
        for line in stream:
            self.lines.put(line)
        self.lines.put(b"")

    def alive(self):
        return self.process.poll() is None

    def call(self, question):
        """The answer to one question, its own questions about the workbook answered meanwhile."""
        self._send(question)
        end = time.monotonic() + SECONDS
        while True:
            try:
                line = self.lines.get(timeout=max(end - time.monotonic(), 0.1))
            except queue.Empty:
                self.process.kill()
                raise OSError("no answer in %d s" % SECONDS) from None
            if not line:
                self.lines.put(b"")  # for the questions that are open around this one
                raise OSError("the worker ended")
            told = json.loads(line.decode("utf-8"))
            if "operations" not in told:
                return told
            self._send({"answer": self._documents().answer(told["operations"])})

    def _send(self, message):
        self.process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
        self.process.stdin.flush()

    def _documents(self):
        """Operations on open documents: the same that a connection from outside would use."""
        if self.documents is None:
            agent = os.path.join(place()["path"], "xl_collab", "hosts", "libreoffice", "inside", "agent.py")
            spec = importlib.util.spec_from_file_location("xl_collab_agent", agent)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            self.documents = module.package().Documents(self.context)
        return self.documents


def plain(value):
    """What JSON can carry; errors in cells arrive as numbers that are none."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, float) and value != value:
        code = struct.unpack("<Q", struct.pack("<d", value))[0] & 0xFFFF
        return {"error": "#N/A" if code == ERRORS["#N/A"] else "#VALUE!"}
    return value if value is None or isinstance(value, (str, bool, int, float)) else None


def cell(told):
    """LibreOffice keeps a cell's error inside a number that is none."""
    if isinstance(told, dict):
        code = 0x7FF8000000000000 | ERRORS.get(told["error"], 519)
        return struct.unpack("<d", struct.pack("<Q", code))[0]
    return "" if told is None else told
