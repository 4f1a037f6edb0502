"""Many files read on a Dask cluster, in batches; the workers write the store's parts themselves.

Needs dask (extra `scale`) here and on the workers, which see the same paths. A worker that
dies costs nothing: its batches go to others, and what it had written is written again. A batch that ends
every worker that tries it is taken apart, until the one file that does it is known. No figures here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

from xl_collab.errors import XlCollabError
from xl_collab.plan.portfolio import Summary
from xl_collab.portfolio.analysis import Asked, analyse
from xl_collab.portfolio.parquet import MissingExtra
from xl_collab.portfolio.skipping import Skip, skip
from xl_collab.portfolio.store import Known, Store, write_part

BATCH = 25
"""Files of a task: some seconds of work, so that what is lost with a worker is little."""
_RETRIES = 3
_SECONDS = 15


def dask() -> Any:
    """The module dask.distributed. MissingExtra where it is not installed."""
    try:
        return import_module("distributed")
    except ImportError as error:
        raise MissingExtra(
            "dask distributed pyarrow duckdb", "分布式（--scheduler）", "A cluster (--scheduler)"
        ) from error


class NoCluster(XlCollabError):
    """Raised when no scheduler answers at the address, or it has no worker."""


Result = Summary | Skip | Known


class Cluster:
    """The workers of a scheduler; a context manager. MissingExtra without Dask, NoCluster with no answer."""

    def __init__(self, address: str, asked: Asked, store: Store | None = None) -> None:
        self._address, self._asked, self._store = address, asked, store
        self._client: Any = None
        self._numbers = count(1)
        self._futures: dict[str, Any] = {}

    def __enter__(self) -> Cluster:
        distributed = dask()
        try:
            self._client = distributed.Client(self._address, timeout=_SECONDS, set_as_default=False)
            self._client.wait_for_workers(1, timeout=_SECONDS)
        except (OSError, ValueError, TimeoutError) as error:
            self._closed()
            raise NoCluster(
                f"调度器 {self._address} 没有应答，或没有工作进程。请先运行 dask scheduler 和 dask worker。",
                f"No scheduler answers at {self._address}, or it has no worker. "
                "Start dask scheduler and dask worker first.",
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed()

    def _closed(self) -> None:
        if self._client is not None:
            with contextlib.suppress(OSError, TimeoutError):
                self._client.close(timeout=5)

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, Result]]:
        """Every path with what came of it, as batches get done."""
        listed = list(paths)
        batches = [listed[i : i + BATCH] for i in range(0, len(listed), BATCH)]
        if not batches:
            return
        waiting = {future.key: batch for future, batch in self._sent(batches)}
        done = dask().as_completed([self._futures[key] for key in waiting], loop=self._client.loop)
        for future in done:
            batch = waiting.pop(future.key)
            if future.status == "finished":
                yield from future.result()
            elif len(batch) == 1:
                yield batch[0], skip(batch[0], "crashed", why=str(future.exception())[:200])
            else:
                for one, part in self._sent([[path] for path in batch]):
                    waiting[one.key] = part
                    done.add(one)
            del self._futures[future.key]

    def _sent(self, batches: list[list[str]]) -> list[tuple[Any, list[str]]]:
        store = self._store
        where = None if store is None else (str(store.folder.resolve()), store.day)
        parts = [f"{store.id}-d{next(self._numbers):05}" if store else "" for _ in batches]
        futures = self._client.map(
            read_batch,
            batches,
            parts,
            [self._asked] * len(batches),
            [where] * len(batches),
            retries=_RETRIES,
            pure=False,
        )
        self._futures |= {future.key: future for future in futures}
        return list(zip(futures, batches, strict=True))


def read_batch(
    paths: list[str], part: str, asked: Asked, where: tuple[str, str] | None
) -> list[tuple[str, Result]]:
    """On a worker: read some files; with a store write their rows there and give back only where."""
    found: list[tuple[str, Any]] = [(path, analyse(path, asked)) for path in paths]
    if where is None:
        return found
    summaries = [one for _, one in found if isinstance(one, Summary)]
    folder, day = where
    known = {one.project: one for one in write_part(Path(folder), day, part, summaries)} if summaries else {}
    return [(path, known[one.project["project"]] if isinstance(one, Summary) else one) for path, one in found]
