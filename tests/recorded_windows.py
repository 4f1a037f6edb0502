"""Windows as recorded: what a desktop with Office 365 in Chinese says, as far as we ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xl_collab.hosts.windows import Root, Shortcut, Value

EXCEL = r"C:\Program Files\Microsoft Office\Root\Office16\EXCEL.EXE"
PYTHON = r"C:\Users\王芳\AppData\Local\Programs\Python\Python312\python.exe"
SHORT = r"C:\Users\WANGF~1\AppData\Local\Programs\Python\PYTHON~1\python.exe"
SECURITY = r"Software\Microsoft\Office\16.0\Excel\Security"
POLICY = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"
EXCEL_CLASS = r"CLSID\{00024500-0000-0000-C000-000000000046}\LocalServer32"

OFFICE_365: Mapping[tuple[str, str, str], Value] = {
    ("HKLM", r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", ""): EXCEL,
    ("HKCR", r"Excel.Application\CLSID", ""): "{00024500-0000-0000-C000-000000000046}",
    ("HKCR", EXCEL_CLASS, ""): f'"{EXCEL}" /automation',
    ("HKCU", SECURITY, "VBAWarnings"): 2,
}
KEYS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("HKCU", r"Software\Microsoft\Office"): ("11.0", "16.0", "Common", "Outlook"),
    ("HKCU", r"Software\Microsoft\Office\16.0"): ("Common", "Excel", "Word"),
    ("HKCU", SECURITY + r"\Trusted Locations"): ("Location0", "Location1", "Location2"),
}


@dataclass
class RecordedWindows:
    """The port, answering from memory; `appdata` is a real folder, for installations."""

    appdata: Path
    values: dict[tuple[str, str, str], Value] = field(default_factory=lambda: dict(OFFICE_365))
    files: set[str] = field(default_factory=set)
    zones: dict[str, int] = field(default_factory=dict)
    machines: dict[str, int] = field(default_factory=lambda: {EXCEL: 64})
    short: dict[str, str] = field(default_factory=lambda: {PYTHON: SHORT})
    variables: dict[str, str] = field(default_factory=lambda: {"USERPROFILE": r"C:\Users\王芳"})
    page: int = 936
    links: dict[str, Shortcut] = field(default_factory=dict)

    def registry(self, root: Root, path: str, name: str = "") -> Value:
        if path.endswith("Shell Folders"):
            folders = {"AppData": self.appdata, "SendTo": self.appdata / "Microsoft" / "Windows" / "SendTo"}
            return str(folders[name])
        return self.values.get((root, path, name))

    def keys(self, root: Root, path: str) -> tuple[str, ...]:
        return KEYS.get((root, path), ())

    def environment(self) -> Mapping[str, str]:
        return self.variables

    def code_page(self) -> int:
        return self.page

    def short_path(self, path: str) -> str:
        return self.short.get(path, path)

    def exists(self, path: str) -> bool:
        return path in self.files or path == EXCEL or Path(path).exists()

    def zone(self, path: str) -> int | None:
        return self.zones.get(path)

    def machine(self, path: str) -> int | None:
        return self.machines.get(path)

    def write_value(self, path: str, name: str, value: str) -> None:
        self.values["HKCU", path, name] = value

    def remove_key(self, path: str) -> None:
        below = [at for at in self.values if at[0] == "HKCU" and f"{at[1]}\\".startswith(f"{path}\\")]
        for at in below:
            del self.values[at]

    def shortcut(self, path: str) -> Shortcut | None:
        return self.links.get(path) if Path(path).exists() else None

    def write_shortcut(self, path: str, wanted: Shortcut) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(b"a link")
        self.links[path] = wanted
