#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares pgwalk huge with the kernel: a process makes slots of each kind and stops; pgwalk predicts the result of MADV_COLLAPSE
for each; the process continues and calls MADV_COLLAPSE on each slot. Also THPeligible of smaps. TAP.

	huge.py PGWALK [PART...]	zoo settings shmem limits sizes khugepaged streams; without PART all of them
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
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import (
    COLLAPSE, DONTNEED, FREE, GIB, GUARD, HUGE, HUGEPAGE, HUGETLB, HWPOISON, NOHUGEPAGE, PAGE, PAGEOUT, READ, SHARED, TIB, WRITE,
    check, configure, end, least_memory, libc, madvise, read_page, remove_swap, run_in, set_up, set_up_swap, start,
    stop_khugepaged, write_pages)

PGWALK = sys.argv[1]
THP = Path("/sys/kernel/mm/transparent_hugepage")
POOL = Path("/proc/sys/vm/nr_hugepages")
SCRATCH = os.environ.get("PGWALK_SCRATCH")
SWAP = Path(SCRATCH or "/nonexistent") / "huge-swap"
# Directories of mounts by their option huge=
TMPFS = {}
BASE = 0x200000000000
PR_SET_THP_DISABLE, PR_SET_PDEATHSIG = 41, 1
PR_THP_DISABLE_EXCEPT_ADVISED = 1 << 1
MS_REMOUNT, MNT_DETACH = 32, 2
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


def few_swapped(at):
    """Fewer than max_ptes_swap."""
    set_up(at, HUGE)
    if madvise(at + 5 * PAGE, 30 * PAGE, PAGEOUT):
        return None
    return at


def lazyfree(at):
    set_up(at, HUGE)
    check(not madvise(at, HUGE, HUGEPAGE), "madvise")
    check(not madvise(at + 16 * PAGE, 16 * PAGE, FREE), "madvise")


def blocks(at):
    """Each second block of 64K, a few pages of the others."""
    set_up(at, HUGE, touch=False)
    for block in range(0, FULL, 32):
        write_pages(at, 16, block)
        write_pages(at, 3, block + 21)


def some_shared(at):
    """A child has the first quarter of the slot."""
    set_up(at, HUGE)
    fork_and_wait()
    write_pages(at, FULL * 3 // 4, FULL // 4)


def sized_64k(at):
    """Folios of 64K, and pages between them."""
    size = THP / "hugepages-64kB/enabled"
    set_up(at, HUGE, touch=False)
    if size.exists():
        size.write_text("always\n")
    for block in range(0, FULL, 64):
        write_pages(at, 16, block)
    if size.exists():
        size.write_text("never\n")
    write_pages(at, FULL)


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


def shmem_small(at):
    """All pages are mapped, without a write that the setting of the size could make huge."""
    set_up(at, HUGE, SHARED, fd=memfd(FULL), touch=False)
    for page in range(FULL):
        read_page(at + page * PAGE)


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


def unlinked(at):
    """A file of a tmpfs with huge=never that has no name."""
    path = TMPFS["never"] / "unlinked"
    path.write_bytes(bytes(HUGE))
    with open(path, "r+b") as file:
        path.unlink()
        set_up(at, HUGE, SHARED, fd=file.fileno())


def tmpfs(at, option, pages=FULL, advice=None):
    """A file of small pages; then the mount gets the option."""
    path = TMPFS[option] / f"{at:x}"
    path.write_bytes(bytes(pages * PAGE))
    with open(path, "r+b") as file:
        set_up(at, HUGE, SHARED, fd=file.fileno(), advice=advice, touch=False)
    for page in range(pages):
        read_page(at + page * PAGE)


def tmpfs_never(at):
    tmpfs(at, "never")


def tmpfs_advise(at):
    tmpfs(at, "advise")


def tmpfs_advised(at):
    tmpfs(at, "advise", advice=HUGEPAGE)


def tmpfs_within(at):
    tmpfs(at, "within_size")


def tmpfs_short(at):
    """The slot ends after the file."""
    tmpfs(at, "within_size", 100)


def tmpfs_short_advised(at):
    tmpfs(at, "within_size", 100, HUGEPAGE)


def tmpfs_always(at):
    tmpfs(at, "always")


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


# Two slots of 2M each, of which the second one is empty

def sized(at):
    set_up(at, 2 * HUGE, touch=False)
    write_pages(at, FULL)


def sized_advised(at):
    set_up(at, 2 * HUGE, advice=HUGEPAGE, touch=False)
    write_pages(at, FULL)


def sized_nohugepage(at):
    set_up(at, 2 * HUGE, advice=NOHUGEPAGE, touch=False)
    write_pages(at, FULL)


def sized_holes(at):
    """A folio is not whole, and another one has two mappings that are not aligned to it."""
    sized(at)
    madvise(at + 5 * PAGE, PAGE, DONTNEED)
    libc.mremap(at + 32 * PAGE, 16 * PAGE, 16 * PAGE, 3, at + 2 * HUGE - 17 * PAGE)


def sized_uffd(at):
    sized(at)
    register(at + HUGE, 2)
    # one mapping more: both have the slot that counts
    return at


def sized_short(at):
    """Room for 32K, in the second slot."""
    set_up(at + HUGE, 8 * PAGE, touch=False)


def sized_short_advised(at):
    set_up(at + HUGE, 8 * PAGE, advice=HUGEPAGE, touch=False)


def sized_unaligned(at):
    set_up(at + HUGE - 3 * PAGE, 21 * PAGE, touch=False)


def sized_shmem(at):
    set_up(at, 2 * HUGE, SHARED, fd=memfd(0), touch=False)
    write_pages(at, FULL)


def sized_private(at):
    """A private mapping of shared memory: reads populate the file, writes copy single pages."""
    set_up(at, 2 * HUGE, fd=memfd(0), touch=False)
    for page in range(FULL):
        read_page(at + page * PAGE)


def sized_tmpfs(at, option):
    path = TMPFS[option] / f"{at:x}"
    path.write_bytes(b"")
    os.truncate(path, 2 * HUGE)
    with open(path, "r+b") as file:
        set_up(at, 2 * HUGE, SHARED, fd=file.fileno(), touch=False)
    write_pages(at, FULL)


def sized_always(at):
    sized_tmpfs(at, "always")


def sized_never(at):
    sized_tmpfs(at, "never")


def sized_advise(at):
    sized_tmpfs(at, "advise")


def sized_hugetlb(at):
    if int(POOL.read_text()) < 2:
        return None
    set_up(at, 2 * HUGE, HUGETLB, touch=False)
    write_pages(at, 1)
    return at


SIZED = [sized, sized_advised, sized_nohugepage, sized_holes, sized_uffd, sized_short, sized_short_advised, sized_unaligned,
         sized_shmem, sized_private, sized_always, sized_never, sized_advise, sized_hugetlb]
ZOO = [full, half, one_page, empty, emptied, unwritten, zeroes, nohugepage, advised, huge, huge_nohugepage, split, with_holes,
       read_only, lazyfree, swapped, uffd_holes, uffd_full, uffd_protected, pinned, guard, poisoned, hugetlb, shmem, shmem_half,
       shmem_unmapped, shmem_empty, shmem_offset, shmem_nohugepage, shmem_private, shmem_copied, shmem_huge, shmem_split,
       shared_anonymous, regular_file]
# Of the tmpfs with this option
MOUNTED = [tmpfs_never, tmpfs_advise, tmpfs_advised, tmpfs_within, tmpfs_short, tmpfs_short_advised, tmpfs_always, unlinked]
MOUNT_REASONS = {
    "tmpfs_never": "mount-never", "tmpfs_advise": "mount-advise", "tmpfs_advised": "waiting", "tmpfs_within": "waiting",
    "tmpfs_short": "within-size", "tmpfs_short_advised": "waiting", "tmpfs_always": "waiting"}
# A fork() shares the pages of all slots
FORKED = [forked, forked_written]
ONE_PROCESS = [full, huge, nohugepage, shmem]


def make(kinds, before=None, after=None):
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
    if after:
        after()
    return made


CAN_FAIL = [swapped, few_swapped, guard, poisoned, hugetlb, shmem_huge, shmem_split, regular_file, sized_hugetlb]


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


def test_zoo(results, kinds, name, expected=None, before=None, after=None):    # pylint: disable=too-many-arguments
    """Predict, collapse, compare. @expected: reasons that some kinds must have."""
    pid, made, proceed = start(lambda: make(kinds, before, after), collapse)
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


def test_all_kinds(results):
    test_zoo(results, ZOO, "madvise", {
        "full": "sysfs-madvise", "advised": "waiting", "huge": "mapped", "split": "split", "nohugepage": "nohugepage",
        "pinned": "pinned", "uffd_holes": "uffd-empty", "uffd_protected": "uffd", "guard": "guard", "poisoned": "hwpoison",
        "shmem_offset": "offset", "shmem_copied": "copied", "shmem_empty": "empty", "empty": "empty", "unwritten": "unwritten",
        "hugetlb": "hugetlb", "shmem_huge": "mapped",
        "lazyfree": "lazyfree" if int(os.uname().release.split(".")[0]) >= 7 else "waiting"})


def test_settings(results):
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


def test_shmem(results):
    test_tmpfs(results)
    test_sizes_of_shmem(results)
    configure(THP / "shmem_enabled", "deny")
    test_zoo(results, [full, shmem, shared_anonymous], "deny", {"shmem": "deny"})
    configure(THP / "shmem_enabled", "never")


def main():
    results = tap.Tap()
    # khugepaged must not collapse a slot between prediction and call: the page that it reads is of this process
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    # a workload of an earlier suite may have left "force"
    configure(THP / "shmem_enabled", "never")
    set_up(BASE - GIB, HUGE, advice=HUGEPAGE)
    configure(POOL, 4)
    if SCRATCH:
        set_up_swap(SWAP)
    set_khugepaged()
    parts = {"zoo": test_all_kinds, "settings": test_settings, "shmem": test_shmem, "limits": test_limits, "sizes": test_sizes,
             "khugepaged": test_khugepaged, "streams": test_streams}
    for part in sys.argv[2:] or parts:
        parts[part](results)
    remove_swap(SWAP)
    return results.end()


KPF_TAIL = 1 << 16


class Frames:
    """Frames and folios of a stopped process, from pagemap and kpageflags."""

    def __init__(self, pid):
        self.pagemap = open(f"/proc/{pid}/pagemap", "rb")   # pylint: disable=consider-using-with
        self.flags = open("/proc/kpageflags", "rb")         # pylint: disable=consider-using-with
        self.known = {}

    def close(self):
        self.pagemap.close()
        self.flags.close()

    def frame(self, addr):
        entry, = struct.unpack("Q", os.pread(self.pagemap.fileno(), 8, addr // PAGE * 8))
        return entry & (1 << 55) - 1 if entry >> 63 else None

    def is_tail(self, pfn):
        return struct.unpack("Q", os.pread(self.flags.fileno(), 8, pfn * 8))[0] & KPF_TAIL

    def folio(self, pfn):
        """Return the first frame of the folio, and its number of frames."""
        if pfn not in self.known:
            first, last = pfn, pfn + 1
            while self.is_tail(first):
                first -= 1
            while self.is_tail(last):
                last += 1
            for frame in range(first, last):
                self.known[frame] = first, last - first
        return self.known[pfn]

    def count(self, first, limit, size):
        """Return bytes in folios of the size, slots that a folio of at least the size maps, and other slots with pages."""
        pages = {addr: self.frame(addr) for addr in range(first, limit, PAGE)}
        exact = sum(PAGE for pfn in pages.values() if pfn is not None and self.folio(pfn)[1] * PAGE == size)
        whole = smaller = 0
        for slot in range((first + size - 1) // size * size, limit - size + 1, size):
            frames = [pages[addr] for addr in range(slot, slot + size, PAGE)]
            if frames[0] is not None and frames == list(range(frames[0], frames[0] + len(frames))) and \
                    self.folio(frames[0]) == self.folio(frames[-1]) and frames[0] % len(frames) == 0:
                whole += 1
            elif any(frame is not None for frame in frames):
                smaller += 1
        return exact, whole, smaller


def write_second(made):
    """Write a byte of the second slot of each mapping; return the bytes of the folio."""
    sizes = {}
    frames = Frames(os.getpid())
    for name, at in made.items():
        if at is not None:
            write_pages(at + HUGE, 1)
            sizes[name] = frames.folio(frames.frame(at + HUGE))[1] * PAGE
    frames.close()
    return sizes


def sizes_of(rows, addr):
    return [row for row in rows if int(row["start"], 16) <= addr < int(row["end"], 16)]


SIZE_REASONS = {
    "sized": {"64K": "fault", "16K": "sysfs-madvise", "2M": "inherit-madvise"},
    "sized_advised": {"64K": "fault", "16K": "fault", "2M": "fault"},
    "sized_nohugepage": {"64K": "nohugepage"},
    "sized_uffd": {"64K": "uffd"},
    "sized_short": {"64K": "edge", "16K": "sysfs-madvise", "32K": "sysfs-never"},
    "sized_short_advised": {"64K": "edge", "16K": "fault"},
    "sized_shmem": {"64K": "fault", "16K": "sysfs-never", "2M": "inherit-never"},
    "sized_always": {"2M": "fault"},
    "sized_never": {"2M": "mount-never"},
    "sized_advise": {"2M": "mount-advise"},
    "sized_hugetlb": {"2M": "hugetlb"},
}
UNITS = {"16K": 16 << 10, "32K": 32 << 10, "64K": 64 << 10, "2M": HUGE}


def test_sizes(results):
    """Bytes and slots of each size are those of kpageflags, and the largest size without an obstacle is that of the next fault."""
    many = (THP / "hugepages-64kB").exists()
    for name, word in (("hugepages-64kB/enabled", "always"), ("hugepages-64kB/shmem_enabled", "always"),
                       ("hugepages-16kB/enabled", "madvise")):
        configure(THP / name, word)
    for option in ("never", "advise", "always"):
        mount_tmpfs(option)
        remount(option)
    pid, made, proceed = start(lambda: make(SIZED), write_second)
    frames = Frames(pid)
    try:
        found = predict(pid, f"{BASE:x}-{BASE + len(SIZED) * GIB:x}", "--sizes")
        rows = found["pgwalk.huge.folio/1"]
        bad = []
        for row in rows:
            if row["kind"] != "hugetlb" or row["size"] == HUGE:
                counted = frames.count(int(row["start"], 16), int(row["end"], 16), row["size"])
                if counted != (row["bytes"], row["whole"], row["smaller"]):
                    bad.append(f"{row}: {counted}")
        results.result(rows and not bad, f"sizes: bytes and slots of {len(rows)} rows are those of kpageflags", bad)
        sums = {key: sum(row[key] for row in rows) for key in ("bytes", "slots", "whole", "smaller", "empty")}
        results.result(all(sums[key] == sum(row[key] for row in found["pgwalk.huge.folio_reason/1"]) for key in sums),
                       "sizes: the sums are those of the rows", [sums])
        done = proceed()
    finally:
        frames.close()
        end(pid)
        unmount_all()
        for name in ("hugepages-64kB/enabled", "hugepages-64kB/shmem_enabled", "hugepages-16kB/enabled"):
            configure(THP / name, "never")
    for kind, at in made.items():
        if at is None:
            results.skip(f"sizes: {kind}", "this machine has no such slots")
            continue
        own = sizes_of(rows, at + HUGE)
        largest = max([PAGE] + [row["size"] for row in own if row["reason"] in ("fault", "hugetlb")])
        # a write to a private mapping of a file copies one page
        predicted = PAGE if kind == "sized_private" else largest
        results.result(own and predicted == done[kind], f"sizes: {kind}: a fault allocates {predicted}", [*own, done[kind]])
        for size, reason in (SIZE_REASONS.get(kind, {}) if many else {}).items():
            got = [row["reason"] for row in own if row["size"] == UNITS[size]]
            results.result(got == [reason], f"sizes: {kind}: {size}: {reason}", own)


def blocks_of(frames, first, limit, size):
    """Return {address: first frame} of the aligned blocks that one folio of exactly the size maps."""
    found = {}
    for at in range(first, limit, size):
        pfn = frames.frame(at)
        if pfn is not None and frames.folio(pfn) == (pfn, size // PAGE):
            if all(frames.frame(at + n * PAGE) == pfn + n for n in range(size // PAGE)):
                found[at] = pfn
    return found


def scan_all(tries):
    """Let khugepaged read all processes twice; return whether it did."""
    scans = THP / "khugepaged/full_scans"
    done = int(scans.read_text())
    configure(THP / "khugepaged/pages_to_scan", 1 << 20)
    configure(THP / "khugepaged/scan_sleep_millisecs", 0)
    for _ in range(tries):
        if int(scans.read_text()) >= done + 3:
            break
        time.sleep(0.1)
    stop_khugepaged()
    return int(scans.read_text()) >= done + 3


# A fork() shares the pages of the slots before it
COLLAPSED = [forked, some_shared, full, half, one_page, blocks, zeroes, lazyfree, few_swapped, swapped, sized_64k, uffd_holes,
             uffd_full, uffd_protected, guard, nohugepage]
ROUNDS = (
    ({"2048": "always"}, 511), ({"2048": "always"}, 0), ({"64": "always"}, 511), ({"64": "madvise"}, 0),
    ({"64": "always", "256": "always", "2048": "always"}, 511), ({"16": "always", "256": "always", "2048": "always"}, 0),
    ({"32": "always"}, 200),
)


def test_khugepaged(results):
    """What khugepaged makes of slots is what was predicted, for each size."""
    for sizes, none in ROUNDS:
        name = f"khugepaged: {' '.join(f'{size}K' for size in sizes)}, max_ptes_none {none}"
        if "2048" not in sizes and not (THP / "hugepages-64kB").exists():
            results.skip(name, "this kernel has one size")
        else:
            compare_collapsed(results, name, sizes, none)


def set_sizes(sizes):
    """Let khugepaged make folios of these sizes."""
    if not (THP / "hugepages-2048kB").exists():
        configure(THP / "enabled", "always" if sizes else "madvise")
    for path in THP.glob("hugepages-*kB/enabled"):
        configure(path, sizes.get(path.parent.name[len("hugepages-"):-2], "never"))


def advise_again(made):
    """khugepaged learns of the process. NOHUGEPAGE stays."""
    for name, slot in made.items():
        if slot is not None and name != "nohugepage":
            madvise(slot, HUGE, HUGEPAGE)
    return made


def compare_collapsed(results, name, sizes, none):
    set_khugepaged(none=none)
    set_sizes({})
    pid, made, proceed = start(lambda: make(COLLAPSED), advise_again, stay=True)
    before, after = Frames(pid), Frames(pid)
    rows, bad, gained, ended = [], [], 0, False
    try:
        set_sizes(sizes)
        proceed()
        rows = [row for row in predict(pid, "--sizes")["pgwalk.huge.folio/1"] if row["collapsible"] is not None]
        old = {row["start"] + row["name"]: blocks_of(before, int(row["start"], 16), int(row["end"], 16), row["size"])
               for row in (dict(row, name=str(row["size"])) for row in rows) if int(row["start"], 16) >= BASE}
        expected = any(row["collapsible"] for row in rows)
        # without a size to make, khugepaged may not scan
        ended = scan_all(600 if expected else 20) or not expected
        for row in rows:
            key = row["start"] + str(row["size"])
            if key in old:
                new = blocks_of(after, int(row["start"], 16), int(row["end"], 16), row["size"])
                made_now = len(set(new.items()) - set(old[key].items()))
                gained += made_now
                if made_now != row["collapsible"]:
                    kind = [kind for kind, at in made.items() if at and int(row["start"], 16) <= at < int(row["end"], 16)]
                    bad.append(f"{kind} {row['size'] >> 10}K: {made_now} made, {row['collapsible']} predicted")
    finally:
        before.close()
        after.close()
        end(pid)
        set_sizes({})
        set_khugepaged()
    results.result(ended and rows and not bad, f"{name}: {gained} folios, as predicted", bad)


def unmount_all():
    for path in TMPFS.values():
        libc.umount2(str(path).encode(), MNT_DETACH)
        path.rmdir()
    TMPFS.clear()


def mount_tmpfs(option):
    """Mount a tmpfs; the files that are written before remount() have small pages."""
    TMPFS[option] = Path(tempfile.mkdtemp(prefix="pgwalk-huge-"))
    check(not libc.mount(b"none", str(TMPFS[option]).encode(), b"tmpfs", 0, b"huge=never"), "mount")


def remount(option):
    check(not libc.mount(b"none", str(TMPFS[option]).encode(), b"tmpfs", MS_REMOUNT, f"huge={option}".encode()), "mount")


def test_tmpfs(results):
    for option in ("never", "advise", "within_size", "always"):
        mount_tmpfs(option)
    try:
        test_zoo(results, MOUNTED, "tmpfs", MOUNT_REASONS, after=lambda: [remount(option) for option in TMPFS])
    finally:
        unmount_all()


def test_sizes_of_shmem(results):
    """The setting of the size of a slot, and force, which only sizes that inherit have."""
    size = THP / "hugepages-2048kB/shmem_enabled"
    if not size.exists():
        results.skip("settings of sizes of shared memory", "this kernel has none")
        return
    obeys = os.uname().release.startswith("6.12.")
    for word, top in (("never", "never"), ("advise", "never"), ("always", "never"), ("within_size", "never"), ("inherit", "advise"),
                      ("always", "force"), ("inherit", "force")):
        configure(size, "inherit")
        configure(THP / "shmem_enabled", "never")
        refused = obeys and (word in ("never", "advise") or (word, top) == ("always", "force"))
        reason = "shmem-size" if refused else "sysfs-madvise" if "advise" in (word, top) else \
            "sysfs-never" if word == "never" or (word, top) == ("always", "force") else "waiting"
        # pages of a file that is written when the setting allows it may be huge at once
        test_zoo(results, [shmem_small, shared_anonymous], f"size {word}, {top}", {"shmem_small": reason},
                 before=lambda: configure_small(size), after=lambda word=word, top=top: set_shmem(size, word, top))
    configure(size, "inherit")
    configure(THP / "shmem_enabled", "never")
    # 6.12 counts any size as the permission for 2M
    other = THP / "hugepages-64kB/shmem_enabled"
    test_zoo(results, [shmem_small, shared_anonymous], "another size always", {"shmem_small": "waiting" if obeys else "sysfs-never"},
             before=lambda: configure_small(size), after=lambda: other.write_text("always\n"))
    other.write_text("never\n")
    configure(size, "inherit")


def configure_small(size):
    """In the process that makes the slots: no huge page yet."""
    size.write_text("never\n")
    (THP / "shmem_enabled").write_text("never\n")


def set_shmem(size, word, top):
    """The kernel refuses force unless only the size of a slot inherits it; afterwards the size may change."""
    size.write_text("inherit\n")
    (THP / "shmem_enabled").write_text(f"{top}\n")
    size.write_text(f"{word}\n")


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
