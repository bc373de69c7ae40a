#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares the totals of pgwalk pages and pgwalk vmas: both count the same pages.

	pgwalk_totals.py PAGES VMAS	files with the JSON of both; prints the differences, and ends with 1 if there is one
"""
import json
import sys

# Keys of the total of pages whose sum is a key of the total of vmas
SUMS = {
    "resident": ("present", "protnone", "numa_hint", "uffd_rwp"),
    "swapped": ("swapped",),
    "zero": ("zero",),
    "shared": ("shared",),
    "exclusive": ("exclusive",),
    "large": ("large",),
    "huge_2m": ("leaf_2m",),
}
MAPPED = ("shared", "exclusive")


def size_of(runs):
    """Return the bytes of some runs."""
    return sum(int(run["end"], 16) - int(run["start"], 16) for run in runs)


def differences(pages, vmas, live=False):
    """Return a line for each difference of the totals, which are the last objects, with each other and with the rows.

    Between two reads of a live process another one may map a page or unmap it: then "shared" and "exclusive" have the same
    sum only.
    """
    found = []

    def expect(name, value, wanted):
        if value != wanted:
            found.append(f"{name}: {value}, not {wanted}")

    *runs, of_pages = pages
    *mappings, of_vmas = vmas
    expect("pages: bytes", of_pages["bytes"], size_of(runs))
    expect("pages: runs", of_pages["runs"], len(runs))
    for key, parts in SUMS.items():
        if not live or key not in MAPPED:
            expect(f"vmas: {key}", of_vmas[key], sum(of_pages[part] for part in parts))
        expect(f"vmas: {key} of the total", of_vmas[key], sum(mapping[key] for mapping in mappings))
    expect("vmas: shared and exclusive", *(sum(total[key] for key in MAPPED) for total in (of_vmas, of_pages)))
    expect("node_bytes", of_vmas["node_bytes"], of_pages["node_bytes"])
    return found


def read(path):
    """Return the objects of a file."""
    with open(path) as file:
        return [json.loads(line) for line in file]


def main():
    found = differences(read(sys.argv[1]), read(sys.argv[2]))
    print("\n".join(found), end="\n" * bool(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
