"""Many files read side by side, in processes that have caps and read many files each.

A process that dies, hangs or eats too much costs the file that it was at, and another takes its place. What
may not enter: what is read (`analysis.py`), what becomes of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, Full, Queue
from types import TracebackType
from typing import Any

from xl_collab.child_process import python_module, started
from xl_collab.exchange.gate.child import holding, python_environment
from xl_collab.exchange.gate.limits import MB
from xl_collab.plan.portfolio import Summary
from xl_collab.portfolio.analysis import Asked
from xl_collab.portfolio.skipping import Skip, skip
from xl_collab.portfolio.wire import Garbled, unpacked
from xl_collab.portfolio.worker import LENGTH

_LARGEST_ANSWER = 256 * MB


@dataclass(frozen=True)
class PoolLimits:
    """Caps of a worker: wall clock and processor seconds a file, bytes of memory, files until a fresh one."""

    seconds: float = 60.0
    cpu_seconds: int = 30
    memory: int = 2048 * MB
    files: int = 2000


USUAL = PoolLimits()


def usual_workers() -> int:
    """As many as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Worker:
    """One process; started when it is first needed, and again after its end."""

    def __init__(self, asked: Asked, limits: PoolLimits = USUAL) -> None:
        self._asked, self._limits = asked, limits
        self._process: subprocess.Popen[bytes] | None = None
        self._held = contextlib.ExitStack()
        self._done = 0

    def read(self, path: str) -> Summary | Skip:
        """The result of one file, whatever becomes of the process."""
        process = self._running()
        late = threading.Event()
        timer = threading.Timer(self._limits.seconds, _stop, (process, late))
        timer.start()
        try:
            answer = self._answer(process, path)
            self._done += 1
            return unpacked(answer)
        except (OSError, EOFError, Garbled) as error:
            self.close()
            return self._ended(path, process, late.is_set(), error)
        finally:
            timer.cancel()

    def _answer(self, process: subprocess.Popen[bytes], path: str) -> bytes:
        assert process.stdin is not None and process.stdout is not None
        as_of = self._asked.as_of.isoformat() if self._asked.as_of else None
        order = json.dumps([path, as_of, self._asked.today.isoformat()]).encode()
        process.stdin.write(LENGTH.pack(len(order)) + order)
        process.stdin.flush()
        head = process.stdout.read(LENGTH.size)
        size = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else -1
        if not 0 <= size <= _LARGEST_ANSWER:
            raise EOFError
        answer = process.stdout.read(size)
        if len(answer) < size:
            raise EOFError
        return answer

    def _ended(self, path: str, process: subprocess.Popen[bytes], late: bool, error: Exception) -> Skip:
        if late or process.returncode == -24:  # SIGXCPU
            return skip(path, "time", seconds=int(self._limits.seconds))
        why = str(error) or f"exit code {process.returncode}"
        return skip(path, "crashed", why=why)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._done >= self._limits.files:
            self.close()
        if self._process is None:
            limits, module = self._limits, "xl_collab.portfolio.worker"
            words = (str(limits.cpu_seconds), str(limits.memory))
            self._process = started(python_module(module, *words), env=python_environment())
            self._held.enter_context(holding(self._process, limits.memory, limits.cpu_seconds * limits.files))
            self._done = 0
        return self._process

    def end(self) -> None:
        """End the process at once, also while another thread waits for its answer."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process; the next file gets another."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(0.5)  # it ends by itself when nobody asks any more, or has ended
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._held.close()


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


class Pool:
    """Workers side by side; a context manager. What is asked for and not taken yet is dropped at its end."""

    def __init__(self, workers: int, asked: Asked, limits: PoolLimits = USUAL) -> None:
        self._workers = [Worker(asked, limits) for _ in range(max(workers, 1))]
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, Summary | Skip]]:
        """Every path with its result, as they get done."""
        todo: Queue[str] = Queue()
        results: Queue[tuple[str, Any]] = Queue(maxsize=4 * len(self._workers))
        count = 0
        for path in paths:
            todo.put(path)
            count += 1
        for worker in self._workers[: max(count, 1)]:
            thread = threading.Thread(target=self._work, args=(worker, todo, results), daemon=True)
            thread.start()
            self._threads.append(thread)
        for _ in range(count):
            yield results.get()

    def _work(self, worker: Worker, todo: Queue[str], results: Queue[tuple[str, Any]]) -> None:
        while not self._stopped.is_set():
            try:
                path = todo.get_nowait()
            except Empty:
                return
            try:
                result: Any = worker.read(path)
            except Exception as error:  # starting a process failed: said at this file, and the next is tried
                result = skip(path, "crashed", why=f"{type(error).__name__}: {error}")
            self._hand_over(results, (path, result))

    def _hand_over(self, results: Queue[tuple[str, Any]], result: tuple[str, Any]) -> None:
        """Wait until it is taken, unless nobody takes anything any more."""
        while not self._stopped.is_set():
            with contextlib.suppress(Full):
                results.put(result, timeout=0.2)
                return

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        for worker in self._workers if kind else ():
            worker.end()
        for thread in self._threads:
            thread.join()
        for worker in self._workers:
            worker.close()
