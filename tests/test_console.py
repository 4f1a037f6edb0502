"""A console that lacks some of our signs: the command goes on, and shows what the console has."""

from __future__ import annotations

import io

import pytest

from xl_collab.ui.console import bear_every_sign, speak_utf8


def shown(text: str, encoding: str) -> str:
    """What a console of this encoding gets to show."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    bear_every_sign(stream)
    stream.write(text)
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("gbk", "√ 正常 × 3 项 ?"),
        ("utf-8", "✓ 正常 ✗ 3 项 🔴"),
        ("big5", "√ 正常 × 3 ? ?"),
        ("ascii", "? ?? ? 3 ? ?"),
    ],
)
def test_a_sign_that_the_console_lacks_becomes_one_that_it_has(encoding: str, expected: str) -> None:
    assert shown("✓ 正常 ✗ 3 项 🔴", encoding) == expected


def test_json_is_utf8_on_every_console() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="gbk", write_through=True)
    speak_utf8(stream)
    stream.write("✓ 正常")
    assert raw.getvalue().decode("utf-8") == "✓ 正常"
