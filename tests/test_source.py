"""What the source itself must not say: a newer library, another machine or a reader would stumble over it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_PYTHON_FILE = re.compile(r"[\w./-]*\w\.py\b")
_NUMPY_TIME = re.compile(r"(^|\.)(datetime64|timedelta64)$")
_FROM_INDEX = re.compile(r"""pip3? install(?: +-[\w-]+)* +["']?xl[-_]collab(?![\w/\\.-])[^\s"'`]*""")
_EXTRAS = re.compile(r"""(?:\bxl-collab|["'. ]\.)\[([a-z,]+)\]""")


def sources(*kinds: str) -> Iterator[Path]:
    """Every file of the project of these kinds (`.py` alone where none is named)."""
    for folder in ("xl_collab", "tests", "benchmarks", "docs", "tools", "examples", ".github", "workbook"):
        for kind in kinds or (".py",):
            yield from sorted((ROOT / folder).rglob(f"*{kind}"))
    for kind in kinds:
        yield from sorted(ROOT.glob(f"*{kind}"))


def bare_nats(text: str) -> list[int]:
    """Lines with a date or a span of numpy that has no unit; numpy 2.5 deprecates them, later ones raise."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [
        call.lineno for call in calls if _NUMPY_TIME.search(ast.unparse(call.func)) and _is_unitless(call)
    ]


def _is_unitless(call: ast.Call) -> bool:
    """`datetime64()`, `datetime64("NaT")`, `timedelta64(3)`: a day in ISO form brings its unit along."""
    if len(call.args) != 1 or call.keywords:
        return not call.args and not call.keywords
    value = call.args[0]
    said = value.value if isinstance(value, ast.Constant) else ""
    return isinstance(said, int) or str(said).lower() == "nat"


def test_no_date_of_numpy_is_without_its_unit() -> None:
    found = {str(path.relative_to(ROOT)): bare_nats(path.read_text(encoding="utf-8")) for path in sources()}
    assert {file: lines for file, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "call", ["np.datetime64('NaT')", "datetime64( \n'nat' )", "np.timedelta64('NaT')", "np.timedelta64(3)"]
)
def test_a_bare_one_would_be_found(call: str) -> None:
    assert bare_nats(f"x = 1\ny = {call}") == [2]


@pytest.mark.parametrize(
    "call", ["np.datetime64('NaT', 'D')", "np.timedelta64(3, 'D')", "datetime64('2023-10-08')"]
)
def test_one_with_its_unit_is_left_alone(call: str) -> None:
    assert bare_nats(call) == []


def strange_installs(text: str) -> list[str]:
    """Ways to install us that lead nowhere: the package is on no index, an extra has to exist."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    unknown = {e for found in _EXTRAS.findall(text) for e in found.split(",")} - set(extras)
    return _FROM_INDEX.findall(text) + sorted(unknown)


def test_what_texts_tell_people_to_install_exists() -> None:
    """Nothing is published yet: `pip install xl-collab` finds nothing, `pip install .` does."""
    found = {}
    for path in sources(".py", ".md", ".yml", ".toml", ".bas"):
        if path != Path(__file__) and (wrong := strange_installs(path.read_text(encoding="utf-8"))):
            found[str(path.relative_to(ROOT))] = wrong
    assert found == {}


@pytest.mark.parametrize(
    "text", ['pip install "xl-collab[live]"', "pip install -U xl-collab", 'pip install -e ".[live]"']
)
def test_a_way_that_leads_nowhere_would_be_found(text: str) -> None:
    assert strange_installs(text)
    assert not strange_installs("pip install --no-index --find-links wheels xl-collab")
    assert not strange_installs('pip install -e ".[mail,test]"')


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


_CLOCK_BOUND = re.compile(r"assert [^\n]*\b(perf_counter|time|monotonic|process_time)\(\)[^\n]*[<>]=? *[\d.]")


def test_no_test_asks_the_clock_how_fast_a_machine_is() -> None:
    """Busy machines made such tests red; `effort` in tests/effort.py counts in yardsticks instead.

    Waiting for something until a moment that was worked out before (`monotonic() < end`) is another thing.
    """
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    bounds = {name: found.group() for name, text in texts.items() if (found := _CLOCK_BOUND.search(text))}
    assert bounds == {}
