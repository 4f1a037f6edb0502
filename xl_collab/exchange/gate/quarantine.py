"""Refused files are kept: a copy under a name of ours that no program opens, and a list that says why.

In `.NAME.collab/quarantine` beside the master. Originals stay where they are; nothing here is ever deleted.
What may not enter: deciding what is refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from xl_collab.errors import CannotWrite
from xl_collab.exchange.gate.limits import USUAL
from xl_collab.exchange.gate.refusals import one_line
from xl_collab.exchange.matching import Rejected
from xl_collab.hosts.atomic import write_atomically
from xl_collab.hosts.journal import make_hidden

_LIST = "list.json"
_ENDING = ".refused"


def folder_of(master: Path) -> Path:
    """Where the refused files of a master are kept."""
    home = Path(os.path.realpath(master))
    return home.with_name(f".{home.name}.collab") / "quarantine"


def keep(master: Path, rejected: Iterable[Rejected], *, now: datetime) -> Path | None:
    """Keep refused files and note why; returns the list's path, None when there is nothing to keep.

    A file that is too big to be a reply is only listed: it lies where it was found.
    """
    found = list(rejected)
    if not found:
        return None
    folder = folder_of(master)
    try:
        make_hidden(folder.parent)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise CannotWrite(
            f"无法建立隔离文件夹 {folder}：{error.strerror}。请检查权限。",
            f"Cannot make the quarantine folder {folder}: {error.strerror}. Check the permissions.",
        ) from error
    entries = kept(master)
    known = {(entry.get("sha256"), entry.get("code"), entry.get("name")) for entry in entries}
    for one in found:
        arrival, why = one.arrival, one.refusal
        name = one_line(arrival.shown, 120)
        if (arrival.sha256, why.code, name) in known:
            continue
        known.add((arrival.sha256, why.code, name))
        entries.append(
            {
                "at": now.isoformat(timespec="seconds"),
                "name": name,
                "source": one_line(arrival.source, 120),
                "sender": one_line(arrival.sender, 120),
                "sha256": arrival.sha256,
                "kept_as": _copy(folder, arrival.data, arrival.sha256),
                "code": why.code,
                "zh": why.sentence("zh"),
                "en": why.sentence("en"),
                "said": "\n".join(f"{said.place}: {said.words}" for said in arrival.remarks),
            }
        )
    text = json.dumps(entries, ensure_ascii=False, indent=1)
    return write_atomically(folder / _LIST, text.encode("utf-8"))


def kept(master: Path) -> list[dict[str, str]]:
    """The list of refused files, oldest first; a list that cannot be read is begun anew."""
    try:
        held = json.loads((folder_of(master) / _LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [entry for entry in held if isinstance(entry, dict)] if isinstance(held, list) else []


def _copy(folder: Path, data: bytes, sha256: str) -> str:
    if not data or len(data) > USUAL.file_bytes:
        return ""
    path = folder / f"{sha256[:24]}{_ENDING}"
    if not path.exists():
        write_atomically(path, data)
    return path.name
