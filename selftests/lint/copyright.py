#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks the first lines of each source file: the SPDX line, then the line of the copyright; one test a kind of files. TAP.

copyright.py             check
copyright.py --update    write the line of the copyright after the SPDX line of each file that lacks it
"""
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap

LINE = "Copyright (C) 2026 the pgwalk authors"
AREAS = ("module", "bpf", "userspace", "selftests", "debian")
TOP_FILES = ("Kbuild", "Makefile", "dkms.conf")
# Kinds of files, with the text around the line
KINDS = {"C": ("/* ", " */"), "Python": ("# ", ""), "shell": ("# ", ""), "make": ("# ", "")}
SUFFIXES = {".c": "C", ".h": "C", ".S": "C", ".js": "C", ".css": "C", ".py": "Python", ".sh": "shell"}
SPDX = re.compile(r"SPDX-License-Identifier: ")
# A script, and its encoding or shellcheck's dialect, may stand before the SPDX line
BEFORE = re.compile(r"#!|# shellcheck shell=")
ANY = re.compile(r"Copyright \(C\) [\d, -]+ ")


def kind_of(path):
    """Return the kind of a file; None: it is no source."""
    if path.name in ("Makefile", "Kbuild"):
        return "make"
    if path.name == "dkms.conf":
        return "shell"
    if path.suffix:
        return SUFFIXES.get(path.suffix)
    with open(path, "rb") as file:
        return "shell" if file.read(2) == b"#!" or path.parent.name == "completion" else None


def sources():
    """Yield (path, kind) of each source file."""
    paths = [TOP / name for name in TOP_FILES]
    paths += [path for area in AREAS for path in sorted((TOP / area).rglob("*"))]
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts:
            if kind := kind_of(path):
                yield path, kind


def place_of(lines):
    """Return the number of the line after the SPDX line; None: the file has none at its beginning."""
    number = 0
    while number < len(lines) and BEFORE.match(lines[number]):
        number += 1
    return number + 1 if number < len(lines) and SPDX.search(lines[number]) else None


def complaint(path):
    """Return an error of one file, or an empty text."""
    lines = path.read_text(errors="replace").splitlines()
    place = place_of(lines)
    if place is None:
        return "the first line has no SPDX-License-Identifier"
    if place >= len(lines) or not ANY.search(lines[place]):
        return "the line after the SPDX line has no copyright (selftests/lint/copyright.py --update adds it)"
    return ""


def update(path, kind):
    before, after = KINDS[kind]
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    place = place_of(lines)
    if place is not None and complaint(path):
        path.write_text("".join([*lines[:place], f"{before}{LINE}{after}\n", *lines[place:]]))


def main():
    found = list(sources())
    if "--update" in sys.argv:
        for path, kind in found:
            update(path, kind)
        return 0
    outcomes = []
    for kind in KINDS:
        paths = [path for path, other in found if other == kind]
        wrong = [f"{path.relative_to(TOP)}: {complaint(path)}" for path in paths if complaint(path)]
        outcomes.append((paths and not wrong, f"{len(paths)} files of {kind} begin with SPDX and copyright", wrong))
    return tap.print_all(outcomes)


sys.exit(main())
