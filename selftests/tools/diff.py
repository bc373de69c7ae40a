#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Tests pgwalk snapshot and pgwalk diff with a process that acts: it makes mappings of each kind and stops, changes known
pages in a known way, and stops again. pgwalk diff must report exactly these pages with this change, and no other page of
these mappings. Also processes that exit or execute a program in between, memory of pgwalk for many mappings and for much
address space, and files that are cut short. TAP.

	diff.py PGWALK			changes of pages and mappings
	diff.py PGWALK numa		migration between nodes
	diff.py PGWALK streams		memory, and files that are cut short
"""
import ctypes
import json
import os
import resource
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
    COLLAPSE, DONTNEED, GIB, GUARD, HUGE, HUGEPAGE, NOHUGEPAGE, NORESERVE, PAGE, PAGEOUT, READ, SHARED, TIB, WRITE, check,
    configure, end, libc, madvise, move, read_page, remove_swap, set_up, set_up_swap, start, stop_khugepaged, write_pages)

PGWALK = sys.argv[1]
THP = Path("/sys/kernel/mm/transparent_hugepage")
SCRATCH = os.environ.get("PGWALK_SCRATCH")
SWAP = Path(SCRATCH or "/nonexistent") / "diff-swap"
BASE = 0x100000000000
# Private writable memory of pgwalk for any process; it needs 0.8 MiB. 60 000 mappings of 24 bytes would not fit
LIMIT = 2 << 20
PR_SET_PDEATHSIG, MS_SYNC, POPULATE_WRITE = 1, 4, 23
SYS_MOVE_PAGES, SYS_MBIND, MPOL_BIND, MPOL_MF_MOVE = 279, 237, 2, 2
SYS_NANOSLEEP, SYS_CLOCK_NANOSLEEP = "35", "230"
FULL = HUGE // PAGE


class Kind:
    """One mapping: @make prepares it at an address; @change changes it and returns {page: [changes of each row]}, in pages
    from that address on, or None if this machine cannot do that. @mapping: changes of the mapping."""

    def __init__(self, maker, changer, mapping=(), missing=None):
        self.name, self.make, self.change = changer.__name__, maker, changer
        self.mapping, self.missing = list(mapping), missing


def pages(first, count, *changes):
    return {page: [list(changes)] for page in range(first, first + count)}


def small(at, touch=True):
    set_up(at, 64 * PAGE, advice=NOHUGEPAGE, touch=touch)


def untouched(at):
    small(at, touch=False)


def nothing(_):
    pass


def touched(at):
    write_pages(at, 5, 3)
    read_page(at + 20 * PAGE)
    return {**pages(3, 5, "appeared"), **pages(20, 1, "appeared")}


def unchanged(_):
    return {}


def given_back(at):
    madvise(at + 10 * PAGE, 6 * PAGE, DONTNEED)
    return pages(10, 6, "gone")


def zeroes(at):
    small(at, touch=False)
    for page in range(16):
        read_page(at + page * PAGE)


def zeroes_written(at):
    write_pages(at, 4, 5)
    return pages(5, 4, "copied")


def unmapped_middle(at):
    libc.munmap(at + 20 * PAGE, 10 * PAGE)
    return pages(20, 10, "unmapped")


def unmapped_whole(at):
    libc.munmap(at, 64 * PAGE)
    return pages(0, 64, "unmapped")


def mapped_new(at):
    small(at, touch=False)
    write_pages(at, 3, 7)
    return pages(7, 3, "appeared")


def mapped_over(at):
    """Other memory at the same address: the old page and the new one."""
    set_up(at, 64 * PAGE, SHARED, advice=NOHUGEPAGE)
    return {page: [["appeared"], ["unmapped"]] for page in range(64)}


def protected(at):
    libc.mprotect(at + 8 * PAGE, 8 * PAGE, READ)
    return pages(8, 8, "protection")


def parts(at):
    """Three mappings."""
    small(at)
    libc.mprotect(at + 8 * PAGE, 8 * PAGE, READ)


def protection_removed(at):
    libc.mprotect(at + 8 * PAGE, 8 * PAGE, READ | WRITE)
    return pages(8, 8, "protection")


def protected_none(at):
    libc.mprotect(at, 64 * PAGE, 0)
    return pages(0, 64, "protection")


def moved_mapping(at):
    move(at, at + GIB // 2, 64 * PAGE)
    return {}


def moved_and_changed(at):
    """The pages are compared with those at the old address."""
    move(at, at + GIB // 2, 64 * PAGE)
    madvise(at + GIB // 2 + 5 * PAGE, 2 * PAGE, DONTNEED)
    return pages(GIB // 2 // PAGE + 5, 2, "gone")


def moved_part(at):
    move(at + 16 * PAGE, at + GIB // 2, 16 * PAGE)
    return {}


def grown(at):
    """Pages are added in place."""
    check(libc.mremap(at, 64 * PAGE, 80 * PAGE, 0, 0) == at, "mremap")
    write_pages(at, 2, 70)
    return pages(70, 2, "appeared")


def shmem(at):
    """A memfd that was never written, mapped and only read: 7.3 maps written pages with the dirty bit."""
    fd = os.memfd_create("pgwalk-diff")
    os.ftruncate(fd, 64 * PAGE)
    set_up(at, 64 * PAGE, SHARED, fd=fd, touch=False)
    for page in range(64):
        read_page(at + page * PAGE)
    os.close(fd)


def shmem_written(at):
    write_pages(at, 3, 12)
    return pages(12, 3, "dirtied")


def private_file(at):
    fd = os.memfd_create("pgwalk-diff")
    os.pwrite(fd, b"x" * (64 * PAGE), 0)
    set_up(at, 64 * PAGE, fd=fd, touch=False)
    for page in range(64):
        read_page(at + page * PAGE)
    os.close(fd)


def private_written(at):
    write_pages(at, 4, 30)
    return pages(30, 4, "copied")


def disk_file(at, name="diff-file"):
    path = Path(SCRATCH) / name
    path.write_bytes(os.urandom(64 * PAGE))
    os.sync()
    with open(path, "r+b") as file:
        set_up(at, 64 * PAGE, SHARED, fd=file.fileno(), touch=False)
    for page in range(64):
        read_page(at + page * PAGE)


def disk_file_dirty(at):
    disk_file(at, "diff-dirty")
    write_pages(at, 6, 40)


def disk_written(at):
    write_pages(at, 5, 3)
    return pages(3, 5, "dirtied")


def disk_synced(at):
    check(not libc.msync(ctypes.c_void_p(at), ctypes.c_size_t(64 * PAGE), MS_SYNC), "msync")
    return pages(40, 6, "cleaned")


def slot(at):
    set_up(at, HUGE, advice=NOHUGEPAGE)


def collapsed(at):
    error = madvise(at, HUGE, HUGEPAGE) or madvise(at, HUGE, COLLAPSE)
    return None if error else pages(0, FULL, "collapsed")


def huge(at):
    set_up(at, HUGE, advice=HUGEPAGE)


def split(at):
    """The permissions are those of before in the end: the huge page stays split."""
    libc.mprotect(at + 7 * PAGE, PAGE, READ)
    libc.mprotect(at + 7 * PAGE, PAGE, READ | WRITE)
    return pages(0, FULL, "split")


def is_swapped(at, first, count):
    with open("/proc/self/pagemap", "rb") as file:
        words = struct.unpack(f"{count}Q", os.pread(file.fileno(), count * 8, (at // PAGE + first) * 8))
    return all(word >> 62 & 1 for word in words)


def page_out(at, first, count):
    """Swap pages out; return whether all are in swap."""
    for _ in range(3):
        madvise(at + first * PAGE, count * PAGE, PAGEOUT)
        if is_swapped(at, first, count):
            return True
    return False


def swapped_out(at):
    return pages(17, 9, "swapped-out") if page_out(at, 17, 9) else None


def in_swap(at):
    small(at)
    check(page_out(at, 17, 9), "MADV_PAGEOUT")


def swapped_in(at):
    for page in range(19, 23):
        read_page(at + page * PAGE)
    return pages(19, 4, "swapped-in")


def guarded(at):
    return None if madvise(at + 9 * PAGE, 3 * PAGE, GUARD) else pages(9, 3, "gone", "marker")


ZOO = [
    Kind(untouched, touched), Kind(small, unchanged), Kind(small, given_back), Kind(zeroes, zeroes_written),
    Kind(small, unmapped_middle, ["split", "shrunk"]), Kind(small, unmapped_whole, ["gone"]), Kind(nothing, mapped_new, ["new"]),
    Kind(small, mapped_over, ["gone", "new"]), Kind(small, protected, ["split", "protection"]),
    Kind(parts, protection_removed, ["merged", "protection"]), Kind(small, protected_none, ["protection"]),
    Kind(small, moved_mapping, ["remapped"]), Kind(small, moved_and_changed, ["remapped"]),
    Kind(small, moved_part, ["split", "remapped"]), Kind(small, grown, ["grown"]), Kind(shmem, shmem_written),
    Kind(private_file, private_written), Kind(disk_file, disk_written, missing="disk"),
    Kind(disk_file_dirty, disk_synced, missing="disk"), Kind(slot, collapsed, missing="thp"), Kind(huge, split, missing="thp"),
    Kind(small, swapped_out, missing="disk"), Kind(in_swap, swapped_in, missing="disk"),
    Kind(small, guarded)]


def is_missing(kind):
    return kind.missing == "disk" and not SCRATCH or kind.missing == "thp" and not THP.exists()


# Changes that touch all memory of the process: one process each

def fork_and_wait():
    pid = os.fork()
    if not pid:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        while True:
            signal.pause()
    return pid


child = []


def forked(at):
    small(at)
    child.append(fork_and_wait())


def copied(at):
    write_pages(at, 5, 7)
    return pages(7, 5, "copied")


def child_ended(_):
    os.kill(child[0], signal.SIGKILL)
    os.waitpid(child[0], 0)
    return pages(0, 64, "unshared")


def copied_and_ended(at):
    write_pages(at, 5, 7)
    child_ended(at)
    return {**pages(0, 64, "unshared"), **pages(7, 5, "copied")}


def forked_between(_):
    fork_and_wait()
    return pages(0, 64, "shared")


def forked_and_written(at):
    """The pages were exclusive in the first reading: only their frame shows that they were copied."""
    fork_and_wait()
    write_pages(at, 5, 7)
    return {**pages(0, 64, "shared"), **pages(7, 5, "moved")}


def soft_clean(at):
    small(at)
    Path("/proc/self/clear_refs").write_text("4", encoding="ascii")


def written(at):
    write_pages(at, 5, 7)
    return pages(7, 5, "dirtied")


ALONE = [Kind(forked, copied), Kind(forked, child_ended), Kind(forked, copied_and_ended), Kind(small, forked_between),
         Kind(small, forked_and_written), Kind(soft_clean, written)]


def on_node(at):
    """All pages on node 0."""
    small(at, touch=False)
    bind(at, 0)
    write_pages(at, 64)


def bind(at, node, flags=0):
    mask = ctypes.c_ulong(1 << node)
    check(not libc.syscall(SYS_MBIND, ctypes.c_void_p(at), ctypes.c_ulong(64 * PAGE), MPOL_BIND, ctypes.byref(mask),
                           ctypes.c_ulong(64), flags), "mbind")


def pages_moved(at):
    """move_pages() of six pages."""
    addresses = (ctypes.c_void_p * 6)(*(at + page * PAGE for page in range(21, 27)))
    nodes, status = (ctypes.c_int * 6)(*[1] * 6), (ctypes.c_int * 6)(*[-1] * 6)
    check(libc.syscall(SYS_MOVE_PAGES, 0, ctypes.c_ulong(6), addresses, nodes, status, MPOL_MF_MOVE) == 0 and
          list(status) == [1] * 6, "move_pages")
    return pages(21, 6, "moved", "node")


def bound(at):
    bind(at, 1, MPOL_MF_MOVE)
    return pages(0, 64, "moved", "node")


NUMA = [Kind(on_node, pages_moved), Kind(on_node, bound), Kind(on_node, unchanged)]


def make(kinds):
    """Make the mappings of all kinds; return the name of those that could not be made."""
    failed = []
    for number, kind in enumerate(kinds):
        try:
            kind.make(BASE + number * GIB)
        except OSError as error:
            failed.append(f"{kind.name}: {error}")
    return failed


def change(kinds):
    """Make the changes of all kinds; return the pages of each, None if it could not be made."""
    expected = {}
    for number, kind in enumerate(kinds):
        try:
            expected[kind.name] = kind.change(BASE + number * GIB)
        except OSError as error:
            print(f"# {kind.name}: {error}", file=sys.stderr)
            expected[kind.name] = None
    return expected


def run(*arguments, limit=None):
    """Run pgwalk; @limit: bytes of private writable memory."""
    return subprocess.run([PGWALK, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)) if limit else None)


def snapshot(pid, path):
    done = run("snapshot", pid, path, "-j")
    if done.returncode:
        raise OSError(done.stderr)
    return json.loads(done.stdout)


def diff(*arguments, limit=None):
    """Return the objects of pgwalk diff by schema."""
    done = run("diff", *arguments, "-j", limit=limit)
    if done.returncode:
        raise OSError(done.stderr)
    found = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        found.setdefault(row["schema"].split("/")[0], []).append(row)
    return found


def changed_pages(rows, at):
    """Return {page: changes of each row}, in pages from an address on, of a slot of 1 GiB."""
    found = {}
    for row in rows:
        first, limit = (int(row[key], 16) for key in ("start", "end"))
        for page in range(max(first, at), min(limit, at + GIB), PAGE):
            found.setdefault((page - at) // PAGE, []).append(row["changes"])
    return {page: sorted(changes) for page, changes in found.items()}


def changed_mappings(rows, at):
    """Return the changes of mappings in a slot, without repetitions, in order of the words."""
    words = {word for row in rows if at <= int(row["start"], 16) < at + GIB for word in row["mapping"]}
    order = ["new", "gone", "remapped", "split", "merged", "grown", "shrunk", "protection"]
    return [word for word in order if word in words]


def summary(found):
    """Return runs of like pages as text."""
    lines = []
    for page, changes in sorted(found.items()):
        if lines and lines[-1][1:] == [page, changes]:
            lines[-1][1] += 1
        else:
            lines.append([page, page + 1, changes])
    return [f"pages {first} to {limit - 1}: {changes}" for first, limit, changes in lines]


def compare(results, name, kinds, expected, found):
    """Compare what pgwalk diff reports with the changes that were made."""
    for number, kind in enumerate(kinds):
        title, at = f"{name}: {kind.name}: exactly these pages are reported, with this change", BASE + number * GIB
        made = expected[kind.name]
        if made is None:
            results.skip(title, "this machine cannot make the change")
            continue
        got = changed_pages(found.get("pgwalk.diff", []), at)
        want = {int(page): sorted(changes) for page, changes in made.items()}
        results.result(got == want, title, ["reported:", *summary(got), "made:", *summary(want)])
        mapping = changed_mappings(found["pgwalk.diff.mapping"], at)
        order = sorted(kind.mapping, key=["new", "gone", "remapped", "split", "merged", "grown", "shrunk", "protection"].index)
        results.result(mapping == order, f"{name}: {kind.name}: the mapping is {','.join(order) or 'unchanged'}", [mapping])


def test_kinds(results, name, kinds, directory):
    """Two readings with the changes between them; return the objects of diff and the files."""
    kinds = [kind for kind in kinds if not is_missing(kind)]
    files = [Path(directory) / f"{name}-{letter}" for letter in "ab"]
    pid, failed, proceed = start(lambda: make(kinds), lambda _: change(kinds), stay=True)
    try:
        results.result(not failed, f"{name}: the mappings are made", failed)
        snapshot(pid, files[0])
        expected = proceed()
        snapshot(pid, files[1])
    finally:
        end(pid)
    found = diff(*files)
    compare(results, name, kinds, expected, found)
    return found, files


def check_sums(results, found, files):
    """The total is the sum of the mappings, and these are the sums of their pages; -p reports the same pages."""
    total, = found["pgwalk.diff.total"]
    keys = [key for key in found["pgwalk.diff.mapping"][0] if key not in ("schema", "start", "end", "a_start", "a_perms", "b_perms",
                                                                          "vma_kind", "mapping", "name")]
    every = diff("-a", *files)
    bad = [key for key in keys if sum(row[key] for row in every["pgwalk.diff.mapping"]) != total[key] and "mappings" not in key
           and "size" not in key]
    results.result(not bad, "the total is the sum of all mappings", bad)
    bad = []
    for word in {word for row in found["pgwalk.diff"] for word in row["changes"]}:
        of_pages = sum(row["bytes"] for row in found["pgwalk.diff"] if word in row["changes"])
        if of_pages != total[word.replace("-", "_")]:
            bad.append(f"{word}: pages of {of_pages} bytes, total {total[word.replace('-', '_')]}")
    results.result(not bad, "the total is the sum of all pages", bad)
    single = diff("-p", *files)["pgwalk.diff"]
    results.result(all(row["bytes"] == PAGE for row in single) and
                   all(changed_pages(single, BASE + number * GIB) == changed_pages(found["pgwalk.diff"], BASE + number * GIB)
                       for number in range(len(ZOO))), "-p reports the same pages, one a row")
    moved = [row for row in single if row["start"] != row["a_start"]]
    results.result(moved and all(int(row["start"], 16) - int(row["a_start"], 16) == GIB // 2 for row in moved),
                   "pages of a moved mapping have their old address", moved[:3])
    none = diff(files[0], files[0])
    results.result("pgwalk.diff" not in none and "pgwalk.diff.mapping" not in none and
                   none["pgwalk.diff.total"][0]["unchanged"] >= none["pgwalk.diff.total"][0]["a_resident"],
                   "a reading has no change against itself", [none])


def clipped(rows, first, limit):
    """Return [(start, end, old address, changes)] of the parts of rows in a range, joined where they continue."""
    parts_of = []
    for row in rows:
        at, old = int(row["start"], 16), int(row["a_start"], 16)
        low, high = max(at, first), min(int(row["end"], 16), limit)
        if low < high:
            parts_of.append((low, high, low - at + old, row["changes"]))
    return parts_of


def check_range(results, found, files):
    """RANGE reports the rows of the whole comparison that are in it, clipped, and their sums."""
    moved = next(number for number, kind in enumerate(ZOO) if kind.name == "moved_and_changed")
    ranges = [(BASE, BASE + GIB), (BASE + 3 * PAGE, BASE + 6 * GIB + 20 * PAGE), (BASE + moved * GIB + GIB // 2, BASE + moved * GIB + GIB),
              (BASE, BASE + len(ZOO) * GIB), (BASE - GIB, BASE)]
    for first, limit in ranges:
        own = diff(*files, f"{first:x}-{limit:x}")
        title = f"a range of {(limit - first) // PAGE} pages"
        want = clipped(found["pgwalk.diff"], first, limit)
        got = clipped(own.get("pgwalk.diff", []), 0, 1 << 64)
        results.result(got == want, f"{title}: the pages are those of the whole comparison, {len(want)} rows", [got, want])
        names = [[(row["start"], row["end"], row["mapping"]) for row in rows.get("pgwalk.diff.mapping", [])
                  if int(row["start"], 16) < limit and int(row["end"], 16) > first] for rows in (own, found)]
        count = len(own.get("pgwalk.diff.mapping", []))
        # a mapping of which only other pages changed has no change in the range
        results.result(count == len(names[0]) and all(name in names[1] for name in names[0]),
                       f"{title}: mappings are of the range", names)
        total, = own["pgwalk.diff.total"]
        results.result(all(sum(high - low for low, high, _, changes in want if word in changes) == total[word.replace("-", "_")]
                           for word in ("appeared", "gone", "dirtied", "copied", "moved")), f"{title}: sums", [total])
    results.result(any(old != low for low, _, old, _ in clipped(diff(*files, f"{ranges[2][0]:x}-{ranges[2][1]:x}")["pgwalk.diff"], 0, 1 << 64)),
                   "pages that moved into the range are compared with those at the old address")


def wait_until_asleep(process):
    """Wait until pgwalk sleeps between its two readings."""
    limit = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < limit:
        if Path(f"/proc/{process.pid}/syscall").read_text(encoding="ascii").split()[0] in (SYS_NANOSLEEP, SYS_CLOCK_NANOSLEEP):
            return
        time.sleep(0.01)


def test_interval(results):
    """-i: a page that is written in between; a process that exits; one that executes a program."""
    pid, _, proceed = start(lambda: small(BASE, touch=False), lambda _: write_pages(BASE, 5, 3), stay=True)
    with subprocess.Popen([PGWALK, "diff", "-i", "1", str(pid), "-j"], stdout=subprocess.PIPE, text=True) as process:
        wait_until_asleep(process)
        proceed()
        rows = [json.loads(line) for line in process.stdout]
    end(pid)
    got = changed_pages([row for row in rows if row["schema"] == "pgwalk.diff/1"], BASE)
    results.result(got == {page: [["appeared"]] for page in range(3, 8)}, "-i reports the pages that appeared", summary(got))
    pid, _, proceed = start(lambda: small(BASE, touch=False), lambda _: write_pages(BASE, 5, 3), stay=True)
    with subprocess.Popen([PGWALK, "diff", "-i", "1", str(pid), f"{BASE + 4 * PAGE:x}-{BASE + 6 * PAGE:x}", "-j"],
                          stdout=subprocess.PIPE, text=True) as process:
        wait_until_asleep(process)
        proceed()
        some = changed_pages([row for row in map(json.loads, process.stdout) if row["schema"] == "pgwalk.diff/1"], BASE)
    end(pid)
    results.result(some == {page: [["appeared"]] for page in (4, 5)}, "-i reports only the pages of a range", summary(some))
    first = rows[0] if rows else {}
    results.result(first.get("relation") == "process" and 1000000000 <= first.get("span_ns", 0),
                   "-i: the span is at least the interval", [first])
    for name, text, pattern in (("exits", "exit\n", "exited before the second reading was complete"),
                                ("executes a program", "exec sleep 600\n", "executed another program before the second reading")):
        with subprocess.Popen(["sh"], stdin=subprocess.PIPE, text=True) as shell:
            with subprocess.Popen([PGWALK, "diff", "-i", "1", str(shell.pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True) as process:
                wait_until_asleep(process)
                shell.stdin.write(text)
                shell.stdin.flush()
                if name == "exits":
                    shell.wait()
                out, err = process.communicate()
            shell.kill()
        results.result(process.returncode == 1 and pattern in err and not out, f"-i: a process that {name} is reported so", [out, err])


def test_executed(results, directory):
    """Two files of one process that executed a program in between, and of two processes."""
    files = [Path(directory) / name for name in ("before", "after", "other")]
    with subprocess.Popen(["sh"], stdin=subprocess.PIPE, text=True) as shell:
        exe = os.readlink(f"/proc/{shell.pid}/exe")
        snapshot(shell.pid, files[0])
        snapshot(os.getpid(), files[2])
        shell.stdin.write("exec sleep 600\n")
        shell.stdin.flush()
        while os.readlink(f"/proc/{shell.pid}/exe") == exe:
            time.sleep(0.01)
        time.sleep(0.2)
        snapshot(shell.pid, files[1])
        shell.kill()
    for second, relation in ((0, "process"), (1, "executed"), (2, "processes")):
        row, = diff(files[0], files[second])["pgwalk.diff.readings"]
        results.result(row["relation"] == relation and row["frames_compared"], f"files: the relation is {relation}", [row])


def many_mappings():
    set_up(BASE, 60000 * PAGE, advice=NOHUGEPAGE, touch=False)
    check(not madvise(BASE, 60000 * PAGE, POPULATE_WRITE), "MADV_POPULATE_WRITE")
    for page in range(0, 60000, 2):
        libc.mprotect(BASE + page * PAGE, PAGE, READ)


def many_changes():
    """23 pages given back, 23 mappings removed, 23 moved."""
    for number in range(23):
        madvise(BASE + (101 + 2 * number) * PAGE, PAGE, DONTNEED)
        libc.munmap(BASE + (20001 + 2 * number) * PAGE, PAGE)
        move(BASE + (40001 + 2 * number) * PAGE, BASE + GIB + 2 * number * PAGE, PAGE)


def sparse():
    set_up(BASE, 64 * TIB, NORESERVE, NOHUGEPAGE, touch=False)
    for part in range(23):
        write_pages(BASE + (64 * TIB // 23 * part & -PAGE), 1)


def sparse_changes():
    for part in range(23):
        write_pages(BASE + (64 * TIB // 23 * part & -PAGE), 1, 1)


def test_streams(results, directory):
    """The memory of pgwalk depends neither on mappings nor on address space."""
    files = [Path(directory) / f"large-{letter}" for letter in "ab"]
    for kind, changes, expected in ((many_mappings, many_changes, {"gone": 23, "unmapped": 23}),
                                    (sparse, sparse_changes, {"appeared": 23})):
        pid, _, proceed = start(kind, lambda _, changes=changes: changes(), stay=True)
        title = f"{kind.__name__}: %s takes at most 2M of memory"
        try:
            done = run("snapshot", pid, files[0], limit=LIMIT)
            results.result(not done.returncode, title % "snapshot", [done.stderr])
            if kind is many_mappings:
                test_killed(results, pid, Path(directory) / "killed")
            proceed()
            snapshot(pid, files[1])
        finally:
            end(pid)
        try:
            found = diff(*files, limit=LIMIT)
            results.result(True, title % "diff")
        except OSError as error:
            results.result(False, title % "diff", [error])
            continue
        total, = found["pgwalk.diff.total"]
        got = {key: total[key] // PAGE for key in expected}
        in_range = [row for row in found["pgwalk.diff"] if BASE <= int(row["start"], 16) < BASE + 64 * TIB]
        results.result(got == expected and sum(row["bytes"] for row in in_range) == sum(expected.values()) * PAGE,
                       f"{kind.__name__}: exactly the changed pages are reported", [got, expected, in_range[:5]])
        if kind is many_mappings:
            test_cut(results, files, total)


def test_killed(results, pid, path):
    """A snapshot that is killed while it writes can be read: the process is large enough for several flushes."""
    with subprocess.Popen([PGWALK, "snapshot", str(pid), str(path)], stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and (not path.exists() or path.stat().st_size < 8192):
            time.sleep(0.005)
        process.kill()
    done = run("diff", path, path, "-j")
    total = json.loads(done.stdout.splitlines()[-1])
    results.result(done.returncode == 1 and "cut short: compared up to" in done.stderr and total["unchanged"] > 100 * PAGE,
                   "after a crash of snapshot the pages up to the last flush can be read", [done.stderr, total])


def test_cut(results, files, total):
    """A file that was cut short is compared up to its end."""
    whole = files[1].read_bytes()
    cut = files[1].with_name("cut")
    cut.write_bytes(whole[:len(whole) // 2])
    done = run("diff", files[0], cut, "-j")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    until = int(rows[-1]["until"] or "0", 16)
    late = [row for row in rows if row["schema"] == "pgwalk.diff/1" and int(row["end"], 16) > until]
    results.result(done.returncode == 1 and "cut short: compared up to" in done.stderr and BASE < until < BASE + 60000 * PAGE and
                   not late and 0 < rows[-1]["unchanged"] < total["unchanged"],
                   "half of a file is compared up to its end, and reported so", [done.stderr, rows[-1], *late[:3]])


def test_numa(results, directory):
    if not Path("/sys/devices/system/node/node1").exists():
        results.skip("migration between nodes", "the machine has one node")
        return
    test_kinds(results, "numa", NUMA, directory)


def main():
    results = tap.Tap()
    # khugepaged must not collapse pages between two reads, nor may swapping be random
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    configure(Path("/proc/sys/kernel/numa_balancing"), 0)
    with tempfile.TemporaryDirectory() as directory:
        if sys.argv[2:]:
            {"numa": test_numa, "streams": test_streams}[sys.argv[2]](results, directory)
            return results.end()
        if SCRATCH:
            set_up_swap(SWAP)
        try:
            found, files = test_kinds(results, "zoo", ZOO, directory)
        finally:
            remove_swap(SWAP)
        check_sums(results, found, files)
        check_range(results, found, files)
        for kind in ALONE:
            test_kinds(results, kind.name, [kind], directory)
        test_interval(results)
        test_executed(results, directory)
    return results.end()


sys.exit(main())
