"""Classic Outlook on Windows, reached through COM: whether it is there, and what is said where it is not.

What may not enter: what is done with it (outgoing.py drafts letters, outlook_folder.py reads a folder).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from xl_collab.errors import XlCollabError
from xl_collab.schema.words import Text

_PROGRAM = "Outlook.Application"


class NoOutlook(XlCollabError):
    """Raised when there is no classic Outlook to talk to."""


def installed() -> bool:
    """Whether classic Outlook is on this computer; the new one has no object model."""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, rf"{_PROGRAM}\CLSID"):
            return True
    return False


def application(
    cannot: Text,
    instead: Text,
    platform: str = sys.platform,
    load: Callable[[str], Any] = importlib.import_module,
) -> Any:
    """Outlook's object model. NoOutlook says what cannot be done, why, and what to do `instead`."""

    def missing(zh: str, en: str) -> NoOutlook:
        return NoOutlook(f"{cannot.zh}：{zh}。{instead.zh}", f"{cannot.en}: {en}. {instead.en}")

    if platform != "win32":
        raise missing("此功能只在 Windows 上可用", "this works on Windows only")
    try:
        client = load("win32com.client")
    except ImportError as error:
        raise missing(
            "缺少 pywin32（pip install pywin32）", "pywin32 is missing (pip install pywin32)"
        ) from error
    try:
        return client.Dispatch(_PROGRAM)
    except Exception as error:  # COM raises pywintypes.com_error, which cannot be named elsewhere
        raise missing("没有找到经典版 Outlook", "classic Outlook was not found") from error
