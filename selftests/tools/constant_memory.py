#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""The memory of pgwalk does not grow with the process that it reads: each verb takes as much for 60 000 mappings, and for 64 TiB
of address space, as for a small process. cow, diff, reach, snapshot and wss have this test in their own suites. TAP.

	constant_memory.py PGWALK
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import BASE, GIB, PAGE, SHARED, end, least_memory, many_mappings, run_in, set_up, sparse, start, write_pages

PGWALK = sys.argv[1]
MIB = 1 << 20
# Verbs with their options. Sorted rows are kept, at most 64 MiB of them
VERBS = ("vmas", "vmas -a -o range,frames,eligible", "pages", "pages -p -j", "tables", "verify", "mm", "huge", "huge --sizes",
         "wss -i 0.01", "report -o /dev/null")
SORTED = ("vmas -s resident", "pages -p -s size")
ROOM, SORTED_ROOM = MIB, 80 * MIB
MAPPERS = 30000


def small():
    set_up(BASE, 8 * PAGE)


def shared_file(number):
    """Map a page of one file many times, not next to itself in the file: no two of the mappings merge."""
    fd = os.memfd_create("shared")
    os.truncate(fd, PAGE)
    for mapping in range(number):
        set_up(BASE + GIB + 2 * mapping * PAGE, PAGE, SHARED, touch=False, fd=fd)
        write_pages(BASE + GIB + 2 * mapping * PAGE, 1)
    return os.getpid(), fd


def command(verb, pid):
    name, *options = verb.split()
    return [PGWALK, name, *options, str(pid)]


def compare(results, verb, room, limit, made, pid):
    run = run_in(command(verb, pid), limit + room)
    results.result(not run.returncode, f"{verb}: {made}: at most {room // MIB} MiB more than for a small process",
                   [f"limit {limit + room}: status {run.returncode}", run.stderr])


def test_verbs(results):
    pid, _, _ = start(small)
    limits = {verb: least_memory(command(verb, pid)) for verb in VERBS + SORTED}
    end(pid)
    for make in (many_mappings, sparse):
        pid, _, _ = start(make)
        try:
            for verb in VERBS + SORTED:
                compare(results, verb, SORTED_ROOM if verb in SORTED else ROOM, limits[verb], make.__name__, pid)
        finally:
            end(pid)


def test_mappers(results):
    """rmap of a page, and file of a file, with many mappings."""
    limits = {}
    for number in (1, MAPPERS):
        pid, (owner, fd), _ = start(lambda number=number: shared_file(number))
        commands = {"rmap": [PGWALK, "rmap", "-j", str(pid), f"{BASE + GIB:x}"], "file": [PGWALK, "file", "-j", f"/proc/{owner}/fd/{fd}"]}
        try:
            for name, words in commands.items():
                if number == 1:
                    limits[name] = least_memory(words)
                    continue
                run = run_in(words, limits[name] + ROOM)
                results.result(not run.returncode, f"{name}: {number} mappings of a page: at most 1 MiB more than for one",
                               [limits[name], run.returncode, run.stderr])
        finally:
            end(pid)


def main():
    results = tap.Tap()
    test_verbs(results)
    test_mappers(results)
    return results.end()


sys.exit(main())
