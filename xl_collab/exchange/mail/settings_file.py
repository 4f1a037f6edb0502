"""Writing mail.toml: what is set up is put in, everything else that a person wrote there stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from xl_collab.hosts.atomic import write_atomically

Values = Mapping[str, str | int | tuple[str, ...]]

_TABLE = re.compile(r"^\s*\[", re.MULTILINE)


def with_settings(text: str, values: Values, table: str = "") -> str:
    """The text of a TOML file with some keys set, at its top or in `table`; other keys and remarks stay."""
    head = re.search(rf"^\s*\[\s*{re.escape(table)}\s*\][^\n]*\n?", text, re.MULTILINE) if table else None
    if table and head is None:
        gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}[{table}]\n{_lines(values)}"
    begin = head.end() if head else 0
    following = _TABLE.search(text, begin)
    end = following.start() if following else len(text)
    kept, rest = _without(text[begin:end], values), text[end:].lstrip("\n")
    return f"{text[:begin]}{kept}{_lines(values)}" + (f"\n{rest}" if rest else "")


def _without(body: str, values: Values) -> str:
    """The lines of a table without those that set one of the keys."""
    names = "|".join(re.escape(name) for name in values)
    setting = rf"^[ \t]*(?:{names})[ \t]*=(?:[^\[\n]*|[ \t]*\[[^\]]*\][^\n]*)\n?"
    kept = re.sub(setting, "", body, flags=re.MULTILINE)
    return kept.rstrip("\n") + "\n" if kept.strip() else ""


def _lines(values: Values) -> str:
    return "".join(f"{name} = {_literal(value)}\n" for name, value in values.items())


def _literal(value: str | int | tuple[str, ...]) -> str:
    """A TOML value; JSON's strings are TOML's basic strings."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def write_settings(path: Path, *parts: tuple[str, Values]) -> None:
    """Set keys of tables ('' for the top) in a file, which is made with its folder where there is none."""
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    for table, values in parts:
        text = with_settings(text, values, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode("utf-8"))
