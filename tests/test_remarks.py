"""Nothing that a person wrote in a reply is silent: what is in no known cell is told once, with its place.

And nothing that was there when it was sent is told, whatever program saved the reply.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from collect_desk import ADDRESS, Desk, changed, codes, copied, digest, place, prepared, rewrite
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from tests import remarking
from tests.offices import need_office
from tests.remarking import (
    alternative,
    chart,
    drawing,
    grouped,
    header,
    note,
    old_box,
    picture,
    shape,
    thread,
)
from xl_collab.commands import collect as collect_command
from xl_collab.commands.collect import took_all
from xl_collab.commands.master_file import Report
from xl_collab.exchange.ledger.ledger import Ledger
from xl_collab.hosts.printing import find_soffice
from xl_collab.merge.result import Remark
from xl_collab.merge.snapshot import BESIDE

Edit = Callable[[openpyxl.Workbook, Worksheet], object]
WORDS = "T005 要等采购部到货，12 月 8 日才能完成"


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master, its packets and the whole workbook, made once."""
    desk = prepared(tmp_path_factory.mktemp("sent") / "desk")
    desk.send("行政部")
    desk.send("研发部", whole=True)
    return desk


@pytest.fixture(scope="module")
def desk(sent: Desk) -> Iterator[Desk]:
    """The same for tests that only look: the master stays what it is."""
    before = digest(sent.master)
    yield sent
    assert digest(sent.master) == before


def told(desk: Desk, path: Path) -> tuple[Remark, ...]:
    """The remarks of the one reply."""
    report = desk.collect(path, dry_run=True)
    assert not codes(report)
    (reply,) = report.matched.replies
    return reply.remarks


def returned(desk: Desk, tmp_path: Path, *, whole: bool = False, of: str = "研发部") -> Path:
    """The packet as it was sent, in a folder of its own."""
    source = desk.packet(of, "协作工作簿" if whole else "任务填报")
    return Path(shutil.copy(source, tmp_path / f"回复{source.suffix}"))


def resaved(path: Path, folder: Path) -> Path:
    """The file as LibreOffice saves it."""
    need_office()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    kind = "xlsx:Calc MS Excel 2007 XML"
    command = [
        str(find_soffice()),
        profile,
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(folder / "lo"),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "lo" / path.name


def typed(desk: Desk, folder: Path, edit: Edit, *, whole: bool = False, of: str = "研发部") -> Path:
    """A reply that somebody edited, saved by openpyxl."""
    path = returned(desk, folder, whole=whole, of=of)
    book = openpyxl.load_workbook(path)
    edit(book, book["跟踪表" if whole else "我的任务"])
    book.save(path)
    return path


# -- what was sent is no remark ------------------------------------------------------------


@pytest.mark.parametrize("whole", [False, True])
def test_an_untouched_reply_has_none(desk: Desk, tmp_path: Path, whole: bool) -> None:
    path = returned(desk, tmp_path, whole=whole)
    assert told(desk, path) == ()
    assert told(desk, typed(desk, tmp_path, lambda book, sheet: None, whole=whole)) == ()


@pytest.mark.parametrize("whole", [False, True])
def test_saved_by_libreoffice_it_still_has_none(desk: Desk, tmp_path: Path, whole: bool) -> None:
    assert told(desk, resaved(returned(desk, tmp_path, whole=whole), tmp_path)) == ()


# -- one text, one remark ------------------------------------------------------------


PUT: dict[str, tuple[remarking.Change, Remark]] = {
    "note": (note("F7", WORDS), Remark("note", "我的任务!F7 批注", WORDS, "李四")),
    "thread": (thread("F7", WORDS), Remark("thread", "我的任务!F7 批注", WORDS, "李四")),
    "thread without its part": (thread("F7", WORDS, kept=False), Remark("thread", "我的任务!F7 批注", WORDS)),
    "text box": (drawing(shape(WORDS)), Remark("shape", "我的任务 文本框（D5）", WORDS)),
    "arrow": (drawing(shape(WORDS, box=False)), Remark("shape", "我的任务 图形（D5）", WORDS)),
    "group": (drawing(grouped(grouped(shape(WORDS)))), Remark("shape", "我的任务 文本框（D5）", WORDS)),
    "two spellings": (
        drawing(alternative(shape(WORDS), shape(WORDS))),
        Remark("shape", "我的任务 文本框（D5）", WORDS),
    ),
    "paragraphs": (drawing(shape("先看", WORDS)), Remark("shape", "我的任务 文本框（D5）", f"先看\n{WORDS}")),
    "chart": (chart(WORDS), Remark("shape", "我的任务 图表中的文字（D5）", WORDS)),
    "old box": (old_box(WORDS), Remark("shape", "我的任务 控件（D5）", WORDS)),
    "header": (
        header(f"&amp;L&amp;&quot;宋体,加粗&quot;&amp;12{WORDS}"),
        Remark("header", "我的任务 页眉页脚", WORDS),
    ),
    "picture": (drawing(picture()), Remark("shape", "我的任务 图片（D5）", "（图片，请打开原文件查看）")),
}


@pytest.mark.parametrize("kind", PUT)
def test_one_text_is_one_remark(desk: Desk, tmp_path: Path, kind: str) -> None:
    change, expected = PUT[kind]
    assert told(desk, remarking.changed(returned(desk, tmp_path), "我的任务", change)) == (expected,)


def test_everybody_in_a_thread_is_heard(desk: Desk, tmp_path: Path) -> None:
    path = remarking.changed(returned(desk, tmp_path), "我的任务", thread("F7", "能提前吗？", "不能"))
    assert [(one.words, one.author) for one in told(desk, path)] == [("能提前吗？", "李四"), ("不能", "王芳")]


def beside(book: openpyxl.Workbook, sheet: Worksheet) -> str:
    cell = sheet.cell(7, sheet.max_column + 2)
    cell.value = WORDS
    return cell.coordinate


def above(book: openpyxl.Workbook, sheet: Worksheet) -> str:
    sheet["L1"].value = WORDS
    return "L1"


def far_below(book: openpyxl.Workbook, sheet: Worksheet) -> str:
    cell = sheet.cell(sheet.max_row + 5, sheet.max_column + 1)
    cell.value = WORDS
    return cell.coordinate


def in_a_computed_cell_of_an_empty_row(book: openpyxl.Workbook, sheet: Worksheet) -> str:
    cell = place(sheet, "N4", "rag")
    cell.value = WORDS
    return cell.coordinate


def under_a_heading_of_their_own(book: openpyxl.Workbook, sheet: Worksheet) -> str:
    column = sheet.max_column + 1
    sheet.cell(next(c.row for c in sheet["A"] if c.value == "编号"), column).value = "我们的说明"
    cell = sheet.cell(8, column)
    cell.value = WORDS
    return cell.coordinate


EVERYWHERE = (beside, above, far_below, under_a_heading_of_their_own)
BESIDE_IT = [
    *((write, whole) for write in EVERYWHERE for whole in (False, True)),
    (in_a_computed_cell_of_an_empty_row, False),  # a whole workbook has no empty rows with formulas
]


@pytest.mark.parametrize(("write", "whole"), BESIDE_IT)
def test_text_around_the_table_is_told(
    desk: Desk, tmp_path: Path, write: Callable[[openpyxl.Workbook, Worksheet], str], whole: bool
) -> None:
    at: list[str] = []
    path = typed(desk, tmp_path, lambda book, sheet: at.append(write(book, sheet)), whole=whole)
    (remark,) = told(desk, path)
    assert remark == Remark("beside", f"{'跟踪表' if whole else '我的任务'}!{at[0]}", WORDS)


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_a_sheet_of_their_own_is_told_cell_by_cell(desk: Desk, tmp_path: Path, state: str) -> None:
    def add(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        mine = book.create_sheet("补充")
        mine["B3"], mine["C4"] = WORDS, 5
        mine.sheet_state = state

    assert told(desk, typed(desk, tmp_path, add)) == (
        Remark("sheet", "补充!B3", WORDS),
        Remark("sheet", "补充!C4", "5"),
    )


def test_a_long_sheet_says_how_much_more_there_is(desk: Desk, tmp_path: Path) -> None:
    def add(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        mine = book.create_sheet("补充")
        for number in range(1, 221):
            mine.cell(number, 1).value = f"第 {number} 条"

    remarks = told(desk, typed(desk, tmp_path, add))
    assert len(remarks) == 201
    assert remarks[-1] == Remark("sheet", "补充", "另有 20 处，请打开原文件查看")


def test_text_beside_the_rows_of_other_departments_is_told(desk: Desk, tmp_path: Path) -> None:
    def add(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        others = book["其他部门"]
        others.cell(6, others.max_column + 1).value = WORDS

    assert told(desk, returned(desk, tmp_path, of="行政部")) == ()
    (remark,) = told(desk, typed(desk, tmp_path, add, of="行政部"))
    assert (remark.kind, remark.words) == ("beside", WORDS)
    assert remark.place.startswith("其他部门!")


def test_what_is_typed_on_a_page_for_reading_is_told_once(desk: Desk, tmp_path: Path) -> None:
    def add(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        book["说明"]["H30"].value = WORDS
        book["说明"]["B4"].comment = Comment("看不懂", "李四")

    path = typed(desk, tmp_path, add)
    assert told(desk, path) == (Remark("note", "说明!B4 批注", "看不懂", "李四"),)
    notices = [one.kind for one in desk.collect(path, dry_run=True).merged.result.notices]
    assert sorted(notices) == ["page_changed", "remark"]


def test_a_page_that_was_renamed_or_copied_says_nothing_new(desk: Desk, tmp_path: Path) -> None:
    def rename(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        book.copy_worksheet(book["说明"]).title = "说明 (2)"
        book["说明 (2)"]["H30"].value = WORDS

    assert told(desk, typed(desk, tmp_path, rename)) == (Remark("sheet", "说明 (2)!H30", WORDS),)


def test_words_of_libreoffice(desk: Desk, tmp_path: Path) -> None:
    """A note and a text box in a file that LibreOffice has saved since."""

    def put(package: remarking.Package, part: str) -> None:
        note("F7", WORDS)(package, part)
        drawing(shape("请看 T003"))(package, part)

    path = remarking.changed(returned(desk, tmp_path), "我的任务", put)
    remarks = told(desk, resaved(path, tmp_path))
    assert [one.kind for one in remarks] == ["note", "shape"]
    assert remarks[0].words.endswith(WORDS) and remarks[1].words == "请看 T003"


# -- what the workbook had already ------------------------------------------------------------


@pytest.fixture(scope="module")
def annotated(sent: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master in which the coordinator wrote a note and a text box, sent as a whole."""
    desk = copied(sent, tmp_path_factory.mktemp("annotated") / "desk")

    def put(package: remarking.Package, part: str) -> None:
        note("C7", "请写明原因", "王芳")(package, part)
        drawing(shape("红色的先填"))(package, part)

    remarking.changed(desk.master, "跟踪表", put)
    for path in (desk.folder / "packets").iterdir():
        path.unlink()
    desk.send("研发部", whole=True)
    return desk


def test_what_the_coordinator_wrote_is_not_told(annotated: Desk, tmp_path: Path) -> None:
    path = returned(annotated, tmp_path, whole=True)
    assert told(annotated, path) == ()
    assert told(annotated, resaved(path, tmp_path)) == ()


def test_a_note_that_was_edited_says_its_new_words(annotated: Desk, tmp_path: Path) -> None:
    path = returned(annotated, tmp_path, whole=True)
    rewrite(path, "xl/comments77.xml", lambda data: data.replace("请写明原因".encode(), "缺料".encode()))
    assert told(annotated, path) == (Remark("note", "跟踪表!C7 批注", "缺料", "王芳"),)


def test_a_note_that_moved_with_its_row_is_the_same(annotated: Desk, tmp_path: Path) -> None:
    path = returned(annotated, tmp_path, whole=True)
    rewrite(path, "xl/comments77.xml", lambda data: data.replace(b'"C7"', b'"C9"'))
    assert told(annotated, path) == ()


def test_the_same_words_once_more_are_told(annotated: Desk, tmp_path: Path) -> None:
    path = returned(annotated, tmp_path, whole=True)

    def again(data: bytes) -> bytes:
        start, end = data.find(b"<comment "), data.find(b"</commentList>")
        return data[:end] + data[start:end].replace(b'"C7"', b'"C9"') + data[end:]

    rewrite(path, "xl/comments77.xml", again)
    assert told(annotated, path) == (Remark("note", "跟踪表!C9 批注", "请写明原因", "王芳"),)


# -- sendings of the earlier version ------------------------------------------------------------


@pytest.fixture(scope="module")
def earlier(annotated: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The same desk, its sendings recorded by the earlier version, without what stands beside the cells."""
    desk = copied(annotated, tmp_path_factory.mktemp("earlier") / "desk")
    desk.send("市场部")
    ledger = desk.ledger()
    tokens = [entry.token for entry in ledger.log() if entry.token]
    for token in tokens:
        forget(ledger, token)
    sendings = [ledger.sending(token) for token in tokens]
    assert not any(BESIDE in sending.snapshot.sheets for sending in sendings if sending)
    assert any(sendings)
    return desk


def forget(ledger: Ledger, token: str) -> None:
    with closing(sqlite3.connect(ledger.path)) as db, db:
        (packed,) = db.execute("SELECT snapshot FROM sendings WHERE token = ?", (token,)).fetchone()
        held = json.loads(zlib.decompress(packed))
        held["sheets"].pop(BESIDE, None)
        text = zlib.compress(json.dumps(held).encode())
        db.execute("UPDATE sendings SET snapshot = ? WHERE token = ?", (text, token))
    db.close()


def test_earlier_sendings_untouched_have_no_remarks(earlier: Desk, tmp_path: Path) -> None:
    assert told(earlier, returned(earlier, tmp_path, whole=True)) == ()
    assert told(earlier, Path(shutil.copy(earlier.packet("市场部"), tmp_path / "市场部.xlsx"))) == ()


def test_words_in_replies_to_earlier_sendings_are_told(earlier: Desk, tmp_path: Path) -> None:
    path = returned(earlier, tmp_path, whole=True)
    rewrite(path, "xl/comments77.xml", lambda data: data.replace("请写明原因".encode(), "缺料".encode()))
    assert [one.words for one in told(earlier, path)] == ["缺料"]
    packet = Path(shutil.copy(earlier.packet("市场部"), tmp_path / "市场部.xlsx"))
    remarking.changed(packet, "我的任务", note("F7", WORDS))
    assert [one.words for one in told(earlier, packet)] == [WORDS]


# -- robust ------------------------------------------------------------


BROKEN = {
    "cut off": b"<?xml version='1.0'?><comments xmlns='x'><authors>",
    "no XML": b"\x00\x01garbage" * 50,
    "empty": b"",
    "in UTF-16": "<comments/>".encode("utf-16"),
    "nested": b"<comments>" + b"<r>" * 3000 + b"</r>" * 3000 + b"</comments>",
    "another root": b"<a/>",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_part_of_notes_costs_no_reply(desk: Desk, tmp_path: Path, kind: str) -> None:
    path = desk.reply(name=f"坏{kind}.xlsx".replace(" ", ""), T003__percent=0.9)
    remarking.changed(path, "我的任务", note("F7", WORDS, data=BROKEN[kind]))
    report = desk.collect(path, dry_run=True)
    assert changed(report) == {("t003", "percent"): 0.9}
    (reply,) = report.matched.replies
    expected = () if kind in ("another root", "in UTF-16") else ("（这部分读不出来，请打开原文件查看）",)
    assert tuple(one.words for one in reply.remarks) == expected
    path.unlink()


def test_hostile_words_are_bounded_and_harmless(desk: Desk, tmp_path: Path) -> None:
    many = "".join(
        f'<comment ref="A{n}" authorId="0"><text><t>第{n}条 \u202eevil\u0085</t></text></comment>'
        for n in range(1, 3000)
    )
    head = f"<comments {remarking.MAIN}><authors><author>=cmd</author></authors>"
    data = f"{head}<commentList>{many}</commentList></comments>"
    path = remarking.changed(returned(desk, tmp_path), "我的任务", note("F7", "", data=data.encode()))
    remarks = told(desk, path)
    assert len(remarks) == 201
    assert all(line.isprintable() for one in remarks for line in one.words.split("\n"))


# -- with the mail ------------------------------------------------------------


def mailed(desk: Desk, workbook: Path, body: str) -> Report:
    """A reply that came in a mail with these words."""
    path = desk.mail(workbook, f"李四 <{ADDRESS['研发部']}>", name="信.eml")
    path.write_bytes(path.read_bytes().replace("见附件".encode(), body.encode()))
    report = desk.collect(path, dry_run=True)
    path.unlink()
    return report


@pytest.mark.parametrize(
    ("body", "counts"), [("附件已填好，另外T005要延期到下周五，请注意", True), ("见附件", False)]
)
def test_the_words_of_the_mail_come_with_the_reply(
    desk: Desk, tmp_path: Path, body: str, counts: bool
) -> None:
    desk.replies.mkdir(exist_ok=True)
    (reply,) = mailed(desk, returned(desk, tmp_path), body).matched.replies
    assert reply.remarks == (Remark("mail", "邮件正文", body, "李四", counts),)


def test_an_untouched_packet_with_news_in_its_mail_is_not_all_there_is(desk: Desk, tmp_path: Path) -> None:
    desk.replies.mkdir(exist_ok=True)
    report = mailed(desk, returned(desk, tmp_path), "附件已填好，另外T005要延期到下周五，请注意")
    assert not changed(report) and not took_all(report) and not report.is_clean
    answer = collect_command.payload(report, "zh")
    assert answer["remarks"] == [
        {
            "kind": "mail",
            "place": "邮件正文",
            "words": "附件已填好，另外T005要延期到下周五，请注意",
            "author": "李四",
            "counts": True,
            "file": "回复.xlsx",
            "department": "研发部",
        }
    ]
    assert mailed(desk, returned(desk, tmp_path), "见附件").is_clean


def test_what_a_refused_mail_says_is_shown_with_the_refusal(desk: Desk, tmp_path: Path) -> None:
    desk.replies.mkdir(exist_ok=True)
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    report = mailed(desk, tmp_path / "坏.xlsx", "T005 延期")
    (refused,) = collect_command.payload(report, "zh")["rejected"]
    assert [one["words"] for one in refused["remarks"]] == ["T005 延期"]


def test_the_same_file_alone_and_in_a_mail_keeps_the_words_of_the_mail(desk: Desk, tmp_path: Path) -> None:
    desk.replies.mkdir(exist_ok=True)
    path = returned(desk, tmp_path)
    mail = desk.mail(path, f"李四 <{ADDRESS['研发部']}>", name="信.eml")
    for order in ((mail, path), (path, mail)):
        (reply,) = desk.collect(*order, dry_run=True).matched.replies
        assert [one.words for one in reply.remarks] == ["见附件"]
    mail.unlink()
