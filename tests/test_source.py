"""What the source itself must not say: a newer library, another machine or a reader would stumble over it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PYTHON_FILE = re.compile(r"[\w./-]*\w\.py\b")
_BARE_NAT = re.compile(r"""datetime64\(\s*["']NaT["']\s*\)""", re.IGNORECASE)


def sources() -> Iterator[Path]:
    """Every Python file of the project."""
    for folder in ("xl_collab", "tests", "benchmarks", "docs", "tools", "examples"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def bare_nats(text: str) -> list[str]:
    """Not-a-time values without a unit; numpy 2.5 deprecates them, later ones raise."""
    return _BARE_NAT.findall(text)


def test_no_date_of_numpy_is_without_its_unit() -> None:
    found = {str(path.relative_to(ROOT)) for path in sources() if bare_nats(path.read_text(encoding="utf-8"))}
    assert found == set()


def test_a_bare_one_would_be_found() -> None:
    assert bare_nats("np.datetime64(" + '"NaT")') and not bare_nats('np.datetime64("NaT", "D")')


def docstrings(text: str) -> Iterator[str]:
    """Every string that stands alone: docstrings, and what is said below a constant."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def dead_pointers(text: str, files: list[str], folder: str = "") -> list[str]:
    """Python files that a docstring names and that do not stand there: a bare name means the same folder."""
    named = [name for said in docstrings(text) for name in _PYTHON_FILE.findall(said)]
    wanted = ((name, f"{'' if '/' in name else folder}/{name}") for name in named)
    return [name for name, path in wanted if not any(file.endswith(path) for file in files)]


def test_every_file_that_a_docstring_names_exists() -> None:
    texts = {f"/{path.relative_to(ROOT).as_posix()}": path.read_text(encoding="utf-8") for path in sources()}
    found = {
        file: dead_pointers(text, list(texts), file.rpartition("/")[0] * file.startswith("/xl_collab/"))
        for file, text in texts.items()
    }
    assert {file: names for file, names in found.items() if names} == {}


def test_a_dead_pointer_would_be_found() -> None:
    code = 'A = 1\n"""See schema/gone.py, not schema/words.py or words.py."""'
    assert dead_pointers(code, ["/xl_collab/schema/words.py"]) == ["schema/gone.py"]
    assert dead_pointers(code, ["/xl_collab/schema/words.py"], "/xl_collab/plan") == [
        "schema/gone.py",
        "words.py",
    ]


def test_what_is_run_stands_at_the_end_of_its_module() -> None:
    """What follows it would not be there yet."""
    for path in sources():
        body = ast.parse(path.read_text(encoding="utf-8")).body
        where = [
            n
            for n, node in enumerate(body)
            if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)
        ]
        assert where in ([], [len(body) - 1]), path


def test_openpyxl_reads_and_never_saves() -> None:
    for path in (ROOT / "xl_collab").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "openpyxl" not in text or not re.search(r"\.save\(", text), path
