"""Many trackers as one HTML file that needs no network: charts, filters and tables, all of it inside.

The page's markup, look and script are files that people read (`data/portfolio/`); they are put together here,
with what the page carries (page_data.py) as JSON. The page forbids itself every connection and every script
but its own, so that whatever a cell of a workbook holds stays text. Users' files may not enter, nor sums.
"""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from xl_collab import __version__
from xl_collab.documents.causes import HOW
from xl_collab.documents.portfolio.page_data import SHOWN, carried, script_json, with_details
from xl_collab.documents.portfolio.page_words import CHANGES, COMPARED, WORDS
from xl_collab.plan.portfolio import Portfolio
from xl_collab.schema.portfolio import PORTFOLIO_TABLES
from xl_collab.schema.words import RAG, RISK_LEVEL, STATUS, Choices, Lang, Text, t

SCRIPTS = ("read.js", "filters.js", "figures.js", "controls.js", "charts.js", "rows.js", "page.js")
"""The page's own script, in the order in which it is read; one scope for all."""

_PLACE = re.compile(r"\{\{([a-z_]+)(?::(\w+))?\}\}")
_COMMA, _SEMICOLON, _COLON, _DOT = t("、", ", "), t("；", "; "), t("：", ": "), t("·", " · ")


def portfolio_page(portfolio: Portfolio, out: Path | None = None) -> str:
    """The page as one HTML document in the portfolio's language.

    out  where it will lie: links to the files lead from there; without it they are absolute
    """
    style = _filled(_file("page.css"), portfolio, {})
    library = _file("echarts.min.js")
    script = '(() => {\n"use strict";\n' + "\n".join(map(_file, SCRIPTS)) + "})();\n"
    parts = {
        "policy": policy(style, library, script),
        "lang": "zh-CN" if portfolio.lang == "zh" else "en",
        "version": __version__,
        "style": style,
        "library": library,
        "script": script,
        "data": script_json(page_content(portfolio, out)),
    }
    return _filled(_file("page.html"), portfolio, parts)


def policy(style: str, *scripts: str) -> str:
    """What the page may do: run these scripts, show this style, by their hashes; load nothing."""
    own = f"script-src {' '.join(map(_hash, scripts))}; style-src {_hash(style)}"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def page_content(portfolio: Portfolio, out: Path | None = None) -> dict[str, Any]:
    """Everything that the page's script reads, ready for JSON."""
    lang = portfolio.lang
    shown, everything = len(with_details(portfolio)), len(portfolio["projects"])
    return {
        "lang": lang,
        "as_of": portfolio.as_of.isoformat(),
        "run": portfolio.run.isoformat(" ", "minutes"),
        "since": portfolio.since.isoformat(" ", "minutes") if portfolio.since else None,
        "partial": {"shown": shown, "all": everything} if shown < everything else None,
        "left_out": portfolio.left_out.get("tasks", 0),
        "comma": _COMMA.of(lang),
        "semicolon": _SEMICOLON.of(lang),
        "colon": _COLON.of(lang),
        "dot": _DOT.of(lang),
        "words": {key: text.of(lang) for key, text in WORDS.items()},
        "labels": _labels(lang),
        "codes": _codes(lang),
        "links": [link(path, out) for path in portfolio["projects"]["path"]],
        "tables": carried(portfolio),
    }


def link(path: str, out: Path | None) -> str:
    """Where a link to a file leads: from the page, where both are on one drive, so that a folder can move."""
    if out is None:
        return Path(path).absolute().as_uri()
    try:
        found = os.path.relpath(path, out.absolute().parent)
    except ValueError:  # another drive of Windows
        return Path(path).absolute().as_uri()
    return "./" + quote(found.replace(os.sep, "/"), safe="/", errors="surrogateescape")


def _labels(lang: Lang) -> dict[str, dict[str, str]]:
    declared = {table.key: table for table in PORTFOLIO_TABLES}
    return {key: {column.name: column.label.of(lang) for column in declared[key].columns} for key in SHOWN}


def _codes(lang: Lang) -> dict[str, dict[str, str]]:
    def told(words: Mapping[Any, Text]) -> dict[str, str]:
        return {code: text.of(lang) for code, text in words.items()}

    def listed(choices: Choices) -> dict[str, str]:
        return {code: choices.label(code, lang) for code in choices.codes}

    return {
        "rag": listed(RAG),
        "status": listed(STATUS),
        "level": listed(RISK_LEVEL),
        "how": told(HOW),
        "change": told(CHANGES),
        "compared": told(COMPARED),
    }


def _filled(template: str, portfolio: Portfolio, parts: Mapping[str, str]) -> str:
    """The template with its places filled, once: what is put in is not looked at again."""

    def put(found: re.Match[str]) -> str:
        name, key = found.groups()
        if name == "word":
            return html.escape(WORDS[key].of(portfolio.lang))
        return portfolio.as_of.isoformat() if name == "as_of" else parts[name]

    return _PLACE.sub(put, template)


def _file(name: str) -> str:
    return (resources.files("xl_collab") / "data" / "portfolio" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
