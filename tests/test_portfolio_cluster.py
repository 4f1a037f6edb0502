"""A real Dask scheduler and two workers, started as people start them; one is killed in the middle."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from extras import needs

from tests import company
from xl_collab.portfolio import cluster as clusters
from xl_collab.portfolio.analysis import Asked, analyse
from xl_collab.portfolio.cluster import Cluster, NoCluster
from xl_collab.portfolio.running import Run
from xl_collab.portfolio.store import Store

needs("distributed", "duckdb")

ASKED = Asked(None, company.AS_OF)
WHEN = dt.datetime(2024, 6, 14, 9)
COUNT = 12


def dask(*words: str, folder: Path) -> subprocess.Popen[bytes]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": (folder / f"{words[0]}.log").open("ab")}
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", "dask", *words], cwd=folder, env=environment, **quiet)


class Two:
    """A scheduler and two workers on the loopback."""

    def __init__(self, folder: Path) -> None:
        told = folder / "scheduler.json"
        place = ("--scheduler-file", str(told), "--no-dashboard")
        self.processes = [dask("scheduler", "--host", "127.0.0.1", "--port", "0", *place, folder=folder)]
        single = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--local-directory", str(folder))
        self.workers = [dask("worker", *place, *single, folder=folder) for _ in range(2)]
        self.processes += self.workers
        until = time.monotonic() + 60
        while not told.exists() and time.monotonic() < until:
            time.sleep(0.05)
        import json

        self.address = json.loads(told.read_text())["address"]

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    made = Two(tmp_path_factory.mktemp("dask"))
    yield made
    made.end()


class Killing:
    """A cluster of which one worker is killed once the first result is there."""

    def __init__(self, cluster: Cluster, victim: subprocess.Popen[bytes]) -> None:
        self.cluster, self.victim = cluster, victim

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, object]]:
        for result in self.cluster.read(paths):
            if self.victim.poll() is None:
                os.kill(self.victim.pid, signal.SIGKILL)
                self.victim.wait()
            yield result


class Here:
    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, object]]:
        return ((path, analyse(path, ASKED)) for path in paths)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_cluster_that_loses_a_worker_gives_the_same(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share"
    company.write(share, COUNT)
    (share / "坏.xlsx").write_bytes(b"PK\x03\x04 half")
    monkeypatch.setattr(clusters, "BATCH", 1)
    store = Store(tmp_path / "store", WHEN)
    with Cluster(two.address, ASKED, store) as cluster:
        cluster._client.wait_for_workers(2, timeout=30)
        found = Run([share], ASKED, WHEN, store).portfolio(Killing(cluster, two.workers[1]))
        assert two.workers[1].poll() == -signal.SIGKILL
    with Cluster(two.address, ASKED) as cluster:
        in_memory = Run([share], ASKED, WHEN).portfolio(cluster)
    plain = Run([share], ASKED, WHEN).portfolio(Here())
    assert [row["kind"] for row in found["skipped"]] == ["damaged"], list(found["skipped"])
    assert [row["kind"] for row in in_memory["skipped"]] == ["damaged"], list(in_memory["skipped"])
    assert len(plain["projects"]) == COUNT
    for key in plain.tables:
        assert list(found[key]) == list(plain[key]), key
        assert list(in_memory[key]) == list(plain[key]), key
    written = list((tmp_path / "store" / "projects").rglob("*-d*.parquet"))
    assert written, "the workers wrote no part themselves"


def test_without_a_scheduler_it_says_what_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_SECONDS", 1)
    with pytest.raises(NoCluster, match="dask scheduler"), Cluster("tcp://127.0.0.1:9", ASKED):
        pass
