"""Nasty workbooks: our own, made by `make.py`, and those of strangers where they lie beside the project."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).parent
OUTSIDE = Path(__file__).parents[2].parent / "shared" / "corpus"


@dataclass(frozen=True)
class Corpus:
    """A folder with `files/` and a MANIFEST.tsv that tells each file's name and SHA-256."""

    folder: Path

    @property
    def ours(self) -> bool:
        """True for the one that comes with the project."""
        return self.folder == HERE

    @cached_property
    def files(self) -> list[Path]:
        """Its workbooks by name."""
        return sorted((self.folder / "files").iterdir())

    @cached_property
    def manifest(self) -> dict[str, dict[str, str]]:
        """What is said of each file, by its name."""
        with (self.folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
            return {row["file"]: row for row in csv.DictReader(stream, delimiter="\t")}


def corpora() -> list[Corpus]:
    """Ours, and the strangers' where it is there."""
    return [Corpus(HERE), *([Corpus(OUTSIDE)] if (OUTSIDE / "files").is_dir() else [])]
