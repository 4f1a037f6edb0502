"""`portfolio.py`: the bars of one view over many trackers, as ratios of processor time.

    python benchmarks/portfolio.py            # 100 and 1,000 trackers, some ten minutes
    python benchmarks/portfolio.py --most 5000
    python benchmarks/portfolio.py --quick    # 30 and 200

Each side is a process of its own, which prints what it spent as JSON, and sides take turns. Both sides run
without Python's cycle collector; ours frees what is left in cycles every twenty files, as the workers do.
Figures go to the screen only.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from make_trackers import Drawn, make_trackers
from plan import AS_OF

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
SAMPLE = 60
"""Files that the slow sides read; what they take is counted by the file."""
CALAMINE, OPENPYXL, GROWTH, AGAIN_READ, AGAIN, DASK = 3.0, 5.0, 1.1, 0.03, 0.25, 1.5

Spent = dict[str, float]


# sides, each in a process of its own


def calamine(paths: list[Path]) -> None:
    """Every cell of every sheet by python-calamine."""
    from python_calamine import CalamineWorkbook

    for path in paths:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python()


def openpyxl(paths: list[Path]) -> None:
    """Every sheet by pandas with openpyxl."""
    import pandas as pd

    for path in paths:
        pd.read_excel(path, sheet_name=None, engine="openpyxl", header=None)


def ours(paths: list[Path], *, whole: bool = False) -> None:
    """Reading, figures, findings and risks; with `whole` the summary that the portfolio keeps."""
    from xl_collab.checks.validate import findings
    from xl_collab.documents.risks.content import risks
    from xl_collab.hosts.reading import read_book
    from xl_collab.plan.project import Project
    from xl_collab.portfolio.summary import Source, summarize
    from xl_collab.portfolio.worker import ROUND

    for done, path in enumerate(paths, 1):
        project = Project(read_book(path, formulas=False), AS_OF)
        if whole:
            summarize(project, Source(str(done), str(path), ""))
        else:
            assert project.assessment.reason is not None
            findings(project), list(risks(project).data.items)
        project.let_go()
        if done % ROUND == 0:
            gc.collect()


SIDES: dict[str, Callable[[list[Path]], None]] = {
    "calamine": calamine,
    "openpyxl": openpyxl,
    "ours": ours,
    "summary": lambda paths: ours(paths, whole=True),
}


def side(name: str, folder: Path, most: int) -> None:
    """Run a side and print what it spent; the first files warm it up and do not count."""
    paths = sorted(folder.rglob("*.xlsx"))
    work = SIDES[name]
    work(paths[:2])
    gc.disable()
    gc.freeze()  # as the workers do: what was imported stays
    begun = time.process_time()
    work(paths[2 : 2 + most])
    spent = time.process_time() - begun
    print(json.dumps({"cpu": spent / len(paths[2 : 2 + most])}))


def command(words: list[str]) -> None:
    """Run the command portfolio and print what it and its workers spent."""
    from xl_collab.ui.cli import main

    begun = time.perf_counter()
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    try:
        main(words)
    except SystemExit as ended:
        assert ended.code == 0, ended.code
    sys.stdout = sys.__stdout__
    own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    said = {"own": own.ru_utime + own.ru_stime, "workers": workers.ru_utime + workers.ru_stime}
    memory = {"own_memory": own.ru_maxrss / 1024, "worker_memory": workers.ru_maxrss / 1024}
    print(json.dumps({**said, **memory, "seconds": time.perf_counter() - begun}))


def mapped(address: str, folder: Path) -> None:
    """Have a cluster read a folder, and print the seconds that it took."""
    from xl_collab.portfolio.analysis import Asked
    from xl_collab.portfolio.cluster import BATCH, Cluster

    paths = [str(path) for path in sorted(folder.rglob("*.xlsx"))][:500]
    with Cluster(address, Asked(None, AS_OF)) as cluster:
        list(cluster.read(paths[: 4 * BATCH]))  # every worker imports what it needs
        begun = time.perf_counter()
        assert len(list(cluster.read(paths))) == len(paths)
        print(json.dumps({"seconds": time.perf_counter() - begun}))


# the runner


def asked(*words: object) -> Spent:
    """What a process of this file says that it spent."""
    line = [sys.executable, __file__, *map(str, words)]
    done = subprocess.run(line, env=ENVIRONMENT, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode(errors="replace"))
    found: Spent = json.loads(done.stdout)
    return found


def line(what: str, value: float, bar: float | None = None, *, least: bool = False) -> bool:
    """Print a figure and whether it holds."""
    holds = bar is None or (value >= bar if least else value <= bar)
    said = "" if bar is None else f"{'≥' if least else '≤'} {bar:<6}{'PASS' if holds else 'FAIL'}"
    print(f"{what:<58}{value:>10.3f}  {said}", flush=True)
    return holds


def a_file(folder: Path, repeat: int) -> Iterator[bool]:
    """Processor time a file against both peers."""
    rounds = [{name: asked("--side", name, folder, SAMPLE)["cpu"] for name in SIDES} for _ in range(repeat)]
    spent = {name: statistics.median(one[name] for one in rounds) for name in SIDES}
    for name, seconds in spent.items():
        line(f"milliseconds a file: {name}", 1e3 * seconds)
    yield line("read, figures, findings, risks / calamine", spent["ours"] / spent["calamine"], CALAMINE)
    yield line("pandas with openpyxl / the same", spent["openpyxl"] / spent["ours"], OPENPYXL, least=True)


def runs(few: Path, many: Path, folder: Path) -> Iterator[bool]:
    """Growth, memory, and a second run with one file in a hundred changed."""
    small, big = (_run(share, folder / share.name) for share in (few, many))
    counts = [len(list(share.rglob("*.xlsx"))) for share in (few, many)]
    steps = math.log(counts[1] / counts[0])
    yield line(
        f"growth from {counts[0]} to {counts[1]} files", math.log(_cpu(big) / _cpu(small)) / steps, GROWTH
    )
    line("files a second of processor time", counts[1] / _cpu(big))
    line("wall seconds", big["seconds"])
    line("peak MB of a worker, few / many files", small["worker_memory"])
    yield line("", big["worker_memory"] / small["worker_memory"], 1.25)
    line("peak MB of the command, many files", big["own_memory"])
    drawn = Drawn()
    for n, path in enumerate(sorted(many.rglob("*.xlsx"))[::100]):
        path.write_bytes(drawn.fill(drawn.small(100_000 + n)))
    again = _run(many, folder / many.name)
    yield line(
        "second run, 1 % changed: reading and figures / first", again["workers"] / big["workers"], AGAIN_READ
    )
    yield line("second run, 1 % changed: all of it / first", _cpu(again) / _cpu(big), AGAIN)


def _run(share: Path, store: Path) -> Spent:
    return asked(
        "--command", "portfolio", share, "--store", f"{store}.store", "-o", f"{store}.xlsx", "--force"
    )


def _cpu(spent: Spent) -> float:
    return spent["own"] + spent["workers"]


def cluster(many: Path, folder: Path) -> Iterator[bool]:
    """The mapped part on one and on two workers of a real scheduler."""
    seconds = [_on_workers(count, many, folder) for count in (1, 2)]
    line("mapped part on one worker, seconds", seconds[0])
    yield line("one worker / two workers", seconds[0] / seconds[1], DASK, least=True)


def _on_workers(count: int, share: Path, folder: Path) -> float:
    told = folder / f"scheduler-{count}.json"
    dask = [sys.executable, "-m", "dask"]
    place = ["--scheduler-file", str(told), "--no-dashboard"]
    lines = [[*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *place]]
    lines += [[*dask, "worker", *place, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"]] * count
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(one, cwd=folder, env=ENVIRONMENT, **quiet) for one in lines]
    try:
        while not told.exists():
            time.sleep(0.1)
        time.sleep(5)
        return asked("--mapped", json.loads(told.read_text())["address"], share)["seconds"]
    finally:
        for process in started:
            process.kill()
            process.wait()


def main() -> int:
    """The command line: 0 when every bar holds, else 1."""
    parser = argparse.ArgumentParser(description="Measure one view over many trackers.")
    parser.add_argument("--most", type=int, help="trackers of the big folder: 1,000, or 200 with --quick")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each side of the peers; medians count")
    parser.add_argument("--quick", action="store_true", help="smaller")
    parser.add_argument("--only", choices=("file", "runs", "dask"), action="append", help="only this")
    given = parser.parse_args()
    most = given.most or (200 if given.quick else 1000)
    parts = given.only or ["file", "runs", "dask"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = folder / "few", folder / "many"
        make_trackers(most // 10 if most >= 1000 else 30, few)
        make_trackers(most, many)
        print(
            f"{date.today()}, {most} trackers, {sum(p.stat().st_size for p in many.rglob('*.xlsx')) >> 20} MB"
        )
        work = {
            "file": a_file(few, given.repeat),
            "runs": runs(few, many, folder),
            "dask": cluster(many, folder),
        }
        held = [holds for part in parts for holds in work[part]]
    return 0 if all(held) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        side(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1:2] == ["--command"]:
        command(sys.argv[2:])
    elif sys.argv[1:2] == ["--mapped"]:
        mapped(sys.argv[2], Path(sys.argv[3]))
    else:
        raise SystemExit(main())
