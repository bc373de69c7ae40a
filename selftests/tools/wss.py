#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares pgwalk wss with a process that touches known pages between the time at which pgwalk clears the accessed bits and
the time at which it reads them: small pages, huge pages, pages of split huge pages, of a file, of shared memory, of hugetlb.
Also with Referenced of smaps, and the memory of pgwalk for many mappings. TAP.

	wss.py PGWALK
"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import typing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import (
    BASE, GIB, HUGE, HUGEPAGE, HUGETLB, NOHUGEPAGE, PAGE, READ, SHARED, TIB, WRITE, configure, end as end_process,
    least_memory, libc, many_mappings, read_page, run_in, set_up, sparse, start, stop_khugepaged, write_pages)
from proc_files import mappings, words

PGWALK = sys.argv[1]
THP = Path("/sys/kernel/mm/transparent_hugepage")
POOL = Path("/proc/sys/vm/nr_hugepages")
DAMON = Path("/sys/module/damon_stat/parameters/enabled")
SOFT_DIRTY = 1 << 55
FEW = 64 * PAGE
SECONDS = (3, 10, 30)


class Area(typing.NamedTuple):
    """A mapping: its bytes, the pages that are read and written in the interval, the bytes of its leaves."""
    size: int
    read: tuple
    written: tuple
    leaf: int


AREAS = {
    "small": Area(FEW, (0, 1, 2, 3, 4, 60), (5, 6, 7), PAGE),
    "idle": Area(FEW, (), (), PAGE),
    "huge_read": Area(2 * HUGE, (23,), (), HUGE),
    "huge_written": Area(2 * HUGE, (), (600,), HUGE),
    "split": Area(HUGE, (1, 2, 100), (511,), PAGE),
    "file": Area(FEW, (0, 9, 63), (), PAGE),
    "shared": Area(FEW, (1,), (2, 3), PAGE),
    "hugetlb": Area(HUGE, (1,), (2,), HUGE),
}


def address(name):
    return BASE + list(AREAS).index(name) * GIB


def make_areas():
    """Map all areas and touch each page."""
    with tempfile.TemporaryFile(dir=os.environ.get("PGWALK_SCRATCH")) as file:
        file.write(b"x" * FEW)
        file.flush()
        set_up(address("file"), FEW, touch=False, fd=file.fileno())
    for page in range(FEW // PAGE):
        read_page(address("file") + page * PAGE)
    for name in "small", "idle":
        set_up(address(name), FEW, advice=NOHUGEPAGE)
    for name in "huge_read", "huge_written", "split":
        set_up(address(name), AREAS[name].size, advice=HUGEPAGE)
    libc.mprotect(address("split") + PAGE, PAGE, READ)
    libc.mprotect(address("split") + PAGE, PAGE, READ | WRITE)
    set_up(address("shared"), FEW, flags=SHARED)
    if int(POOL.read_text()):
        set_up(address("hugetlb"), HUGE, flags=HUGETLB)


def touch_areas():
    for name, area in AREAS.items():
        if name == "hugetlb" and not int(POOL.read_text()):
            continue
        for page in area.read:
            read_page(address(name) + page * PAGE)
        for page in area.written:
            write_pages(address(name), 1, page)


def start_areas():
    """Start a process that makes the areas. Return its PID, and a function that makes it touch the pages."""
    here, there = socket.socketpair()
    pid = os.fork()
    if not pid:
        make_areas()
        there.send(b"x")
        there.recv(1)
        touch_areas()
        there.send(b"x")
        while True:
            signal.pause()
    here.recv(1)

    def proceed():
        here.send(b"x")
        here.recv(1)
    return pid, proceed


def parse(text):
    """Return the rows by start, and the total."""
    objects = [json.loads(line) for line in text.splitlines()]
    return {int(row["start"], 16): row for row in objects[:-1]}, objects[-1]


def wss(*arguments):
    return parse(subprocess.run([PGWALK, "wss", "-j", *map(str, arguments)], check=True, stdout=subprocess.PIPE).stdout)


def is_cleared(pid, at):
    return not words(f"/proc/{pid}/pagemap", at // PAGE, 1)[0] & SOFT_DIRTY


def measure(seconds):
    """Touch the pages after pgwalk has cleared the bits. Return what it reports, the PID, and whether it was slow enough."""
    pid, proceed = start_areas()
    with subprocess.Popen([PGWALK, "wss", "-j", "--clear", "-i", str(seconds), str(pid)], stdout=subprocess.PIPE) as run:
        while run.poll() is None and not is_cleared(pid, address("idle")):
            time.sleep(0.01)
        proceed()
        in_time = run.poll() is None
        rows, total = parse(run.stdout.read())
    return pid, rows, total, in_time


def check_areas(results, rows, total):
    for name, area in AREAS.items():
        size, leaf = area.size, area.leaf
        title = f"{name}: touched, written and idle are those of the touched pages"
        row = rows.get(address(name))
        if name == "hugetlb" and not row:
            results.skip(title, "no pool of huge pages")
            continue
        if name == "hugetlb":
            results.result(row["unknown"] == row["resident"] == size and not row["touched"] and not row["idle"],
                           f"{name}: clear_refs does not clear the bits: not known", [row])
            continue
        touched = {page * PAGE // leaf for page in area.read + area.written}
        dirty = {page * PAGE // leaf for page in area.written}
        want = {"touched": len(touched) * leaf, "touched_least": len(touched) * PAGE, "written": len(dirty) * leaf,
                "written_least": len(dirty) * PAGE, "idle": size - len(touched) * leaf, "unknown": 0, "resident": size}
        bad = [f"{key}: {row[key]}, expected {value}" for key, value in want.items() if row[key] != value]
        results.result(not bad, title, bad)
    results.result(total["cleared"] and total["interval_ns"] >= SECONDS[0] * 10**9, "the interval is at least the requested one",
                   [total])


def referenced(pid):
    return {first: values["Referenced"] for first, _, values in mappings(pid) if BASE <= first < BASE + TIB}


def check_reading(results, pid):
    """A read changes nothing, and agrees with smaps: clear_refs has cleared the flags of the frames that smaps adds."""
    before = referenced(pid)
    rows, total = wss(pid)
    bad = [f"{first:x}: {rows[first]['touched']}, Referenced of smaps {value}" for first, value in before.items()
           if first != address("hugetlb") and rows[first]["touched"] != value]
    results.result(not bad and not total["cleared"] and total["interval_ns"] is None,
                   "without --clear: touched is Referenced of smaps", bad)
    rows, total = wss("-i", 1, pid)
    results.result(referenced(pid) == before and total["touched_before"] == total["touched"],
                   "without --clear: no bit changes, and a stopped process touches nothing", [total])


def test_streams(results, small):
    """The memory of pgwalk depends neither on mappings nor on address space."""
    limit = least_memory([PGWALK, "wss", str(small)])
    for make, pages in (many_mappings, 30000), (sparse, 23):
        pid, _, _ = start(make)
        try:
            run = run_in([PGWALK, "wss", str(pid)], limit + (512 << 10))
            results.result(not run.returncode, f"{make.__name__}: pgwalk takes as much memory as for a small process",
                           [limit, run.stderr])
            text = subprocess.run([PGWALK, "wss", "-j", str(pid), f"{BASE:x}-{BASE + 64 * TIB:x}"], check=True,
                                  stdout=subprocess.PIPE).stdout
            total = json.loads(text[text.rindex(b"\n", 0, -1):])
            results.result(total["resident"] == pages * PAGE == total["touched"] + total["idle"],
                           f"{make.__name__}: all {pages} pages are counted", [total])
        finally:
            end_process(pid)


def main():
    results = tap.Tap()
    # Nothing else clears accessed bits, and khugepaged collapses no page
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    configure(DAMON, "N")
    configure(POOL, 4)
    for seconds in SECONDS:
        pid, rows, total, in_time = measure(seconds)
        if in_time:
            break
        end_process(pid)
    try:
        results.result(in_time, "the pages were touched between the clear and the read")
        check_areas(results, rows, total)
    finally:
        end_process(pid)
    pid, _, _ = start(make_areas)
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("1\n")
        check_reading(results, pid)
        test_streams(results, pid)
    finally:
        end_process(pid)
    return results.end()


sys.exit(main())
