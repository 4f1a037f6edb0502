"""The clipboard, through the program that each system has for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence

from xl_collab.errors import UsageError

_PROGRAMS: dict[str, Sequence[Sequence[str]]] = {
    "win32": (("clip",),),
    "darwin": (("pbcopy",),),
    "linux": (("wl-copy",), ("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")),
}


_READERS: dict[str, Sequence[Sequence[str]]] = {
    "win32": (
        (
            "powershell",
            "-NoProfile",
            "-Command",
            "[Console]::OutputEncoding=[Text.Encoding]::UTF8; Get-Clipboard -Raw",
        ),
    ),
    "darwin": (("pbpaste",),),
    "linux": (
        ("wl-paste", "--no-newline"),
        ("xclip", "-selection", "clipboard", "-o"),
        ("xsel", "--clipboard", "--output"),
    ),
}


def paste(platform: str = sys.platform) -> str:
    """The text on the clipboard. UsageError where no program can read it, or there is none."""
    found = next((words for words in _READERS.get(platform, ()) if shutil.which(words[0])), None)
    if found is not None:
        ran = subprocess.run(list(found), capture_output=True, timeout=20, check=False)
        if ran.returncode == 0 and ran.stdout.strip():
            return ran.stdout.decode("utf-8", "replace")
    raise UsageError(
        "读不到剪贴板里的文字。请把聊天记录存成 .txt 文件再读。",
        "There is no text on the clipboard, or no program to read it. Save the chat as a .txt file.",
    )


def copy(text: str, platform: str = sys.platform) -> None:
    """Put a text on the clipboard. UsageError where no program can."""
    found = next((words for words in _PROGRAMS.get(platform, ()) if shutil.which(words[0])), None)
    if found is None:
        raise UsageError(
            "这台电脑没有可用的剪贴板程序（Linux 请装 wl-clipboard 或 xclip）。请改用 -o 文件。",
            "No program for the clipboard was found (on Linux install wl-clipboard or xclip). Use -o FILE.",
        )
    coding = "utf-16" if platform == "win32" else "utf-8"  # clip.exe takes UTF-16 with its mark
    subprocess.run(list(found), input=text.encode(coding), check=True, timeout=10)
