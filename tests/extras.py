"""Libraries that are installed on demand: tests that need one are skipped without it, in CI they fail."""

from __future__ import annotations

import os
from importlib import import_module

import pytest

MUST_HAVE = os.environ.get("XL_COLLAB_REQUIRE_TOOLS") == "1"


def needs(*modules: str) -> None:
    """Skip the module that calls this where one is missing."""
    for name in modules:
        if MUST_HAVE:
            import_module(name)
        else:
            pytest.importorskip(name)
