"""The gate's child process: however it dies or lies, the program that asked goes on."""

from __future__ import annotations

import ctypes
import dataclasses
import os
import random
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from tests import hostile
from tests.gatekeeping import MAIN, checked, read, read_code
from tests.hostile import good, packed, sheet
from xl_collab.a1 import MAX_COLUMN
from xl_collab.exchange.gate import child as caps, gate, wire
from xl_collab.exchange.gate.child import Caps, Ended, ForkServers, Runner, fresh, run_capped
from xl_collab.exchange.gate.filetypes import reaches_outside
from xl_collab.exchange.gate.gate import (
    inspect_bytes,
    read_reply,
    read_reply_bytes,
)
from xl_collab.exchange.gate.limits import USUAL
from xl_collab.project.tables import CellError, CellFormula


@pytest.mark.parametrize(
    ("program", "ended"),
    [
        ("print('ok')", Ended.DONE),
        ("import os; os.abort()", Ended.CRASHED),
        ("import ctypes; ctypes.string_at(0)", Ended.CRASHED),
        ("raise SystemExit(1)", Ended.CRASHED),
        ("import sys; sys.stdin.close(); raise SystemExit(3)", Ended.CRASHED),
        ("import time; time.sleep(3600)", Ended.TIMEOUT),
        (
            "from xl_collab.exchange.gate.child import limit_self; limit_self(1, 1 << 30)\nwhile True: pass",
            Ended.TIMEOUT,
        ),
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", Ended.OUTPUT),
        pytest.param(
            "import sys; from xl_collab.exchange.gate.child import limit_self, OUT_OF_MEMORY\n"
            "limit_self(9, 256 << 20)\n"
            "try: bytearray(1 << 30)\nexcept MemoryError: sys.exit(OUT_OF_MEMORY)",
            Ended.MEMORY,
            marks=pytest.mark.skipif(
                os.name == "nt", reason="on Windows the job caps memory, and Wine's does not"
            ),
        ),
    ],
)
def test_however_a_child_dies_the_parent_lives(program: str, ended: Ended) -> None:
    ran = run_capped([sys.executable, "-c", program], b"x" * 1_000_000, Caps(2.5, 9, 1 << 30, 1 << 20))
    assert ran.ended is ended


def test_a_child_that_takes_too_much_is_a_one_line_refusal() -> None:
    assert read_code(good(), dataclasses.replace(USUAL, seconds=0.01)) == "reader-time"
    assert read_code(good(), dataclasses.replace(USUAL, output=100)) == "reader-memory"


def test_texts_repeated_without_end_meet_the_memory_cap() -> None:
    resource = pytest.importorskip("resource", reason="peak memory is asked in a way of POSIX")
    long_text = ("<si><t>" + "字" * 32_000 + "</t></si>").encode()
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 20_001))
    content = hostile.parts(sheet(cells))
    sst = b'<?xml version="1.0" encoding="UTF-8"?><sst %b count="1" uniqueCount="1">%b</sst>' % (
        MAIN,
        long_text,
    )
    content["xl/sharedStrings.xml"] = sst
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read_code(packed(content)).startswith("reader-")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not json\n",
        b'{"done":true}\n',
        b"[]\n" * 3,
        b'{"names":[],"tabs":[],"date1904":false,"custom":{},"core":{}}\n',
        b'{"names":[],"tabs":[],"date1904":false,"custom":[],"core":{}}\n{"done":true}\n',
        b'{"names":[[1,2,""]],"tabs":[],"date1904":false,"custom":{},"core":{}}\n{"done":true}\n',
        b'{"names":[],"tabs":[],"date1904":false,"custom":{},"core":{}}\n{"sheet":1}\n{"done":true}\n',
        b'{"names":[],"tabs":[],"date1904":false,"custom":{},"core":{}}\n{"sheet":"a","state":"","part":"","tables":[]'
        b',"merged":[],"differing":[],"rows":2}\n{"r":[NaN]}\n{"done":true}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_an_answer_that_is_none_is_refused(answer: bytes) -> None:
    verdict = inspect_bytes(good(), "a.xlsx")
    with pytest.raises(gate.FileRefused) as raised:
        gate._rebuilt(answer, verdict)
    assert raised.value.refusal.code == "reader-crash"


def test_values_survive_the_wire_and_nothing_else_does() -> None:
    values = [
        None,
        "文\n字\u2028",
        True,
        0,
        -1.5,
        date(2023, 10, 8),
        datetime(2023, 10, 8, 17, 0, 1),
        timedelta(days=1.5),
    ]
    values += [1, 1.0, False, 0.0, datetime(2023, 10, 8), None, "", "1", wire.Tagged("e", "1"), time(1)]
    sent = wire.ValueTable()
    numbers = [sent.row(values[:7]), sent.row(values[7:]), sent.row(values)]
    table, *rows = wire.records(b"".join(map(wire.line, (sent.table, *numbers))))
    there = wire.unpack_values(table)
    first, second, whole = (wire.unpack_row(row, there) for row in rows)
    assert first + second == whole == values
    assert list(map(type, whole)) == list(map(type, values))
    assert len(there) == len({(type(value), value) for value in values})
    for bad in (
        {"d": "2023-02-30"},
        {"q": "x"},
        {"d": 5},
        {},
        {"f": "A1", "v": {"f": "x"}},
        {"f": 0, "v": 1},
        {"f": 0},
        [1],
        {"s": "1e999"},
    ):
        with pytest.raises(wire.Garbled):
            wire.unpack_values([bad])
    for row in ([len(there)], ["1"], [None], [0.5], [[0]], {"0": 0}, "0", None, [0] * (MAX_COLUMN + 1)):
        with pytest.raises(wire.Garbled):
            wire.unpack_row(row, there)
    with pytest.raises(wire.Garbled):
        wire.pack(object())


def test_a_formula_is_sent_once_for_a_column_and_filled_in_again() -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><f>IF(B%d="",&quot;1&quot;,$C$1&amp;B%d1)</f><v>%d</v></c>'
        b'<c r="B%d"><f>B%d&amp;B%d&amp;C%d&amp;8</f></c></row>' % ((n,) * 6 + (n - 1, n, n + 1))
        for n in (*range(1, 13), 100, 101, 102)
    )
    cells = read(sheet(rows)).sheets[0]
    for n in (*range(1, 13), 100, 101, 102):
        assert cells.cell(n, 1) == CellFormula(f'IF(B{n}="","1",$C$1&B{n}1)', float(n))
        assert cells.cell(n, 2) == CellFormula(f"B{n - 1}&B{n}&C{n + 1}&8")


@pytest.mark.parametrize("raw", [b"&#65;11+&#66;11", b"A&#49;1", b"&#x41;11&amp;11"])
def test_digits_that_spell_a_character_are_no_row(raw: bytes) -> None:
    row = b'<row r="11"><c r="C11"><f>%b</f><v>5</v></c></row>' % raw
    text = {b"A&#49;1": "A11", b"&#x41;11&amp;11": "A11&11"}.get(raw, "A11+B11")
    assert read(sheet(row)).sheets[0].cell(11, 3) == CellFormula(text, 5.0)


BOOK: dict[str, object] = {"names": [], "tabs": [], "date1904": False, "custom": {}, "core": {}}


def _answered(rows: list[list[object]], patterns: list[str], runs: object) -> gate.ReadReply:
    """What comes of an answer with one sheet."""
    table = [value for row in rows for value in row]
    numbers = iter(range(len(table)))
    sheet = {"sheet": "a", "state": "", "tables": [], "merged": [], "differing": [], "rows": len(rows)}
    records = [
        BOOK,
        sheet | {"formulas": patterns, "runs": runs, "values": table},
        *({"r": [next(numbers) for _ in row]} for row in rows),
        {"done": True},
    ]
    return gate._rebuilt(b"".join(map(wire.line, records)), inspect_bytes(good(), "a.xlsx"))


def test_a_run_of_formulas_keeps_what_they_showed() -> None:
    rows: list[list[object]] = [[], ["x"], [1.0, 2.0], [None, {"e": "#N/A"}]]
    sheet = _answered(rows, ["A\0", "B\0&\0"], [[2, 2, 4, 1], [1, 4, 4, 0]]).sheets[0]
    assert [list(row) for row in sheet.rows] == [
        [],
        ["x", CellFormula("B2&2")],
        [1.0, CellFormula("B3&3", 2.0)],
        [CellFormula("A4"), CellFormula("B4&4", CellError("#N/A"))],
    ]


@pytest.mark.parametrize(
    "run",
    [
        *([1, 1, 2, number] for number in (-1, 2, "0", 1.0, True, None)),
        *([0, 1, 2, 0], [16_385, 1, 2, 0], [1, 0, 2, 0], [1, 1, 3, 0], [1, 2, 1, 0], [1, 1, 1 << 40, 0]),
        *([1, 1, 2], 7, None),
    ],
)
def test_formulas_that_stand_nowhere_are_refused(run: object) -> None:
    with pytest.raises(gate.FileRefused) as raised:
        _answered([[], []], ["A\0", "B\0"], [run])
    assert raised.value.refusal.code == "reader-crash"


def test_a_cell_has_one_formula() -> None:
    with pytest.raises(gate.FileRefused) as raised:
        _answered([[], []], ["A\0", "B\0"], [[1, 1, 2, 0], [1, 2, 2, 1]])
    assert raised.value.refusal.code == "reader-crash"


@pytest.mark.parametrize(
    ("pattern", "runs"),
    [
        ("\0" * 1_000_000, [[n, 1, 100, 0] for n in range(1, 10_000)]),
        ("", [[n, 1, 100, 0] for n in range(1, 16_385)]),
    ],
    ids=["long formulas", "many of them"],
)
def test_few_bytes_cannot_ask_for_all_our_memory(pattern: str, runs: list[list[int]]) -> None:
    """A reader that was taken over: a megabyte that would become a terabyte."""
    resource = pytest.importorskip("resource", reason="peak memory is asked in a way of POSIX")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(gate.FileRefused) as raised:
        _answered([[] for _ in range(100)], [pattern], runs)
    assert raised.value.refusal.code == "reader-memory"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 << 10


@given(st.text("A1$|[\\].xl(CALfile:/, \"'+=_\0\1\2", max_size=12), st.integers(1, 1_048_576))
@example("SUM(A\0)+CALL(1)", 5)
@example("[\0]Sheet1!A\0", 31)
@example("cmd\0|x", 10)
def test_which_row_a_formula_names_says_nothing_of_what_it_reaches(pattern: str, row: int) -> None:
    """So a formula that is filled down is asked once for all its rows."""
    formula = pattern.replace("\0", str(row)).replace("\1", str(row - 1)).replace("\2", str(row + 1))
    assert reaches_outside(wire.spelled_out(pattern, 2)) == reaches_outside(formula)


def test_modules_beside_a_reply_are_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mailed folder must not inject code: the current folder is no place for modules."""
    (tmp_path / "json.py").write_text("import pathlib; pathlib.Path('owned').touch()", encoding="ascii")
    (tmp_path / "回复.xlsx").write_bytes(good())
    monkeypatch.chdir(tmp_path)
    assert read_reply(tmp_path / "回复.xlsx").refusal is None
    assert not (tmp_path / "owned").exists()


def test_the_job_object_has_the_layout_that_windows_documents() -> None:
    """Sizes from winnt.h for 64-bit programs; that it works is on the Windows checklist."""
    assert ctypes.sizeof(caps.BasicLimits) == 64
    assert ctypes.sizeof(caps.ExtendedLimits) == 144
    limits = caps.extended_limits(512 << 20, 8)
    assert limits.ProcessMemoryLimit == 512 << 20
    assert limits.BasicLimitInformation.PerProcessUserTimeLimit == 80_000_000
    assert caps.ExtendedLimits.ProcessMemoryLimit.offset == 112


def test_a_refused_file_and_its_folder_are_left_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "回复.xlsx"
    path.write_bytes(hostile.overlapping())
    before = path.read_bytes(), sorted(tmp_path.iterdir())
    assert checked(read_reply(path).refusal) == "zip-overlap"
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before


def test_the_gate_loads_no_parser_of_workbooks() -> None:
    """What parses a hostile file is not even imported by the process that owns the master."""
    program = (
        "import sys; from xl_collab.exchange.gate import gate; gate.inspect(sys.argv[1])\n"
        "print(sorted(name for name in sys.modules if name in ('python_calamine', 'openpyxl')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, __file__],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=True,
    )
    assert ran.stdout.strip() == "[]"


def test_shared_formulas_are_told_apart_in_every_cell() -> None:
    rows = (
        b'<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1+1</f><v>1</v></c></row>'
        b'<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    assert [row[0] for row in read(sheet(rows)).sheets[0].rows] == [
        CellFormula("B1+1", 1.0),
        CellFormula("B2+1", 2.0),
    ]


def _mutated(chance: random.Random) -> bytes:
    """The good workbook with one XML part damaged in a few places, its archive intact."""
    content = hostile.parts(good())
    part = chance.choice([name for name in content if name.endswith((".xml", ".rels"))])
    data = bytearray(content[part])
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        kind = chance.randrange(4)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randint(1, 30)]
        elif kind == 2:
            data[at:at] = data[at : at + chance.randint(1, 200)]
        else:
            data[at:at] = chance.choice(
                [b"<c>", b"</row>", b'"', b"9" * 40, b"-1", b"&#0;", b"A1:ZZ9", b"\0"]
            )
    content[part] = bytes(data)
    return packed(content)


def _survives(rounds: int, seed: int, run: Runner = fresh) -> dict[str, int]:
    chance, codes = random.Random(seed), {"": 0}
    for _ in range(rounds):
        found = checked(read_reply_bytes(_mutated(chance), "回复.xlsx", run=run).refusal)
        codes[found] = codes.get(found, 0) + 1
    return codes


@pytest.mark.slow
def test_damaged_xml_is_refused_in_one_line_or_read() -> None:
    codes = _survives(25, 20231008)
    assert sum(codes.values()) == 25 and not {"reader-crash", "reader-time"} & set(codes) and codes[""] < 25


@pytest.mark.soak
def test_damaged_xml_is_refused_in_one_line_or_read_a_thousand_times() -> None:
    with ForkServers() as servers:
        codes = _survives(1000, 1, servers.run)
    assert codes[""] < 600 and not {"reader-crash", "reader-time"} & set(codes)
