#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares pgwalk cow with the kernel: a process that has forked really writes to each page of its mappings, and the page
faults, the pages with another frame, and the growth of anonymous memory are those that pgwalk predicted. The mappings are
small and huge pages, split ones and folios of 64K, shared with a child or grandchild, or with none any more; pages of zeroes,
private and shared pages of files, and hugetlb. A second pass write-protects all entries first. Also which processes share
pages, and the memory of pgwalk for many mappings. TAP.

	cow.py PGWALK WRITER
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import (
    GIB, NOHUGEPAGE, NORESERVE, PAGE, READ, TIB, configure, end as end_process, least_memory, libc, run_in, set_up, start,
    stop_khugepaged, write_pages)
from proc_files import mappings, words

PGWALK, WRITER = sys.argv[1:3]
THP = Path("/sys/kernel/mm/transparent_hugepage")
MTHP = THP / "hugepages-64kB/enabled"
POOL = Path("/proc/sys/vm/nr_hugepages")
FRAME = (1 << 55) - 1
PRESENT = 1 << 63
BASE = 0x100000000000
TRIES = 3
PR_SET_PDEATHSIG = 1


def drain():
    """Empty the lists of each CPU of pages that are not on the LRU yet: they hold references."""
    Path("/proc/sys/vm/drop_caches").write_text("1\n")
    Path("/proc/sys/vm/compact_memory").write_text("1\n")


def cow(*arguments):
    """Return the rows by start, the relatives by PID, and the total."""
    text = subprocess.run([PGWALK, "cow", *map(str, arguments), "-j"], check=True, stdout=subprocess.PIPE).stdout
    objects = [json.loads(line) for line in text.splitlines()]
    return ([row for row in objects if row["schema"] == "pgwalk.cow/1"],
            {row["pid"]: row for row in objects if row["schema"] == "pgwalk.cow.relative/1"},
            next(row for row in objects if row["schema"] == "pgwalk.cow.total/1"))


def frames(pid, first, limit):
    """Return the frame of each page, 0 without one."""
    return [word & FRAME if word & PRESENT else 0 for word in words(f"/proc/{pid}/pagemap", first // PAGE, (limit - first) // PAGE)]


def smaps(pid, first, limit):
    """Return the sums of smaps of the mappings in a range."""
    sums = {}
    for start_, end, values in mappings(pid):
        if start_ >= first and end <= limit:
            for key, value in values.items():
                sums[key] = sums.get(key, 0) + value
    return sums


class Writer:
    """A running cow_writer."""
    def __init__(self, path):
        self.process = subprocess.Popen(    # pylint: disable=consider-using-with
            [WRITER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.areas, self.child, self.grandchild = {}, 0, 0
        forked = False
        while not (forked and "ready" in self.areas):
            name, *rest = self.line()
            if name == "child":
                forked = True
            elif name == "pids":
                self.child, self.grandchild = map(int, rest)
            else:
                self.areas[name] = tuple(int(part, 16) for part in rest)
        del self.areas["ready"]
        self.warm_up()

    def line(self):
        """Return the words of a line."""
        found = self.process.stdout.readline().split()
        if not found:
            raise RuntimeError(f"cow_writer has ended with {self.process.wait()}")
        return found

    def warm_up(self):
        """Let the program touch the memory that it uses to count."""
        self.faults("self")
        self.faults("self")

    def faults(self, name):
        """Let it write to the next mapping; return the faults."""
        self.process.stdin.write("x")
        self.process.stdin.flush()
        found, number = self.line()
        assert found == name, found
        return int(number)

    def end(self):
        """Kill it, and wait until its children, which have its huge pages, have ended, too."""
        self.process.kill()
        self.process.wait()
        for pid in self.child, self.grandchild:
            while Path(f"/proc/{pid}").exists():
                time.sleep(0.05)


def predict(pid, areas):
    """Return the sums that pgwalk predicts by area; again, while pages have references that may go away."""
    for _ in range(TRIES):
        rows, _, total = cow(pid, f"{BASE:x}-{BASE + len(areas) * GIB:x}")
        if not total["unsure"]:
            break
        drain()
    found = {}
    for name, (first, limit) in areas.items():
        own = [row for row in rows if int(row["start"], 16) >= first and int(row["end"], 16) <= limit]
        found[name] = {key: sum(row[key] for row in own) for key in ("faults", "copied", "copied_file", "copied_zero", "shared",
                                                                     "unsure")}
    return found


def check_area(writer, name, predicted):
    """Write to a mapping. Return the differences from the prediction."""
    pid, (first, limit) = writer.process.pid, writer.areas[name]
    before, frames_before = smaps(pid, first, limit), frames(pid, first, limit)
    faults = writer.faults(name)
    after, frames_after = smaps(pid, first, limit), frames(pid, first, limit)
    got = {"faults": faults, "copied": sum(a != b for a, b in zip(frames_before, frames_after)) * PAGE}
    want = {"faults": predicted["faults"], "copied": predicted["copied"]}
    # smaps does not count hugetlb
    if not name.startswith("hugetlb"):
        got.update(anonymous=after["Anonymous"] - before["Anonymous"], rss=after["Rss"] - before["Rss"])
        want.update(anonymous=predicted["copied_file"] + predicted["copied_zero"], rss=predicted["copied_zero"])
    bad = [f"{key}: {got[key]}, predicted {value}" for key, value in want.items() if got[key] != value]
    return [*bad, predicted] if bad or predicted["unsure"] else []


def check_sharing(results, writer, pid):
    """The relatives, from both sides, while nothing is written yet."""
    child, grandchild = writer.child, writer.grandchild
    for name, other, relation in (("small", child, "child"), ("huge", child, "child"), ("split", child, "child"),
                                  ("small_tree", grandchild, "child"), ("huge_tree", grandchild, "child")):
        first, limit = writer.areas[name]
        rows, relatives, total = cow(pid, f"{first:x}-{limit:x}")
        shared = {one["pid"]: one["shared"] for one in relatives.values() if one["shared"]}
        results.result(shared == {other: limit - first} and relatives[other]["relation"] == relation and
                       [row["with_pids"] for row in rows] == [[other]] and total["elsewhere"] == 0 and
                       total["shared"] == limit - first, f"{name}: every page is shared with the {relation}", [relatives, *rows])
        _, relatives, total = cow(other, f"{first:x}-{limit:x}")
        shared = {one["pid"]: one["relation"] for one in relatives.values() if one["shared"] == limit - first}
        results.result(shared == {pid: "parent"}, f"{name}: every page of the child is shared with the parent", [relatives])
    first, limit = writer.areas["half"]
    _, relatives, total = cow(pid, f"{first:x}-{limit:x}")
    one = relatives[child]
    results.result(one["shared"] == one["differ"] == (limit - first) // 2 == total["exclusive"],
                   "half: pages that the child has written differ, the others are shared", [one, total])
    first, limit = writer.areas["small_alone"]
    _, relatives, total = cow(pid, f"{first:x}-{limit:x}")
    results.result(total["exclusive"] == limit - first and not any(one["shared"] for one in relatives.values()),
                   "small_alone: no page is shared after the child has exited", [total])


def check_written(results, writer, pid):
    """After the writes all pages differ from those of the child."""
    first, limit = writer.areas["small"]
    _, relatives, total = cow(pid, f"{first:x}-{limit:x}")
    one = relatives[writer.child]
    results.result(one["differ"] == limit - first == total["exclusive"] and not one["shared"] and not total["faults"],
                   "small: after the write no page is shared, and no further write faults", [one, total])


def missing(name):
    """Return the reason why this kernel has no such mapping."""
    if name.startswith("folios") and not MTHP.exists():
        return "no folios of 64K before 6.8"
    return "no pool of huge pages" if name.startswith("hugetlb") else None


def protect(pid):
    """Write-protect the entries of a process, and of no other one: soft-dirty."""
    Path(f"/proc/{pid}/clear_refs").write_text("4\n")


def run_writes(results, path, protected):
    writer = Writer(path)
    pid, kind = writer.process.pid, "soft-dirty: " if protected else ""
    try:
        drain()
        if protected:
            protect(pid)
        writer.warm_up()
        if not protected:
            check_sharing(results, writer, pid)
        predicted = predict(pid, writer.areas)
        for name, (first, limit) in writer.areas.items():
            title = f"{kind}{name}: faults and copies of a write to each page are those predicted"
            if name == "read_only":
                own = predicted[name]
                results.result(not own["faults"] and not own["copied"] and own["shared"] == limit - first,
                               f"{kind}{name}: nothing is predicted for a mapping without permission to write", [own])
                continue
            if missing(name) and name.startswith("folios"):
                writer.faults(name)
                results.skip(title, missing(name))
                continue
            bad = check_area(writer, name, predicted[name])
            results.result(not bad, title, bad)
        if not protected:
            check_written(results, writer, pid)
    finally:
        writer.end()


def many_mappings():
    set_up(BASE, 60000 * PAGE, advice=NOHUGEPAGE, touch=False)
    for page in range(0, 60000, 2):
        libc.mprotect(BASE + page * PAGE, PAGE, READ)
    for page in range(1, 60000, 2):
        write_pages(BASE, 1, page)
    if not os.fork():
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        while True:
            signal.pause()


def sparse():
    set_up(BASE, 64 * TIB, NORESERVE, NOHUGEPAGE, touch=False)
    for part in range(23):
        write_pages(BASE + (64 * TIB // 23 * part & -PAGE), 1)


def small():
    set_up(BASE, 23 * PAGE, advice=NOHUGEPAGE)


def test_streams(results):
    """The memory of pgwalk depends neither on mappings nor on address space."""
    pid, _, _ = start(small)
    limit = least_memory([PGWALK, "cow", str(pid)])
    end_process(pid)
    for make, pages, is_shared in (many_mappings, 30000, True), (sparse, 23, False):
        pid, _, _ = start(make)
        try:
            run = run_in([PGWALK, "cow", str(pid)], limit + (512 << 10))
            results.result(not run.returncode, f"{make.__name__}: pgwalk takes as much memory as for a small process",
                           [limit, run.stderr])
            text = subprocess.run([PGWALK, "cow", "-j", str(pid), f"{BASE:x}-{BASE + 64 * TIB:x}"], check=True,
                                  stdout=subprocess.PIPE).stdout
            total = json.loads(text[text.rindex(b"\n", 0, -1):])
            results.result(total["resident"] == pages * PAGE == total["shared" if is_shared else "exclusive"] and
                           total["faults"] == (pages if is_shared else 0) and total["copied"] == total["faults"] * PAGE,
                           f"{make.__name__}: all {pages} pages are counted", [total])
        finally:
            end_process(pid)


def main():
    results = tap.Tap()
    # khugepaged must not collapse pages between two reads
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    configure(MTHP, "always")
    configure(POOL, 8)
    with tempfile.TemporaryDirectory(dir=os.environ.get("PGWALK_SCRATCH")) as directory:
        path = Path(directory) / "file"
        path.write_bytes(b"x" * (64 * PAGE))
        run_writes(results, path, False)
        if " sd" in Path("/proc/self/smaps").read_text():
            run_writes(results, path, True)
    test_streams(results)
    return results.end()


sys.exit(main())
