"""What CHANGELOG.md (Keep a Changelog) says about a version: the notes of a release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
UNRELEASED = "Unreleased"
_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """One release: its version (or Unreleased), its day ('' before it has one), and its text in Markdown."""

    name: str
    day: str
    text: str


def sections(text: str) -> list[Section]:
    """The releases of a changelog in its own order, the newest first."""
    found = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in found[1:]] + [len(text)]
    return [
        Section(heading["name"], heading["day"] or "", text[heading.end() : end].strip())
        for heading, end in zip(found, ends, strict=True)
    ]


def notes(version: str, text: str) -> Section | None:
    """The section of `version`; before it is released what is Unreleased; None where nothing is said."""
    by_name = {section.name: section for section in sections(text)}
    found = by_name.get(version) or by_name.get(UNRELEASED)
    return found if found and found.text else None
