#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares the columns of memory of pgtop with smaps, smaps_rollup, pagemap and status of a stopped process with memory of each
kind, whose child shares a part of it, and which faults in each mapping while pgtop watches. TAP.

	memory_columns.py PGTOP
"""
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import BASE, GIB, HUGE, PAGE, configure, end, start, stop_khugepaged
from zoo import POOL, THP, distinct, family, fields, refault, smaps_of, swap_file

PGTOP = sys.argv[1]
TRIES = 3
INTERVALS = 60      # until a comparison has failed
KEYS = "pss", "uss", "frames", "lazyfree", "eligible", "tables"


def make():
    """The zoo and its child, with the figures that each later refault() leaves."""
    child = family()
    refault()
    return child


@contextlib.contextmanager
def watch(*arguments):
    """Run pgtop; yield its intervals, as they come."""
    with subprocess.Popen([PGTOP, "-j", "-i", "0.3", *map(str, arguments)], stdout=subprocess.PIPE, text=True) as run:
        try:
            yield (json.loads(line) for line in run.stdout)
        finally:
            run.terminate()
            # a closed pipe would end the recording before its last interval
            for _ in run.stdout:
                pass


def limits_of(smaps):
    return [(at, values[0]) for at, values in smaps.items() if values[1]["Size"] < GIB]


def compare_row(row, values, frames):
    """Return the differences of a row from its mapping in smaps and pagemap."""
    limit, sizes, eligible = values
    want = {
        "pss": sizes["Pss"], "uss": sizes["Private_Clean"] + sizes["Private_Dirty"], "lazyfree": sizes["LazyFree"],
        "resident": sizes["Rss"], "swapped": sizes["Swap"], "eligible": eligible, "frames": frames,
    }
    got = {key: row[key] for key in want}
    got["pss"] = got["pss"] >> 10 << 10 if got["pss"] is not None else None
    return [] if got == want and row["tables"] is not None else [f"{row['start']}-{limit:x}: {got}, expected {want}"]


def read_faults(intervals, proceed):
    """Let the process fault. Return {first address: row} of its mappings in the zoo, from their first interval."""
    first = next(intervals)
    proceed()
    rows, quiet = {}, 0
    while quiet < 2:
        line = next(intervals)
        for row in line["mappings"]:
            rows.setdefault(int(row["start"], 16), row)
        quiet = quiet + 1 if rows and not line["total"]["faults"] else 0
    return first, {at: row for at, row in rows.items() if BASE <= at < BASE + 16 * GIB}


def await_total(intervals, pid):
    """Return the differences of the total from smaps_rollup and status, in the first interval without one, or the last."""
    bad = ["no interval"]
    for _ in range(INTERVALS):
        total, rollup = next(intervals)["total"], fields(f"/proc/{pid}/smaps_rollup")
        want = {"uss": rollup["Private_Clean"] + rollup["Private_Dirty"], "lazyfree": rollup["LazyFree"],
                "tables": fields(f"/proc/{pid}/status")["VmPTE"], "frames": sum(distinct(pid, limits_of(smaps_of(pid))).values())}
        bad = [f"{key} {total[key]}, expected {value}" for key, value in want.items() if total[key] != value]
        if not bad:
            break
    return bad


def watch_mappings(work):
    """Return the differences of the total, and of the rows, and the rows."""
    pid, child, proceed = start(make, then=lambda _: refault(), stay=True)
    try:
        with watch("--columns=all", "--record", work / "stream", pid) as intervals:
            totals = await_total(intervals, pid)
            _, rows = read_faults(intervals, proceed)
            smaps = smaps_of(pid)
            frames = distinct(pid, limits_of(smaps))
        bad = [text for at, row in rows.items() for text in compare_row(row, smaps[at], frames[at])]
    finally:
        os.kill(child, 9)
        end(pid)
    return totals, bad, rows


def test_mappings(results, work):
    totals, bad, rows = [], ["not run"], {}
    for _ in range(TRIES):
        totals, bad, rows = watch_mappings(work)
        if not totals and not bad:
            break
    results.result(not totals, "the total has the sums of smaps_rollup, pagemap and status", totals)
    results.result(not bad and len(rows) >= 8, "each mapping has the figures of smaps, and the frames of pagemap",
                   bad or [f"{at:x}" for at in rows])
    found = [rows.get(BASE + 7 * GIB + place * HUGE, {}).get("frames") for place in range(3)]
    results.result(found == [13 * PAGE, 0, 0], "memory that is mapped three times has its frames once", found)
    found = {row["eligible"] for row in rows.values()}
    results.result(found == {True, False} or not THP.exists(), "some mappings may have huge pages, others not", found)
    results.result(any(row["lazyfree"] for row in rows.values()), "a mapping has memory freed by MADV_FREE", rows.values())


def replay(work, *arguments):
    text = subprocess.run([PGTOP, "-j", "--replay", work / "stream", *arguments], check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in text.splitlines()]


def test_replay(results, work):
    rows = [row for line in replay(work, "--columns=all") for row in line["mappings"]]
    results.result(any(row["frames"] for row in rows) and any(row["pss"] for row in rows) and
                   any(row["eligible"] is not None for row in rows), "a recording has the figures", rows)
    some = [key for line in replay(work) for row in (line["total"], *line["mappings"]) for key in KEYS if key in row]
    results.result(not some, "without --columns a replay has none of the keys", some)


def test_unselected(results, work):
    """Nothing is read for columns that are not selected: a recording has no figures to show."""
    with watch("-n", 3, "--record", work / "stream", os.getpid()) as intervals:
        keys = [key for line in intervals for key in KEYS if key in line["total"]]
    results.result(not keys, "without --columns JSON has none of the keys", keys)
    lines = replay(work, "--columns=all")
    found = [line["total"][key] for line in lines for key in ("pss", "uss", "frames", "lazyfree")]
    results.result(lines and not any(found), "and nothing was read for them", found)
    # The page tables of mappings come with the resident size
    results.result(lines[-1]["total"]["tables"] is not None, "but for page tables", [lines[-1]["total"]])


def compare_process(row, pid):
    """Return the differences of a row from smaps_rollup and status; each mapping's Pss is rounded down in smaps_rollup."""
    rollup, status = fields(f"/proc/{pid}/smaps_rollup"), fields(f"/proc/{pid}/status")
    want = {
        "resident": rollup["Rss"], "uss": rollup["Private_Clean"] + rollup["Private_Dirty"], "lazyfree": rollup["LazyFree"],
        "swapped": rollup["Swap"], "tables": status["VmPTE"],
        "huge": rollup["AnonHugePages"] + rollup["Private_Hugetlb"] + rollup["Shared_Hugetlb"],
    }
    bad = [f"{key} {row[key]}, expected {value}" for key, value in want.items() if row[key] != value]
    if row["pss"] is None or not abs(row["pss"] - rollup["Pss"]) <= PAGE * len(smaps_of(pid)):
        bad.append(f"pss {row['pss']}, Pss {rollup['Pss']}")
    return bad


def watch_process():
    pid, child, proceed = start(make, then=lambda _: refault(), stay=True)
    bad = ["no row"]
    try:
        with watch("--columns=all") as intervals:
            next(intervals)
            proceed()
            for _ in range(INTERVALS):
                rows = [row for row in next(intervals)["processes"] if row["id"] == pid]
                if rows and not (bad := compare_process(rows[0], pid)):
                    break
    finally:
        os.kill(child, 9)
        end(pid)
    return bad


def test_processes(results):
    bad = []
    for _ in range(TRIES):
        bad = watch_process()
        if not bad:
            break
    results.result(not bad, "without a PID, a process has the figures of smaps_rollup and status", bad)


def main():
    results = tap.Tap()
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    configure(POOL, 4)
    with swap_file(), tempfile.TemporaryDirectory() as name:
        work = Path(name)
        test_mappings(results, work)
        test_replay(results, work)
        test_unselected(results, work)
        test_processes(results)
    return results.end()


sys.exit(main())
