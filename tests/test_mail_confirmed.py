"""Answers to minutes, changes, approvals and enquiries that come back as mails, put on record."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import openpyxl
import pytest
from conftest import Ran
from decision_plan import mail, workbook
from sending import parsed

from xl_collab.exchange.mail.confirmations import Heard, read_answer
from xl_collab.hosts.file import FileHost

TUESDAY = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
MINUTES, CHANGE, APPROVAL, ENQUIRY = "minutes", "change", "approval", "enquiry"


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return workbook("zh", late={"T005": 4})


class Office:
    """A coordinator who sends letters as drafts and collects what is answered."""

    def __init__(self, cli: Callable[..., Ran], path: Path) -> None:
        self.cli, self.path, self.number = cli, path, 0

    def do(self, command: str, *args: object, code: int = 0) -> str:
        ran = self.cli(command, self.path, *args)
        assert ran.code == code, (command, ran.out, ran.err)
        return ran.out + ran.err

    def send(self, kind: str, *args: object) -> dict[str, EmailMessage]:
        """Letters by their first address."""
        self.number += 1
        folder = self.path.parent / f"letters-{self.number}"
        self.do("send", "--kind", kind, "--draft", folder, *args)
        found = [parsed(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
        return {one["To"].addresses[0].addr_spec: one for one in found}

    def answer(
        self, letter: EmailMessage, sender: str, words: str, *, hours: float = 0, subject: str = ""
    ) -> Path:
        """An answer as people write it: their words, and our letter quoted below."""
        body = letter.get_body(("plain",))
        assert body is not None
        quoted = "\n".join(f"> {line}" for line in str(body.get_content()).splitlines())
        message = EmailMessage()
        message["From"], message["To"] = f"王芳 <{sender}>", "pmo@example.com"
        message["Subject"] = subject or f"回复：{letter['Subject']}"
        message["Date"] = format_datetime(TUESDAY + timedelta(hours=hours))
        message.set_content(f"{words}\n\n在 2026-03-16 17:20，项目办 <pmo@example.com> 写道：\n{quoted}")
        folder = self.path.parent / "replies"
        folder.mkdir(exist_ok=True)
        path = folder / f"{len(list(folder.iterdir())):02}.eml"
        path.write_bytes(message.as_bytes())
        return path

    def collect(self, *paths: object, code: int = 0, more: Sequence[str] = ()) -> str:
        return self.do("collect", *(paths or (self.path.parent / "replies",)), *more, code=code)

    def record(self, sheet: str) -> dict[str, object]:
        return FileHost(self.path).read().tables[sheet].records()[0]

    @property
    def answers(self) -> list[str]:
        return str(self.record("meetings")["answers"] or "").splitlines()


@pytest.fixture
def office(cli: Callable[..., Ran], tmp_path: Path, drawn: bytes, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("XL_COLLAB_MAIL_CONFIG", str(tmp_path / "none.toml"))
    for name in [name for name in os.environ if name.startswith("XL_COLLAB_SMTP")]:
        monkeypatch.delenv(name)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(drawn)
    return Office(cli, path)


def minutes_sent(office: Office) -> EmailMessage:
    office.do("minutes", "--issue")
    (letter,) = office.send("minutes").values()
    return letter


# the whole way


def test_answers_to_minutes_are_put_on_record(office: Office) -> None:
    letter = minutes_sent(office)
    office.answer(letter, mail("rd"), "您好，研发部无异议，谢谢！\n\n王芳\n研发部")
    office.answer(letter, mail("qa"), "收到")
    office.answer(letter, mail("buy"), "有异议：20260316-1 需财务部先核价", hours=1)
    told = office.collect(code=0)
    assert office.answers == [
        "【研发部】2026-03-17 同意：无异议",
        "【采购部】2026-03-17 有异议：20260316-1 需财务部先核价",
        "【质量部】2026-03-17 收到",
    ]
    assert "研发部：同意 → 例会记录 H001" in told and "采购部：有异议" in told
    before = office.path.read_bytes()
    office.collect()
    assert office.path.read_bytes() == before, "the same mails once more change nothing"
    office.do("undo")
    assert office.answers == []
    office.collect()
    assert len(office.answers) == 3, "after undo the mails count again"


def test_the_latest_word_of_a_department_wins_and_the_earlier_one_is_told(office: Office) -> None:
    letter = minutes_sent(office)
    later = office.answer(letter, mail("rd"), "同意", hours=5)
    first = office.answer(letter, mail("rd"), "有异议，T005 排不开", hours=1)
    told = office.collect(code=1)
    assert office.answers == ["【研发部】2026-03-17 同意"]
    assert "T005 排不开" in told and "较早" in told
    last = office.answer(letter, mail("rd"), "有异议：测试台被占用", hours=30)
    office.collect(last)
    assert office.answers == ["【研发部】2026-03-18 有异议：测试台被占用；2026-03-17 同意"]
    assert first != later


def test_an_earlier_mail_that_comes_late_changes_nothing(office: Office) -> None:
    letter = minutes_sent(office)
    office.collect(office.answer(letter, mail("rd"), "同意", hours=5))
    told = office.collect(office.answer(letter, mail("rd"), "有异议：缺人", hours=1), code=1)
    assert office.answers == ["【研发部】2026-03-17 同意"]
    assert "缺人" in told and "较早" in told
    by_hand = ("answer", "H001", "--from", "质量部", "--says", "有异议", "--on", "2026-03-20")
    office.do(*by_hand)
    office.collect(office.answer(letter, mail("qa"), "同意", hours=2), code=1)
    assert "【质量部】2026-03-20 有异议" in office.answers


def test_both_or_neither_is_told_and_not_guessed(office: Office) -> None:
    letter = minutes_sent(office)
    office.answer(letter, mail("rd"), "原则同意，但 T005 的日期要改到月底")
    office.answer(letter, mail("qa"), "同意吗？我再问问")
    told = office.collect(code=1)
    assert office.answers == []
    assert told.count("没有登记") == 2
    assert "原则同意，但 T005 的日期要改到月底" in told


def test_only_the_department_itself_answers(office: Office) -> None:
    letter = minutes_sent(office)
    path = office.answer(letter, "stranger@example.com", "同意")
    told = office.collect(path, code=1)
    assert office.answers == [] and "stranger@example.com" in told and "通讯录" in told
    office.answer(letter, mail("rd"), "财务部同意")
    office.collect(code=1)
    assert office.answers == []
    strange = office.answer(letter, mail("qa"), "同意", subject="回复：另一封信")
    office.collect(strange, code=1)
    assert office.answers == []


def test_approval_and_notice(office: Office) -> None:
    office.do("adjust")
    (asked,) = office.send("approval", "--about", "C001").values()
    told = office.collect(office.answer(asked, mail("rd"), "批准"), code=1)
    assert office.record("adjustments")["approved_on"] is None and "superior" not in told
    office.collect(office.answer(asked, "boss@example.com", "同意顺延。", hours=1))
    found = office.record("adjustments")
    assert (found["status"], found["approved_by"], str(found["approved_on"])[:10]) == (
        "通过",
        "总经理",
        "2026-03-17",
    )
    office.collect(office.answer(asked, "boss@example.com", "退回：再想想", hours=9), code=1)
    assert office.record("adjustments")["status"] == "通过", "what was decided is not turned round by a mail"
    notices = office.send("notice", "--about", "C001")
    office.collect(office.answer(notices[mail("qa")], mail("qa"), "有异议：T006 需 3 天", hours=20))
    assert office.record("adjustments")["answers"] == "【质量部】2026-03-18 有异议：T006 需 3 天"
    office.collect(office.answer(notices[mail("buy")], mail("buy"), "收到", hours=20), code=1)
    assert "采购部" not in str(office.record("adjustments")["answers"]), "a new date is not agreed to by 收到"


def test_an_enquiry(office: Office) -> None:
    letters = office.send("enquiry", "--to", "研发部", "--to", "生产部", "--to", "质量部")
    office.answer(letters[mail("rd")], mail("rd"), "可承接")
    office.answer(letters[mail("prod")], mail("prod"), "有条件可行：需增加 2 名操作工")
    office.answer(letters[mail("qa")], mail("qa"), "不可承接，检测设备在大修")
    office.collect()
    rows = {str(r["department"]): r for r in FileHost(office.path).read().tables["enquiries"].records()}
    assert [rows[name]["feasibility"] for name in ("研发部", "生产部", "质量部")] == [
        "可行",
        "有条件可行",
        "不可行",
    ]
    assert rows["生产部"]["capacity"] == "需增加 2 名操作工"
    assert str(rows["质量部"]["answered_on"])[:10] == "2026-03-17"


def test_an_enquiry_is_answered_in_its_table(office: Office) -> None:
    letters = office.send("enquiry", "--to", "研发部", "--to", "生产部", "--to", "质量部")

    def filled(name: str, old: str, new: str, words: str = "请见下表") -> None:
        letter = letters[mail(name)]
        body = letter.get_body(("plain",))
        assert body is not None
        text = str(body.get_content())
        assert old in text
        body.set_content(text.replace(old, new))
        office.answer(letter, mail(name), words)

    filled("rd", "□有条件可行", "☑有条件可行")
    filled("prod", "□可行 □有条件可行", "√可行 √有条件可行")
    filled("qa", "□不可行", "■不可行", "可承接")
    told = office.collect(code=1)
    rows = {str(r["department"]): r for r in FileHost(office.path).read().tables["enquiries"].records()}
    assert [rows[name]["feasibility"] for name in ("研发部", "生产部", "质量部")] == [
        "有条件可行",
        None,
        None,
    ]
    assert told.count("没有登记") == 2


def test_dry_run_writes_nothing_and_json_says_it_all(office: Office) -> None:
    letter = minutes_sent(office)
    office.answer(letter, mail("rd"), "同意")
    before = office.path.read_bytes()
    told = office.collect(more=["--dry-run"])
    assert office.path.read_bytes() == before and "研发部：同意" in told
    (found,) = json.loads(office.collect(more=["--json"]))["answers"]
    assert (found["department"], found["answer"], found["about"], found["state"]) == (
        "研发部",
        "agreed",
        "H001",
        "recorded",
    )


def test_silence_counts_after_the_day_and_is_said(office: Office) -> None:
    """Neither the register nor the minutes hold an answer that nobody gave."""
    letter = minutes_sent(office)
    office.collect(office.answer(letter, mail("rd"), "同意"))
    office.do("run", "--set-date", "2026-03-23")
    assert office.record("meetings")["confirmation"] == "期限已过，未答复视为确认"
    assert office.answers == ["【研发部】2026-03-17 同意"]
    office.do("minutes")
    sheet = openpyxl.load_workbook(office.path)["纪要-20260323"]
    text = "\n".join(str(cell.value) for row in sheet for cell in row if cell.value)
    assert "2026-03-16 例会纪要（异议期限 2026-03-19）的答复：研发部 同意。" in text
    line = next(line for line in text.splitlines() if "视为确认" in line)
    assert "市场部" in line.partition("视为确认")[2] and "研发部" not in line


# what words say


AGREED = Heard("agreed")


@pytest.mark.parametrize(
    ("asks", "text", "code", "words"),
    [
        (MINUTES, "同意", "agreed", ""),
        (MINUTES, "同意！", "agreed", ""),
        (MINUTES, "各位领导好：\n研发部对本次会议纪要无异议。\n谢谢", "agreed", "无异议"),
        (MINUTES, "没有不同意见", "agreed", "没有不同意见"),
        (MINUTES, "No objections.\n\nBest regards,\nWang Fang", "agreed", "No objections"),
        (MINUTES, "收到，谢谢", "received", ""),
        (MINUTES, "已阅", "received", "已阅"),
        (MINUTES, "收到，无异议", "agreed", "无异议"),
        (MINUTES, "我部有异议：D003 太早", "objected", "D003 太早"),
        (MINUTES, "不同意 20260316-1", "objected", "20260316-1"),
        (MINUTES, "对 A001 的期限有异议，需到月底", "objected", "对 A001 的期限有异议，需到月底"),
        (MINUTES, "Objected: the date of A001", "objected", "the date of A001"),
        (MINUTES, "如无异议，请签发", "unclear", ""),
        (MINUTES, "若有异议我再说", "unclear", ""),
        (MINUTES, "有异议吗？", "unclear", ""),
        (MINUTES, "同意，但 A001 改到月底", "unclear", ""),
        (MINUTES, "同意。A001 的日期要改", "unclear", ""),
        (MINUTES, "同意，请继续推进", "agreed", "请继续推进"),
        (MINUTES, "同意。还在和生产部讨论人手", "unclear", ""),
        (MINUTES, "财务部同意，我部有异议", "unclear", ""),
        (MINUTES, "有异议的部分已当面谈过，现同意", "unclear", ""),
        (MINUTES, "不同意见已经没有了", "unclear", ""),
        (MINUTES, "下周给您", "", ""),
        (MINUTES, "谢谢", "", ""),
        (MINUTES, "批准", "unclear", ""),
        (CHANGE, "同意按新日期完成", "agreed", ""),
        (CHANGE, "收到", "", ""),
        (APPROVAL, "批准。", "approved", ""),
        (APPROVAL, "同意", "approved", ""),
        (APPROVAL, "退回：预算再核", "rejected", "预算再核"),
        (APPROVAL, "不同意，先补预算", "rejected", "先补预算"),
        (APPROVAL, "有条件同意", "unclear", ""),
        (APPROVAL, "收到", "", ""),
        (APPROVAL, "请法务部先看，再批准", "unclear", ""),
        (ENQUIRY, "可行", "feasible", ""),
        (ENQUIRY, "有条件承接：3 月后才有人", "conditional", "3 月后才有人"),
        (ENQUIRY, "无法承接", "infeasible", ""),
        (ENQUIRY, "可行？", "unclear", ""),
        (ENQUIRY, "可承接，但要加人", "unclear", ""),
    ],
)
def test_words(asks: str, text: str, code: str, words: str) -> None:
    heard = read_answer(text, asks, ("研发部", "王芳"))
    assert heard.code == code
    assert code in ("", "unclear") or words in (heard.words or heard.quoted)


# never an answer that the text does not give


GIVES = {
    "agreed": ["同意", "无异议", "没有异议", "我部同意", "研发部无异议", "agreed", "no objection"],
    "objected": ["有异议：日期太早", "我部有异议", "不同意", "不同意 D003", "we object: too early"],
    "received": ["收到", "已收到", "收悉", "知悉"],
}
GIVES_NONE = [
    "如有异议请说",
    "是否同意",
    "请确认",
    "还在讨论",
    "财务部同意",
    "领导同意后再回",
    "同意与否周五定",
    "等无异议了再回复",
    "原则上同意",
    "基本同意",
    "部分同意",
    "暂不同意也不反对",
    "有没有异议要问生产部",
    "不能说有异议",
    "谈不上有异议",
    "并非不同意",
    "A001 改到月底",
    "只同意第一条",
    "除 A001 外同意",
    "我不认为应当同意",
    "would you agree",
    "I cannot say that I agree",
    "not agreed yet",
    "agreed in principle only",
    "有条件同意",
    "同意的话我会说",
    "不同意见另附",
]
POLITE = ["您好", "谢谢", "辛苦了", "各位同事：大家好", "王芳", "研发部", "祝好", "Best regards"]
JOINTS = ["，", "。", "\n", "；", "！", "\n\n", ", ", ". "]


def mails(count: int, seed: int) -> Iterator[tuple[str, set[str]]]:
    """Texts made of sentences, and what their sentences give; {"?"} where one of them gives less."""
    chance = random.Random(seed)
    for _ in range(count):
        intents = [chance.choice([*GIVES, "none", "polite", "polite"]) for _ in range(chance.randint(1, 4))]
        given: set[str] = set()
        text = ""
        for intent in intents:
            if intent == "polite":
                piece = chance.choice(POLITE)
            elif intent == "none":
                piece = chance.choice(GIVES_NONE)
                given.add("?")
            else:
                piece = chance.choice(GIVES[intent])
                given.add(intent)
            text += piece + chance.choice(JOINTS)
        if chance.random() < 0.1:
            text += "？"
            given.add("?")
        yield text, given


def test_never_an_answer_that_the_text_does_not_give() -> None:
    recorded = 0
    for text, given in mails(8_000, 7):
        code = read_answer(text, MINUTES, ("研发部", "王芳")).code
        if code in ("", "unclear"):
            continue
        recorded += 1
        assert code in given, (text, code)
        if code == "objected":
            assert not given & {"agreed"}, (text, code)
        else:
            assert given - {"received"} <= {code}, (text, code)
    assert recorded > 1_000, "reading nothing at all would be no art"


def test_a_plain_answer_among_polite_words_is_always_read() -> None:
    for text, given in mails(3_000, 11):
        if len(given) == 1 and given <= set(GIVES) and not re.search(r"[：:]|D003|object", text):
            assert read_answer(text, MINUTES, ("研发部", "王芳")).code in given, text
