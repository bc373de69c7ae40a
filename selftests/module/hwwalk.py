#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares translate with a walk made by the machine: QEMU stops the guest while the target runs on its CPU.

	hwwalk.py KERNEL LEVELS

For a page of 4K, 2M and 1G (and one above 47 bits, with five levels) the monitor's gva2gpa must give translate's
physical address, the pattern that the target wrote must be there, and each entry that translate shows must stand in
physical memory where its table and index place it, beginning at CR3. Of the guest, only translate's output and the
target's pattern are used. TAP.
"""
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap
from monitor import Monitor

BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
SHIFTS = {"pgd": 48, "p4d": 39, "pud": 30, "pmd": 21, "pte": 12}
SIZES = {"4K": 12, "high": 12, "2M": 21, "1G": 30}
# The CPU sets these (accessed, dirty) while it walks.
VOLATILE = 0x60
ADDRESS = 0x000FFFFFFFFFF000


class Results(tap.Tap):
    """The results, with comparisons of translate and the machine."""

    def equal(self, name, ours, machine):
        self.result(ours == machine, name, [f"translate: {show(ours)}, machine: {show(machine)}"])


def show(value):
    return f"{value:#x}" if isinstance(value, int) else str(value)


class Machine(Monitor):
    """The registers and the memory of the guest, by QEMU's monitor."""

    def cr3(self):
        return int(re.search(r"CR3=([0-9a-f]+)", self.run("info registers"))[1], 16)

    def physical(self, address):
        match = re.search(r"gpa: (0x[0-9a-f]+)", self.run(f"gva2gpa {address:#x}"))
        return int(match[1], 16) if match else None

    def word(self, physical):
        answer = self.run(f"xp /1gx {physical:#x}")
        match = re.search(r"^[0-9a-f]+: (0x[0-9a-f]+)", answer, re.M)
        return int(match[1], 16) if match else None


class Place:
    """One address: the pattern that the target wrote there, and translate's output."""

    def __init__(self, line, lines):
        _, self.name, address, pattern = line.split()
        self.address, self.pattern = int(address, 16), int(pattern, 16)
        self.steps, self.pa, self.result = [], None, ""
        for line in lines:
            line = line.rstrip("\n")
            if line == "end":
                return
            if match := re.match(r"(pgd|p4d|pud|pmd|pte) +(\d+) +([0-9a-f]+) +([0-9a-f]+) ", line):
                self.steps.append((match[1], int(match[2]), int(match[3], 16), int(match[4], 16)))
            elif line.startswith("="):
                self.result = line
                if match := re.search(r"= pa ([0-9a-f]+) size (\S+) ", line):
                    self.pa, self.size = int(match[1], 16), match[2]


def read_places(lines):
    places = []
    for line in lines:
        if line.startswith("place "):
            places.append(Place(line, lines))
        elif line.startswith("spinning"):
            return places
    return None


def stop_in_target(monitor, root):
    """Stops the guest while the target runs on the CPU."""
    for _ in range(500):
        monitor.run("stop")
        if monitor.cr3() & ADDRESS == root:
            return True
        monitor.run("cont")
        time.sleep(0.02)
    return False


def judge_steps(results, monitor, place):
    table = monitor.cr3() & ADDRESS
    for level, index, pfn, value in place.steps:
        results.equal(f"{place.name}: the {level} is where the machine looks", pfn << 12, table)
        # With four levels an entry of the pgd covers the range of an entry of a p4d
        shift = SHIFTS[level] if not (level == "pgd" and place.four) else SHIFTS["p4d"]
        results.equal(f"{place.name}: index in the {level}", index, (place.address >> shift) & 511)
        results.equal(f"{place.name}: entry in the {level}", value & ~VOLATILE,
                      (monitor.word(table + 8 * index) or 0) & ~VOLATILE)
        table = value & ADDRESS


def judge_place(results, monitor, place):
    if place.name == "none":
        results.result(monitor.physical(place.address) is None and "prot ---" in place.result,
                       "a page without access has no address for the machine", [place.result])
        return
    results.equal(f"{place.name}: physical address", place.pa, monitor.physical(place.address))
    results.equal(f"{place.name}: the pattern is there", place.pattern,
                  monitor.word(place.pa) if place.pa is not None else None)
    results.equal(f"{place.name}: leaf size", f"{place.size}", "4K" if place.name == "high" else place.name)
    judge_steps(results, monitor, place)


def expected_tests(levels):
    """The root; per page 3, and 3 for each level of its walk; the page without access."""
    walks = {"4K": levels, "2M": levels - 1, "1G": levels - 2}
    if levels == 5:
        walks["high"] = levels
    return 1 + sum(3 + 3 * steps for steps in walks.values()) + 1


def judge_all(results, monitor, places, levels):
    root = places[0].steps[0][2] << 12
    if not stop_in_target(monitor, root):
        results.result(False, "CR3 is translate's pgd", ["the target ran in none of 500 stops"])
        return
    results.result(True, "CR3 is translate's pgd")
    for place in places:
        place.four = levels == 4
        judge_place(results, monitor, place)
    monitor.run("cont")


def start_guest(kernel, levels, directory, stop):
    cpu = "max" if levels == 5 else "max,la57=off"
    return subprocess.Popen(
        [TOP / "selftests/vm/run.sh", "-k", kernel, "-c", "1", "-m", "4608", "--cpu", cpu, "-t", "240",
         "--append", "hugepagesz=1G hugepages=1", "--monitor", directory / "monitor", "--",
         BUILD / "selftests/workloads/spinner", stop],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd=TOP)


def main():
    kernel, levels = sys.argv[1], int(sys.argv[2])
    if not (BUILD / f"module/{kernel}/pgwalk.ko").exists():
        return tap.skip_all(f"no module for {kernel} was built")
    results = Results(expected_tests(levels) + 1)
    # The guest sees it grow: its read-only root shows it
    stop = BUILD / f"hwwalk-{secrets.token_hex(8)}"
    stop.touch()
    with tempfile.TemporaryDirectory(prefix="pgwalk-hwwalk-") as name:
        guest = start_guest(kernel, levels, Path(name), stop)
        try:
            places = read_places(guest.stdout)
            if places:
                judge_all(results, Machine(Path(name) / "monitor"), places, levels)
        finally:
            stop.write_text("stop")
            status = guest.wait()
            stop.unlink()
    results.result(status == 0 and places, "the guest ends with status 0", [f"exit status {status}"])
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
