"""One lock for every writer of a workbook: a small file beside it, held from reading to the rename.

`.NAME.collab-lock` says who holds the workbook. Who finds that its owner is gone (killed, power cut) puts
an heir beside it, `.NAME.collab-lock-TOKEN` named after the record that it inherits from; there can be one
heir of each record, so of several that find the same dead owner one wins. The owner is the last in the row.
Each file comes into being whole, under a name that must not be there yet; this holds on network shares too.
What may not enter: what is done to the workbook, and programs that have it open (`file.refuse_locked`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from xl_collab.errors import FileLocked
from xl_collab.hosts.atomic import explained, is_busy
from xl_collab.hosts.journal import Journal, make_hidden
from xl_collab.hosts.owner import Owner, this_owner
from xl_collab.patterns import lazy
from xl_collab.records import dataclass
from xl_collab.schema.words import Text, t

PATIENCE = 30.0
"""Seconds that a writer waits for another one; a run on a big workbook takes some ten."""

_PAUSE = 0.05
_QUIET = 1.0  # seconds of waiting before it is worth a word
_GRACE = 3.0  # seconds after which a file without a record is one whose writer died over it
_LARGEST = 4096
_TOKEN = lazy("[0-9a-f]{16}")
_UNSEEN = "0" * 16
_LOG = "locks.log"

_WAITING = t("正在等待…{who}正在处理 {name}", "Waiting… {who} is working on {name}")
_INHERITED = t(
    "上一次运行（{who}）没有正常结束，已接管它对 {name} 的锁。",
    "An earlier run ({who}) did not end properly; its lock on {name} was taken over.",
)
_BROKEN = t(
    "已按要求接管 {name} 的锁（原由 {who}），并记入 {log}。",
    "The lock on {name} was taken over as asked (it was held by {who}); this is noted in {log}.",
)
_HERE = t("另一次运行（{who}）正在处理 {name}", "Another run ({who}) is working on {name}")
_ELSEWHERE = t(
    "另一台电脑上的运行（{who}）正在处理 {name}",
    "A run on another computer ({who}) is working on {name}",
)
_CURE = t(
    "。请等它结束后重试；确知它已不在运行时，加 --break-lock 接管。",
    ". Try again when it is done; if you know that it no longer runs, take its lock over with --break-lock.",
)
_LOST = t(
    "对 {name} 的锁已被接管（{who}），没有覆盖它。请重新运行。",
    "The lock on {name} was taken over ({who}); it was not overwritten. Run the command again.",
)
_UNKNOWN = t("未知", "unknown")


class WorkbookBusy(FileLocked):
    """Raised when another writer holds the workbook; `reason` says who, without the cure."""

    def __init__(self, reason: Text, cure: Text = _CURE) -> None:
        self.reason = reason
        super().__init__(reason.zh + cure.zh, reason.en + cure.en)


def _unheard(_: Text) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Hearer:
    """Is told in words what happens.

    waiting  called again and again while another writer is waited for; what it raises ends the waiting
    taken    called once when a lock was taken over, from the dead or by force
    """

    waiting: Callable[[Text], object] = _unheard
    taken: Callable[[Text], object] = _unheard


NOBODY = Hearer()


@contextmanager
def hold(
    path: str | Path, *, wait: float | None = None, break_lock: bool = False, hearer: Hearer = NOBODY
) -> Iterator[None]:
    """Hold the lock of the workbook at `path`; inside another `hold` of this thread nothing more happens.

    wait        seconds, PATIENCE if None, after which WorkbookBusy says who holds it
    break_lock  take it from whoever has it, and note that beside the workbook
    Raises CannotWrite or FileLocked where the folder lets nobody write.
    """
    place = _Place(path)
    taking = _Taking(place, hearer)
    try:
        taking.take(PATIENCE if wait is None else wait, break_lock=break_lock)
        yield
    finally:
        place.release(taking.mine)


def holder(path: str | Path) -> Owner | None:
    """The living owner; None when the lock is free or left behind, or held by this thread."""
    row = _Place(path).row()
    owner = row[-1].owner if row else None
    return None if owner is None or owner.is_me or owner.is_gone else owner


def require(path: str | Path) -> None:
    """WorkbookBusy when the lock that was held is no longer this thread's: somebody has broken it."""
    place = _Place(path)
    row = place.row()
    owner = row[-1].owner if row else None
    if owner is None or not owner.is_me:
        raise WorkbookBusy(place.said(_LOST, owner), Text("", ""))


def taken_over(path: str | Path) -> list[tuple[str, str]]:
    """When the workbook's lock was broken, and from whom by whom, oldest first."""
    with suppress(OSError):
        lines = _log_of(_Place(path).workbook).read_text(encoding="utf-8", errors="replace").splitlines()
        return [(at, what) for at, _, what in (line.partition("\t") for line in lines) if _is_time(at)]
    return []


def _is_time(text: str) -> bool:
    """Whether a line was written whole."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _log_of(workbook: Path) -> Path:
    return Journal(workbook).folder / _LOG


@dataclass(frozen=True, slots=True)
class _Record:
    """What one file says; `owner` is None when it says nothing that can be read."""

    token: str
    owner: Owner | None

    @property
    def bytes(self) -> bytes:
        assert self.owner is not None
        return json.dumps({"token": self.token, **asdict(self.owner)}, ensure_ascii=False).encode()


def _new_record() -> _Record:
    return _Record(os.urandom(8).hex(), this_owner())


class _Place:
    """The files of one workbook's lock; links are followed, as the writers follow them."""

    def __init__(self, path: str | Path) -> None:
        self.workbook = Path(os.path.realpath(path))
        self.first = self.workbook.with_name(f".{self.workbook.name}.collab-lock")

    def heir(self, token: str) -> Path:
        """Where the heir of a record stands."""
        return self.first.with_name(f"{self.first.name}-{token}")

    def row(self) -> list[_Record]:
        """The first owner, its heir, the heir's heir…; [] when the workbook is free."""
        row: list[_Record] = []
        record = _read(self.first)
        while record is not None and record not in row:
            row.append(record)
            record = _read(self.heir(record.token))
        return row

    def begin(self, mine: _Record) -> bool:
        """Take a free workbook; False when somebody else has it, or it cannot be told yet."""
        return self._create(self.first, mine)

    def inherit(self, row: list[_Record], mine: _Record) -> bool:
        """Become the heir of the last in `row`; False when somebody else is, or the row is gone."""
        file = self.heir(row[-1].token)
        if not self._create(file, mine):
            return False
        # The row was read before: its end may have been given back since, and then nobody may inherit.
        if self.row()[: len(row) + 1] == [*row, mine]:
            return True
        _remove(file)
        return False

    def release(self, mine: _Record) -> None:
        """Give the workbook back, if it is still `mine`; the first file goes first, that frees it."""
        if mine.owner is None or not mine.owner.is_me:
            return  # a forked child leaves through its parent's code; the lock is the parent's
        row = self.row()
        if row and row[-1] == mine and _remove(self.first):
            for record in row[:-1]:
                _remove(self.heir(record.token))

    def sweep(self) -> None:
        """Remove what killed writers left. Only the owner may; who is about to enter just tries again."""
        kept = {self.first.name, *(self.heir(record.token).name for record in self.row())}
        with suppress(OSError):
            for entry in os.scandir(self.first.parent):
                end = entry.name.removeprefix(self.first.name)
                if end != entry.name and entry.name not in kept and _TOKEN.fullmatch(end[1:]):
                    _remove(Path(entry.path))

    def said(self, text: Text, owner: Owner | None, **words: str) -> Text:
        """A sentence about an owner of this workbook."""
        who, name = _UNKNOWN if owner is None else owner.shown, self.workbook.name
        return Text(
            text.zh.format(who=who.zh, name=name, **words), text.en.format(who=who.en, name=name, **words)
        )

    def note(self, former: Owner | None, mine: Owner) -> Path:
        """Write down that a lock was broken: when, from whom, by whom."""
        who = _UNKNOWN.zh if former is None else former.shown.zh
        log = _log_of(self.workbook)
        with suppress(OSError):  # the work itself will tell what is wrong with the folder
            make_hidden(log.parent)
            with log.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\t{who} → {mine.shown.zh}\n")
        return log

    def _create(self, file: Path, mine: _Record) -> bool:
        """Make a file with a record in one step; False when there is one, or somebody is in the way."""
        whole = self.first.with_name(f"{self.first.name}+{mine.token}")
        try:
            whole.write_bytes(mine.bytes)
            with suppress(OSError):
                whole.chmod(0o644)  # whoever shares the folder must be able to see whose it is
            # A server's answer may get lost: then our own second try is what failed.
            return _named(whole, file) or _read(file) == mine
        except OSError as error:
            raise explained(self.workbook, error) from error
        finally:
            with suppress(OSError):
                whole.unlink()


def _named(whole: Path, file: Path) -> bool:
    """Give the finished `whole` the name `file`, if nothing has that name."""
    try:
        data = whole.read_bytes()
        if os.name == "nt":
            whole.rename(file)
        else:
            os.link(whole, file)
        return True
    except (FileExistsError, FileNotFoundError):  # taken; or `whole` was swept, and the caller tries again
        return False
    except OSError as error:
        return False if is_busy(error) else _written(file, data)  # a disk that knows no links


def _written(file: Path, data: bytes) -> bool:
    """As `_named` where there are no links: who is killed in here leaves a file without a record."""
    try:
        with file.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        return False
    except OSError as error:
        if is_busy(error):
            return False
        raise
    return True


def _read(file: Path) -> _Record | None:
    """What a file says; None when there is none."""
    try:
        with file.open("rb") as stream:
            data, changed = stream.read(_LARGEST), os.fstat(stream.fileno()).st_mtime_ns
    except FileNotFoundError:
        return None
    except OSError:  # being taken away at the moment (Windows), or not ours to see
        return _Record(_UNSEEN, None)
    try:
        stored = json.loads(data)
        if _TOKEN.fullmatch(stored["token"]):
            return _Record(stored["token"], Owner.read(stored))
    except (ValueError, KeyError, TypeError):
        pass
    return _Record(f"{changed & 0xFFFFFFFFFFFFFFFF:016x}", None)


def _remove(file: Path) -> bool:
    """Remove a file, also while somebody looks at it; False when it stays."""
    until = time.monotonic() + _GRACE
    while True:
        try:
            file.unlink(missing_ok=True)
            return True
        except OSError as error:
            if not is_busy(error) or time.monotonic() > until:
                return False
        time.sleep(_PAUSE)


class _Taking:
    """One attempt to become the owner."""

    def __init__(self, place: _Place, hearer: Hearer) -> None:
        self.place, self.hearer = place, hearer
        self.mine = _new_record()
        self._begun = time.monotonic()
        self._nameless: tuple[str, float] = ("", 0.0)

    def take(self, patience: float, *, break_lock: bool) -> None:
        """Wait until `mine` stands last, or this thread is the owner already."""
        while True:
            row = self.place.row()
            owner = row[-1].owner if row else None
            if owner is not None and owner.is_me:
                return
            if self._entered(row, break_lock=break_lock):
                self.place.sweep()
                return
            waited = time.monotonic() - self._begun
            if waited >= patience:
                raise WorkbookBusy(self.place.said(_HERE if owner and owner.is_here else _ELSEWHERE, owner))
            if waited >= _QUIET:
                self.hearer.waiting(self.place.said(_WAITING, owner))
            time.sleep(_PAUSE)

    def _entered(self, row: list[_Record], *, break_lock: bool) -> bool:
        if not row:
            return self.place.begin(self.mine)
        gone = self._is_gone(row[-1])
        if not (gone or break_lock) or not self.place.inherit(row, self.mine):
            return False
        former, mine = row[-1].owner, self.mine.owner
        if gone:
            self.hearer.taken(self.place.said(_INHERITED, former))
        elif mine is not None:
            self.hearer.taken(self.place.said(_BROKEN, former, log=str(self.place.note(former, mine))))
        return True

    def _is_gone(self, last: _Record) -> bool:
        if last.owner is not None:
            return last.owner.is_gone
        now, (token, since) = time.monotonic(), self._nameless
        if token != last.token:
            self._nameless = (last.token, now)
        return token == last.token != _UNSEEN and now - since > _GRACE
