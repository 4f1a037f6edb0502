"""The table of the house: how big it is and how its parts hang together. `python -m tools.measure [--json]`.

It reads source, runs none, and judges nothing: figures to compare before and after a change. An import
counts for the module that it names; the packages above it, which Python loads too, are not counted.
"""

from __future__ import annotations

import ast
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

When = Literal["load", "late", "hint"]
"""When an import happens: with the module, inside a function, or for type checkers alone."""

Graph = Mapping[str, set[str]]
ROOT = Path(__file__).parents[1]
LONG = 60
"""Lines from which on a function is listed by name."""

_NO_NAMES = ("__init__", "__main__")


@dataclass
class Module:
    """What one file says of itself; `imports` holds (dotted name, when) in order."""

    name: str
    package: bool
    lines: int
    imports: list[tuple[str, When]] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    functions: list[tuple[str, int]] = field(default_factory=list)

    @property
    def basename(self) -> str:
        """The file's name without its folder."""
        return "__init__" if self.package else self.name.rpartition(".")[2]


def read_module(path: Path, root: Path) -> Module:
    """The module at `path`; its dotted name counts from `root`."""
    text = path.read_text(encoding="utf-8")
    parts = path.relative_to(root).with_suffix("").parts
    package = parts[-1] == "__init__"
    module = Module(".".join(parts[:-1] if package else parts), package, text.count("\n"))
    _look(ast.parse(text), module, "load", "")
    return module


def _look(node: ast.AST, module: Module, when: When, inside: str) -> None:
    for child in ast.iter_child_nodes(node):
        module.imports += [(name, when) for name in _named(child, module)]
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for one in child.body:
                module.imports += [(name, "hint") for name in _named(one, module)]
            for one in child.orelse:
                _look(ast.Module([one], []), module, when, inside)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (child.end_lineno or child.lineno) - child.lineno + 1
            module.functions.append((f"{inside}{child.name}", length))
            _look(child, module, "late", f"{inside}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            if not inside and not child.name.startswith("_"):
                module.classes.append(child.name)
            _look(child, module, when, f"{inside}{child.name}.")
        else:
            _look(child, module, when, inside)


def _named(node: ast.AST, module: Module) -> Iterator[str]:
    """Dotted names that an import statement may mean: a module, or something inside one."""
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = module.name.split(".")
        above = above[: len(above) - node.level + module.package] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{base}.{one.name}" for one in node.names)


def edges(modules: Mapping[str, Module], kinds: Iterable[When]) -> dict[str, set[str]]:
    """Who imports whom inside the house, by imports of these kinds."""
    wanted, found = set(kinds), {name: set[str]() for name in modules}
    for module in modules.values():
        for name, when in module.imports:
            target = name if name in modules else name.rpartition(".")[0]
            if when in wanted and target in modules and target != module.name:
                found[module.name].add(target)
    return found


def circles(graph: Graph) -> list[list[str]]:
    """Groups of modules that reach each other, largest first."""
    order: list[str] = []
    _visit(graph, sorted(graph), order, set())
    back = {name: {one for one, targets in graph.items() if name in targets} for name in graph}
    seen: set[str] = set()
    found = []
    for name in reversed(order):
        group: list[str] = []
        _visit(back, [name], group, seen)
        if len(group) > 1:
            found.append(sorted(group))
    return sorted(found, key=lambda group: (-len(group), group))


def _visit(graph: Graph, starts: Sequence[str], order: list[str], seen: set[str]) -> None:
    """Depth first, without recursion; a name is appended when all behind it has been visited."""
    for start in starts:
        stack = [(start, False)]
        while stack:
            name, done = stack.pop()
            if done:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack += [(one, False) for one in sorted(graph[name]) if one not in seen]


def _homes(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for name, home in pairs:
        found[name].append(home)
    return {name: sorted(homes) for name, homes in sorted(found.items()) if len(homes) > 1}


def measured(root: Path, package: str) -> dict[str, object]:
    """The figures of the package below `root`: what a wheel ships of Python, and how it is knit."""
    read = [read_module(path, root) for path in sorted((root / package).rglob("*.py"))]
    modules = {module.name: module for module in read}
    importers = defaultdict[str, set[str]](set)
    for name, targets in edges(modules, ("load", "late", "hint")).items():
        for target in targets:
            importers[target].add(name)
    inner = [m for m in read if m.basename not in _NO_NAMES]
    lengths = [(f"{m.name}:{name}", length) for m in read for name, length in m.functions]
    return {
        "files": len(read),
        "lines": sum(m.lines for m in read),
        "longest_file": max((m.lines, m.name) for m in read),
        "one_importer": sorted(m.name for m in inner if len(importers[m.name]) == 1),
        "no_importer": sorted(m.name for m in inner if not importers[m.name]),
        "circles_at_load": circles(edges(modules, ("load",))),
        "circles_with_late_imports": circles(edges(modules, ("load", "late"))),
        "circles_with_hints": circles(edges(modules, ("load", "late", "hint"))),
        "class_homes": _homes((name, m.name) for m in read for name in m.classes),
        "basename_homes": _homes((m.basename, m.name) for m in inner),
        "functions": len(lengths),
        "median_function": statistics.median(length for _, length in lengths) if lengths else 0,
        "longest_function": max(((length, name) for name, length in lengths), default=(0, "")),
        "long_functions": {name: length for name, length in sorted(lengths) if length > LONG},
    }


def table(found: Mapping[str, object]) -> Iterator[str]:
    """The figures as lines; of lists and mappings how many there are, and below what they hold."""
    for name, value in found.items():
        label = name.replace("_", " ")
        if isinstance(value, tuple):
            yield f"{label:28}{value[0]:>7}  {value[1]}"
        elif isinstance(value, list | dict):
            yield f"{label:28}{len(value):>7}"
        else:
            yield f"{label:28}{value!s:>7}"
    for name, value in found.items():
        if isinstance(value, list | dict) and value:
            yield f"\n{name.replace('_', ' ')}"
            yield from (f"  {line}" for line in _listed(value))


def _listed(value: list[object] | dict[str, object]) -> Iterator[str]:
    items = value.items() if isinstance(value, dict) else [("", one) for one in value]
    for name, one in items:
        said = ", ".join(one) if isinstance(one, list) else str(one)
        yield f"{name}: {said}" if name else said


def main(arguments: Sequence[str]) -> int:
    """Print the table, or with --json the figures for a program."""
    found = measured(ROOT, "xl_collab")
    if "--json" in arguments:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print("\n".join(table(found)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
