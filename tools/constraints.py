"""The lowest version of everything that pyproject.toml allows, one `name==version` a line.

`pip install -c` takes it, so that the tests run with the versions that the bounds promise; nothing is said
twice. Bounds differ by Python, so `--python 3.13` asks for another one than the running one.

    python -m tools.constraints > lowest.txt && pip install -c lowest.txt ".[mail,test]"
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence, Set as AbstractSet
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_FLOORS = frozenset({">=", "==", "~="})
OURS = frozenset({"test", "dev"})
"""Extras that users never install; the newest of them does for every test."""


def requirements(project: Path = PROJECT) -> Iterator[Requirement]:
    """What the package and its extras (but OURS) need, whatever the Python and the system."""
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = declared.get("optional-dependencies", {})
    groups = [declared["dependencies"], *(texts for name, texts in extras.items() if name not in OURS)]
    for texts in groups:  # an extra that takes in another extra of ours adds nothing
        yield from (one for one in map(Requirement, texts) if one.name != declared["name"])


def lowest(requirement: Requirement) -> Version | None:
    """The lowest version that a requirement lets in; None where it names none."""
    floors = [Version(one.version) for one in requirement.specifier if one.operator in _FLOORS]
    return max(floors, default=None)


def constraints(wanted: Iterable[Requirement], python: str) -> list[str]:
    """`name==lowest` for each requirement that holds on this system with `python` (such as 3.12), sorted.

    ValueError when one of them has no lower bound: then nobody knows what was tested.
    """
    major_minor = ".".join(python.split(".")[:2])
    place: dict[str, str | AbstractSet[str]] = {**default_environment()}  # type: ignore[dict-item]
    place |= {"python_version": major_minor, "python_full_version": python}
    lines = []
    for one in wanted:
        if one.marker and not one.marker.evaluate(place):
            continue
        floor = lowest(one)
        if floor is None:
            raise ValueError(f"pyproject.toml: {one} has no lower bound")
        lines.append(f"{one.name}=={floor}")
    return sorted(lines, key=str.lower)


def main(arguments: Sequence[str]) -> int:
    """Print the constraints; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.constraints", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--python", default=".".join(map(str, sys.version_info[:3])), metavar="3.12")
    print("\n".join(constraints(requirements(), parser.parse_args(arguments).python)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
