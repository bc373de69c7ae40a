#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks that text has no control character, and the width of its lines.

	check_text.py LIMIT FILE

LIMIT states the lines that have at most 79 columns: "all" (lines that do not begin with # then have at least 4 fields),
"rows" (lines that begin with neither # nor =), or "none".
"""
import sys
import unicodedata

COLUMNS = 79


def width(line):
    """Return the columns of a line on a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def complaint_of_line(limit, line):
    """Return the error of one line, or None."""
    limited = limit == "all" or limit == "rows" and not line.startswith(("#", "="))
    if limited and width(line) > COLUMNS:
        return f"{width(line)} columns: {line}"
    if line and not line.isprintable():
        return f"a control character: {line!r}"
    if limit == "all" and line and not line.startswith("#") and len(line.split()) < 4:
        return f"less than 4 fields: {line}"
    return None


def complaint(limit, path):
    """Return the first error of a file, or None."""
    with open(path, "rb") as file:
        lines = file.read().decode("utf-8").splitlines()
    return next(filter(None, (complaint_of_line(limit, line) for line in lines)), None)


if __name__ == "__main__":
    sys.exit(complaint(sys.argv[1], sys.argv[2]))
