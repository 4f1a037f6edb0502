"""校验结果: the words by which its column to choose in is found again."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

READ_AS = t("读作", "Read as")
"""Heading of the column in which people choose."""
CHOICE: Mapping[str, Text] = {"choice": READ_AS}
