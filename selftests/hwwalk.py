#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares translate with a walk made by the machine: QEMU stops the guest while the target runs on its CPU.

	hwwalk.py KERNEL LEVELS

For a page of 4K, 2M and 1G (and one above 47 bits, with five levels) the monitor's gva2gpa must give translate's
physical address, the pattern that the target wrote must be there, and each entry that translate shows must stand in
physical memory where its table and index say, beginning at CR3. Speaks TAP. It trusts nothing of the guest but what
is being tested.
"""
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
PROMPT = b"(qemu) "
SHIFTS = {"pgd": 48, "p4d": 39, "pud": 30, "pmd": 21, "pte": 12}
SIZES = {"4K": 12, "high": 12, "2M": 21, "1G": 30}
# The CPU sets these (accessed, dirty) while it walks.
VOLATILE = 0x60
ADDRESS = 0x000FFFFFFFFFF000


class Tap:
    def __init__(self):
        self.seen = self.failed = 0

    def judge(self, good, name, why=""):
        self.seen += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.seen} {name}", flush=True)
        if not good and why:
            print(f"# {why}", flush=True)

    def equal(self, name, ours, machine):
        self.judge(ours == machine, name, f"translate: {show(ours)}, machine: {show(machine)}")


def show(value):
    return f"{value:#x}" if isinstance(value, int) else str(value)


class Monitor:
    """QEMU's human monitor on a unix socket."""

    def __init__(self, path, seconds=60):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(str(path))
        self.read()

    def read(self):
        text = b""
        while not text.endswith(PROMPT):
            got = self.socket.recv(65536)
            if not got:
                raise EOFError("QEMU has ended")
            text += got
        return text.decode(errors="replace")

    def ask(self, command):
        self.socket.sendall(command.encode() + b"\n")
        return self.read()

    def cr3(self):
        return int(re.search(r"CR3=([0-9a-f]+)", self.ask("info registers"))[1], 16)

    def physical(self, address):
        match = re.search(r"gpa: (0x[0-9a-f]+)", self.ask(f"gva2gpa {address:#x}"))
        return int(match[1], 16) if match else None

    def word(self, physical):
        answer = self.ask(f"xp /1gx {physical:#x}")
        match = re.search(r"^[0-9a-f]+: (0x[0-9a-f]+)", answer, re.M)
        return int(match[1], 16) if match else None


class Place:
    """One address: what the target wrote there, and translate's answer."""

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
    """Stops the guest at a moment when the target is what runs."""
    for _ in range(500):
        monitor.ask("stop")
        if monitor.cr3() & ADDRESS == root:
            return True
        monitor.ask("cont")
        time.sleep(0.02)
    return False


def judge_steps(tap, monitor, place):
    table = monitor.cr3() & ADDRESS
    for level, index, pfn, value in place.steps:
        tap.equal(f"{place.name}: the {level} is where the machine looks", pfn << 12, table)
        # With four levels the pgd's entries cover what else a p4d's do
        shift = SHIFTS[level] if not (level == "pgd" and place.four) else SHIFTS["p4d"]
        tap.equal(f"{place.name}: index in the {level}", index, (place.address >> shift) & 511)
        tap.equal(f"{place.name}: entry in the {level}", value & ~VOLATILE,
                  (monitor.word(table + 8 * index) or 0) & ~VOLATILE)
        table = value & ADDRESS


def judge_place(tap, monitor, place):
    if place.name == "none":
        tap.judge(monitor.physical(place.address) is None and "prot ---" in place.result,
                  "a page without access has no address for the machine", place.result)
        return
    tap.equal(f"{place.name}: physical address", place.pa, monitor.physical(place.address))
    tap.equal(f"{place.name}: the pattern is there", place.pattern,
              monitor.word(place.pa) if place.pa is not None else None)
    tap.equal(f"{place.name}: leaf size", f"{place.size}", "4K" if place.name == "high" else place.name)
    judge_steps(tap, monitor, place)


def expected_tests(levels):
    """The root; per page 3, and 3 for each level of its walk; the page without access."""
    walks = {"4K": levels, "2M": levels - 1, "1G": levels - 2}
    if levels == 5:
        walks["high"] = levels
    return 1 + sum(3 + 3 * steps for steps in walks.values()) + 1


def judge_all(tap, monitor, places, levels):
    root = places[0].steps[0][2] << 12
    if not stop_in_target(monitor, root):
        tap.judge(False, "CR3 is translate's pgd", "in 500 stops the target was never what ran")
        return
    tap.judge(True, "CR3 is translate's pgd")
    for place in places:
        place.four = levels == 4
        judge_place(tap, monitor, place)
    monitor.ask("cont")


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
        print(f"1..0 # SKIP no module for {kernel} was built")
        return 4
    tap = Tap()
    print(f"1..{expected_tests(levels) + 1}", flush=True)
    # The guest sees it grow: its read-only root shows it
    stop = BUILD / f"hwwalk-{secrets.token_hex(8)}"
    stop.touch()
    with tempfile.TemporaryDirectory(prefix="pgwalk-hwwalk-") as name:
        guest = start_guest(kernel, levels, Path(name), stop)
        try:
            places = read_places(guest.stdout)
            if places:
                judge_all(tap, Monitor(Path(name) / "monitor"), places, levels)
        finally:
            stop.write_text("stop")
            status = guest.wait()
            stop.unlink()
    tap.judge(status == 0 and places, "the guest ended well", f"exit status {status}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
