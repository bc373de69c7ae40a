#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares pgwalk reach with pagemap, kpageflags and smaps, on a stopped process with mappings of each kind: small pages in
random order, large folios whole, in part and at unaligned addresses, huge pages, hugetlb. Also memory of pgwalk for many
mappings and for much address space. TAP.

	reach.py PGWALK
"""
import functools
import json
import random
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import (
    BASE, GIB, HUGE, HUGEPAGE, HUGETLB, NOHUGEPAGE, PAGE, READ, TIB, WRITE, configure, end as end_process, least_memory,
    libc, many_mappings, move, read_page, run_in, set_up, sparse, start, stop_khugepaged, write_pages)
from proc_files import mappings, words

PGWALK = sys.argv[1]
THP = Path("/sys/kernel/mm/transparent_hugepage")
MTHP = THP / "hugepages-64kB/enabled"
POOL = Path("/proc/sys/vm/nr_hugepages")
PRESENT, PFN = 1 << 63, (1 << 55) - 1
KPF_HEAD, KPF_TAIL, KPF_ZERO = 15, 16, 24
FIELDS = ("runs", "run_bytes", "folios", "folio_bytes", "misaligned", "part_bytes")


def scattered(at):
    """Small pages, written in random order, with holes."""
    set_up(at, 64 * PAGE, advice=NOHUGEPAGE, touch=False)
    for page in random.Random(23).sample(range(64), 53):
        write_pages(at, 1, page)
    return 64 * PAGE


def sequential(at):
    """Small pages in order, the last ones in a mapping of their own, and a page of zeroes."""
    set_up(at, 40 * PAGE, advice=NOHUGEPAGE)
    libc.mprotect(at + 23 * PAGE, 17 * PAGE, READ)
    set_up(at + 40 * PAGE, 2 * PAGE, advice=NOHUGEPAGE, touch=False)
    read_page(at + 40 * PAGE)
    return 42 * PAGE


def huge(at):
    """Two huge pages, and part of a third one."""
    set_up(at, 3 * HUGE, advice=HUGEPAGE)
    libc.munmap(at + 2 * HUGE + 5 * PAGE, 3 * PAGE)
    return 3 * HUGE


def split(at):
    """A huge page that small entries map, whole and aligned."""
    set_up(at, HUGE, advice=HUGEPAGE)
    libc.mprotect(at + 7 * PAGE, PAGE, READ)
    libc.mprotect(at + 7 * PAGE, PAGE, READ | WRITE)
    return HUGE


def moved(at):
    """A huge page that was moved to an unaligned address."""
    set_up(at + 4 * HUGE, HUGE, advice=HUGEPAGE)
    move(at + 4 * HUGE, at + 3 * PAGE, HUGE)
    return HUGE + 3 * PAGE


def hugetlb(at):
    set_up(at, 2 * HUGE, HUGETLB)
    return 2 * HUGE


def large_folios(at):
    """Folios of 64K: whole, in part, at an unaligned address."""
    set_up(at, 16 * 16 * PAGE, advice=NOHUGEPAGE, touch=False)
    set_up(at, 16 * 16 * PAGE)
    libc.munmap(at + 5 * PAGE, PAGE)
    move(at + 2 * 16 * PAGE, at + HUGE + 3 * PAGE, 16 * PAGE)
    return HUGE + 19 * PAGE


def from_file(at):
    with open(sys.executable, "rb") as file:
        set_up(at, 256 * PAGE, touch=False, fd=file.fileno())
    for page in range(256):
        read_page(at + page * PAGE)
    return 256 * PAGE


ZOO = [scattered, sequential, huge, split, moved, hugetlb, large_folios, from_file]


def missing(kind):
    """Return the reason why this machine has no such pages."""
    if kind in (huge, split, moved) and not THP.exists():
        return "no transparent huge pages"
    if kind is large_folios and not MTHP.exists():
        return "no folios of 64K before 6.8"
    if kind is hugetlb and int(POOL.read_text()) < 2:
        return "no pool of huge pages"
    return None


def make_zoo():
    """Make each kind of mapping; return {name: (start, end)}."""
    ranges = {}
    for number, kind in enumerate(ZOO):
        if not missing(kind):
            at = BASE + number * GIB
            ranges[kind.__name__] = (at, at + kind(at))
    return ranges


@functools.cache
def flags_of(pfn):
    return (words("/proc/kpageflags", pfn, 1) or (0,))[0]


@functools.cache
def folio_of(pfn):
    """Return (first frame, pages) of the folio of a frame, from the heads and tails of kpageflags."""
    first, last = pfn, pfn + 1
    while flags_of(first) >> KPF_TAIL & 1:
        first -= 1
    if not flags_of(first) >> KPF_HEAD & 1:
        return first, 1
    while flags_of(last) >> KPF_TAIL & 1 and last - first < 1 << 18:
        last += 1
    return first, last - first


def resident(pid, start_, end, values):
    """Return [(address, pfn)] of the resident pages of a mapping."""
    if not values["Rss"] and not values.get("Private_Hugetlb", 0) + values.get("Shared_Hugetlb", 0) or start_ >> 47:
        return []
    entries = words(f"/proc/{pid}/pagemap", start_ // PAGE, (end - start_) // PAGE)
    pages = [(start_ + i * PAGE, entry & PFN) for i, entry in enumerate(entries) if entry & PRESENT]
    return [(at, pfn) for at, pfn in pages if not flags_of(pfn) >> KPF_ZERO & 1]


def streaks(pages, follows):
    """Split pages into the longest lists in which each page follows the page before."""
    found = []
    for page in pages:
        if found and follows(found[-1][-1], page):
            found[-1].append(page)
        else:
            found.append([page])
    return found


def count_leaves(at, end, sizes):
    """Count the fewest leaves of a range, from its start: the largest one that fits at each address."""
    count = 0
    while at < end:
        at += next(size for size in sizes if not at % size and at + size <= end)
        count += 1
    return count


class Expected:
    """What reach reports, computed from the kernel's files."""
    def __init__(self, pid, first, limit):
        self.size, self.total = {}, dict.fromkeys(
            ("resident", "runs", "longest", "entries", "entries_folios", "entries_contiguous"), 0)
        self.huge_leaves = 0
        with open("/proc/cpuinfo") as cpuinfo:
            self.sizes = [GIB] * (" pdpe1gb" in cpuinfo.read()) + [HUGE, PAGE]
        for start_, end, values in mappings(pid):
            if start_ >= first and end <= limit:
                self.add(resident(pid, start_, end, values), values)
        # Each leaf of 2M maps a whole folio of 2M
        small = self.total["resident"] // PAGE - self.huge_leaves * 512
        self.total["entries"] = small + self.huge_leaves
        self.total["entries_folios"] = self.total["entries"]
        for size, row in self.size.items():
            leaves = size // PAGE * (row["folios"] - row["misaligned"])
            if size == HUGE:
                leaves -= self.huge_leaves * 511
            self.total["entries_folios"] -= leaves - (row["folios"] - row["misaligned"])

    def row(self, size):
        return self.size.setdefault(size, dict.fromkeys(FIELDS, 0))

    def add(self, pages, values):
        total = self.total
        total["resident"] += len(pages) * PAGE
        self.huge_leaves += sum(values.get(name, 0) for name in (
            "AnonHugePages", "ShmemPmdMapped", "FilePmdMapped", "Private_Hugetlb", "Shared_Hugetlb")) // HUGE
        runs = streaks(pages, lambda a, b: b == (a[0] + PAGE, a[1] + 1))
        for run in runs:
            size = len(run) * PAGE
            row = self.row(1 << size.bit_length() - 1)
            row["runs"] += 1
            row["run_bytes"] += size
            total["longest"] = max(total["longest"], size)
            for part in streaks(run, lambda a, b: folio_of(a[1]) == folio_of(b[1])):
                self.add_folio(part)
        total["runs"] += len(runs)
        for run in streaks(pages, lambda a, b: b[0] == a[0] + PAGE):
            total["entries_contiguous"] += count_leaves(run[0][0], run[-1][0] + PAGE, self.sizes)

    def add_folio(self, part):
        _, pages = folio_of(part[0][1])
        if pages == 1:
            return
        row = self.row(pages * PAGE)
        if len(part) < pages:
            row["part_bytes"] += len(part) * PAGE
            return
        row["folios"] += 1
        row["folio_bytes"] += pages * PAGE
        row["misaligned"] += part[0][0] % (pages * PAGE) != 0


def reach(*arguments):
    """Return the rows by size, the total, and the TLBs that pgwalk reports."""
    text = subprocess.run([PGWALK, "reach", *map(str, arguments), "-j"], check=True, stdout=subprocess.PIPE).stdout
    objects = [json.loads(line) for line in text.splitlines()]
    rows = {row["size"]: row for row in objects if row["schema"] == "pgwalk.reach/1"}
    total, = (row for row in objects if row["schema"] == "pgwalk.reach.total/1")
    return rows, total, [row for row in objects if row["schema"] == "pgwalk.tlb/1"]


def compare(pid, first, limit):
    """Return the differences between pgwalk and the kernel's files."""
    rows, total, tlbs = reach(pid, f"{first:x}-{limit:x}")
    expected = Expected(pid, first, limit)
    bad = [f"{key}: {total[key]}, expected {value}" for key, value in expected.total.items() if total[key] != value]
    for size in sorted(set(rows) | set(expected.size)):
        for key in FIELDS:
            got, want = rows.get(size, {}).get(key, 0), expected.size.get(size, {}).get(key, 0)
            if got != want:
                bad.append(f"size {size}: {key} {got}, expected {want}")
    leaves = {size: rows.get(size, {}).get("leaves", 0) for size in (PAGE, HUGE)}
    if leaves != {PAGE: expected.total["entries"] - expected.huge_leaves, HUGE: expected.huge_leaves}:
        bad.append(f"leaves {leaves}, expected {expected.huge_leaves} of 2M")
    for tlb in tlbs:
        if tlb["type"] in ("data", "unified", "load", "store") and tlb["sizes"] == ["2M"] and tlb["needed"] != leaves[HUGE]:
            bad.append(f"a TLB needs {tlb['needed']} entries of 2M")
    return bad


def test_streams(results, small):
    """The memory of pgwalk depends neither on mappings nor on address space."""
    limit = least_memory([PGWALK, "reach", str(small)])
    for make, pages in (many_mappings, 30000), (sparse, 23):
        pid, _, _ = start(make)
        try:
            run = run_in([PGWALK, "reach", str(pid)], limit + (512 << 10))
            results.result(not run.returncode, f"{make.__name__}: pgwalk takes as much memory as for a small process",
                           [limit, run.stderr])
            _, total, _ = reach(pid, f"{BASE:x}-{BASE + 64 * TIB:x}")
            results.result(total["resident"] == pages * PAGE == total["entries"] * PAGE == total["entries_contiguous"] * PAGE,
                           f"{make.__name__}: all {pages} pages are counted", [total])
        finally:
            end_process(pid)


def test_tlb(results, pid):
    """/proc/cpuinfo has the sum of the second-level TLBs of 4K pages on CPUs of AMD."""
    title = "the second-level TLBs agree with /proc/cpuinfo"
    with open("/proc/cpuinfo") as cpuinfo:
        sizes = [line.split(":")[1].split()[0] for line in cpuinfo if line.startswith("TLB size")]
    if not sizes:
        results.skip(title, "/proc/cpuinfo has no TLB size")
        return
    _, total, tlbs = reach(pid)
    found = sum(tlb["entries"] for tlb in tlbs if tlb["level"] == 2 and tlb["sizes"] == ["4K"])
    results.result(found == int(sizes[0]) and total["hypervisor"], title, [f"{found}, {sizes[0]} in cpuinfo", *tlbs])


def main():
    results = tap.Tap()
    # khugepaged must not collapse pages between two reads
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    configure(MTHP, "always")
    configure(POOL, 4)
    pid, ranges, _ = start(make_zoo)
    try:
        for kind in ZOO:
            name, title = kind.__name__, f"{kind.__name__}: pgwalk agrees with pagemap, kpageflags and smaps"
            if name not in ranges:
                results.skip(title, missing(kind))
                continue
            bad = compare(pid, *ranges[name])
            results.result(not bad, title, bad)
        bad = compare(pid, 0, 0x7ffffffff000)
        results.result(not bad, "the whole process: pgwalk agrees with pagemap, kpageflags and smaps", bad)
        for name, size, key in (("huge", HUGE, "folios"), ("huge", HUGE, "part_bytes"), ("hugetlb", HUGE, "folios"),
                                ("moved", HUGE, "misaligned"), ("large_folios", 16 * PAGE, "folios"),
                                ("large_folios", 16 * PAGE, "misaligned"), ("large_folios", 16 * PAGE, "part_bytes")):
            if name in ranges:
                rows, _, _ = reach(pid, f"{ranges[name][0]:x}-{ranges[name][1]:x}")
                results.result(rows.get(size, {}).get(key, 0) > 0, f"{name}: the zoo has {key} of {size} bytes", [rows])
        test_tlb(results, pid)
        test_streams(results, pid)
    finally:
        end_process(pid)
    return results.end()


sys.exit(main())
