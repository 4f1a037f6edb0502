"""xlwings' engine and app on LibreOffice: which offices there are, and what holds for a whole office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xl_collab.hosts.libreoffice.book import Books
from xl_collab.hosts.libreoffice.bridge import Transport
from xl_collab.hosts.libreoffice.calls import Calls
from xl_collab.hosts.libreoffice.office import Office, screen
from xl_collab.hosts.libreoffice.unsupported import (
    Native,
    NoLibreOffice,
    NotSupportedByLibreOffice,
    OfficeGone,
    refusing_the_rest,
)
from xl_collab.hosts.libreoffice.values import cleaned, for_cell

if TYPE_CHECKING:
    from xl_collab.hosts.libreoffice.cells import Range


class Engine:
    """What `xw.engines.add(xw.Engine(impl=…))` takes."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self, transport: Transport = "auto") -> None:
        self.transport = transport
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(element: Any, options: Any) -> Any:
        """One value on its way into a cell."""
        return for_cell(element)

    @staticmethod
    def clean_value_data(
        data: list[list[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        """Raw values on their way to the script; errors are None unless err_to_str."""
        builder = dt.datetime if datetime_builder is dt.datetime else datetime_builder
        return cleaned(data, builder, empty_as, number_builder, err_to_str)


@refusing_the_rest
class Apps(base_classes.Apps):
    """The offices in use, the active one first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._apps: list[App] = []

    def add(
        self,
        spec: str | None = None,
        add_book: bool | None = None,
        xl: object = None,
        visible: bool | None = None,
    ) -> App:
        """Start an office, or attach to the one that listens at `spec` ("pipe,name=…")."""
        app = App(self, self._office(spec, visible), quiet=visible is None)
        self._apps.insert(0, app)
        if add_book:
            app.books.add()
        return app

    def _office(self, spec: str | None, visible: bool | None) -> Office:
        if spec is not None:
            return Office.attach(spec, self.engine.transport)
        if visible and not screen():
            raise NoLibreOffice(
                "没有屏幕，打不开窗口；请用 visible=False",
                "There is no screen to open a window on; use visible=False",
            )
        return Office.start(screen() if visible is None else visible, self.engine.transport)

    def _living(self) -> list[App]:
        self._apps = [app for app in self._apps if app.office.is_running]
        return self._apps

    def front(self, app: App) -> None:
        """Make `app` the active one."""
        self.forget(app)
        self._apps.insert(0, app)

    def forget(self, app: App) -> None:
        self._apps = [other for other in self._apps if other is not app]

    def keys(self) -> list[int]:
        return [app.pid for app in self._living()]

    def __iter__(self) -> Iterator[App]:
        return iter(list(self._living()))

    def __len__(self) -> int:
        return len(self._living())

    def __getitem__(self, pid: int) -> App:
        for app in self._living():
            if app.pid == pid:
                return app
        raise KeyError(pid)

    @staticmethod
    def cleanup() -> None:
        """Nothing is left to clean: each office has its guard."""


@refusing_the_rest
class App(base_classes.App):
    """One office."""

    def __init__(self, apps: Apps, office: Office, quiet: bool) -> None:
        self.apps = apps
        self.office = office
        self._books = Books(self)
        self._quiet = quiet
        self._status: str | bool = False
        self.alerts = True

    @property
    def calls(self) -> Calls:
        """The way to the office, with its counter and `batch`."""
        return self.office.calls

    @property
    def engine(self) -> Engine:
        return self.apps.engine

    @property
    def api(self) -> Native:
        return Native("App")

    @property
    def pid(self) -> int:
        return int(self.office.pid)

    @property
    def version(self) -> str:
        """LibreOffice's, such as 7.4.7.2."""
        return str(self.office.version)

    @property
    def books(self) -> Books:
        return self._books

    @property
    def visible(self) -> bool:
        return not self.office.headless

    @visible.setter
    def visible(self, value: bool) -> None:
        if value == self.visible:
            return
        # xw.App() asks for a window by itself; without a screen it stays headless and `visible` says so.
        if value and self._quiet and not screen():
            return
        raise NotSupportedByLibreOffice("App.visible = on a running office (start it so)")

    @property
    def display_alerts(self) -> bool:
        """Kept for scripts that set it; LibreOffice asks nothing when a program opens and saves."""
        return self.alerts

    @display_alerts.setter
    def display_alerts(self, value: bool) -> None:
        self.alerts = bool(value)

    @property
    def screen_updating(self) -> bool:
        return not self.calls.ask("locked")

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self.calls.tell("locked", value=not value)

    @property
    def calculation(self) -> str:
        return "automatic" if self.calls.ask("automatic") else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        if value not in ("automatic", "manual"):
            raise NotSupportedByLibreOffice(f"App.calculation = {value!r}")
        self.calls.tell("automatic", value=value == "automatic")

    def calculate(self) -> None:
        self.calls.tell("calculate")

    @property
    def status_bar(self) -> str | bool:
        """The text we show, False when LibreOffice has the bar."""
        return self._status

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        self._status = value if isinstance(value, str) else False
        self.calls.tell("status", text=value if isinstance(value, str) else None)

    @property
    def selection(self) -> Range | None:
        book = self._books.active
        return None if book is None else book.selection()

    def activate(self, steal_focus: bool = False) -> None:
        self.apps.front(self)

    def quit(self) -> None:
        """End an office that was started here, unsaved work and all; let go of an attached one."""
        self.apps.forget(self)
        self.office.quit()

    def kill(self) -> None:
        if not self.office.is_ours:
            raise NotSupportedByLibreOffice("App.kill of an office that was not started here")
        self.apps.forget(self)
        self.office.kill()

    @property
    def is_alive(self) -> bool:
        """Whether the office still answers."""
        try:
            self.calls.ask("front")
        except OfficeGone:
            return False
        return True
