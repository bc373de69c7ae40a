#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Prints the rows of bench and victim_latency, JSON Lines in the given files, as a table for each file.

report.py [--rst] FILE...       print the tables
report.py --update PAGE FILE... write tables into a page of the documents, between the comments that name the file

A block of a page is

    .. bench: begin KERNEL GROUP

    ...

    .. bench: end

It gets the rows of a GROUP of KERNEL.json (pgtop: cost of the probes and of pgtop; pages: all other rows with one
processor), after a line that states the commit, the command and the kernel. Blocks of other files are kept.
"""
import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap

COLUMNS = ["what", "pgwalk", "peer", "ratio", "target", "met"]
BLOCK = re.compile(r"(?P<begin>\.\. bench: begin (?P<kernel>\S+) (?P<group>\S+)\n\n)(?P<body>.*?)(?P<end>\.\. bench: end\n)", re.S)
GROUPS = ("pgtop", "pages")
# Keys of rows with two processors, whose figures depend on the load of the host: no page has them
UNSTEADY = "victim2-"
# Keys of rows of the group pgtop
PROBES = ("fault", "tlb-flush", "idle")


def number(value):
    """Format with three significant digits, without an exponent."""
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


def table(rows, rst):
    """Return the lines of a table."""
    lines = [COLUMNS] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    text = [" ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    rule = " ".join("=" * width for width in widths)
    return [rule, text[0], rule, *text[1:], rule] if rst else text


def read(path):
    """Return the description of a run, which is the first line if run.sh wrote the file, and its rows."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return (lines[0], lines[1:]) if lines and "commit" in lines[0] else ({}, lines)


def group_of(row):
    """Return the group of a row; None: it is in no page."""
    if row["row"].startswith(UNSTEADY):
        return None
    return "pgtop" if row["row"].startswith(PROBES) else "pages"


def body(about, rows):
    """Return the text of a block."""
    return "\n".join([f"Commit {about['commit']}, kernel {about['release']}::", "", f"    {about['command']}", "",
                      *table(rows, True), "", ""])


def update(text, files):
    """Return a page with the blocks of the files ({name of kernel: (description, rows)}), and the names of missing rows."""
    lacking = []

    def fill(block):
        about, rows = files.get(block["kernel"], ({}, []))
        rows = [row for row in rows if group_of(row) == block["group"]]
        if not rows or not about:
            lacking.append(f"{block['kernel']} {block['group']}")
            return block[0]
        return block["begin"] + body(about, rows) + block["end"]

    if len(BLOCK.findall(text)) != text.count(".. bench: begin ") or any(b["group"] not in GROUPS for b in BLOCK.finditer(text)):
        sys.exit("a block of the page is not '.. bench: begin KERNEL pgtop|pages', a table, '.. bench: end'")
    return BLOCK.sub(fill, text), lacking


def self_test():
    """Check the blocks of made-up pages, and those of performance.rst."""
    row = {"kernel": "k", "row": "scan", "what": "SCAN", "unit": "instructions a page", "ours": 12.345, "peer": "pagemap",
           "theirs": 24.69, "ratio": 0.5, "target": 0.3, "limit": None, "met": False}
    fault = dict(row, row="fault-of", what="a fault", unit="instructions added to a fault", target=None, met=None)
    unsteady = dict(row, row="victim2-p99", what="unsteady")
    about = {"commit": "abc", "release": "k-1", "command": "make bench"}
    page = "Text\n\n.. bench: begin k pages\n\nold\n\n.. bench: end\n\n.. bench: begin other pgtop\n\nkept\n\n.. bench: end\n"
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "k.json")
        path.write_text("".join(json.dumps(one) + "\n" for one in (about, row, fault, unsteady)))
        got, lacking = update(page, {"k": read(path)})
        path.write_text(json.dumps(row) + "\n")
        without = update(page, {"k": read(path)})
    real = (Path(__file__).resolve().parents[2] / "Documentation/performance.rst").read_text()
    blocks = list(BLOCK.finditer(real))
    return tap.print_all([
        ("SCAN 12.3 instructions a page 24.7 pagemap 0.5   0.3    NO" in got, "a block gets the rows of its file", got.splitlines()),
        ("old" not in got and got.startswith("Text\n") and got.count(".. bench: end\n") == 2, "the old rows are replaced", [got]),
        ("a fault" not in got and "unsteady" not in got, "rows of another group, and unsteady rows, are left out", [got]),
        ("Commit abc, kernel k-1::\n\n    make bench\n" in got, "a block states commit, kernel and command", [got]),
        ("kept" in got and lacking == ["other pgtop"], "a block without a file is kept and reported", lacking),
        (without == (page, ["k pages", "other pgtop"]), "a file without a description changes no block", [str(without)]),
        (update(got, {"k": (about, [row, fault])})[0] == got, "a second update changes nothing", [got]),
        (len(blocks) == real.count(".. bench: begin ") >= 2, "performance.rst has blocks, each with its end", [str(len(blocks))]),
        (all(block["body"].startswith("Commit ") for block in blocks), "each block of performance.rst states its commit",
         [block["kernel"] for block in blocks if not block["body"].startswith("Commit ")]),
    ])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rst", action="store_true", help="tables for the documentation")
    parser.add_argument("--update", type=Path, metavar="PAGE", help="write the tables into a page")
    parser.add_argument("--self-test", action="store_true", help="check the writing of tables")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    files = {path.stem: read(path) for path in options.files}
    if options.update:
        text, lacking = update(options.update.read_text(), files)
        options.update.write_text(text)
        for block in lacking:
            print(f"{options.update}: kept without new rows: {block}")
        return 0
    for name, (_, rows) in files.items():
        print("" if options.rst else f"{name}:\n", *table(rows, options.rst), "", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
