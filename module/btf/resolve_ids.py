#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Fills in a module's .BTF_ids as the kernel's tools/bpf/resolve_btfids does, where that tool is not packaged.

usage: resolve_ids.py BASE MODULE.ko

Each symbol __BTF_ID__KIND__NAME__UNIQUE stands for four bytes that become the type id of NAME; __BTF_ID__set8__NAME and
__BTF_ID__set__NAME span a counted, sorted set of those. BASE is raw BTF; little endian, 64 bit.
"""
import struct
import sys

KINDS = {"struct": 4, "union": 5, "typedef": 8, "func": 12}
# Bytes after the 12 that every type has: fixed, and for each of its vlen members (linux/btf.h).
EXTRA = {1: (4, 0), 3: (12, 0), 4: (0, 12), 5: (0, 12), 6: (0, 8), 13: (0, 8), 14: (4, 0), 15: (0, 12), 17: (4, 0),
         19: (0, 12)}


class Btf:
    """The types and strings of one blob; with a base, those that follow it."""

    def __init__(self, blob, base=None):
        magic, _, _, header, types, types_len, strings, strings_len = struct.unpack_from("<HBBIIIII", blob)
        if magic != 0xeb9f:
            raise ValueError("not BTF")
        self.base = base
        self.types = blob[header + types:header + types + types_len]
        self.strings = blob[header + strings:header + strings + strings_len]
        self.first_id = base.next_id if base else 1
        self.first_string = base.next_string if base else 0
        self.next_string = self.first_string + len(self.strings)
        self.ids = {}
        self.next_id = self._index()

    def _index(self):
        at, type_id = 0, self.first_id
        while at < len(self.types):
            name, info, _ = struct.unpack_from("<III", self.types, at)
            kind, vlen = info >> 24 & 31, info & 0xffff
            self.ids.setdefault((kind, self.name(name)), type_id)
            fixed, each = EXTRA.get(kind, (0, 0))
            at += 12 + fixed + each * vlen
            type_id += 1
        return type_id

    def name(self, offset):
        if offset < self.first_string:
            return self.base.name(offset)
        start = offset - self.first_string
        return self.strings[start:self.strings.index(0, start)].decode()

    def find(self, kind, name):
        found = self.base.find(kind, name) if self.base else None
        return found or self.ids.get((kind, name))


class Elf:
    """A relocatable object's sections and symbols."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = bytearray(file.read())
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise ValueError("not a little-endian 64-bit ELF file")
        offset, = struct.unpack_from("<Q", self.data, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.data, 0x3a)
        headers = [struct.unpack_from("<IIQQQQIIQQ", self.data, offset + i * size) for i in range(count)]
        self.sections = headers
        self.index = {self._string(headers[names], header[0]): i for i, header in enumerate(headers)}

    def _string(self, section, offset):
        start = section[4] + offset
        return self.data[start:self.data.index(0, start)].decode()

    def section(self, name):
        header = self.sections[self.index[name]]
        return header[4], header[5]

    def symbols_of(self, section):
        table = self.sections[self.index[".symtab"]]
        strings = self.sections[table[6]]
        for at in range(table[4], table[4] + table[5], 24):
            name, _, _, where, value, size = struct.unpack_from("<IBBHQQ", self.data, at)
            if where == self.index[section]:
                yield self._string(strings, name), value, size


def fill_id(elf, at, btf, kind, rest):
    name = rest.rsplit("__", 1)[0]
    type_id = btf.find(KINDS[kind], name)
    if not type_id:
        raise ValueError(f"no BTF for {kind} {name}")
    struct.pack_into("<I", elf.data, at, type_id)


def sort_set(elf, at, size, words):
    """A set is a count, for set8 also flags, and entries of so many words that are sorted by their first."""
    form, width = "<%dI" % words, 4 * words
    count = size // width - 1
    entries = sorted(struct.unpack_from(form, elf.data, at + width * (i + 1)) for i in range(count))
    struct.pack_into("<I", elf.data, at, count)
    for i, entry in enumerate(entries):
        struct.pack_into(form, elf.data, at + width * (i + 1), *entry)


def resolve(base_path, module_path):
    elf = Elf(module_path)
    if ".BTF_ids" not in elf.index:
        return
    with open(base_path, "rb") as file:
        base = Btf(file.read())
    start, size = elf.section(".BTF")
    btf = Btf(bytes(elf.data[start:start + size]), base)
    ids, _ = elf.section(".BTF_ids")
    sets = []
    for symbol, value, size in elf.symbols_of(".BTF_ids"):
        if not symbol.startswith("__BTF_ID__"):
            continue
        kind, rest = symbol[len("__BTF_ID__"):].split("__", 1)
        if kind in KINDS:
            fill_id(elf, ids + value, btf, kind, rest)
        else:
            sets.append((ids + value, size, {"set": 1, "set8": 2}[kind]))
    for at, size, words in sets:
        sort_set(elf, at, size, words)
    with open(module_path, "r+b") as file:
        file.write(elf.data)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        resolve(sys.argv[1], sys.argv[2])
    except (OSError, ValueError) as error:
        sys.exit(f"resolve_ids: {sys.argv[2]}: {error}")


main()
