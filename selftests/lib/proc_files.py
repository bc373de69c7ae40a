# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Reads the kernel's files about pages and mappings: pagemap, kpageflags, smaps."""
import os
import struct


def words(path, first, number):
    """Read 64-bit words of a file of the kernel."""
    with open(path, "rb", buffering=0) as file:
        data = os.pread(file.fileno(), number * 8, first * 8)
    return struct.unpack(f"{len(data) // 8}Q", data)


def mappings(pid):
    """Return [(start, end, {field of smaps: bytes})]."""
    found = []
    with open(f"/proc/{pid}/smaps") as file:
        for line in file:
            first, *rest = line.split()
            if first.endswith(":"):
                if rest[-1:] == ["kB"]:
                    found[-1][2][first[:-1]] = int(rest[0]) << 10
            else:
                found.append((*(int(part, 16) for part in first.split("-")), {}))
    return found
