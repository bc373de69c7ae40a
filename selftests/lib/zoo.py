# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""A process with memory of each kind, and its figures as smaps and pagemap have them."""
import contextlib
import functools
import os
import struct
import subprocess
import sys
from pathlib import Path

from memory import (
    BASE, DONTNEED, GIB, HUGE, HUGEPAGE, HUGETLB, NOHUGEPAGE, PAGE, PAGEOUT, SHARED, libc, madvise, read_page, set_up, start,
    write_pages)

THP = Path("/sys/kernel/mm/transparent_hugepage")
POOL = Path("/proc/sys/vm/nr_hugepages")
FREE = 8
PRESENT, PFN, KPF_ZERO = 1 << 63, (1 << 55) - 1, 24


@contextlib.contextmanager
def swap_file():
    """A swap file on the scratch disk, if there is one."""
    directory = os.environ.get("PGWALK_SCRATCH")
    if not directory:
        yield
        return
    path = Path(directory) / "swap-ps"
    path.write_bytes(bytes(8 << 20))
    path.chmod(0o600)
    subprocess.run(["/usr/sbin/mkswap", path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run(["/usr/sbin/swapon", path], check=True)
    try:
        yield
    finally:
        subprocess.run(["/usr/sbin/swapoff", path], check=True)
        path.unlink()


def zoo():
    """Memory of each kind: small, of a file, shared, huge, huge and mapped in part, hugetlb, freed, swapped out."""
    set_up(BASE, 23 * PAGE, advice=NOHUGEPAGE)
    with open(sys.executable, "rb") as file:
        set_up(BASE + GIB, 64 * PAGE, touch=False, fd=file.fileno())
    for page in range(64):
        read_page(BASE + GIB + page * PAGE)
    set_up(BASE + 2 * GIB, 37 * PAGE, SHARED, NOHUGEPAGE)
    if THP.exists():
        set_up(BASE + 3 * GIB, 2 * HUGE, advice=HUGEPAGE)
        libc.munmap(BASE + 3 * GIB + HUGE + 5 * PAGE, 7 * PAGE)
    if POOL.exists() and int(POOL.read_text()) > 1:
        set_up(BASE + 4 * GIB, 2 * HUGE, HUGETLB)
    set_up(BASE + 5 * GIB, 41 * PAGE, advice=NOHUGEPAGE)
    madvise(BASE + 5 * GIB, 19 * PAGE, FREE)
    fd = os.memfd_create("thrice")
    os.ftruncate(fd, 13 * PAGE)
    for place in range(3):
        set_up(BASE + 7 * GIB + place * HUGE, 13 * PAGE, SHARED, fd=fd)
    set_up(BASE + 8 * GIB, 3 * PAGE, advice=NOHUGEPAGE, touch=False)
    read_page(BASE + 8 * GIB)
    set_up(BASE + 6 * GIB, 31 * PAGE, advice=NOHUGEPAGE)
    madvise(BASE + 6 * GIB, 29 * PAGE, PAGEOUT)


def family():
    """The memory of the zoo, with a child that has written some of the pages it shares."""
    zoo()
    child, _, _ = start(lambda: write_pages(BASE, 11))
    return child


def fields(path):
    """Return {name: bytes} of a file like smaps_rollup."""
    lines = (line.split() for line in Path(path).read_text().splitlines())
    return {words[0][:-1]: int(words[1]) << 10 for words in lines if len(words) == 3 and words[2] == "kB"}


def smaps_of(pid):
    """Return {start: (end, {field of smaps: bytes}, THPeligible)} of a process."""
    found = {}
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        first, *rest = line.split()
        if not first.endswith(":"):
            at, limit = (int(part, 16) for part in first.split("-"))
            found[at] = [limit, {}, None]
        elif first == "THPeligible:":
            found[at][2] = rest == ["1"]
        elif rest[-1:] == ["kB"]:
            found[at][1][first[:-1]] = int(rest[0]) << 10
    return {at: tuple(values) for at, values in found.items() if not at >> 47}


def entries_of(path, first, number):
    """Read 64-bit words of a file of the kernel."""
    with open(path, "rb", buffering=0) as file:
        data = os.pread(file.fileno(), number * 8, first * 8)
    return struct.unpack(f"{len(data) // 8}Q", data)


@functools.cache
def is_zero(pfn):
    return bool(entries_of("/proc/kpageflags", pfn, 1)[0] >> KPF_ZERO & 1)


def distinct(pid, limits):
    """Return {start: bytes of frames that no mapping before it maps} of mappings, from pagemap."""
    seen, found = set(), {}
    for start_, limit in limits:
        entries = entries_of(f"/proc/{pid}/pagemap", start_ // PAGE, (limit - start_) // PAGE)
        pfns = {entry & PFN for entry in entries if entry & PRESENT and entry & PFN and not is_zero(entry & PFN)} - seen
        seen |= pfns
        found[start_] = len(pfns) * PAGE
    return found


def refault():
    """Fault once or more in most mappings of the zoo, so that after the second time all figures are as before."""
    for at in BASE + 22 * PAGE, BASE + 5 * GIB + 40 * PAGE, BASE + 6 * GIB + 30 * PAGE:
        madvise(at, PAGE, DONTNEED)
        write_pages(at, 1)
    places = [BASE + GIB, BASE + 2 * GIB, BASE + 8 * GIB] + [BASE + 7 * GIB + place * HUGE for place in range(3)]
    for at in places:
        madvise(at, PAGE, DONTNEED)
        read_page(at)
    if THP.exists():
        madvise(BASE + 3 * GIB, HUGE, DONTNEED)
        write_pages(BASE + 3 * GIB, HUGE // PAGE)
