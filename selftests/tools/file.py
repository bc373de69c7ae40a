#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares pgwalk file and pgwalk rmap -f with files: their pages are read, written, synced and dropped, on ext4 and on tmpfs:
mincore, pagemap, maps and smaps. No page may be in the page cache that was not there before. TAP.

	file.py PGWALK
"""
import ctypes
import json
import mmap
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import json_schema
import tap

PGWALK = sys.argv[1]
PAGE = 4096
MIB = 1 << 20
TIB = 1 << 40
SIZE = 80 * MIB + 5
PAGES = -(-SIZE // PAGE)
TRIES = 3
# Read by the test: single pages, a run, pages of the second window of 64 MiB, and the last page of the file
READ = {3, *range(10, 20), 16383, 16384, 17000, PAGES - 1}
MAPPINGS = 200

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
libc.mincore.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p)
libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
results = tap.Tap()
claim = results.result


def cached(path):
    """Return the numbers of the pages in the page cache, by mincore()."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        address = libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0)
        vector = ctypes.create_string_buffer(-(-size // PAGE))
        libc.mincore(address, size, vector)
        libc.munmap(address, size)
    return {number for number, byte in enumerate(vector.raw) if byte & 1}


def run(*arguments):
    return subprocess.run([PGWALK, *map(str, arguments)], capture_output=True, text=True, check=False)


def pgwalk_file(path, *arguments):
    """Return (runs, mappings, total) of pgwalk file -j."""
    done = run("file", "-j", path, *arguments)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    of = {name: [record for record in records if record["schema"] == f"pgwalk.file{name}/1"]
          for name in ("", ".mapping", ".total")}
    if done.returncode or len(of[".total"]) != 1:
        tap.comment(done.stderr + done.stdout[-400:])
        return [], [], {}
    return of[""], of[".mapping"], of[".total"][0]


def pages_of(runs, flag=None):
    """Return {number of the page: run}, of runs with a flag of the frame."""
    return {(row["offset"] + at) // PAGE: row for row in runs if not flag or flag in row["frame"]
            for at in range(0, row["size"], PAGE)}


def frames_of(runs):
    return {(row["offset"] + at) // PAGE: int(row["pfn"], 16) + at // PAGE for row in runs for at in range(0, row["size"], PAGE)}


def repeated(step):
    """Reclaim may change the cache between two reads: run a step that compares up to TRIES times."""
    for _ in range(TRIES):
        good, shown = step()
        if good:
            return True
    tap.comment(shown)
    return False


class Child:
    """A process that maps parts of a file, and waits. Each part is (flags, offset, size, pages read, pages written)."""

    def __init__(self, path, parts):
        read_end, write_end = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            with open(path, "r+b") as file:
                kept = [self.touch(file, *part) for part in parts]
            os.write(write_end, b"x")
            while kept:
                signal.pause()
        os.close(write_end)
        os.read(read_end, 1)
        os.close(read_end)

    @staticmethod
    def touch(file, flags, offset, size, reads, writes):
        part = mmap.mmap(file.fileno(), size, flags=flags, offset=offset)
        part.madvise(mmap.MADV_RANDOM)
        for page in reads:
            part[page * PAGE]     # pylint: disable=pointless-statement
        for page in writes:
            part[page * PAGE] = 1
        return part

    def maps(self, path):
        """Return [(start, end, perms, offset, Rss)] of the file, by smaps."""
        found, text = [], Path(f"/proc/{self.pid}/smaps").read_text(encoding="utf-8", errors="replace")
        for match in re.finditer(rf"^(\w+)-(\w+) (\S+) (\w+) \S+ \d+ +{re.escape(str(path))}\n(?:.*\n)*?Rss: +(\d+)", text, re.M):
            start, end, perms, offset, rss = match.groups()
            found.append((int(start, 16), int(end, 16), perms, int(offset, 16), int(rss) * 1024))
        return found

    def frames(self, start, end, offset):
        """Return {number of the page in the file: frame}, by pagemap."""
        with open(f"/proc/{self.pid}/pagemap", "rb") as pagemap:
            pagemap.seek(start // PAGE * 8)
            entries = memoryview(pagemap.read((end - start) // PAGE * 8)).cast("Q")
        return {offset // PAGE + number: entry & (1 << 55) - 1 for number, entry in enumerate(entries) if entry >> 63}

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def read_pages(path, numbers):
    with open(path, "rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        for number in numbers:
            os.pread(file.fileno(), 1, number * PAGE)


def drop(path):
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def agrees(path, expected):
    """The pages of pgwalk are those of mincore() before and after, and those that the test expects."""
    def step():
        before, (runs, _, total), after = cached(path), pgwalk_file(path), cached(path)
        pages = set(pages_of(runs))
        good = pages == before == after and (expected is None or pages == expected) and \
            total.get("cached") == len(pages) * PAGE == sum(total["node_bytes"]) and total["lost"] == 0
        return good, f"pgwalk {len(pages)} before {len(before)} after {len(after)}: {sorted(pages ^ before)[:20]} {total}"
    return repeated(step)


def check_cache(path):
    """Pages that are read appear, pages that are dropped vanish; written ones are dirty until they are synced."""
    drop(path)
    claim(agrees(path, set()), "ext4: after DONTNEED no page is cached")
    read_pages(path, READ)
    claim(agrees(path, READ), "ext4: the pages that were read are cached, and no others are read in")
    with open(path, "rb+", buffering=0) as file:
        def write():
            os.pwrite(file.fileno(), b"y", 11 * PAGE)
            runs = pgwalk_file(path)[0]
            dirty = set(pages_of(runs, "dirty")) | set(pages_of(runs, "writeback"))
            return dirty == {11}, dirty
        claim(repeated(write), "ext4: the written page is dirty")
        os.fsync(file.fileno())
    runs, _, total = pgwalk_file(path)
    claim(runs and not pages_of(runs, "dirty") and total["dirty"] == 0, "ext4: after fsync no page is dirty")

    def select():
        read_pages(path, READ)
        runs, _, total = pgwalk_file(path, "a000-c000")
        return set(pages_of(runs)) == {10, 11} and (total["start"], total["end"]) == (0xa000, 0xc000), [runs, total]
    claim(repeated(select), "RANGE selects pages")
    runs, _, total = pgwalk_file(path, f"{(PAGES - 1) * PAGE:x}-ffffffffff")
    claim(set(pages_of(runs)) == {PAGES - 1} and total["end"] == total["size"] == SIZE, "RANGE may end after the file",
          [runs, total])


def check_mappings(path):
    """Mappings at known offsets are found, with resident pages and private copies; frames are those of pagemap."""
    read_pages(path, READ)
    shared = Child(path, [(mmap.MAP_SHARED, 0, MIB, (3, 10, 11), ())])
    private = Child(path, [(mmap.MAP_PRIVATE, 2 * PAGE, 20 * PAGE, (8,), (9, 10))])
    many = Child(path, [(mmap.MAP_SHARED, number * 2 * PAGE, PAGE, (), ()) for number in range(MAPPINGS)])

    def step():
        mappings = pgwalk_file(path)[1]
        rows = {child.pid: sorted((int(row["start"], 16), int(row["end"], 16), row["perms"], row["offset"], row["resident"])
                                  for row in mappings if row["pid"] == child.pid) for child in (shared, private, many)}
        expected = {child.pid: sorted(child.maps(path)) for child in (shared, private, many)}
        return rows == expected and len(expected[many.pid]) == MAPPINGS, f"{expected}"[:400] + f"\n{rows}"[:400]
    claim(repeated(step), "each mapping is found, with its addresses, offset and resident pages")
    runs, mappings, total = pgwalk_file(path)
    claim([row["copied"] for row in mappings if row["pid"] == private.pid] == [2 * PAGE], "private copies are counted")
    claim(total["processes"] == 3 and total["mappings"] == MAPPINGS + 2, "the total has all mappings", [total])
    of_range = pgwalk_file(path, "80000-81000")[1]
    claim([row["pid"] for row in of_range] == sorted((shared.pid, many.pid)), "RANGE selects mappings", of_range)
    start, end, _, offset, _ = shared.maps(path)[0]
    frames, of_child, rows = frames_of(runs), shared.frames(start, end, offset), pages_of(runs)
    # fault-around may have mapped other cached pages, too
    at, until, _, first, _ = private.maps(path)[0]
    mappers = 1 + (private.frames(at, until, first).get(3) == of_child.get(3))
    claim(set(of_child) >= {3, 10, 11} and all(frames.get(page) == pfn for page, pfn in of_child.items()),
          "the frames are those of pagemap", [of_child, sorted(frames.items())[:20]])
    claim(rows[3]["mapcount"] in (mappers, None) and rows[17000]["mapcount"] in (0, None) and
          ("mmap" in rows[3]["frame"]) and "mmap" not in rows[17000]["frame"], "pgwalk's own mapping is not counted",
          [rows[3], rows[17000]])
    hits = [json.loads(line) for line in run("rmap", "-j", "-f", path, "b123").stdout.splitlines()]
    found = {(row["pid"], int(row["addr"], 16)) for row in hits if row["schema"] == "pgwalk.hit/1"}
    both = {(shared.pid, start + 11 * PAGE), (private.pid, at + 9 * PAGE)}
    claim((shared.pid, start + 11 * PAGE) in found and found <= both, "rmap -f finds the mapping of the page", hits)
    done = run("rmap", "-f", path, "7000")
    claim(done.returncode == 1 and "7000 is not in the page cache" in done.stderr, "rmap -f: a page that is not cached",
          [done.stderr])
    claim(run("file", path).returncode == 0, "text is written")
    lines = run("file", "-j", path).stdout.splitlines()
    bad = [message for line in lines for message in json_schema.complaints_of_line(line)]
    claim(len(lines) > 3 and not bad, "each line of JSON conforms to its schema", bad[:5])
    for child in (shared, private, many):
        child.end()


def check_sparse(directory):
    """A file of 1 TiB with one cached page at each end."""
    path = Path(directory, "sparse")
    with open(path, "wb", buffering=0) as file:
        file.truncate(TIB)
        os.pwrite(file.fileno(), b"x", 0)
        os.pwrite(file.fileno(), b"x", TIB - 1)
    runs, _, total = pgwalk_file(path)
    claim(set(pages_of(runs)) == {0, TIB // PAGE - 1} and total["size"] == TIB, "a sparse file of 1 TiB", [total])
    path.unlink()


def check_tmpfs():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        path = Path(directory, "file")
        with open(path, "wb", buffering=0) as file:
            file.truncate(8 * MIB)
            os.pwrite(file.fileno(), b"x" * PAGE * 4, 100 * PAGE)
        blocks = path.stat().st_blocks
        claim(agrees(path, None) and set(pages_of(pgwalk_file(path)[0])) >= set(range(100, 104)), "tmpfs: written pages")
        claim(path.stat().st_blocks == blocks, "tmpfs: holes stay holes")


def check_overlay(directory):
    """A file of an overlay has the pages of the file in a layer: in the lower one, and after the first write in the upper one."""
    layers = [Path(directory, name) for name in ("lower", "upper", "work", "merged")]
    for layer in layers:
        layer.mkdir()
    lower, upper, work, merged = layers
    (lower / "file").write_bytes(b"x" * 32 * PAGE)
    subprocess.run(["modprobe", "-q", "overlay"], check=False)
    if libc.mount(b"overlay", str(merged).encode(), b"overlay", 0, f"lowerdir={lower},upperdir={upper},workdir={work}".encode()):
        results.skip("overlay", "the kernel has no overlayfs, or refuses these layers")
        return
    try:
        path = merged / "file"
        drop(lower / "file")
        with open(path, "rb") as file:
            part = mmap.mmap(file.fileno(), 32 * PAGE, prot=mmap.PROT_READ, flags=mmap.MAP_SHARED)
            part.madvise(mmap.MADV_RANDOM)
            for page in (5, 20):
                part[page * PAGE]     # pylint: disable=pointless-statement
            claim(agrees(path, None) and {5, 20} <= set(pages_of(pgwalk_file(path)[0])), "overlay: the pages of the lower layer")
            own, real = pgwalk_file(path), pgwalk_file(lower / "file")
            claim(frames_of(own[0]) == frames_of(real[0]) != {}, "overlay: the frames are those of the file in its layer")
            claim([row["pid"] for row in own[1]] == [os.getpid()], "overlay: a mapping of the lower layer is found", own[1])
            part.close()
        child = Child(path, [(mmap.MAP_SHARED, 0, 16 * PAGE, (3,), (4,))])
        runs, mappings, _ = pgwalk_file(path)
        claim([(row["pid"], row["size"]) for row in mappings] == [(child.pid, 16 * PAGE)] and {3, 4} <= set(pages_of(runs, "mmap")),
              "overlay: a mapping after the copy to the upper layer is found", [mappings, runs])
        child.end()
    finally:
        libc.umount2(str(merged).encode(), 2)


def check_refused(directory):
    Path(directory, "empty").touch()
    Path(directory, "short").write_bytes(b"x")
    os.mkfifo(Path(directory, "fifo"))
    cases = [
        (2, "a directory", ["file", directory]),
        (2, "not a regular file", ["file", f"{directory}/fifo"]),
        (2, "not a regular file", ["file", "/dev/null"]),
        (1, "No such file", ["file", f"{directory}/none"]),
        (1, "empty", ["file", f"{directory}/empty"]),
        (2, "not an offset", ["file", f"{directory}/short", "x"]),
        (2, "after the end", ["file", f"{directory}/short", "1000"]),
        (2, "ends before it starts", ["file", f"{directory}/short", "0-0"]),
        (2, "one argument too many", ["rmap", "-f", f"{directory}/short", "0", "0"]),
        (2, "after the end", ["rmap", "-f", f"{directory}/short", "1"]),
    ]
    for status, why, arguments in cases:
        done = run(*arguments)
        claim(done.returncode == status and why in done.stderr and not done.stdout,
              f"{' '.join(Path(word).name for word in arguments)}: {why}", [done.returncode, done.stderr])


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("PGWALK_SCRATCH")) as directory:
        path = Path(directory, "file")
        with open(path, "wb") as file:
            file.truncate(SIZE)
            for number in READ:
                file.seek(number * PAGE)
                file.write(b"x" * min(PAGE, SIZE - number * PAGE))
        check_cache(path)
        check_mappings(path)
        # cachestat(), with which empty parts are skipped, is of 6.5
        if tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) >= (6, 5):
            check_sparse(directory)
        check_refused(directory)
        check_overlay(directory)
    check_tmpfs()
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
