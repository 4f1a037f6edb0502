"""Formula text between two grammars: Excel's (A1, commas, Sheet!A1) and LibreOffice's API (;, $Sheet.A1).

Text to text, token by token: going through LibreOffice's own parser takes 2 ms a formula and
loses the case of names that it does not know. What is not told apart here goes through unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_STRING = r'"(?:[^"]|"")*"'
_QUOTED = r"'(?:[^']|'')*'"
_TABLE = r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_ERROR = r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!)"
_WORD = r"\$?[^\W\d][\w.]*|\$?\d[\w.]*"

_EXCEL = re.compile(
    rf"({_STRING})|({_ERROR})|((?:{_QUOTED}|[^\W\d][\w.]*)!)|({_TABLE})|({_WORD})|(.)", re.DOTALL
)
# Without a $ or quotes only a cell may follow: NETWORKDAYS.INTL is no sheet.
_SHEET = rf"(?:\$(?:{_QUOTED}|[^\W\d]\w*)|{_QUOTED})\.(?=[$\w#])"
_BARE_SHEET = r"[^\W\d]\w*\.(?=\$?[A-Za-z]{1,3}\$?\d{1,7}(?![\w.(]))"
_OFFICE = re.compile(rf"({_STRING})|({_ERROR})|({_SHEET}|{_BARE_SHEET})|({_TABLE})|({_WORD})|(.)", re.DOTALL)
_FUTURE = re.compile(r"^(?:_xlfn\.|_xlws\.)+", re.IGNORECASE)
_THIS_ROW = re.compile(r"^\[@\[?([^\[\]]*)\]?\]$")
_PLAIN_SHEET = re.compile(r"[^\W\d]\w*$")
_REFERENCE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})$")
_TRUTHS = {"TRUE", "FALSE"}


@lru_cache(maxsize=65536)
def to_office(formula: str) -> str:
    """LibreOffice's API grammar for an Excel formula (with its "=")."""
    return _Excel(formula).text


@lru_cache(maxsize=65536)
def to_excel(formula: str) -> str:
    """Excel's grammar for a formula as LibreOffice's API gives it (with its "=")."""
    return _Office(formula).text


class _Walk:
    """One pass over a formula: what opened (a call, a group, an array) decides what a comma means."""

    def __init__(self, formula: str, tokens: re.Pattern[str]) -> None:
        self.open: list[str] = []
        self.before = ""
        out = []
        for found in tokens.finditer(formula):
            kind, token = found.lastindex or 0, found.group()
            out.append(self.token(kind, token, formula[found.end() : found.end() + 1]))
            self.before = token if not token.isspace() else self.before
        self.text = "".join(out)

    def token(self, kind: int, token: str, after: str) -> str:
        """The token in the other grammar; kinds are the groups of the pattern, from 1."""
        handler: Callable[[str, str], str] = {3: self.sheet, 4: self.table, 5: self.word, 6: self.mark}.get(
            kind, lambda same, _: same
        )
        return handler(token, after)

    def sheet(self, token: str, after: str) -> str:
        return token

    def table(self, token: str, after: str) -> str:
        return token

    def word(self, token: str, after: str) -> str:
        return token

    def mark(self, token: str, after: str) -> str:
        if token in "({":
            called = token == "(" and re.match(r"[\w.]+$", self.before) is not None
            self.open.append("call" if called else token)
        elif token in ")}" and self.open:
            self.open.pop()
        return self.separator(token, self.open[-1] if self.open else "")

    def separator(self, token: str, inside: str) -> str:
        return token


class _Excel(_Walk):
    def __init__(self, formula: str) -> None:
        super().__init__(formula, _EXCEL)

    def sheet(self, token: str, after: str) -> str:
        name = token[:-1]
        plain = name.startswith("'") or _PLAIN_SHEET.match(name)
        return f"${name}." if plain else f"$'{name}'."

    def table(self, token: str, after: str) -> str:
        row = _THIS_ROW.match(token)
        return f"[[#This Row];[{row[1]}]]" if row else token.replace("],[", "];[")

    def word(self, token: str, after: str) -> str:
        word = _FUTURE.sub("", token)
        return f"{word}()" if word.upper() in _TRUTHS and after != "(" else word

    def separator(self, token: str, inside: str) -> str:
        if inside == "{":
            return {",": ";", ";": "|"}.get(token, token)
        return ("~" if inside == "(" else ";") if token == "," else token


class _Office(_Walk):
    def __init__(self, formula: str) -> None:
        super().__init__(formula, _OFFICE)

    def sheet(self, token: str, after: str) -> str:
        name = token[:-1].removeprefix("$")
        bare = name[1:-1] if name.startswith("'") else name
        return f"{bare}!" if _PLAIN_SHEET.match(bare) and not _REFERENCE.match(bare) else f"'{bare}'!"

    def table(self, token: str, after: str) -> str:
        return token.replace("];[", "],[")

    def separator(self, token: str, inside: str) -> str:
        if inside == "{":
            return {";": ",", "|": ";"}.get(token, token)
        return {";": ",", "~": ","}.get(token, token)
