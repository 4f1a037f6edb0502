"""Taking a ledger to another machine: one file with the ledger and what proves that it is whole."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from xl_collab.exchange.ledger.ledger import Ledger
from xl_collab.exchange.ledger.schema import LedgerDamaged, place
from xl_collab.exchange.ledger.store import stamp
from xl_collab.hosts.atomic import write_atomically

_DATA, _MANIFEST = "ledger.sqlite", "manifest.json"
_LARGEST = 512 * 1024 * 1024
_FORMAT = 1


def pack(ledger: Ledger, target: str | Path, *, now: datetime) -> Path:
    """Write the whole ledger, in a consistent state, into one file; returns its path."""
    with ledger.locked(now), tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / _DATA
        with closing(sqlite3.connect(ledger.path)) as source, closing(sqlite3.connect(copy)) as made:
            source.backup(made)
            made.execute("DELETE FROM lock")
            made.commit()
            meta = dict(made.execute("SELECT name, value FROM meta"))
        data = copy.read_bytes()
    manifest = {
        "format": _FORMAT,
        "document_id": meta["document_id"],
        "revision": meta["revision"],
        "packed_at": stamp(now),
        "sha256": hashlib.sha256(data).hexdigest(),
    }

    def write(stream: object) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
            archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
            archive.writestr(_DATA, data)

    return write_atomically(target, write)


def unpack(
    packed: str | Path, master: str | Path, document_id: str, revision: int | None, *, now: datetime
) -> Ledger:
    """Put a packed ledger beside the master on this machine and make that its master.

    Raises LedgerDamaged when the file is not whole or belongs to another workbook, and when there is a
    ledger here already.
    """
    home = Path(os.path.realpath(master))
    data = _checked(Path(packed), document_id)
    target = place(home, document_id)
    if target.exists():
        raise LedgerDamaged(
            f"这里已有台账 {target.name}。请先把它移走，再接收交接文件。",
            f"There is a ledger {target.name} here already. Move it away before taking over another.",
        )
    write_atomically(target, data)
    return Ledger.adopt(home, document_id, revision, now=now)


def _checked(packed: Path, document_id: str) -> bytes:
    try:
        with zipfile.ZipFile(packed) as archive:
            if archive.getinfo(_DATA).file_size > _LARGEST:
                raise _not_whole(packed)
            manifest, data = json.loads(archive.read(_MANIFEST)), archive.read(_DATA)
        whole = hashlib.sha256(data).hexdigest() == manifest["sha256"] and manifest["format"] <= _FORMAT
        mine = manifest["document_id"] == document_id
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, NotImplementedError, RuntimeError) as error:
        raise _not_whole(packed) from error
    if not whole:
        raise _not_whole(packed)
    if not mine:
        raise LedgerDamaged(
            f"{packed.name} 属于另一份工作簿。请选择与这份总表对应的交接文件。",
            f"{packed.name} belongs to another workbook. Choose the file made for this master.",
        )
    return data


def _not_whole(packed: Path) -> LedgerDamaged:
    return LedgerDamaged(
        f"{packed.name} 不是完整的交接文件。请在原来的电脑上重新运行 handover。",
        f"{packed.name} is no complete handover file. Run handover again on the old machine.",
    )
