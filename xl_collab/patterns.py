"""Regular expressions that are compiled when they are first used.

A command uses a part of what its modules know; compiling the rest costs a cold start a tenth of its time.
What may not enter: any expression.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr


class LazyPattern:
    """A `re.Pattern` that compiles itself on its first use; what was used once costs no more than there."""

    def __init__(self, pattern: Any, flags: int = 0) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        # Called for what is not here yet: from then on the compiled one's own method stands in its place.
        found = getattr(re.compile(*self._source), name)
        self.__dict__[name] = found
        return found


if TYPE_CHECKING:

    def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
        """As re.compile, later."""
else:
    lazy = LazyPattern
