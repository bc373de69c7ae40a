#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs the kernel's own tests of mm, alone and while pgwalk walks them and pgtop watches: the verdicts must be equal. TAP.

	run.py [--short | TEST...]	in a guest with pgwalk.ko loaded

A verdict is the exit status and each line of TAP, without its numbers. A test with results that vary without pgwalk (some
depend on chance and time) is run up to three times in each configuration, and fails if no verdict occurred in both. Tests
that cannot run on the machine are skipped.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap

BUILD = Path(os.environ.get("PGWALK_BUILD", "build")).resolve() / "selftests/mm-beside"
POOL = Path("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")
TIMES = 3
# Seconds; a watched test gets more
LIMIT = 120
SKIP = 4
TIMEOUT = 124

# With the arguments of the kernel's run_vmtests.sh. Left out: tests that need all of the memory or minutes
# (virtual_address_range, transhuge-stress, hugetlb-read-hwpoison), or an XFS or cgroup v1.
TESTS = {
    "cow": "", "madv_populate": "", "map_fixed_noreplace": "", "map_populate": "", "mdwe_test": "", "mkdirty": "",
    "mlock-random-test": "", "mlock2-tests": "", "mremap_dontunmap": "", "mremap_test": "", "mrelease_test": "",
    "mseal_test": "", "seal_elf": "", "soft-dirty": "", "pagemap_ioctl": "", "protection_keys": "",
    "pkey_sighandler_tests": "", "memfd_secret": "", "droppable": "", "migration": "", "gup_longterm": "",
    "ksm_functional_tests": "", "ksm_tests": "-M -p 10", "ksm_tests-U": "-U", "ksm_tests-Z": "-Z -p 10 -z 0",
    "ksm_tests-N": "-N -m 1", "khugepaged": "all:anon", "split_huge_page_test": "", "compaction_test": "",
    "uffd-unit-tests": "", "uffd-stress": "anon 8 4", "uffd-stress-shmem": "shmem 8 4", "on-fault-limit": "",
    "thuge-gen": "", "va_high_addr_switch": "", "hugepage-mmap": "", "hugepage-mremap": "", "hugepage-shm": "",
    "hugepage-vmemmap": "", "hugetlb-madvise": "", "hugetlb_fault_after_madv": "", "hugetlb_madv_vs_map": "",
    "hugetlb_dio": "", "map_hugetlb": "", "hugetlb-soft-offline": "",
}
# Huge pages in the pool: 256 MiB for tests that map so much, or the number that a test requires
PAGES = 144
PAGES_OF = {"hugetlb_madv_vs_map": 1, "hugetlb_fault_after_madv": 1}
# Tests that take a second or two alone
SHORT = ["madv_populate", "mlock2-tests", "mkdirty"]


class Verdict:
    """The result of one run."""

    def __init__(self, status, output):
        lines = [line.strip() for line in output.splitlines()]
        results = [line for line in lines if re.match(r"(not )?ok\b", line)]
        self.status = status
        self.lines = tuple(re.sub(r"0x[0-9a-f]+|\d+", "N", line) for line in results)
        self.cannot = status == SKIP or (results and all("SKIP" in line for line in results)) or status in (126, 127)
        self.last = lines[-1] if lines else ""

    def __eq__(self, other):
        return (self.status, self.lines) == (other.status, other.lines)

    def __str__(self):
        bad = sum(line.startswith("not ok") for line in self.lines)
        skipped = sum("SKIP" in line for line in self.lines)
        return f"status {self.status}, {len(self.lines) - bad - skipped} ok, {bad} not ok, {skipped} skipped"


def provide(name):
    """Restore settings that the last test may have changed: huge pages, and KSM stopped."""
    POOL.write_text(str(PAGES_OF.get(name, PAGES)))
    Path("/sys/kernel/mm/ksm/run").write_text("2")


def run(name, watched):
    program = next(test for test in (name, name.rsplit("-", 1)[0]) if (BUILD / test).exists())
    command = [str(BUILD / program)] + TESTS[name].split()
    if watched:
        command = [str(BUILD / "beside"), str(3 * LIMIT)] + command
    provide(name)
    try:
        done = subprocess.run(command, cwd="/tmp", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=(4 if watched else 1) * LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return Verdict(TIMEOUT, ""), ""
    status = done.returncode if done.returncode >= 0 else 128 - done.returncode
    walked = [line for line in done.stderr.decode(errors="replace").splitlines() if line.startswith("beside: ")]
    return Verdict(status, done.stdout.decode(errors="replace")), walked[-1] if walked else ""


def differ(alone, watched):
    """Return the first difference of two verdicts."""
    for one, other in zip(alone.lines, watched.lines):
        if one != other:
            return f"alone '{one}', watched '{other}'"
    return f"alone {alone}, watched {watched}"


def compare(name):
    """Run one test in both configurations; return whether it passes, and its line of TAP without the number."""
    if not (BUILD / name).exists() and not (BUILD / name.rsplit("-", 1)[0]).exists():
        return True, f"{name} # SKIP the test does not compile here"
    alone, watched, walked = [], [], ""
    for _ in range(TIMES):
        alone.append(run(name, False)[0])
        if alone[-1].status == TIMEOUT:
            return True, f"{name} # SKIP the test alone takes more than {LIMIT} s"
        if alone[-1].cannot:
            return True, f"{name} # SKIP {alone[-1].last[:80]}"
        verdict, walked = run(name, True)
        if verdict.status == 125:
            return False, f"{name}: {walked}"
        watched.append(verdict)
        if any(one == other for one in alone for other in watched):
            times = "" if len(alone) == 1 else f" after {len(alone)} runs each"
            return True, f"{name}: {verdict}{times}; {walked}"
    return False, f"{name}: {differ(alone[-1], watched[-1])}"


def main():
    names = sys.argv[1:] or list(TESTS)
    if names == ["--short"]:
        names = SHORT
    results, idle = tap.Tap(len(names)), True
    for name in names:
        good, text = compare(name)
        results.result(good, text)
        idle = idle and not re.search("scans [1-9]", text)
    if idle:
        results.bail_out("pgwalk has walked no process")
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
