#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Lists the lines of the module that the tests in guests execute, and those that they do not.

The module is built with gcov for a debug kernel, which counts executions; each guest prints the counters before it ends. The
suites are those of check.py. Fails if less than WANTED_PERCENT of the lines are executed.
"""
import argparse
import base64
import collections
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
WANTED_PERCENT = 95
BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")) / "coverage"
# For the builds and the tests, in all child processes
os.environ.update(PGWALK_BUILD=str(BUILD), GCOV_PROFILE="y")

import check    # noqa: E402 (it looks at the environment)
import listed   # noqa: E402

# Print all counters of the guest's kernel, packed, as text. The counters' files have size 0, so tar cannot read them.
COLLECT = ("set -e; copy=$(mktemp -d); cd /sys/kernel/debug/gcov; "
           "find . -name '*.gcda' | while read -r file; do "
           'cat "$file" > "$copy/$(echo "${file##*/module/}" | tr / "#")"; done; '
           'tar -C "$copy" -c . | gzip | base64')


class Collector:
    """A suite of check.py, the last of each boot; its log has the counters."""

    def __init__(self, kernel):
        self.kernel, self.names = kernel, []

    def add_to(self, boots):
        for number, boot in enumerate(boots):
            self.names.append(f"gcov-{number}")
            boot.suites.append(listed.Suite(f"{self.names[-1]} | guest | {self.kernel} | | {COLLECT}"))
        return boots

    def counters(self):
        """Yield the packed counters of each boot that ended."""
        for name in self.names:
            log = check.LOGS / f"{self.kernel}-{name}.log"
            text = log.read_text().partition("\n--- stderr ---")[0] if log.exists() else ""
            if text.strip():
                yield base64.b64decode(text)


def executed(packed, kernel):
    """Return {file: {line: times}} of one boot, for the lines with code."""
    lines = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as work:
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            tar.extractall(work)
        for data in sorted(Path(work).glob("*.gcda")):
            notes = check.OUT / "module" / kernel / "module" / data.with_suffix(".gcno").name.replace("#", "/")
            if notes.exists():
                data.with_suffix(".gcno").symlink_to(notes)
                read_gcov(data, lines)
    return lines


def read_gcov(data, lines):
    report_text = subprocess.run(["gcov", "--json-format", "--stdout", data.name], cwd=data.parent, check=True,
                                 stdout=subprocess.PIPE, text=True).stdout
    for file in json.loads(report_text)["files"]:
        if match := re.search(r"(?:.*/)?(module/[a-z0-9_/]+\.[ch])$", file["file"]):
            for line in file["lines"]:
                lines[match[1]][line["line_number"]] += line["count"]


def percent(part, whole):
    return 100 * part / whole if whole else 100.0


def print_table(lines):
    """Print a row for each file, the lowest share first; return the share of all lines."""
    rows = sorted((percent(sum(1 for count in of.values() if count), len(of)), name,
                   sum(1 for count in of.values() if count), len(of)) for name, of in lines.items())
    print(f"{'FILE':28} {'LINES':>6} {'RUN':>6} {'SHARE':>7}")
    for share, name, run, whole in rows:
        print(f"{name:28} {whole:6} {run:6} {share:6.1f}%")
    run, whole = sum(row[2] for row in rows), sum(row[3] for row in rows)
    print(f"{'the module':28} {whole:6} {run:6} {percent(run, whole):6.1f}%")
    return percent(run, whole)


def print_missed(lines):
    for name in sorted(lines):
        source = (TOP / name).read_text().splitlines()
        for number in sorted(number for number, count in lines[name].items() if not count):
            print(f"{name}:{number}: {source[number - 1].strip()}")


def report(collector):
    lines = collections.defaultdict(collections.Counter)
    for packed in collector.counters():
        for name, counts in executed(packed, collector.kernel).items():
            lines[name].update(counts)
    if not lines:
        print("coverage: no guest has printed counters (see the failures above)")
        return 1
    print("\nnever executed:")
    print_missed(lines)
    print()
    share = print_table(lines)
    if share < WANTED_PERCENT:
        print(f"coverage: less than {WANTED_PERCENT} %: add a test, or remove the line")
    return share < WANTED_PERCENT


def main():
    parser = argparse.ArgumentParser(description="Line coverage of pgwalk.ko by the tests in guests.")
    parser.add_argument("--suites", default=os.environ.get("SUITES") or "*", help="names or patterns")
    parser.add_argument("--kernel", default="debug", help="debug (default) or debug-7.3")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="guests at a time (2)")
    options = parser.parse_args()
    options.incremental = False
    options.suites, options.kernels, options.named = options.suites.split(), listed.choose_kernels([options.kernel]), True
    collector = Collector(options.kernel)
    failed = check.check(options, only_guests=True, prepare=collector.add_to)
    below = report(collector)
    sys.exit(failed or below)


if __name__ == "__main__":
    main()
