#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares pgwalk huge with the kernel: a process makes slots of each kind and stops; pgwalk predicts the result of MADV_COLLAPSE
for each; the process continues and calls MADV_COLLAPSE on each slot. Also THPeligible of smaps. TAP.

	huge.py PGWALK
"""
import ctypes
import errno
import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import (
    COLLAPSE, DONTNEED, GIB, GUARD, HUGE, HUGEPAGE, HUGETLB, HWPOISON, NOHUGEPAGE, PAGE, PAGEOUT, READ, SHARED, TIB, WRITE,
    check, configure, end, least_memory, libc, madvise, read_page, remove_swap, run_in, set_up, set_up_swap, start,
    stop_khugepaged, write_pages)

PGWALK = sys.argv[1]
THP = Path("/sys/kernel/mm/transparent_hugepage")
POOL = Path("/proc/sys/vm/nr_hugepages")
SCRATCH = os.environ.get("PGWALK_SCRATCH")
SWAP = Path(SCRATCH or "/nonexistent") / "huge-swap"
BASE = 0x200000000000
PR_SET_THP_DISABLE, PR_SET_PDEATHSIG = 41, 1
PR_THP_DISABLE_EXCEPT_ADVISED = 1 << 1
SYS_USERFAULTFD = 323
UFFDIO_API, UFFDIO_REGISTER, UFFDIO_WRITEPROTECT = 0xc018aa3f, 0xc020aa00, 0xc018aa06
FULL = HUGE // PAGE


# Each function makes the mappings of one kind from an address on. Its slot is there, unless it returns another address; None:
# the machine cannot make it.

def full(at):
    set_up(at, HUGE)


def half(at):
    set_up(at, HUGE, touch=False)
    write_pages(at, 256)


def one_page(at):
    set_up(at, HUGE, touch=False)
    write_pages(at, 1, 23)


def empty(at):
    """The second slot of a mapping in use."""
    set_up(at, 2 * HUGE, touch=False)
    write_pages(at, FULL)
    return at + HUGE


def emptied(at):
    """The table stays without pages."""
    set_up(at, 2 * HUGE)
    for page in range(0, FULL, 64):
        madvise(at + page * PAGE, 64 * PAGE, DONTNEED)


def unwritten(at):
    """Never written, and with a guard page after it, so that it stays a mapping of its own."""
    set_up(at, HUGE, touch=False)
    for page in range(23):
        read_page(at + page * PAGE)


def zeroes(at):
    """Half of the page of zeroes, half written."""
    set_up(at, HUGE, touch=False)
    for page in range(256):
        read_page(at + page * PAGE)
    write_pages(at, 256, 256)


def nohugepage(at):
    set_up(at, HUGE, advice=NOHUGEPAGE)


def advised(at):
    set_up(at, HUGE)
    check(not madvise(at, HUGE, HUGEPAGE), "madvise")


def huge(at):
    set_up(at, HUGE, advice=HUGEPAGE)


def huge_nohugepage(at):
    set_up(at, HUGE, advice=HUGEPAGE)
    check(not madvise(at, HUGE, NOHUGEPAGE), "madvise")


def split(at):
    set_up(at, HUGE, advice=HUGEPAGE)
    libc.mprotect(at + 7 * PAGE, PAGE, READ)
    libc.mprotect(at + 7 * PAGE, PAGE, READ | WRITE)


def with_holes(at):
    set_up(at, HUGE, advice=HUGEPAGE)
    madvise(at + 23 * PAGE, 41 * PAGE, DONTNEED)


def read_only(at):
    set_up(at, HUGE)
    libc.mprotect(at, HUGE, READ)


def fork_and_wait():
    if not os.fork():
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        while True:
            signal.pause()


def forked(at):
    """All pages are shared with a child."""
    set_up(at, HUGE)
    fork_and_wait()


def forked_written(at):
    """One page was written after the fork."""
    set_up(at, HUGE)
    fork_and_wait()
    write_pages(at, 1, 100)


def swapped(at):
    set_up(at, HUGE)
    if madvise(at + 5 * PAGE, 100 * PAGE, PAGEOUT):
        return None
    with open("/proc/self/pagemap", "rb") as file:
        entry, = struct.unpack("Q", os.pread(file.fileno(), 8, (at + 10 * PAGE) // PAGE * 8))
    return at if entry >> 62 & 1 else None


def register(at, mode):
    """Register a slot with userfaultfd; return the descriptor."""
    fd = libc.syscall(SYS_USERFAULTFD, os.O_CLOEXEC | os.O_NONBLOCK)
    check(fd >= 0, "userfaultfd")
    fcntl.ioctl(fd, UFFDIO_API, bytearray(struct.pack("QQQ", 0xaa, 0, 0)))
    fcntl.ioctl(fd, UFFDIO_REGISTER, bytearray(struct.pack("QQQQ", at, HUGE, mode, 0)))
    return fd


def uffd_holes(at):
    set_up(at, HUGE, touch=False)
    write_pages(at, 100)
    register(at, 1)


def uffd_full(at):
    set_up(at, HUGE)
    register(at, 1)


def uffd_protected(at):
    set_up(at, HUGE)
    fd = register(at, 2)
    fcntl.ioctl(fd, UFFDIO_WRITEPROTECT, bytearray(struct.pack("QQQ", at + 3 * PAGE, 5 * PAGE, 1)))


def pinned(at):
    """vmsplice() keeps references to pages in a pipe."""
    set_up(at, HUGE)
    vector = struct.pack("QQ", at + 40 * PAGE, 4 * PAGE)
    check(libc.vmsplice(os.pipe()[1], vector, ctypes.c_ulong(1), 0) == 4 * PAGE, "vmsplice")


def guard(at):
    set_up(at, HUGE)
    return None if madvise(at + 9 * PAGE, PAGE, GUARD) else at


def poisoned(at):
    set_up(at, HUGE)
    signal.signal(signal.SIGBUS, lambda *_: None)
    # a forced signal: an ignored one would kill
    return None if madvise(at + 30 * PAGE, PAGE, HWPOISON) else at


def hugetlb(at):
    if int(POOL.read_text()) < 2:
        return None
    set_up(at, HUGE, HUGETLB)
    return at


def memfd(pages, size=2 * HUGE):
    """Return a memfd with this many pages from its beginning."""
    fd = os.memfd_create("pgwalk-huge")
    os.ftruncate(fd, size)
    os.pwrite(fd, b"x" * (pages * PAGE), 0)
    return fd


def shmem(at):
    set_up(at, HUGE, SHARED, fd=memfd(0))


def shmem_half(at):
    set_up(at, HUGE, SHARED, fd=memfd(256), touch=False)
    write_pages(at, 23)


def shmem_unmapped(at):
    """The file has pages; none is mapped."""
    set_up(at, HUGE, SHARED, fd=memfd(23), touch=False)


def shmem_empty(at):
    """The second slot of the file has no page."""
    set_up(at, 2 * HUGE, SHARED, fd=memfd(23), touch=False)
    return at + HUGE


def shmem_offset(at):
    set_up(at, HUGE, SHARED, fd=memfd(FULL), offset=PAGE)


def shmem_nohugepage(at):
    set_up(at, HUGE, SHARED, fd=memfd(FULL), advice=NOHUGEPAGE)


def shmem_private(at):
    """A private mapping without a copied page."""
    set_up(at, HUGE, fd=memfd(FULL), touch=False)
    for page in range(FULL):
        read_page(at + page * PAGE)


def shmem_copied(at):
    set_up(at, HUGE, fd=memfd(FULL), touch=False)
    write_pages(at, 3, 50)


def shmem_huge(at):
    set_up(at, HUGE, SHARED, fd=memfd(FULL))
    return None if madvise(at, HUGE, COLLAPSE) else at


def shmem_split(at):
    """A second mapping of a huge page, with small entries."""
    fd = memfd(FULL)
    set_up(at, HUGE, SHARED, fd=fd)
    if madvise(at, HUGE, COLLAPSE):
        return None
    libc.munmap(at, HUGE)
    set_up(at, HUGE, SHARED, fd=fd)
    libc.mprotect(at + 7 * PAGE, PAGE, READ)
    libc.mprotect(at + 7 * PAGE, PAGE, READ | WRITE)
    return at


def shared_anonymous(at):
    set_up(at, HUGE, SHARED)


def regular_file(at):
    """Two slots of a file on a real filesystem."""
    if not SCRATCH:
        return None
    path = Path(SCRATCH) / "huge"
    path.write_bytes(os.urandom(2 * HUGE))
    os.sync()
    with open(path, "rb") as file:
        check(libc.mmap(at, HUGE, READ, 0x12, file.fileno(), 0) == at, "mmap")
    madvise(at, HUGE, HUGEPAGE)
    for page in range(FULL):
        read_page(at + page * PAGE)
    return at


ZOO = [full, half, one_page, empty, emptied, unwritten, zeroes, nohugepage, advised, huge, huge_nohugepage, split, with_holes,
       read_only, swapped, uffd_holes, uffd_full, uffd_protected, pinned, guard, poisoned, hugetlb, shmem, shmem_half,
       shmem_unmapped, shmem_empty, shmem_offset, shmem_nohugepage, shmem_private, shmem_copied, shmem_huge, shmem_split,
       shared_anonymous, regular_file]
# A fork() shares the pages of all slots
FORKED = [forked, forked_written]
ONE_PROCESS = [full, huge, nohugepage, shmem]


def make(kinds, before=None):
    """Make slots of each kind; return {name: address, or null}."""
    made = {}
    if before:
        before()
    for number, kind in enumerate(kinds):
        at = BASE + number * GIB
        try:
            slot = kind(at)
        except OSError as error:
            print(f"# {kind.__name__}: {error}", file=sys.stderr)
            slot = None
        else:
            if slot is None and kind not in CAN_FAIL:
                slot = at
        made[kind.__name__] = slot
    return made


CAN_FAIL = [swapped, guard, poisoned, hugetlb, shmem_huge, shmem_split, regular_file]


def collapse(made):
    """Call MADV_COLLAPSE on each slot; return the name of each result."""
    results = {}
    for name, slot in made.items():
        if slot is not None:
            error = madvise(slot, HUGE, COLLAPSE)
            results[name] = errno.errorcode[error] if error else "ok"
    return results


def predict(pid, *arguments):
    """Return the objects of pgwalk huge by kind."""
    text = subprocess.run([PGWALK, "huge", str(pid), *arguments, "-j"], check=True, stdout=subprocess.PIPE).stdout
    found = {}
    for line in text.splitlines():
        row = json.loads(line)
        found.setdefault(row["schema"], []).append(row)
    return found


def row_of(rows, slot):
    return next((row for row in rows if int(row["start"], 16) <= slot < int(row["end"], 16)), None)


def eligible(pid):
    """Return [(start, end, THPeligible)]."""
    found = []
    with open(f"/proc/{pid}/smaps") as file:
        for line in file:
            first, *rest = line.split()
            if first == "THPeligible:":
                found[-1] = (*found[-1], int(rest[0]))
            elif not first.endswith(":"):
                found.append(tuple(int(part, 16) for part in first.split("-")))
    return found


def test_eligible(results, pid, rows, title):
    bad, compared = [], 0
    for first, last, value in eligible(pid):
        for row in rows:
            if row["eligible"] is not None and first <= int(row["start"], 16) and int(row["end"], 16) <= last:
                compared += 1
                if row["eligible"] != bool(value):
                    bad.append(f"{first:x}-{last:x}: {row}, THPeligible {value}")
    results.result(compared and not bad, title, bad)


def test_zoo(results, kinds, name, expected=None, before=None):
    """Predict, collapse, compare. @expected: reasons that some kinds must have."""
    pid, made, proceed = start(lambda: make(kinds, before), collapse)
    try:
        found = predict(pid)
        rows = found["pgwalk.huge/1"]
        test_eligible(results, pid, rows, f"{name}: THPeligible of smaps agrees")
        total, = found["pgwalk.huge.total/1"]
        results.result(total["rules_exact"] or "7.2" in os.uname().release, f"{name}: the rules are those of this kernel", [total])
        sums = sum(row["bytes"] for row in found["pgwalk.huge.reason/1"])
        results.result(sums == sum(row["bytes"] for row in rows) == sum(
            total[key] for key in ("huge", "could", "after", "never", "unknown")), f"{name}: the totals are the sums of the rows")
        done = proceed()
    finally:
        end(pid)
    for kind, slot in made.items():
        title = f"{name}: {kind}: MADV_COLLAPSE has the predicted result"
        if slot is None:
            results.skip(title, "this machine has no such slots")
            continue
        row = row_of(rows, slot)
        good = row and row["collapse"] == done[kind]
        if row and row["collapse"] is None and row["state"] == "unknown":
            results.skip(title, f"unknown: {row['reason']}; it is {done[kind]}")
            continue
        results.result(good, f"{title}: {done[kind]}, {row and row['reason']}", [row])
        if row and (row["state"] in ("huge", "could")) != (row["collapse"] == "ok") and row["reason"] not in ("mapped", "hugetlb"):
            results.result(False, f"{name}: {kind}: state and prediction agree", [row])
        if kind in (expected or {}):
            results.result(row["reason"] == expected[kind], f"{name}: {kind}: the reason is {expected[kind]}", [row])


def set_khugepaged(none=511, swap=64, shared=256):
    for name, value in (("max_ptes_none", none), ("max_ptes_swap", swap), ("max_ptes_shared", shared)):
        configure(THP / "khugepaged" / name, value)


def disable():
    check(not libc.prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), "prctl")


def disable_unadvised():
    check(not libc.prctl(PR_SET_THP_DISABLE, 1, PR_THP_DISABLE_EXCEPT_ADVISED, 0, 0), "prctl")


def has_unadvised():
    """6.18 and later; older kernels have no flags."""
    if libc.prctl(PR_SET_THP_DISABLE, 1, PR_THP_DISABLE_EXCEPT_ADVISED, 0, 0):
        return False
    return not libc.prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0)


def sparse():
    set_up(BASE, 64 * TIB, 0x4000, touch=False)
    for part in range(23):
        write_pages(BASE + (64 * TIB // 23 * part & -PAGE), 1)


def many_mappings():
    set_up(BASE, 60000 * PAGE, touch=False)
    for page in range(0, 60000, 2):
        libc.mprotect(BASE + page * PAGE, PAGE, READ)


def test_streams(results):
    """The memory of pgwalk depends neither on mappings nor on address space."""
    small, _, _ = start(lambda: None)
    limit = least_memory([PGWALK, "huge", str(small)])
    end(small)
    for kind in many_mappings, sparse:
        pid, _, _ = start(kind)
        try:
            run = run_in([PGWALK, "huge", str(pid)], limit + (512 << 10))
            results.result(not run.returncode, f"{kind.__name__}: pgwalk takes as much memory as for a small process",
                           [limit, run.stderr])
            results.result(count_slots(pid) == (64 * TIB // HUGE if kind is sparse else 0),
                           f"{kind.__name__}: each slot is reported once")
        finally:
            end(pid)


def count_slots(pid):
    """Count the slots that pgwalk reports, without keeping its output."""
    with subprocess.Popen([PGWALK, "huge", str(pid), f"{BASE:x}-{BASE + 64 * TIB:x}", "-j"], stdout=subprocess.PIPE) as process:
        return sum(json.loads(line).get("slots", 0) for line in process.stdout if b'"pgwalk.huge/1"' in line)


def main():
    results = tap.Tap()
    # khugepaged must not collapse a slot between prediction and call: the page that it reads is of this process
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    set_up(BASE - GIB, HUGE, advice=HUGEPAGE)
    configure(POOL, 4)
    if SCRATCH:
        set_up_swap(SWAP)
    set_khugepaged()
    test_zoo(results, ZOO, "madvise", {
        "full": "sysfs-madvise", "advised": "waiting", "huge": "mapped", "split": "split", "nohugepage": "nohugepage",
        "pinned": "pinned", "uffd_holes": "uffd-empty", "uffd_protected": "uffd", "guard": "guard", "poisoned": "hwpoison",
        "shmem_offset": "offset", "shmem_copied": "copied", "shmem_empty": "empty", "empty": "empty", "unwritten": "unwritten",
        "hugetlb": "hugetlb", "shmem_huge": "mapped"})
    configure(THP / "enabled", "never")
    test_zoo(results, [full, half, swapped, huge], "never", {"full": "sysfs-never"})
    configure(THP / "enabled", "madvise")
    test_zoo(results, FORKED, "fork")
    test_zoo(results, ONE_PROCESS, "prctl", {"full": "prctl", "shmem": "prctl"}, disable)
    if has_unadvised():
        configure(THP / "enabled", "always")
        test_zoo(results, [full, nohugepage, advised, shmem], "advised only",
                 {"full": "prctl-advised", "nohugepage": "nohugepage", "advised": "waiting"}, disable_unadvised)
        configure(THP / "enabled", "madvise")
    else:
        results.skip("advised only", "no PR_THP_DISABLE_EXCEPT_ADVISED")
    configure(THP / "shmem_enabled", "deny")
    test_zoo(results, [full, shmem, shared_anonymous], "deny", {"shmem": "deny"})
    configure(THP / "shmem_enabled", "never")
    test_limits(results)
    remove_swap(SWAP)
    test_streams(results)
    return results.end()


def advise_all(made):
    """The slots were populated without huge pages; now khugepaged may collapse them."""
    for slot in made.values():
        if slot is not None:
            madvise(slot, HUGE, HUGEPAGE)
    return made


def test_limits(results):
    """Numbers of pages against the limits of khugepaged."""
    set_khugepaged(none=200, swap=50, shared=100)
    for kind, reason, count, limit in ((half, "none", 256, 200), (swapped, "swapped", 100, 50),
                                       (forked_written, "shared", 511, 100)):
        title = f"limits: {kind.__name__}: {count} pages are more than {limit}"
        pid, made, _ = start(lambda kind=kind: advise_all(make([kind])))
        try:
            row = row_of(predict(pid)["pgwalk.huge/1"], made[kind.__name__] or 0)
        finally:
            end(pid)
        if row is None:
            results.skip(title, "this machine has no such slots")
        else:
            results.result((row["reason"], row["most"], row["limit"]) == (reason, count, limit), title, [row])


sys.exit(main())
