"""The corpus that comes with the project is what its script makes, and small."""

from __future__ import annotations

import pytest

from tests.corpus import HERE, Corpus
from tests.corpus.make import MANIFEST, Made, everything, manifest


@pytest.fixture(scope="module")
def made() -> list[Made]:
    return list(everything())


def test_the_folder_holds_what_the_script_makes(made: list[Made]) -> None:
    files = {path.name: path.read_bytes() for path in Corpus(HERE).files}
    assert list(files) == [one.name for one in made]
    assert [one.name for one in made if files[one.name] != one.data] == []
    assert MANIFEST.read_text(encoding="utf-8") == manifest(made)


def test_it_is_small_and_each_file_has_a_reason(made: list[Made]) -> None:
    assert len(made) >= 25
    assert sum(len(one.data) for one in made) < 1_000_000
    assert len({one.reason for one in made}) == len(made)
