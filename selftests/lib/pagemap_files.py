#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Makes files of 64-bit words like /proc/PID/pagemap, /proc/kpageflags and /proc/kpagecount.

	pagemap_files.py fake DIR			a /proc with the processes of the made-up module (golden/fake.c)
	pagemap_files.py flip FILE NUMBER BIT		flip a bit of the word with this (hexadecimal) number
	pagemap_files.py copy PID DIR ADDRESS BIT...	for each bit a /proc in DIR/procBIT with a copy of the pagemap of PID, where
						that bit of the entry of ADDRESS is flipped; 64 flips none. Prints the address
"""
import os
import struct
import sys
from pathlib import Path

# Of this machine, and of the made-up module
PAGE_SHIFT = os.sysconf("SC_PAGESIZE").bit_length() - 1
FAKE_SHIFT = 12
PF_KTHREAD = 0x200000
WORD = struct.Struct("Q")
# Bits of pagemap, and of kpageflags
PRESENT, SWAP, FILE, WRITE_PROTECTED, EXCLUSIVE, SOFT_DIRTY = 1 << 63, 1 << 62, 1 << 61, 1 << 57, 1 << 56, 1 << 55
IN_USE = 1 << 3 | 1 << 5 | 1 << 11
ANONYMOUS = IN_USE | 1 << 12 | 1 << 14
ERROR, REFERENCED, HEAD, TAIL, THP, ZERO_PAGE = 1 << 1, 1 << 2, 1 << 15, 1 << 16, 1 << 22, 1 << 24


def write_words(path, words):
    """Write {number: word} to a sparse file."""
    with open(path, "wb") as file:
        for number, word in words.items():
            file.seek(number * WORD.size)
            file.write(WORD.pack(word))


def flip(path, number, bit):
    with open(path, "r+b") as file:
        file.seek(number * WORD.size)
        word, = WORD.unpack(file.read(WORD.size))
        file.seek(number * WORD.size)
        file.write(WORD.pack(word ^ 1 << bit))


def make_processes(proc):
    """Make the directories of processes: names, a process with an exited main thread (4401), a zombie (4410)."""
    for pid, comm, command in ((4211, "demo", "/usr/bin/demo"), (4300, "twin", "twin"), (4301, "twin", "/bin/twin"),
                               (4302, "a-very-long-nam", "/bin/a-very-long-name-indeed"), (9, "kworker", "")):
        make_task(proc / str(pid), comm, command)
        write_stat(proc / str(pid), pid, comm, "S", PF_KTHREAD if pid == 9 else 0, pid)
    for place, comm, state, command in (
            ("4401", "led", "Z", ""), ("4401/task/4401", "led", "Z", ""), ("4401/task/4402", "x", "X", ""),
            ("4401/task/4403", "worker", "S", "/bin/led-by-others"),
            ("4410", "undead ) R", "Z", ""), ("4410/task/4410", "undead ) R", "Z", "")):
        make_task(proc / place, comm, command)
        write_stat(proc / place, place.split("/")[-1], comm, state, 0, 0)


def write_stat(directory, pid, comm, state, flags, minor):
    """Write a stat with the number of minor faults, a hundredth as many major ones, and a start time of 23 ticks."""
    (directory / "stat").write_text(f"{pid} ({comm}) {state} 1 1 1 0 -1 {4194560 | flags} {minor} 0 {minor // 100} 0 1 1 0 0 "
                                    "20 0 1 0 23 1000 10\n")
    (directory / "status").write_text(f"Name:\t{comm}\nVmPTE:\t      20 kB\nThreads:\t1\n")


def make_task(directory, comm, command):
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "comm").write_text(comm + "\n")
    (directory / "cmdline").write_text(command + "\0" if command else "")


def fake(proc):
    """Make the /proc: the pages of 4211 are those of golden/fake.c."""
    make_processes(proc)
    entries, flags, counts = {}, {}, {}

    def page(address, pfn, entry, flag, count):
        entries[address >> FAKE_SHIFT] = entry | pfn | PRESENT
        flags[pfn], counts[pfn] = flag, count

    for i in range(2):
        page(0x400000 + i * 4096, 0x100 + i, FILE, IN_USE | REFERENCED, 3)
    for i in range(3):
        page(0x1000000 + i * 4096, 0x200 + i, SOFT_DIRTY | EXCLUSIVE | (WRITE_PROTECTED if i == 2 else 0), ANONYMOUS, 1)
    page(0x1010000, 0x210, SOFT_DIRTY | EXCLUSIVE | WRITE_PROTECTED, ANONYMOUS, 1)
    entries[0x1003] = SWAP | 1 | 0x17 << 5
    for start, pfn, pages in ((0x7f0000000000, 0x400, 512), (0x7f0000200000, 0x800, 16)):
        for i in range(pages):
            page(start + i * 4096, pfn + i, EXCLUSIVE, ANONYMOUS | THP | (TAIL if i else HEAD), 1)
    page(0x7f0000210000, 0x50, 0, ZERO_PAGE, 0)
    page(0x7ffc0001f000, 0x300, EXCLUSIVE, ANONYMOUS | ERROR, 1)
    write_words(proc / "4211/pagemap", entries)
    write_words(proc / "kpageflags", flags)
    write_words(proc / "kpagecount", counts)


def read_pagemap(pid):
    """Return {number of the first page: words} of each mapping."""
    entries = {}
    with open(f"/proc/{pid}/pagemap", "rb") as source, open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            start, end = (int(part, 16) >> PAGE_SHIFT for part in line.split()[0].split("-"))
            if start < 1 << 63 - PAGE_SHIFT:
                source.seek(start * WORD.size)
                entries[start] = source.read((end - start) * WORD.size)
    return entries


def copy(pid, directory, address, bits):
    number, entries = address >> PAGE_SHIFT, read_pagemap(pid)
    comm = Path(f"/proc/{pid}/comm").read_text()
    for bit in bits:
        proc = directory / f"proc{bit}"
        (proc / str(pid)).mkdir(parents=True)
        for name in ("kpageflags", "kpagecount"):
            os.symlink(f"/proc/{name}", proc / name)
        (proc / str(pid) / "comm").write_text(comm)
        with open(proc / str(pid) / "pagemap", "wb") as file:
            for start, words in entries.items():
                file.seek(start * WORD.size)
                file.write(words)
        if bit < 64:
            flip(proc / str(pid) / "pagemap", number, bit)
    print(f"{number << PAGE_SHIFT:08x}")


def main():
    verb, *words = sys.argv[1:]
    if verb == "fake":
        fake(Path(words[0]))
    elif verb == "flip":
        flip(words[0], int(words[1], 16), int(words[2]))
    else:
        copy(int(words[0]), Path(words[1]), int(words[2], 16), [int(word) for word in words[3:]])


main()
