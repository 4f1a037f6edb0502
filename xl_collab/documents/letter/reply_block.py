"""The lines in a letter that can be filled in and sent back, for whoever would rather not open a file.

One line a row, which survives quoting; `exchange/mail/answers` finds them again by ID and labels.
"""

from __future__ import annotations

from xl_collab.documents.letter.content import Letter
from xl_collab.documents.open_items import OwnTask
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import Lang, t

TITLE = t("也可以直接在邮件里回复", "Or answer in the mail itself")
HOW = t(
    "点“回复”，在冒号后面填写，只填有变化的；编号和竖线请保留，不必附文件。",
    "Press Reply and write behind the colons, only what changed. Leave IDs and bars as they are; no file is "
    "needed.",
)
BAR = "｜"
_LED = ("status", "percent", "forecast", "actual", "situation")
_SUPPORTED = ("support_feedback",)
_MOST = 30


def reply_lines(letter: Letter, lang: Lang) -> tuple[str, ...]:
    """A line for each unfinished row of the department; () for letters to everybody."""
    if not letter.department or letter.kind not in ("request", "reminder"):
        return ()
    return tuple(_line(task, lang) for task in letter.tasks if task.open and task.id)[:_MOST]


def _line(task: OwnTask, lang: Lang) -> str:
    colon = "：" if lang == "zh" else ": "
    names = _SUPPORTED if task.role == "support" else _LED
    fields = (f"{TRACKER.column(name).label.of(lang)}{colon}" for name in names)
    return BAR.join((task.id, *fields))
