"""The plan of 25 tasks played from minutes to the review, as the coordinator and the departments do it.

minutes → a slip → adjust → approval → notice → the work goes on → acceptance → review: commands at the
command line, and what people type in between. What became of it is on `Story`; what it should be stands in
the test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from decision_plan import DAYS, PLAN, ends, named, said, workbook

from xl_collab.hosts.file import FileHost
from xl_collab.hosts.printing import alone
from xl_collab.project.edits import AppendRows, Edit, SetColumn, SetField
from xl_collab.schema.words import ACCEPTANCE, CHANGE_STATUS, Lang, t
from xl_collab.ui.cli import main

SLIP = {"T005": 4}
"""研发部 promises its prototype four working days late."""
OVER = DAYS[35]
"""The day of the review: everything is done, the last task on DAYS[34]."""

HOOD = t("灯头改用防眩罩", "An anti-glare hood")
GLARE = t("客户反馈眩光", "Customers reported glare")
SAMPLES = t("光学件加做一轮打样", "One more round of optical samples")
NOISE = t("驱动电源有轻微啸叫", "The driver hums a little")
"""What people write."""


@dataclass
class Story:
    """One workbook on its way, and what was sent from it: kind of letter → files."""

    path: Path
    lang: Lang
    sent: dict[str, list[Path]] = field(default_factory=dict)

    def do(self, command: str, *args: object) -> None:
        with pytest.raises(SystemExit) as ended:
            main([command, str(self.path), *map(str, args)])
        assert not ended.value.code, (command, args)

    def send(self, kind: str, *args: object) -> None:
        folder = self.path.parent / "letters" / kind
        self.do("send", "--kind", kind, "--draft", folder, *args)
        self.sent[kind] = sorted(folder.glob("*.eml"))

    def type(self, sheet: str, columns: Mapping[str, Mapping[str, object]], *more: Edit) -> None:
        """Type into columns: ID of a row → what stands there afterwards."""
        table = FileHost(self.path).read().tables[sheet]
        row_of = dict(zip(table.texts("id").tolist(), table.rows.tolist(), strict=True))
        edits = [
            SetColumn(sheet, column, np.array([row_of[name] for name in values]), list(values.values()))
            for column, values in columns.items()
        ]
        FileHost(self.path).apply([*edits, *more])


def play(folder: Path, lang: Lang) -> Story:
    """The whole way; the workbook has every document then."""
    path = folder / "plan.xlsx"
    path.write_bytes(workbook(lang, late={}))
    story = Story(path, lang)
    for act in (_minutes, _slip, _approval, _notice, _work, _acceptance):
        act(story)
    story.do("review")
    return story


def _minutes(story: Story) -> None:
    story.do("minutes", "--issue")
    story.send("minutes")


def _slip(story: Story) -> None:
    """A change of the request costs the prototype four days, and 研发部 says so."""
    asked: dict[str, object] = {
        "id": "B001",
        "change": HOOD.of(story.lang),
        "raised_by": named("sales", story.lang),
    }
    asked |= {"raised_on": DAYS[9], "reason": GLARE.of(story.lang), "task_id": "T005", "days": 4}
    asked |= {"measures": SAMPLES.of(story.lang), "status": CHANGE_STATUS.label("approved", story.lang)}
    promised = {name: DAYS[PLAN[name].last + by] for name, by in SLIP.items()}
    request = AppendRows("changes", (asked | {"approved_on": DAYS[10]},))
    story.type("tracker", {"forecast": promised}, request)
    story.do("adjust")


def _approval(story: Story) -> None:
    story.send("approval", "--about", "C001")
    says = t("批准", "approved").of(story.lang)
    story.do("answer", "C001", "--from", "superior", "--says", says, "--on", DAYS[11])


def _notice(story: Story) -> None:
    story.send("notice", "--about", "C001")


def _work(story: Story) -> None:
    """Weeks later everything is done, on the day that follows from the slip."""
    done = dict.fromkeys(PLAN, said("done", story.lang))
    actual = {name: DAYS[day] for name, day in ends(SLIP).items()}
    story.type("tracker", {"status": done, "actual": actual}, SetField("settings", "data_date", OVER))


def _acceptance(story: Story) -> None:
    """T005 is accepted on conditions and signed by both sides."""
    story.do("accept", "T005")
    result = ACCEPTANCE.label("conditional", story.lang)
    typed: dict[str, object] = {
        "result": result,
        "remaining": NOISE.of(story.lang),
        "remaining_due": DAYS[38],
    }
    typed |= {"provider": f"{named('rd', story.lang)}*", "receiver": f"{named('qa', story.lang)}*"}
    typed |= {"signed_on": DAYS[16], "remaining_due": DAYS[38]}
    story.type("acceptance", {column: {"Y001": value} for column, value in typed.items()})
    story.do("accept", "T005")


KINDS = ("minutes", "adjustment", "acceptance", "review")


def paper(story: Story, soffice: Callable[..., None]) -> dict[str, Path]:
    """Each document as a PDF, as `render --kind` prints it, out of one start of LibreOffice."""
    newest = {one.kind: one.tab for one in FileHost(story.path).read().generated}
    copies = {}
    for kind in KINDS:
        folder = story.path.parent / kind / "paper"
        folder.mkdir(parents=True)
        copies[kind] = alone(story.path, newest[kind], folder).rename(folder / f"{kind}.xlsx")
    out = story.path.parent / "pdf"
    soffice("--convert-to", "pdf", "--outdir", out, *copies.values())
    return {kind: out / f"{kind}.pdf" for kind in copies}
