"""Runs over folders of trackers: with a store and without, again, ended halfway, bad files among them."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from extras import needs

from tests import company
from xl_collab.plan.portfolio import Portfolio
from xl_collab.portfolio.analysis import Asked, analyse
from xl_collab.portfolio.pool import Pool, PoolLimits
from xl_collab.portfolio.running import Run
from xl_collab.portfolio.store import Store
from xl_collab.portfolio.wire import packed, unpacked

needs("pyarrow", "duckdb")

ASKED = Asked(None, company.AS_OF)
FIRST = dt.datetime(2024, 6, 14, 9)
COUNT = 6
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


class Here:
    """Reads in this process; counts what it read, and stops where it is told to."""

    def __init__(self, stop: int = 99) -> None:
        self.paths: list[str] = []
        self.stop = stop

    def read(self, paths: list[str]) -> Iterator[tuple[str, object]]:
        for path in paths:
            if len(self.paths) == self.stop:
                raise KeyboardInterrupt
            self.paths.append(path)
            yield path, unpacked(packed(analyse(path, ASKED)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("share")
    company.write(folder, COUNT)
    return folder


@pytest.fixture
def share(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "share"))


def run(share: Path, store: Path | None, when: dt.datetime = FIRST, here: Here | None = None) -> Portfolio:
    kept = None if store is None else Store(store, when)
    return Run([share], ASKED, when, kept).portfolio(here or Here())


def tables(portfolio: Portfolio, *without: str) -> dict[str, list[dict[str, object]]]:
    return {key: list(rows) for key, rows in portfolio.tables.items() if key not in without}


def test_a_store_gives_the_same_tables_as_memory(share: Path, tmp_path: Path) -> None:
    plain, stored = run(share, None), run(share, tmp_path / "store")
    assert len(plain["projects"]) == COUNT
    assert len(plain["clashes"]) > 0
    for key in plain.tables:
        assert list(stored[key]) == list(plain[key]), key
    assert (stored.as_of, stored.run, stored.since) == (plain.as_of, plain.run, None)


def test_unchanged_files_come_out_of_the_store(share: Path, tmp_path: Path) -> None:
    store, later = tmp_path / "store", FIRST + dt.timedelta(hours=1)
    before = run(share, store)
    paths = sorted(share.rglob("*.xlsx"))
    paths[0].write_bytes(company.drawn().fill(company.drawn().small(77, 12)))
    paths[1].unlink()
    here = Here()
    after = run(share, store, later, here)
    assert here.paths == [str(paths[0])]
    whole = run(share, None, later)
    assert tables(after, "changes", "runs", "promises") == tables(whole, "changes", "runs", "promises")
    assert after.since == FIRST
    assert [row["run"] for row in after["runs"]] == [FIRST, later]
    kinds = {(row["kind"], row["project"]) for row in after["changes"] if row["kind"] in ("new", "gone")}
    gone = {row["project"] for row in before["projects"] if row["path"] == str(paths[1])}
    assert {project for kind, project in kinds if kind == "gone"} == gone


def test_another_day_is_worked_out_anew_and_a_promise_keeps_its_day(share: Path, tmp_path: Path) -> None:
    store, monday = tmp_path / "store", dt.date(2024, 6, 17)
    first = run(share, store)
    here = Here()
    kept = Store(store, FIRST + dt.timedelta(days=3))
    asked = Asked(monday, monday)
    here.read = lambda paths: ((path, analyse(path, asked)) for path in paths)  # type: ignore[method-assign]
    later = Run([share], asked, kept.run, kept).portfolio(here)
    assert set(later["projects"]["data_date"]) == {monday}
    assert len(later["promises"]) > 0
    assert set(later["promises"]["given_on"]) == {company.AS_OF}
    assert list(first["promises"]["promise"]) == list(later["promises"]["promise"])


def test_a_run_that_was_ended_is_continued(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    monkeypatch.setattr(Store, "BATCH", 2)
    with pytest.raises(KeyboardInterrupt):
        run(share, store, FIRST, Here(stop=5))
    here = Here()
    found = run(share, store, FIRST + dt.timedelta(minutes=5), here)
    assert len(here.paths) == COUNT - 5  # whoever ends it loses nothing that was read
    assert list(found["tasks"]) == list(run(share, None)["tasks"])
    assert found.since is None


def test_a_file_half_written_into_the_store_is_not_there(share: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(share, store)
    part = next((store / "tasks").rglob("*.parquet"))
    (part.parent / f".{part.name}.1.tmp").write_bytes(part.read_bytes()[:100])
    again = run(share, store, FIRST + dt.timedelta(minutes=5))
    assert len(again["projects"]) == COUNT


def test_pandas_and_duckdb_read_the_store_as_it_lies(share: Path, tmp_path: Path) -> None:
    import duckdb
    import pandas as pd

    found = run(share, tmp_path / "store")
    frame = pd.read_parquet(tmp_path / "store" / "tasks")
    assert len(frame) == len(found["tasks"])
    assert set(frame["day"].astype(str)) == {"2024-06-14"}
    query = f"SELECT sum(red) FROM read_parquet('{tmp_path}/store/projects/*/*.parquet')"
    assert duckdb.sql(query).fetchall() == [(sum(found["projects"]["red"]),)]


def test_every_bad_file_is_told_with_reason_and_cure(share: Path, tmp_path: Path) -> None:
    whole = sorted(share.rglob("*.xlsx"))
    data = whole[0].read_bytes()
    (share / "~$锁.xlsx").write_bytes(b"\x05owner")
    (share / "半份.xlsx").write_bytes(data[: len(data) // 2])
    (share / "空.xlsx").write_bytes(b"")
    (share / "加密.xlsx").write_bytes(COMPOUND + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    (share / "副本.xlsx").write_bytes(data)
    (share / "旧格式.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (share / "说明.docx").write_bytes(b"PK")
    backups = share / ".a.xlsx.collab"
    backups.mkdir()
    (backups / "0001.xlsx").write_bytes(data)
    with zipfile.ZipFile(share / "炸弹.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    found = run(share, None)
    assert len(found["projects"]) == COUNT
    told = {Path(row["path"]).name: row for row in found["skipped"]}
    assert {name: row["kind"] for name, row in told.items()} == {
        "~$锁.xlsx": "lock",
        "半份.xlsx": "damaged",
        "空.xlsx": "damaged",
        "加密.xlsx": "encrypted",
        whole[0].name: "duplicate",
        "旧格式.xls": "foreign",
        "0001.xlsx": "backup",
        "炸弹.xlsx": "damaged",
    }
    for row in told.values():
        assert row["reason_zh"] and row["reason_en"] and row["cure_zh"] and row["cure_en"], row


def test_of_copies_of_a_project_the_newest_counts(share: Path, tmp_path: Path) -> None:
    import os

    first = sorted(share.rglob("*.xlsx"))[0]
    older = share / "旧版.xlsx"
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(older, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    os.utime(older, (1_000_000_000, 1_000_000_000))
    found = run(share, None)
    assert len(found["projects"]) == COUNT
    (row,) = found["skipped"]
    assert (Path(row["path"]).name, row["kind"]) == ("旧版.xlsx", "copy")
    assert str(first) in row["reason_zh"]


# workers of their own


def test_workers_give_what_this_process_gives(share: Path) -> None:
    with Pool(2, ASKED) as pool:
        pooled = Run([share], ASKED, FIRST).portfolio(pool)
    plain = run(share, None)
    for key in plain.tables:
        assert list(pooled[key]) == list(plain[key]), key


def test_a_worker_that_dies_or_hangs_costs_only_its_file(
    share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second file takes more memory than a worker may have; the worker's end costs no other file."""
    paths = [str(path) for path in sorted(share.rglob("*.xlsx"))]
    big = share / "大.xlsx"
    with zipfile.ZipFile(paths[0]) as source, zipfile.ZipFile(big, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/sharedStrings.xml":
                # Numbers, so that it does not look like a bomb.
                filler = "".join(f"<si><t>{n * 7919 % 1_000_003}行</t></si>" for n in range(1_500_000))
                data = data.replace(b"</sst>", filler.encode() + b"</sst>")
            target.writestr(name, data)
    limits = PoolLimits(seconds=60, cpu_seconds=60, memory=300 << 20)
    with Pool(1, ASKED, limits) as pool:
        found = dict(pool.read([paths[0], str(big), paths[1], paths[2]]))
    kinds = {path: type(result).__name__ for path, result in found.items()}
    assert kinds == {paths[0]: "Summary", str(big): "Skip", paths[1]: "Summary", paths[2]: "Summary"}


def test_a_file_that_takes_too_long_is_given_up(share: Path) -> None:
    paths = [str(path) for path in sorted(share.rglob("*.xlsx"))]
    with Pool(1, ASKED, PoolLimits(seconds=0.05)) as pool:
        found = dict(pool.read(paths[:1]))
    (result,) = found.values()
    assert result.kind == "time"  # type: ignore[union-attr]
