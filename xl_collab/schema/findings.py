"""Findings: what is wrong or remarkable in a tracker's data, by stable code.

The catalogue (`FINDINGS`) is in `catalogue.py`; this module says what a finding is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Literal

from xl_collab.records import dataclass
from xl_collab.schema.words import Count, Lang, Text

Severity = Literal["error", "warning", "info"]
Family = Literal["entry", "responsibility", "process", "structure", "calendar", "agreement"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue.

    `sentence` and `cure` are str.format templates over the finding's parameters; `cause` goes to
    the reference page alone.
    """

    code: str
    family: Family
    severity: Severity
    title: Text
    sentence: Text
    cause: Text
    cure: Text


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a cell that has several: how it is said, and what choosing it writes.

    `writes` holds pairs of column key and text, in the row of the finding.
    """

    says: Text
    writes: tuple[tuple[str, str], ...]

    @classmethod
    def day(cls, day: date, column: str = "deadline") -> Reading:
        """That the cell means this very day."""
        return cls(Text(f"{day}", f"{day}"), ((column, f"{day}"),))


@dataclass(frozen=True, slots=True)
class Finding:
    """One occurrence: where (`sheet` key, `tab` as found, A1 `cell`, `row_id`) and with what words.

    `readings` are offered where the cell can be read in several ways; none is ever taken unchosen.
    """

    kind: FindingKind
    sheet: str = ""
    tab: str = ""
    row_id: str = ""
    cell: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()

    @property
    def code(self) -> str:
        """Stable code, e.g. E101."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """error, warning or info."""
        return self.kind.severity

    def message(self, lang: Lang) -> str:
        """The sentence for the user."""
        return self._filled(self.kind.sentence, lang)

    def cure(self, lang: Lang) -> str:
        """What to do about it."""
        return self._filled(self.kind.cure, lang)

    def _filled(self, text: Text, lang: Lang) -> str:
        return text.of(lang).format(**{k: _said(v, lang) for k, v in self.params.items()})


def _said(word: object, lang: Lang) -> object:
    """A word of a sentence: in its language, a number ready to pick its noun."""
    if isinstance(word, Text):
        return word.of(lang)
    return Count(word) if isinstance(word, int) and not isinstance(word, bool) else word
