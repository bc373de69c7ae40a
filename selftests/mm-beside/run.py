#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The kernel's own tests of mm, alone and while pgwalk walks them and pgtop watches: the verdicts must be the same. TAP.

	run.py [--short | TEST...]	in a guest with pgwalk.ko loaded

A verdict is the exit status and each line of TAP, without its numbers. A test that is not always of one mind alone (they
depend on chance and time) may be so when it is watched: it is run up to three times each way, and fails if no verdict
came both ways. What cannot run on a machine at all is skipped.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

BUILD = Path(os.environ.get("PGWALK_BUILD", "build")).resolve() / "selftests/mm-beside"
POOL = Path("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")
TIMES = 3
# Seconds; who is watched gets more
LIMIT = 120
SKIP = 4
TIMEOUT = 124

# As run_vmtests.sh of the kernel calls them. Left out: what takes all of the memory or minutes (virtual_address_range,
# transhuge-stress, hugetlb-read-hwpoison), what wants an XFS or cgroup v1.
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
# Huge pages that there are: 256 MiB for those that map so much, and as many as a test insists on
PAGES = 144
PAGES_OF = {"hugetlb_madv_vs_map": 1, "hugetlb_fault_after_madv": 1}
# Each takes a second or two alone
SHORT = ["madv_populate", "mlock2-tests", "mkdirty"]


class Verdict:
    """What one run came to."""

    def __init__(self, status, output):
        lines = [line.strip() for line in output.splitlines()]
        told = [line for line in lines if re.match(r"(not )?ok\b", line)]
        self.status = status
        self.lines = tuple(re.sub(r"0x[0-9a-f]+|\d+", "N", line) for line in told)
        self.cannot = status == SKIP or (told and all("SKIP" in line for line in told)) or status in (126, 127)
        self.last = lines[-1] if lines else ""

    def __eq__(self, other):
        return (self.status, self.lines) == (other.status, other.lines)

    def __str__(self):
        bad = sum(line.startswith("not ok") for line in self.lines)
        skipped = sum("SKIP" in line for line in self.lines)
        return f"status {self.status}, {len(self.lines) - bad - skipped} ok, {bad} not ok, {skipped} skipped"


def provide(name):
    """What a test before may have taken: huge pages, and KSM at rest."""
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
    """The first line that is not in both."""
    for one, other in zip(alone.lines, watched.lines):
        if one != other:
            return f"alone '{one}', watched '{other}'"
    return f"alone {alone}, watched {watched}"


def judge(name):
    """TAP of one test, without its number."""
    if not (BUILD / name).exists() and not (BUILD / name.rsplit("-", 1)[0]).exists():
        return True, f"{name} # SKIP it does not compile here"
    alone, watched, walked = [], [], ""
    for _ in range(TIMES):
        alone.append(run(name, False)[0])
        if alone[-1].status == TIMEOUT:
            return True, f"{name} # SKIP alone it is not over after {LIMIT} s"
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
    print("TAP version 13", flush=True)
    print(f"1..{len(names)}", flush=True)
    bad, idle = 0, True
    for number, name in enumerate(names, 1):
        good, text = judge(name)
        bad += not good
        idle = idle and not re.search("scans [1-9]", text)
        print(f"{'' if good else 'not '}ok {number} - {text}", flush=True)
    if idle:
        print("Bail out! nothing was walked")
    return bool(bad) or idle


if __name__ == "__main__":
    sys.exit(main())
