"""Drafts of the letters about all projects in a folder that is used again and again.

A run replaces what the run before wrote, as long as nobody changed it; files of others, and drafts that
people worked on, stay as they are, and a new file goes beside them under another name. Which files are ours
stands in RECORD, with what each held. What may not enter: what letters say.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from xl_collab.documents.portfolio.digest import DepartmentDigest
from xl_collab.documents.portfolio.owed_sheet import draw_owed
from xl_collab.errors import UsageError
from xl_collab.exchange.chat.messages import plain
from xl_collab.exchange.mail.letters import (
    Enclosure,
    draft_files,
    file_name,
    make_mail,
    recipient_lists,
)
from xl_collab.exchange.mail.outgoing import Mail
from xl_collab.exchange.mail.recipients import UnsafeLetter
from xl_collab.hosts.atomic import write_atomically
from xl_collab.schema.words import Lang, t

RECORD = ".xl-collab-digest.json"
"""Which files of the folder are ours, with the SHA-256 of what we wrote."""
CHAT_NAME = t("群消息", "chat")


@dataclass(frozen=True)
class DigestRun:
    """What became of the letters.

    written  files of this run
    refused  departments whose letter could not be addressed, and why; their chat text is there all the same
    kept     files of the run before that somebody changed; they stay
    """

    written: tuple[Path, ...]
    letters: int
    refused: tuple[tuple[str, UnsafeLetter], ...]
    kept: tuple[Path, ...]


def write_digests(
    found: Sequence[DepartmentDigest],
    folder: Path,
    lang: Lang,
    *,
    stamp: dt.datetime,
    sender: str = "",
    allowed: Sequence[str] = (),
) -> DigestRun:
    """Write a draft and a chat text for each department into `folder`.

    stamp    when calendar entries were made (aware)
    allowed  domains to which letters may go
    UsageError where `folder` is a file, CannotWrite where the disk refuses.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} 不是文件夹", f"{folder} is no folder")
    box = _Box(folder)
    refused: list[tuple[str, UnsafeLetter]] = []
    mails: list[tuple[str, Mail]] = []
    files: dict[str, bytes] = {}
    for one in found:
        name = box.free(_named(one.label), files)
        files[f"{name}/{CHAT_NAME.of(lang)}.txt"] = plain(one.chat).encode("utf-8")
        try:
            mail = make_mail(one.letter, _enclosed(one, lang), lang, stamp=stamp, allowed=allowed)
            files |= dict(draft_files(name, mail, lang, sender))
            mails.append((name, mail))
        except UnsafeLetter as error:
            refused.append((one.label, error))
    lists = recipient_lists([mail for _, mail in mails], [name for name, _ in mails], lang)
    files |= {box.beside(path): data for path, data in lists.items()}
    written, kept = box.write(files)
    return DigestRun(written, len(mails), tuple(refused), kept)


def _named(label: str) -> str:
    try:
        return file_name(label)
    except UnsafeLetter:  # control characters in a name: its letter is refused, its text gets a plain name
        return file_name("".join(sign if sign.isprintable() else "_" for sign in label)[:80])


def _enclosed(one: DepartmentDigest, lang: Lang) -> Enclosure | None:
    """A list of everything where the letter does not show all."""
    return Enclosure("digest", draw_owed(one.whole, lang)) if one.letter.left_out else None


class _Box:
    """The folder: what in it is ours and as we wrote it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ours = dict(_recorded(folder))

    def free(self, name: str, files: Mapping[str, bytes]) -> str:
        """The name, or name-2, name-3 …: one under which nobody else's file stands, in this run neither."""
        taken = {path.partition("/")[0].removesuffix(".eml").casefold() for path in files}
        n, found = 1, name
        while found.casefold() in taken or not self._usable(found):
            n += 1
            found = f"{name}-{n}"
        return found

    def _usable(self, name: str) -> bool:
        draft, beside = self.folder / f"{name}.eml", self.folder / name
        if not self._mine(f"{name}.eml") and _there(draft):
            return False
        if not _there(beside):
            return True
        inside = [f"{name}/{one.name}" for one in beside.iterdir()] if _plain_folder(beside) else [name]
        return all(map(self._mine, inside))

    def beside(self, path: str) -> str:
        """The path of a single file, or another name where somebody else's stands there."""
        stem, dot, ending = path.rpartition(".")
        n, found = 1, path
        while _there(self.folder / found) and not self._mine(found):
            n += 1
            found = f"{stem}-{n}{dot}{ending}"
        return found

    def _mine(self, path: str) -> bool:
        """Whether a file is ours and nobody changed it."""
        file = self.folder / path
        if path not in self.ours or file.is_symlink() or not file.is_file():
            return False
        return hashlib.sha256(file.read_bytes()).hexdigest() == self.ours[path]

    def write(self, files: Mapping[str, bytes]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
        """Write the files, take away those of the run before; what was written, and what was kept."""
        new = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
        old = [path for path in self.ours if path not in new]
        # Noted before they are there: whatever is killed in between, no file of ours becomes a stranger.
        self._record({**self.ours, **new})
        for path, data in files.items():
            _write(self.folder / path, data)
        kept = []
        for path in old:
            if self._mine(path):
                (self.folder / path).unlink()
                _drop_empty((self.folder / path).parent, self.folder)
            elif _there(self.folder / path):
                kept.append(self.folder / path)
        self._record(new)
        return tuple(self.folder / path for path in files), tuple(kept)

    def _record(self, held: Mapping[str, str]) -> None:
        text = json.dumps({"files": held}, ensure_ascii=False, indent=1, sort_keys=True)
        _write(self.folder / RECORD, text.encode("utf-8"))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, data)


def _there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _drop_empty(path: Path, top: Path) -> None:
    if path != top:
        with contextlib.suppress(OSError):  # something of somebody's is in it
            path.rmdir()


def _recorded(folder: Path) -> Iterator[tuple[str, str]]:
    """The files that the record names; none where it cannot be read, and none outside the folder."""
    try:
        held = json.loads((folder / RECORD).read_text(encoding="utf-8"))["files"]
        pairs = [(str(path), str(digest)) for path, digest in held.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    for path, digest in pairs:
        parts = PurePosixPath(path).parts
        inside = 0 < len(parts) <= 2 and not {"..", "/", "."} & set(parts)
        if inside and "\\" not in path and ":" not in path and not (folder / parts[0]).is_symlink():
            yield path, digest
