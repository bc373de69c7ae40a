#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Prints the rows that bench and felt measured, JSON Lines in the files named: a table for each kernel."""
import argparse
import json
from pathlib import Path

COLUMNS = ["what", "pgwalk", "peer", "ratio", "target", "met"]


def number(value):
    """Three digits that count, and no exponent."""
    if value is None:
        return "-"
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 100 else f"{value:.3g}"


def cells(row):
    target = number(row["target"]) if row["target"] is not None else "-"
    if row["limit"] is not None:
        target = f"<= {number(row['limit'])}"
    peer = f"{number(row['theirs'])} {row['peer']}" if row["theirs"] is not None else "-"
    return [row["what"], f"{number(row['ours'])} {row['unit']}" if row["ours"] is not None else "not here", peer,
            number(row["ratio"]), target, {True: "yes", False: "NO", None: "-"}[row["met"]]]


def print_table(rows, rst):
    lines = [COLUMNS] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    rule = " ".join("=" * width for width in widths)
    if rst:
        print(rule)
    for i, line in enumerate(lines):
        print(" ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
        if rst and i in (0, len(lines) - 1):
            print(rule)
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rst", action="store_true", help="tables for the documentation")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    for path in options.files:
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        print(f"{path.stem}:\n" if not options.rst else "")
        print_table(rows, options.rst)


if __name__ == "__main__":
    main()
