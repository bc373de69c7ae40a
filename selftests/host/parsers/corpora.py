#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Writes valid inputs of the parsers' fuzz targets as seeds: corpora.py DIRECTORY STREAM...

STREAMs are recorded ones (selftests/host/golden/encode makes them).
"""
import gzip
import struct
import sys
from pathlib import Path

HEADER = 32

MAPS = b"""00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/dbus-daemon
00651000-00652000 r--p 00051000 08:02 173521      /usr/bin/dbus-daemon
00e03000-00e24000 rw-p 00000000 00:00 0           [heap]
7f2c8b000000-7f2c8b021000 rw-p 00000000 00:00 0\x20
7f2c8d1b0000-7f2c8d1d2000 r-xp 00000000 fe:01 4294967297 /a b/lib\\012c.so.6 (deleted)
7f2c8d1d2000-7f2c8d1d3000 rw-s 00000000 00:05 12 /dev/zero (deleted)
7ffc1a1f0000-7ffc1a212000 rw-p 00000000 00:00 0                          [stack]
7ffc1a3f5000-7ffc1a3f9000 r--p 00000000 00:00 0                          [vvar]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
"""
STATUS = b"""Name:\ta) b (c
Umask:\t0022
State:\tS (sleeping)
Tgid:\t4211
Ngid:\t0
Pid:\t4212
VmPeak:\t   23456 kB
VmPTE:\t      92 kB
Threads:\t3
voluntary_ctxt_switches:\t10
"""
STAT = (b"4211 (a) b (c) S 1 4211 4211 0 -1 4194560 120 0 3 0 1 2 0 0 20 0 3 0 12345 23456 789 18446744073709551615 "
        b"1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n")
VMSTAT = (b"nr_free_pages 123456\npgscan_kswapd 10\npgscan_direct 18446744073709551615\npgsteal_kswapd 3\npswpin 1\n"
          b"pswpout 2\nthp_collapse_alloc 4\nthp_split_page 5\nthp_split_pmd 6\npgmigrate_success 7\nnuma_pages_migrated 8\n")
SYMBOLS = b"400500 20 main\n7f0000001000 1f0 LazyCompile:~f /a/b.js:1\n0x400520 0x10 f(int, char)\nffffffffffff0000 ffff end\n"
PREEMPT = b"none voluntary (full) lazy\n"

COMMANDS = """wtranslate 4211 7f0000000000
wtranslate -e 4211 fs:28
wtranslate -j 4211 ds:-0x8
wtranslate 4211 0x55550000
wmm 4211
wvmas -a 4211
wvmas -o range,kind,res 4211
wpages -b P,-RW,anon 4211 400000-600000
wpages -p 4211 [heap]
wpages -j 4211 libc.so.6
wpages -b U,-A,thp,-D 4211
wtables 4211
wreport 4211
wreport --svg -o /tmp/x.svg 4211 fs:28
wrmap 1234
wrmap -j 4211 400000
wframe 100+10
wframe -j 0x1000
wgdt
wsegments 4211
winfo -j
wverify 4211
wsnapshot 4211 x
wsnapshot -j 4211 x
wdiff -i 0 4211
wdiff -a -p -i 0.5 -j 4211
wdiff a b
t-b -i 0.5 -n 10 4211
t-s p99 -r 5 -b 4211
t-j --regions -- ls -l
t--folded=f --folded-by=latency --folded-class=cow-copy -d 10 4211
t--replay=f --speed 10
t-t -U -p 4211 --record=r
t-c /a/b --no-module --no-tlb -o x
"""


def unpack(plain):
    """Unpack the records after the header (the packing of pack.h)."""
    out, at = b"", HEADER
    while at + 8 <= len(plain):
        kind, size = struct.unpack_from("<II", plain, at)
        at += 8
        count = size // 8 - 1
        masks = struct.unpack_from(f"<{(count + 63) // 64}Q", plain, at)
        at += 8 * len(masks)
        words = []
        for number in range(count):
            there = masks[number // 64] >> number % 64 & 1
            words.append(plain[at:at + 8] if there else bytes(8))
            at += 8 * there
        out += struct.pack("<II", kind, size) + b"".join(words)
    return out


BEGIN, RUNS, CHANGED, END, VMA = 15, 16, 17, 18, 5
PRESENT, SWAP, MARKER, RACED = 3, 8, 12, 14


def record(kind, body):
    return struct.pack("<II", kind, 8 + len(body)) + body


def mapping(start, end, prot=3, offset=None, inode=0, name=b""):
    padded = name + bytes(8 - len(name) % 8)
    return record(VMA, struct.pack("<IBBHHHI6QII", 328 + len(padded), 9, prot, len(name), 0, 0, 0, start, end, 0x100073,
                                   start if offset is None else offset, inode, 0, 0, 8 if inode else 0) + bytes(256) + padded)


def run(start, end, kind=PRESENT, pfn=0x100, shift=12, frame=5, mapcount=1, node=0, flags=0x67):
    return struct.pack("<4QI4BQihBB", start, end, pfn, flags, 1, kind, shift, 0, 1, 1 << 12, mapcount, node, 0, frame)


def runs(*several):
    return record(RUNS, struct.pack("<II", len(several), 0) + b"".join(several))


def begin(pid=4211, ticks=12345, boot=b"1-2-3"):
    return record(BEGIN, struct.pack("<iI8Q40s64s64s32s256s", pid, 0, ticks, 10**18, 10**12, 77, 8, 0x1234000, 0x7ffc0001fff0,
                                     0x7ffffffff000, boot, b"host", b"6.12", b"demo", b"/usr/bin/demo"))


def finish(flags=0, addr=0x7ffffffff000):
    return record(END, struct.pack("<3Q", addr, 10**12, flags))


def readings():
    """Return pairs of readings: pages that changed in each way, mappings that were split, merged, moved, removed."""
    low, high = 0x1000000, 0x7f0000000000
    first = (begin() + mapping(low, low + 0x10000, name=b"[heap]") +
             runs(run(low, low + 0x4000), run(low + 0x4000, low + 0x5000, SWAP), run(low + 0x5000, low + 0x6000, MARKER)) +
             mapping(high, high + 0x400000) + runs(run(high, high + 0x200000, shift=21, pfn=0x400)) +
             mapping(high + 0x600000, high + 0x601000, 5, 0x3000, 77, b"/lib/x") + record(CHANGED, struct.pack("<2Q", low, high)))
    second = (begin() + mapping(low, low + 0x2000, 1) + runs(run(low, low + 0x1000, pfn=0x200, node=1, mapcount=2)) +
              mapping(low + 0x2000, low + 0x20000) + runs(run(low + 0x4000, low + 0x5000, RACED)) +
              mapping(2 * high // 3 & -4096, (2 * high // 3 & -4096) + 0x400000, offset=high) +
              runs(*(run((2 * high // 3 & -4096) + i * 4096, (2 * high // 3 & -4096) + (i + 1) * 4096, pfn=0x400 + i)
                     for i in range(64))) + mapping(high, high + 0x1000, 5, 0x3000, 77, b"/lib/x"))
    return [(first + finish(), second + finish()), (second + finish(), first + finish(1, high)), (first, second + finish()),
            (first + finish(), begin(4212, 1, b"other") + finish())]


def main():
    top = Path(sys.argv[1])
    inputs = {"stream": [], "pages": [], "proc": [], "command": [line.encode() for line in COMMANDS.splitlines()]}
    for path in map(Path, sys.argv[2:]):
        plain = gzip.decompress(path.read_bytes())
        if len(plain) < 65536:
            inputs["stream"] += [b"f" + plain, b"r" + unpack(plain)]
    inputs["stream"].append(b"f" + gzip.compress(plain[:4096], mtime=0))
    header = next(gzip.decompress(path.read_bytes())[:HEADER] for path in map(Path, sys.argv[2:]))
    for first, second in readings():
        inputs["pages"] += [b"r" + bytes((how, 0, 0)) + struct.pack("<I", len(first)) + first + second for how in (0, 3)]
    inputs["pages"].append(b"f" + gzip.compress(header, mtime=0))
    inputs["proc"] = [b"\0" + SYMBOLS, b"\1" + VMSTAT] + [b"\2" + text for text in (MAPS, STATUS, STAT, PREEMPT, b"1\n")]
    for target, texts in inputs.items():
        (top / target).mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(texts):
            (top / target / f"good-{number:03}").write_bytes(text)


if __name__ == "__main__":
    main()
