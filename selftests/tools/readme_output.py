#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs the commands of README.md and of the manuals on real processes, and compares their output with the recorded one. TAP.

	readme_output.py            one test for each recorded output
	readme_output.py --print    print all outputs, for selftests/lint/readme.py --record

Both run in a guest with pgwalk.ko. expected/ has the recorded output, which the documents show; selftests/lint/readme.py
compares both, character by character. This test compares the recorded output with a new one: the lines, and their words
in order (classes, kinds, flags, names, titles), with a placeholder for each number, address and frame. shape() and
screen_shape() list the exceptions.

The processes are workloads/busy for the screen of pgtop, and workloads/resident for pgwalk. "busy" works in rounds, and
an interval of pgtop begins anywhere in a round: the test waits for a screen with the recorded shape.
"""
import collections
import difflib
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import pgtop_harness as harness

EXPECTED = HERE / "expected"
WORKLOADS = harness.BUILD / "selftests/workloads"
SCREEN = "mappings.screen"
# The commands of pgwalk, by name of the recorded output. Words in braces are printed by workloads/resident
COMMANDS = {
    "vmas": ["pgwalk vmas {pid}"],
    "translate": ["pgwalk translate {pid} {read-only}", "pgwalk translate --explain {pid} {read-only} | tail -n 4"],
    "rmap": ["pgwalk rmap {pid} {shared}"],
    "ps": ["pgwalk ps -s uss | grep -e PID -e resident"],
    "memory": ["pgwalk vmas -o range,resident,pss,uss,frames,swapped,tables,file {pid}"],
    # how many of the ranges without access around its memory hold a slot depends on their random addresses
    "huge": ["pgwalk huge {pid} | grep -v shm"],
    # whether the child shares pages of the stack depends on the order in which both write after fork()
    "cow": ["pgwalk cow {pid} | grep -v stack"],
    "wss": ["pgwalk wss {pid}"],
    "tables": ["pgwalk tables {pid}"],
    # sizes of runs depend on the free memory of the machine
    "reach": ["pgwalk reach -o name,leaves,leaf_bytes,exec_leaves {pid} | grep -v ' 0 '"],
    "sizes": ["pgwalk huge --sizes {pid} | grep -v shm"],
    "file": ["pgwalk file /tmp/server 0-fff"],
    "absent": ["pgwalk translate --explain {pid} {swapped} | tail -n 4"],
    "frame": ["pgwalk frame {frame}"],
    "pages": ["pgwalk pages -b swap -s size {pid} | head -n 3"],
    "json": ["pgwalk vmas -j {pid} | tail -n 1 | tr , '\\n' | head -n 5"],
    "mappings": ["pgwalk ps -s mappings -o pid,mappings,name | grep -e PID -e resident"],
    "cgroup": ["pgwalk ps -c web"],
    "faults": ["pgwalk ps -i 2 -s faults -o pid,faults,major,minor_total,name | grep -e PID -e busy | head -n 2"],
    "cost": ["pgwalk info | grep -e hold -e buffer"],
    # the last ones: memory comes back from swap
    "diff": ["pgwalk snapshot {pid} /tmp/before", "swapoff /dev/zram0", "pgwalk snapshot {pid} /tmp/after",
             "pgwalk diff /tmp/before /tmp/after"],
}
# A program of two processes for pgwalk file
SERVER = "/tmp/server"
CGROUP = Path("/sys/fs/cgroup/web")
# Seconds until pgtop shows the recorded screen: its start takes 7 of them under emulation
SCREEN_SECONDS = 90
# Seconds of screens from which --print chooses one with the most frequent shape
SAMPLE_SECONDS = 20

NUMBER = r"[-+]?[0-9]+(?:[.,][0-9]+)*[a-zA-Z%]*(?:/s)?"
PLACEHOLDERS = [
    (re.compile(r"\b(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T)?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[-+][0-9]{2}:[0-9]{2}|Z)(?!\w)"), "#"),
    (re.compile(r"[▁▂▃▄▅▆▇█]+"), " "),             # graphs
    (re.compile(r"(?<![\w.-])0(?:/s)?(?![\w.%])"), "zero"),
    (re.compile(rf"(?<!\w)(?:{NUMBER}|[0-9a-f]{{3,}})(?!\w)"), "#"),
]


def words_of(line):
    for pattern, placeholder in PLACEHOLDERS:
        line = pattern.sub(placeholder, line)
    return " ".join(line.split())


def shape(text):
    """Return the compared lines of an output of pgwalk.

    In the rows of the process's own memory, and in their total, 0 differs from other numbers. Which pages of its program
    and its stack were accessed depends on their random addresses.
    """
    lines = [words_of(line) for line in text.splitlines()]
    return [line if re.search(r"\banon\b|^#total", line) else line.replace("zero", "#") for line in lines]


def screen_shape(text):
    """Return the compared lines of pgtop's mappings screen.

    The heading of the table is compared with its spaces. The rows are sorted, without the cursor; 0 and "-" equal any number. Rows
    of the stack, and of pages that are reused, are left out, because they depend on the order in which parent and child
    write after fork(). The names above the address space and its cells depend on the random addresses of the process, and
    the number of empty lines on the number of rows.
    """
    lines = text.splitlines()
    heading = next((i for i, line in enumerate(lines) if "CLASS" in line and "MAPPING" in line), None)
    total = next((i for i, line in enumerate(lines) if re.match(r"\s*\S+ total ", line)), None)
    if heading is None or total is None or heading < 2:
        return lines
    # memory that was sampled when "busy" had just freed it has no share of huge pages
    masked = [re.sub(r"(?<= )-(?= )", "#", words_of(line).replace("zero", "#")) for line in lines]
    rows = sorted(row.removeprefix("> ") for row in masked[heading + 1:total])
    rows = [row for row in rows if not re.search(r"cow-reuse|\[stack\]", row)]
    return [*masked[:heading - 2], "(names)", "(address space)", lines[heading], *rows, *filter(None, masked[total:])]


def make_swap():
    for command in ("modprobe zram", "echo 64M > /sys/block/zram0/disksize", "mkswap /dev/zram0", "swapon /dev/zram0"):
        harness.run(["sh", "-c", command])


def outputs_of_pgwalk():
    """Return the output of each of COMMANDS, below the command."""
    make_swap()
    resident = harness.start([WORKLOADS / "resident"], stdout=subprocess.PIPE, text=True)
    shutil.copy("/bin/sleep", SERVER)
    servers = [harness.start([SERVER, 600]) for _ in range(2)]
    values = dict(resident.stdout.readline().split() for _ in range(3)) | {"pid": resident.pid}
    steps = map(json.loads, harness.run(["pgwalk", "translate", "-j", resident.pid, values["shared"]]).splitlines())
    values["frame"] = next(step["pfn"] for step in steps if step.get("level") == "pte")
    busy = harness.start([WORKLOADS / "busy", "/lib/x86_64-linux-gnu/libc.so.6"])
    CGROUP.mkdir()
    (CGROUP / "cgroup.procs").write_text(f"{resident.pid}\n")
    outputs = {}
    for name, commands in COMMANDS.items():
        commands = [command.format(**values) for command in commands]
        outputs[name] = "".join(f"$ {command}\n{harness.run(['sh', '-c', command])}" for command in commands)
    for process in (resident, busy, *servers):
        harness.end_family(process)
    CGROUP.rmdir()
    return outputs


def screens():
    """Yield the screens of pgtop on "busy" in a terminal of 80x24."""
    busy = harness.start([WORKLOADS / "busy", "/lib/x86_64-linux-gnu/libc.so.6"])
    tmux = ["tmux", "-L", "readme", "-f", "/dev/null"]
    harness.run([*tmux, "new-session", "-d", "-s", "pgtop", "-x", 80, "-y", 24, f"{harness.PGTOP} {busy.pid}"])
    try:
        while True:
            yield harness.run([*tmux, "capture-pane", "-p", "-t", "pgtop"])
            time.sleep(0.2)
    finally:
        harness.run([*tmux, "kill-server"])
        harness.end_family(busy)


def typical_screen():
    """Return the last of the screens with the most frequent shape."""
    seen, end = collections.defaultdict(list), None
    for screen in screens():
        if "total" in screen:
            end = end or time.monotonic() + SAMPLE_SECONDS
            seen[tuple(screen_shape(screen))].append(screen)
        if end and time.monotonic() > end:
            break
    return max(seen.values(), key=len)[-1]


def screen_like(recorded):
    """Return a screen with the shape of the recorded one, or after SCREEN_SECONDS the last screen."""
    end = time.monotonic() + SCREEN_SECONDS
    for screen in screens():
        if screen_shape(screen) == screen_shape(recorded) or time.monotonic() > end:
            return screen
    return ""


def compare(name, output, recorded, shape_of):
    was, now = shape_of(recorded), shape_of(output)
    harness.claim(now == was, f"{name}: the output has the recorded lines and words")
    if now != was:
        harness.diag("\n".join(difflib.unified_diff(was, now, "recorded", "now", lineterm="")))
        harness.diag(output)


def print_all():
    for name, output in {SCREEN: typical_screen(), **outputs_of_pgwalk()}.items():
        print(f"==> {name}\n{output}", end="")


def test():
    recorded = {path.name: path.read_text(encoding="utf-8") for path in EXPECTED.iterdir() if path.is_file()}
    harness.claim(set(recorded) == {SCREEN, *COMMANDS}, "each recorded output has its command")
    compare(SCREEN, screen_like(recorded[SCREEN]), recorded[SCREEN], screen_shape)
    for name, output in outputs_of_pgwalk().items():
        compare(name, output, recorded[name], shape)


if __name__ == "__main__":
    if "--print" in sys.argv:
        print_all()
    else:
        harness.run_all(["readme_output"])
