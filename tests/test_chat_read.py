"""A group chat, pasted or saved, becomes 每日同步 and proposals: shown first, written when told to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from collect_desk import SHIPPED
from conftest import Ran
from hypothesis import given, settings, strategies as st

from xl_collab.errors import UsageError
from xl_collab.exchange.chat.hearing import decoded, hear
from xl_collab.exchange.chat.transcripts import Utterance, read_transcript
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.reading import read_book
from xl_collab.merge.chatted import chatted
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out
from xl_collab.project.edits import SetColumn
from xl_collab.project.tables import Table

DAY = date(2023, 11, 13)
PEOPLE = {
    "研发部": ("李四、韩梅", "138 0013 8000"),
    "市场部": ("张伟", "13900139000"),
    "生产部": ("王芳", ""),
}
PROBLEM = "问题：T003 供应商未回签；需协调资源：请财务先核价"
"""今日进展 must not stay empty: it holds the words as they came."""
WECOM = """李四 2023-11-13 09:15:22
T005 完成率70%，散热片已到
王芳@微信 2023-11-13 09:16:05
问题：T003 供应商未回签
需协调资源：请财务先核价
路人甲 2023-11-13 09:20:00
T004 完成
李四 2023-11-13 09:30:01
收到
"""


@pytest.fixture
def master(tmp_path: Path) -> Path:
    """The sample with names and mobile numbers in 通讯录."""
    path = Path(shutil.copy(SHIPPED, tmp_path / "跟踪表.xlsm"))
    FileHost(path).apply(named(FileHost(path).read().tables["contacts"]), "test")
    return path


def named(table: Table) -> list[SetColumn]:
    """Names and numbers into 通讯录."""
    names = table.texts("department").tolist()
    edits = []
    for at, column in enumerate(("contact", "phone")):
        rows = [int(table.rows[names.index(name)]) for name in PEOPLE]
        values = [PEOPLE[name][at] for name in PEOPLE]
        edits.append(
            SetColumn(
                "contacts",
                column,
                np.array(sorted(rows)),
                [v for _, v in sorted(zip(rows, values, strict=True))],
            )
        )
    return edits


class Room:
    """What a coordinator does with a chat."""

    def __init__(self, cli: Callable[..., Ran], master: Path) -> None:
        self.cli, self.master = cli, master

    def read(self, text: str | bytes, *more: str, code: int = 0) -> str:
        path = self.master.with_name("群聊.txt")
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        ran = self.cli("chat", "read", self.master, path, *more)
        assert ran.code == code, (ran.out, ran.err)
        return ran.out + ran.err

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """每日同步 beyond what the sample has."""
        names = ("date", "department", "reporter", "task_id", "progress", "problem", "help")
        found = FileHost(self.master).read().tables["sync"].records()
        day = [r for r in found if r["date"] and str(r["date"])[:10] >= "2023-11-13" and r["reporter"]]
        return [(str(r["date"])[:10], *(r[name] for name in names[1:])) for r in day]

    def value(self, row: str, column: str) -> object:
        table = FileHost(self.master).read().tables["tracker"]
        return table.raw(column)[table.texts("id").tolist().index(row)]


@pytest.fixture
def room(cli: Callable[..., Ran], master: Path) -> Room:
    return Room(cli, master)


# the whole way


def test_a_chat_is_shown_before_anything_is_written(room: Room) -> None:
    before = room.master.read_bytes()
    told = room.read(WECOM, code=1)
    assert room.master.read_bytes() == before
    assert "研发部" in told and "T005 完成率70%，散热片已到" in told and "T005:percent" in told
    assert "路人甲" in told and "T004 完成" in told, "an unknown speaker is told with the words"
    assert "--yes" in told and "--accept" in told


def test_rows_and_a_proposal_are_written_and_undone(room: Room) -> None:
    before, rows = room.master.read_bytes(), room.rows
    room.read(WECOM, "--yes", "--accept", "T005:percent", code=1)
    assert room.value("T005", "percent") == 0.7
    assert room.rows[len(rows) :] == [
        ("2023-11-13", "研发部", "李四", "T005", "T005 完成率70%，散热片已到", None, None),
        ("2023-11-13", "生产部", "王芳", "T003", PROBLEM, "T003 供应商未回签", "请财务先核价"),
    ]
    assert room.value("T004", "status") != "已完成"
    assert room.cli("undo", room.master).code == 0
    assert room.rows == rows and room.value("T005", "percent") != 0.7
    assert len(before) > 0


def test_the_same_chat_again_with_more_lines_brings_only_the_new_ones(room: Room) -> None:
    room.read(WECOM, "--yes", "--accept", "all", code=1)
    rows, book = room.rows, room.master.read_bytes()
    room.read(WECOM, "--yes", "--accept", "all", code=1)
    assert room.master.read_bytes() == book
    more = WECOM + "李四 2023-11-13 17:40:00\nT005 样机已装好\n"
    told = room.read(more, "--yes", "--accept", "all", code=1)
    assert len(room.rows) == len(rows), "one row a day, department and task"
    assert room.rows[-2][4] == "T005 完成率70%，散热片已到；T005 样机已装好"
    assert "已读过" in told
    room.cli("undo", room.master)
    edited = FileHost(room.master).read().tables["sync"]
    at = edited.texts("progress").tolist().index("T005 完成率70%，散热片已到")
    FileHost(room.master).apply(
        [SetColumn("sync", "progress", edited.rows[np.array([at])], ["散热片到了"])], "t"
    )
    room.read(more, "--yes", code=1)
    assert room.rows[-2][4] == "散热片到了；T005 样机已装好", "what somebody shortened is not brought back"


def test_what_was_declined_or_taken_never_comes_again(room: Room) -> None:
    said = "李四 2023-11-13 09:15\nT005 完成率70%\n李四 2023-11-13 18:00\nT004 完成率65%\n"
    room.read(said, "--accept", "T005", "--reject", "T004")
    assert room.value("T005", "percent") == 0.7
    assert "T004:percent" not in room.read(said) and "T005:percent" not in room.read(said)
    assert room.read(said + "韩梅 2023-11-14 09:00\nT005 完成率80%\n").count("T005:percent") >= 1


def test_of_one_cell_the_later_words_count_and_others_rows_need_a_name(room: Room) -> None:
    said = (
        "李四 2023-11-13 09:15\nT005 完成率70%\n李四 2023-11-13 18:00\nT005 完成率75%\n"
        "张伟 2023-11-13 18:05\nT004 完成率99%\n李四 2023-11-13 18:06\nT001 完成率10%，不对，不是我们的？\n"
    )
    room.read(said, "--accept", "all")
    assert room.value("T005", "percent") == 0.75
    assert room.value("T004", "percent") != 0.99, "`all` leaves rows alone that the speaker does not lead"
    room.read(said, "--accept", "T004:percent")
    assert room.value("T004", "percent") == 0.99


def test_json_and_a_wrong_name(room: Room) -> None:
    found = json.loads(room.read(WECOM, "--json", code=1))
    assert [(r["department"], r["task_id"]) for r in found["rows"]] == [
        ("研发部", "T005"),
        ("生产部", "T003"),
    ]
    (proposal,) = found["proposals"]
    assert (proposal["id"], proposal["new"], proposal["quote"]) == (
        "T005:percent",
        0.7,
        "T005 完成率70%，散热片已到",
    )
    assert [one["speaker"] for one in found["unknown"]] == ["路人甲"]
    assert "T099" in room.read(WECOM, "--accept", "T099", code=2)


def test_an_empty_or_strange_file_is_said(room: Room) -> None:
    assert "没有读出" in room.read("今天天气不错\n大家好\n", code=1)
    assert room.cli("chat", "read", room.master, room.master.with_name("无.txt")).code == 2


# formats


FORMATS = {
    "企业微信": "李四 2023-11-13 09:15:22\nT005 完成率70%\n\n王芳 2023-11-13 09:16:00\nT003 在谈\n",
    "企业微信 11/13": "李四 11/13 09:15:22\nT005 完成率70%\n王芳 11/13 09:16:00\nT003 在谈\n",
    "钉钉": "李四(李工) 11-13 09:15\nT005 完成率70%\n王芳 11-13 09:16\nT003 在谈\n",
    "飞书": "李四 11月13日 09:15\nT005 完成率70%\n王芳 11月13日 09:16\nT003 在谈\n",
    "飞书 en": "李四 Nov 13, 9:15 AM\nT005 完成率70%\n王芳 Nov 13, 9:16 AM\nT003 在谈\n",
    "微信": "李四：T005 完成率70%\n王芳：T003 在谈\n",
    "微信 半角": "李四: T005 完成率70%\n王芳: T003 在谈\n",
    "微信 换行": "李四:\nT005 完成率70%\n\n王芳:\nT003 在谈\n",
    "微信 合并转发": "————— 2023-11-13 —————\n\n李四  09:15\n\nT005 完成率70%\n\n王芳  09:16\n\nT003 在谈\n",
    "QQ": "2023-11-13 9:15:22 李四(10001)\nT005 完成率70%\n2023-11-13 9:16:00 王芳(10002)\nT003 在谈\n",
    "日期标题": "2023年11月13日 星期一\n李四 上午9:15\nT005 完成率70%\n王芳 上午9:16\nT003 在谈\n",
    "部门名片": "研发部-李四 2023-11-13 09:15\nT005 完成率70%\n生产部王芳 2023-11-13 09:16\nT003 在谈\n",
    "手机号": "13800138000 2023-11-13 09:15\nT005 完成率70%\n王芳 2023-11-13 09:16\nT003 在谈\n",
}


@pytest.fixture(scope="module")
def project() -> Project:
    """The sample with those people in 通讯录, in memory."""
    plain = Project(read_book(SHIPPED), DAY)
    return carried_out(plain, named(plain.book.tables["contacts"]))


@pytest.mark.parametrize("name", FORMATS)
def test_every_copy_format(name: str, project: Project) -> None:
    heard = hear(project, FORMATS[name], DAY)
    found = chatted(project, heard.lines).data
    assert [(str(r.day), r.department, r.task_id, r.texts) for r in found.rows] == [
        ("2023-11-13", "研发部", "T005", {"progress": "T005 完成率70%"}),
        ("2023-11-13", "生产部", "T003", {"progress": "T003 在谈"}),
    ]
    assert [one.id for one in found.proposals] == ["T005:percent"]
    assert heard.unknown == [] and heard.unread == []


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "gb18030"])
def test_codings(coding: str) -> None:
    assert decoded(FORMATS["企业微信"].encode(coding), "群聊.txt") == FORMATS["企业微信"]
    with pytest.raises(UsageError):
        decoded(SHIPPED.read_bytes(), "群聊.txt")


def test_quotes_of_others_are_nobodys_word_here() -> None:
    text = "李四 09:15\n「王芳：T003 完成了吗」\n- - - - - - - - - - - - - - -\n还没有\n"
    (one,) = read_transcript(text, DAY, lambda name: name in ("李四", "王芳"))
    assert (one.speaker, one.lines) == ("李四", ("还没有",))


def test_a_forwarded_word_is_of_who_said_it() -> None:
    text = "李四 2023-11-13 09:15\n转一下\n王芳：T003 完成\n李四 2023-11-13 09:20\n好\n"
    found = read_transcript(text, DAY, lambda name: name in ("李四", "王芳"))
    assert [(one.speaker, one.lines) for one in found] == [
        ("李四", ("转一下",)),
        ("王芳", ("T003 完成",)),
        ("李四", ("好",)),
    ]


def test_an_unknown_name_in_a_chat_without_times_takes_its_words_along() -> None:
    text = "李四：T005 完成率70%\n赵六：T004 完成\n李四：问题：缺料\n"
    found = read_transcript(text, DAY, lambda name: name == "李四")
    assert [(one.speaker, one.lines) for one in found] == [
        ("李四", ("T005 完成率70%",)),
        ("赵六", ("T004 完成",)),
        ("李四", ("问题：缺料",)),
    ]


NAMES = st.sampled_from(["李四", "王芳", "张伟"])
WORDS = st.sampled_from(
    ["T005 完成率70%", "问题：缺料", "好的", "见 http://a.b:80/x", "10:30 开会", "明天见", "A：B"]
)
HEADS: dict[str, Callable[[str], str]] = {
    "wecom": lambda name: f"{name} 2023-11-13 09:15:22",
    "ding": lambda name: f"{name} 11-13 09:15",
    "wechat": lambda name: f"{name}:",
    "forwarded": lambda name: f"{name}  09:15\n",
}


@given(
    st.sampled_from(list(HEADS)),
    st.lists(st.tuples(NAMES, st.lists(WORDS, min_size=1, max_size=3)), min_size=1),
)
@settings(max_examples=200, deadline=None)
def test_nobodys_words_become_anothers(style: str, said: list[tuple[str, list[str]]]) -> None:
    if style == "wechat":  # there 名字：文本 is how somebody begins
        said = [(name, [line for line in lines if line != "A：B"]) for name, lines in said]
    text = "\n".join(line for name, lines in said for line in (HEADS[style](name), *lines))
    found = read_transcript(text, DAY, lambda name: name in ("李四", "王芳", "张伟"))
    told = [(one.speaker, line) for one in found for line in one.lines]
    assert told == [(name, line) for name, lines in said for line in lines]
    assert all(isinstance(one, Utterance) and one.day == DAY for one in found)
