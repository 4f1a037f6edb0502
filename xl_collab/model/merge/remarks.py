"""What a person wrote in a reply where no known cell is: notes, shapes, other sheets, the mail's text.

A remark is told with its place and its words and never merged. What may not enter: how remarks are found.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Remark"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Words that a person wrote in a reply where no known cell is: told, never merged.

    kind    note, thread (a threaded comment), shape (text boxes, chart titles, pictures), sheet (one of the
            person's own), beside (around a table), page (for reading), header (and footer), mail
    place   for people: 跟踪表!F7, 我的任务 文本框（D5）, 邮件正文
    words   as written
    author  as the file or the mail names the person; '' when it does not
    counts  False: kept and shown, but nothing is left to read in it (greeting, set phrase, signature)
    """

    kind: str
    place: str
    words: str
    author: str = ""
    counts: bool = True
