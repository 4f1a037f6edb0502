"""The gate: what is right is read, and cases 1 to 12, the container."""

from __future__ import annotations

import random
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from effort import effort

from tests import hostile
from tests.gatekeeping import SMALL, checked, code, first_cell, read, read_code
from tests.hostile import Raw, archive, good, packed, sheet
from xl_collab.exchange.gate.filetypes import check_type
from xl_collab.exchange.gate.gate import (
    ReadReply,
    inspect,
    inspect_bytes,
    read_reply,
)
from xl_collab.exchange.gate.refusals import SENTENCES
from xl_collab.hosts.ooxml.package import Package


@pytest.fixture(scope="module")
def reply() -> ReadReply:
    return read(good())


def test_a_good_workbook_is_read_with_its_types(reply: ReadReply) -> None:
    assert reply.refusal is None
    tracker, settings = reply.sheets
    assert (tracker.name, tracker.state, settings.name) == ("跟踪表", "visible", "设置")
    assert tracker.rows[0] == list(hostile.HEADINGS)
    assert [tuple(row) for row in tracker.rows[1:]] == list(hostile.ROWS)
    assert type(tracker.cell(2, 4)) is date
    assert tracker.differing == ()
    assert reply.custom == {"xl_collab_token": "abc123"}
    assert reply.core["title"] == "试点"
    assert reply.names["as_of"] == "跟踪表!$A$1"
    assert tracker.cell(99, 1) is None and tracker.cell(1, 99) is None and tracker.cell(0, 0) is None
    assert reply.sheet("跟踪表") is tracker and reply.sheet("没有") is None


def test_the_verdict_names_the_file_without_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "回复.xlsx"
    path.write_bytes(good())
    verdict = inspect(path)
    assert verdict.accepted and verdict.name == "回复.xlsx" and verdict.size == path.stat().st_size
    assert len(verdict.sha256) == 64
    assert read_reply(path).sheets[0].rows[0][0] == "编号"


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    assert checked(inspect(tmp_path / "没有.xlsx").refusal) == "unreadable"
    assert checked(read_reply(tmp_path).refusal) == "unreadable"
    assert checked(inspect("/dev/zero").refusal) == "unreadable"


def test_every_reason_has_both_languages_and_says_what_to_do() -> None:
    for reason, text in SENTENCES.items():
        assert set(re.findall(r"{(\w+)}", text.zh)) ^ set(re.findall(r"{(\w+)}", text.en)) <= {"zh", "en"}, (
            reason
        )
        assert "请" in text.zh or "拒绝" in text.zh, reason
        assert not re.search("[\u4e00-\u9fff]", text.en), reason


def test_case_01_no_workbook_at_all() -> None:
    assert code(b"") == "empty"
    assert code(random.Random(3).randbytes(20_000)) == "type-unknown"
    assert "公司" in check_type(random.Random(3).randbytes(20_000)).text.zh  # type: ignore[union-attr]
    assert code(hostile.other_types()["png"][0]) == "type-image"
    assert code(packed({"a.txt": b"hello"})) == "type-zip"
    for refusal in map(check_type, (b"", b"\x89PNG\r\n\x1a\n" + bytes(9), random.Random(3).randbytes(99))):
        assert refusal is not None and "Excel" in refusal.sentence("en") and "Excel" in refusal.sentence("zh")


@pytest.mark.parametrize("kind", hostile.other_types())
def test_case_02_other_types_are_named_with_the_cure(kind: str) -> None:
    data, expected = hostile.other_types()[kind]
    refusal = inspect_bytes(data, "回复.xlsx").refusal
    assert checked(refusal) == expected
    assert ".xlsx" in refusal.sentence("zh") and ".xlsx" in refusal.sentence("en")  # type: ignore[union-attr]


def test_case_03_a_password_is_never_asked_for() -> None:
    refusal = inspect_bytes(
        hostile.compound("Root Entry", "EncryptionInfo", "EncryptedPackage"), "a.xlsx"
    ).refusal
    assert checked(refusal) == "encrypted"
    assert "去掉密码" in refusal.sentence("zh")  # type: ignore[union-attr]
    assert "remove the password" in refusal.sentence("en").lower()  # type: ignore[union-attr]


@pytest.mark.parametrize("product", hostile.wrapped_by_companies())
def test_case_03_company_encryption_is_named_and_excel_may_still_read_it(product: str) -> None:
    data, expected = hostile.wrapped_by_companies()[product]
    refusal = inspect_bytes(data, "回复.xlsx").refusal
    assert checked(refusal) == expected
    assert refusal.open_program  # type: ignore[union-attr]
    assert "Excel" in refusal.sentence("zh") and "解密" in refusal.sentence("zh")  # type: ignore[union-attr]


def test_case_03_a_workbook_that_only_mentions_such_a_product_is_read() -> None:
    assert (
        first_cell(sheet(hostile.text_row(1, "E-SafeNet 亿赛通 %TSD-Header-###%")))
        == "E-SafeNet 亿赛通 %TSD-Header-###%"
    )


def test_case_04_truncated_at_200_places() -> None:
    data = good()
    for step in range(200):
        assert code(data[: len(data) * step // 200]), f"cut at {step}/200 was accepted"


def test_case_05_flipped_bits_never_give_other_data() -> None:
    data, chance = good(), random.Random(20231008)
    content = {name.lower(): part for name, part in hostile.parts(data).items()}
    accepted = 0
    for _ in range(500):
        bad = bytearray(data)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        if code(bytes(bad)):
            continue
        accepted += 1
        package = Package.from_bytes(bytes(bad))
        assert {name.lower(): package.read(name) for name in package.parts} == content
    assert accepted < 150  # dates and attributes of entries carry no data; the rest is refused


def test_case_06_duplicate_names() -> None:
    entries = hostile.raw_entries()
    for name in (b"xl/worksheets/sheet1.xml", b"XL/Worksheets/Sheet1.XML", b"xl\\worksheets\\sheet1.xml"):
        assert code(archive([*entries, Raw(name, b"<a/>")])) == "zip-duplicate", name


def test_case_07_names_that_climb_or_hide() -> None:
    entries = hostile.raw_entries()
    for name in (
        b"../evil.xml",
        b"/etc/passwd",
        b"C:\\x.xml",
        b"c:/x",
        b"xl/a\0.xml",
        b"xl\\..\\x",
        b"\\\\h\\s",
        b"",
    ):
        assert code(archive([*entries, Raw(name, b"x")])) == "zip-name", name


def test_case_07_backslashes_and_capitals_are_read() -> None:
    turned = [Raw(one.name.replace(b"/", b"\\"), one.content) for one in hostile.raw_entries()]
    assert code(archive(turned)) == ""
    assert read_code(archive(turned)) in ("", "damaged")
    upper = [
        Raw(one.name if one.name.startswith(b"[") else one.name.upper(), one.content)
        for one in hostile.raw_entries()
    ]
    assert read_code(archive(upper)) in ("", "damaged")


def test_case_08_locked_and_odd_compression() -> None:
    entries = hostile.raw_entries()
    assert code(archive([*entries, Raw(b"a.bin", b"x" * 99, flags=1)])) == "zip-encrypted"
    for method in (12, 14, 93, 9, 99):
        assert code(archive([*entries, Raw(b"a.bin", b"x" * 99, method=method)])) == "zip-method", method
    assert code(packed(hostile.parts(good()), zipfile.ZIP_LZMA)) == "zip-method"


def test_case_09_overlapping_entries_are_refused_before_unpacking() -> None:
    assert code(hostile.overlapping()) == "zip-overlap"


def test_case_10_bombs_are_stopped_by_counted_bytes() -> None:
    bomb = hostile.zeros(256 << 20)
    liar = Raw(b"xl/media/image1.png", b"x", claimed=100, stored=bomb)
    lying = archive([*hostile.raw_entries(), liar])
    assert code(lying) in ("zip-ratio", "zip-part-size", "zip-mismatch")
    assert effort(lambda: code(lying), 500) < 500  # unpacked as a whole it is 256 MB
    honest = Raw(b"xl/media/image1.png", b"", claimed=256 << 20, stored=bomb)
    assert code(archive([*hostile.raw_entries(), honest])) == "zip-ratio"


def test_case_10_a_header_that_promises_three_gigabytes_is_not_believed() -> None:
    small = Raw(b"xl/media/image1.png", b"x" * 100, claimed=3 << 30)
    assert code(archive([*hostile.raw_entries(), small])) == "zip-mismatch"


def test_case_11_limits_are_named() -> None:
    noise, entries = random.Random(5), hostile.raw_entries()
    many = [*entries, *(Raw(b"xl/media/%d.png" % n, b"x") for n in range(1001))]
    assert code(archive(many)) == "zip-entries"
    assert code(archive([Raw(b"%d" % n, b"") for n in range(20_000)])) in ("zip-entries", "type-zip")
    big = Raw(b"a.bin", noise.randbytes((4 << 20) + 1), method=0)
    assert code(archive([*entries, big]), SMALL) == "zip-part-size"
    parts = [Raw(b"%d.bin" % n, noise.randbytes(4 << 20), method=0) for n in range(4)]
    assert code(archive([*entries, *parts]), SMALL) == "zip-total-size"
    assert code(archive([*entries, Raw(b"a.bin", bytes(3 << 20))])) == "zip-ratio"
    assert code(archive([*entries, Raw(b"a.bin", bytes(1 << 20))])) == ""
    refusal = inspect_bytes(archive(many), "a.xlsx").refusal
    assert "1,000" in refusal.sentence("zh") and "1,000" in refusal.sentence("en")  # type: ignore[union-attr]


def test_case_11_a_file_over_the_limit_is_not_even_loaded(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    with path.open("wb") as stream:
        stream.truncate(60 << 20)
    refusal = inspect(path).refusal
    assert checked(refusal) == "file-size" and "60" in refusal.sentence("zh")  # type: ignore[union-attr]


def test_case_12_junk_around_the_archive() -> None:
    data = good()
    assert code(b"MZ\x90\0junk" + data) in ("zip-junk", "type-program")
    assert code(data + b"\r\n-- \r\nvirus free\r\n") == "zip-junk"
    assert code(data + good()) == "zip-junk"
    gap = archive(hostile.raw_entries(), before=b"PK\x03\x04" + bytes(400))
    assert code(gap) in ("zip-junk", "zip-mismatch")
    commented = archive(hostile.raw_entries(), comment=b"made by a mail gateway")
    assert read(commented).sheets[0].rows == read(data).sheets[0].rows
