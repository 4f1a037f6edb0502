"""Expressions that are compiled at first use do what compiled ones do."""

from __future__ import annotations

import copy
import re

import pytest

from xl_collab.patterns import lazy


@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_a_lazy_expression_finds_what_a_compiled_one_finds(flags: int) -> None:
    made, compiled = lazy(r"t(\d+)", flags), re.compile(r"t(\d+)", flags)
    text = "t1, T22 and t333"
    assert made.findall(text) == compiled.findall(text) and made.sub(r"<\1>", text) == compiled.sub(
        r"<\1>", text
    )
    assert [hit.span(1) for hit in made.finditer(text)] == [hit.span(1) for hit in compiled.finditer(text)]
    assert made.pattern == r"t(\d+)" and made.flags == compiled.flags and made.groups == 1


def test_a_wrong_expression_is_told_when_it_is_used() -> None:
    with pytest.raises(re.error):
        lazy("(").search("")


def test_a_copy_works_too() -> None:
    assert copy.deepcopy(lazy(b"[0-9]+")).findall(b"1 and 23") == [b"1", b"23"]
