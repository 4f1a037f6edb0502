"""What Office's schema does not notice in a ribbon, but people would. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

_IMAGES = """
AcceptInvitation Calculator CalendarInsert ChartTypeBarInsertGallery ControlProperties Copy CreateReport
DataValidation DateAndTimeInsert ErrorChecking FileFind FileNew FileOpen FileSendAsAttachment Help
HyperlinkInsert Lock MeetingsWorkspace PivotTableInsert RefreshAll ReviewAcceptChange ReviewDeleteComment
ReviewNewComment ReviewRejectChange ReviewShowAllComments SignatureLineInsert Undo
"""
IMAGES: frozenset[str] = frozenset(_IMAGES.split())
"""Pictures of Office that published ribbons of others use; Excel shows nothing for a misspelt name."""

_LONGEST = {"label": 1024, "screentip": 1024, "supertip": 1024, "keytip": 3}
"""Characters that the customUI schema allows."""
_FORBIDDEN = ("onLoad", "getLabel", "getScreentip", "getSupertip", "getImage", "loadImage", "getContent")
"""Callbacks that need a stored ribbon pointer to be of use; a recovered pointer can crash Excel."""


def lint_ribbon(root: Any) -> Iterator[str]:
    """Problems of a customUI document."""
    items = [item for item in root.iter() if isinstance(item.tag, str)]
    ids = Counter(item.get("id") for item in items if item.get("id"))
    yield from (f"id {identity} is used twice" for identity, count in ids.items() if count > 1)
    for item in items:
        name = item.get("id") or item.tag.rpartition("}")[2]
        yield from (f"{name}: {problem}" for problem in _item(item))
    for parent in items:
        keys = Counter(child.get("keytip") for child in _reached(parent) if child.get("keytip"))
        yield from (f"key tip {key} is used twice" for key, count in keys.items() if count > 1)


def _reached(parent: Any) -> list[Any]:
    """What the keys of a tab or an open menu reach."""
    kind = parent.tag.rpartition("}")[2]
    if kind == "menu":
        return list(parent)
    return [child for group in parent for child in group] if kind == "tab" else []


def _item(item: Any) -> Iterator[str]:
    image = item.get("imageMso")
    if image is not None and image not in IMAGES:
        yield f"imageMso {image} is not known to exist"
    for name, most in _LONGEST.items():
        if len(item.get(name) or "") > most:
            yield f"{name} is longer than {most} characters"
    yield from (f"{name} is not used here" for name in _FORBIDDEN if item.get(name) is not None)


def callbacks(root: Any) -> set[str]:
    """The macros that the ribbon calls."""
    items = [item for item in root.iter() if isinstance(item.tag, str)]
    return {item.get(name) for item in items for name in ("onAction", "getVisible") if item.get(name)}
